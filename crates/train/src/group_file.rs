//! Files that say which group an image belongs to.

mod notes;

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use atomic_file::read_regular;
use schema::encoded_path::shown;
use serde::{Deserialize, Serialize};
use table::{Format, ListError, PathCells, Row, Separator, Table, TableError, quoted, split_list};

/// The largest group file that is read, in bytes: some ten million images.
const MAX_BYTES: u64 = 1 << 30;

/// A table of images and the group of each; written `FILE.csv`, or `FILE.csv:path=COLUMN,group=COLUMN` and
/// other options of tables.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct GroupFile {
    /// The file.
    pub path: PathBuf,
    /// The options as they were written, without the colon; empty where there are none.
    options: String,
    format: Format,
    paths: PathCells,
    /// Names of the columns of paths and of groups.
    columns: [String; 2],
}

/// Options behind the name of a group file.
const OPTIONS: [&str; 7] = ["path", "group", "ext", "folder", "root", "separator", "noheader"];

/// Why the options of a group file are wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GroupOptionsError {
    /// A quote is never closed.
    #[error(transparent)]
    Quotes(#[from] ListError),
    /// No such option, or no such value of it.
    #[error(
        "`{0}` is no option of a group file\nhint: path=COLUMN, group=COLUMN, ext=.EXT, folder=FOLDER, \
         root=FOLDER, separator=comma|semicolon|tab|bar, noheader"
    )]
    Unknown(String),
}

impl From<PathBuf> for GroupFile {
    /// The file whose columns are `path` and `group`.
    fn from(path: PathBuf) -> Self {
        let columns = ["path", "group"].map(str::to_owned);
        let (options, format, paths) = <(String, Format, PathCells)>::default();
        Self { path, options, format, paths, columns }
    }
}

impl TryFrom<String> for GroupFile {
    type Error = GroupOptionsError;

    fn try_from(text: String) -> Result<Self, GroupOptionsError> {
        // Options begin behind the first colon that one of them follows: others are parts of names.
        let is_option = |rest: &str| {
            let key = rest.split(['=', ',']).next().unwrap_or_default().trim_start_matches('"');
            OPTIONS.contains(&key)
        };
        let mut colons = text.match_indices(':').map(|(at, _)| at);
        let Some(at) = colons.find(|at| is_option(&text[at + 1..])) else {
            return Ok(PathBuf::from(text).into());
        };
        let mut file = Self::from(PathBuf::from(&text[..at]));
        file.options = text[at + 1..].to_owned();
        for option in split_list(&text[at + 1..])? {
            file.set(&option).ok_or(GroupOptionsError::Unknown(option))?;
        }
        Ok(file)
    }
}

impl From<GroupFile> for String {
    fn from(file: GroupFile) -> Self {
        file.to_string()
    }
}

impl std::fmt::Display for GroupFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let colon = if self.options.is_empty() { "" } else { ":" };
        write!(f, "{}{colon}{}", self.path.display(), self.options)
    }
}

impl GroupFile {
    /// Takes one option; `None` for one that there is not.
    fn set(&mut self, option: &str) -> Option<()> {
        if option == "noheader" {
            self.format.no_header = true;
            return Some(());
        }
        let (key, value) = option.split_once('=')?;
        let text = || value.to_owned();
        match key {
            "path" => self.columns[0] = text(),
            "group" => self.columns[1] = text(),
            "ext" => self.paths.extension = Some(text()),
            "folder" => self.paths.folder = Some(text()),
            "root" => self.paths.root = Some(text()),
            "separator" => self.format.separator = Some(value.parse::<Separator>().ok()?),
            _ => return None,
        }
        Some(())
    }
}

/// Why a group file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum GroupFileError {
    /// The file cannot be opened.
    #[error("cannot read `{}`", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is no table.
    #[error("`{}` {problem}", path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: TableError,
    },
    /// It has no such columns.
    #[error("`{}` {problem}", path.display())]
    NoColumn {
        /// The file.
        path: PathBuf,
        /// Which is missing.
        problem: TableError,
        /// The options that name the first columns as those of paths and groups.
        example: String,
    },
    /// A path leads out of the folder of images.
    #[error(
        "line {line} of `{}` names `{found}`, which is not below the folder of images",
        path.display()
    )]
    Elsewhere {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// The cell.
        found: String,
    },
    /// An image is in two groups.
    #[error("line {line} of `{}` puts image `{image}` into the group `{}`, and an earlier one into `{}`", path.display(), groups[1], groups[0])]
    TwoGroups {
        /// The file.
        path: PathBuf,
        /// The later line, from 1.
        line: u64,
        /// The image.
        image: String,
        /// The earlier group and the later one.
        groups: Box<[String; 2]>,
    },
    /// An image that takes part is in no group.
    #[error(
        "`{}` has no group for image `{image}`{}",
        path.display(),
        first.as_ref().map_or_else(|| ": it is empty".to_owned(), |first| format!(": its first path is `{first}`"))
    )]
    Missing {
        /// The file.
        path: PathBuf,
        /// The first such image.
        image: String,
        /// The path that is first in the file.
        first: Option<String>,
    },
}

/// The group of each of `images`, which are paths as the cache has them; `None` where the file names the image
/// and no group.
///
/// Paths may be written as they are on disk or as the cache has them. Images that are not asked for may be in
/// the file, and a line may be there twice.
///
/// # Errors
/// [`GroupFileError`].
pub(crate) fn read_groups<'a>(
    file: &GroupFile,
    images: impl Iterator<Item = &'a str>,
) -> Result<Vec<Option<String>>, GroupFileError> {
    let Groups { of_paths, first } = Groups::read(file)?;
    let group = |image: &str| {
        let plain = shown(image);
        let found = of_paths.get(plain.as_ref()).or_else(|| of_paths.get(image));
        let missing = || GroupFileError::Missing {
            path: file.path.clone(),
            image: plain.clone().into_owned(),
            first: first.clone(),
        };
        found.map(|group| Some(group.clone()).filter(|group| !group.is_empty())).ok_or_else(missing)
    };
    images.map(group).collect()
}

/// What a file says.
#[derive(Default)]
struct Groups {
    /// The group of each path, in every form in which its cell can be read.
    of_paths: HashMap<String, String>,
    /// The first path.
    first: Option<String>,
}

impl Groups {
    fn read(file: &GroupFile) -> Result<Self, GroupFileError> {
        let path = &file.path;
        let text = read_regular(path, MAX_BYTES)
            .map_err(|source| GroupFileError::Io { path: path.clone(), source })?;
        let columns = file.columns.each_ref().map(String::as_str);
        let table = Table::open(text.as_slice(), &file.format, &columns);
        let mut table = table.map_err(|problem| odd(path, problem))?;
        let odd = |problem| odd(path, problem);
        let [image, group] = columns.map(|name| table.require(name).map_err(odd));
        let (image, group) = (image?, group?);
        let mut groups = Self::default();
        while let Some(row) = table.next().map_err(odd)? {
            groups.add(file, &row, row.cell(image), row.cell(group).trim())?;
        }
        Ok(groups)
    }

    fn add(
        &mut self,
        file: &GroupFile,
        row: &Row,
        cell: &str,
        group: &str,
    ) -> Result<(), GroupFileError> {
        let elsewhere = || GroupFileError::Elsewhere {
            path: file.path.clone(),
            line: row.line,
            found: cell.to_owned(),
        };
        let relative = file.paths.relative(cell).ok_or_else(elsewhere)?;
        // A `\` is a `/`, or a character of a name.
        let literal = cell.contains('\\').then(|| file.paths.literal(cell)).flatten();
        self.first.get_or_insert_with(|| relative.clone());
        for image in [Some(relative), literal].into_iter().flatten() {
            match self.of_paths.insert(image.clone(), group.to_owned()) {
                Some(earlier) if earlier != group => {
                    let groups = Box::new([earlier, group.to_owned()]);
                    let (path, line) = (file.path.clone(), row.line);
                    return Err(GroupFileError::TwoGroups { path, line, image, groups });
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// The error for what is no such table.
fn odd(path: &Path, problem: TableError) -> GroupFileError {
    let path = path.to_owned();
    let TableError::NoColumn { there_are, .. } = &problem else {
        return GroupFileError::Table { path, problem };
    };
    let mut names = there_are.iter().filter(|name| !name.is_empty()).map(|name| quoted(name));
    let [first, second] = ["PATH", "GROUP"].map(|name| names.next().unwrap_or(name.to_owned()));
    let example = format!("path={first},group={second}");
    GroupFileError::NoColumn { path, problem, example }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// The groups by a file of this text, whose options stand before it.
    fn read(
        options: &str,
        text: &str,
        images: &[&str],
    ) -> Result<Vec<Option<String>>, GroupFileError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("groups.csv");
        fs::write(&path, text).unwrap();
        let file = format!("{}{options}", path.display()).try_into().unwrap();
        read_groups(&file, images.iter().copied())
    }

    fn groups(groups: &[&str]) -> Vec<Option<String>> {
        groups
            .iter()
            .map(|group| Some((*group).to_owned()).filter(|group| !group.is_empty()))
            .collect()
    }

    #[test]
    fn tables_of_every_form_are_read() {
        let images = ["cat/1.png", "cat/2.png"];
        for (options, text) in [
            ("", "path,group\ncat/1.png,x y\n\"cat/2.png\",\"z, w\"\n\nother.png,\n"),
            ("", "\u{feff}size,group,path\r\n1,x y,./cat/1.png\r\n2,\"z, w\",cat\\2.png\r\n"),
            ("", ",path,group\n0,cat/1.png,x y\n1,cat/2.png,\"z, w\"\n"),
            ("", "path;group\ncat/1.png;x y\ncat/2.png;z, w\n"),
            ("", "path\tgroup\ncat/1.png\tx y\ncat/2.png\tz, w\n"),
            (":path=id,group=patient,ext=.png,folder=cat", "id,patient\n1,x y\n2,\"z, w\"\n"),
            (
                ":root=C:\\pets,\"group=a, b\"",
                "path;a, b\nC:\\pets\\cat\\1.png;x y\nC:\\pets\\cat\\2.png;z, w\n",
            ),
            (":noheader,path=1,group=2,separator=semicolon", "cat/1.png;x y\ncat/2.png;z, w\n"),
        ] {
            assert_eq!(read(options, text, &images).unwrap(), groups(&["x y", "z, w"]), "{text}");
        }
    }

    #[test]
    fn paths_are_found_as_they_are_on_disk_and_as_the_cache_has_them() {
        for cell in ["100%.png", "100%25.png"] {
            let text = format!("path,group\n{cell},a\n");
            assert_eq!(read("", &text, &["100%25.png"]).unwrap(), groups(&["a"]));
        }
        assert_eq!(read("", "path,group\na\\b.png,a\n", &["a\\b.png"]).unwrap(), groups(&["a"]));
    }

    #[test]
    fn every_damage_has_its_error() {
        let message = |options: &str, text: &str| {
            let message = read(options, text, &["a.png"]).unwrap_err().to_string();
            message.split_once("groups.csv` ").unwrap_or(("", &message)).1.to_owned()
        };
        assert_eq!(message("", "a.png,1\n"), "has no column `path`; it has `a.png`, `1`");
        assert_eq!(message("", ""), "is empty");
        assert_eq!(
            message(":group=a", "path,group\n"),
            "has no column `a`; it has `path`, `group`"
        );
        assert_eq!(message("", "path,group\nx,1\na.png\n"), "has 1 cells in line 3, and 2 columns");
        assert_eq!(
            message("", "path,group\n\"a,b\n"),
            "has a quote in line 2 that is never closed"
        );
        let words = "names `/a.png`, which is not below the folder of images";
        assert_eq!(message("", "path,group\n/a.png,1\n"), words);
        let twice = "path,group\na.png,1\na.png,1\n";
        assert_eq!(read("", twice, &["a.png"]).unwrap(), groups(&["1"]));
        let words = "puts image `a.png` into the group `2`, and an earlier one into `1`";
        assert_eq!(message("", &format!("{twice}./a.png,2\n")), words);
        let words = "has no group for image `a.png`: its first path is `a`";
        assert_eq!(message("", "path,group\na,1\n"), words);
        assert_eq!(message("", "path,group\n"), "has no group for image `a.png`: it is empty");
    }

    #[test]
    fn what_is_no_file_cannot_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for no_file in [&pipe, folder.path(), Path::new("missing/groups.csv")] {
            let refused = read_groups(&no_file.to_owned().into(), [].into_iter());
            assert!(matches!(refused, Err(GroupFileError::Io { .. })));
        }
    }

    #[test]
    fn options_are_told_from_names_and_checked() {
        let parsed = |text: &str| GroupFile::try_from(text.to_owned());
        for text in ["a.csv", "a:b.csv", "a.csv:path=id", "C:\\a.csv:group=\"x,y\",noheader"] {
            assert_eq!(parsed(text).unwrap().to_string(), text);
        }
        assert_eq!(parsed("a:b.csv").unwrap().path, Path::new("a:b.csv"));
        assert_eq!(parsed("a:b.csv:ext=png").unwrap().path, Path::new("a:b.csv"));
        for (text, word) in [
            ("a.csv:path=x,y=z", "y=z"),
            ("a.csv:separator=,", "separator="),
            ("a.csv:noheader,path", "path"),
        ] {
            let error = parsed(text).unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("`{word}` is no option of a group file\nhint: path=")),
                "{error}"
            );
        }
        let error = parsed("a.csv:path=\"x").unwrap_err().to_string();
        assert!(error.contains("never closed"), "{error}");
    }
}
