//! Files that say which group an image belongs to.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use atomic_file::read_regular;

/// The largest group file that is read, in bytes: some ten million images.
const MAX_BYTES: u64 = 1 << 30;

/// Why a group file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum GroupFileError {
    /// The file cannot be read.
    #[error("cannot read `{}`", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The first line is not the two names.
    #[error("`{}` has no columns `path` and `group`\nhint: its first line is `path,group`", .0.display())]
    Header(PathBuf),
    /// A line has not two fields.
    #[error("line {line} of `{}` is not a path and a group, separated by a comma", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// An image is in two groups.
    #[error("line {line} of `{}` puts image `{image}` into the group `{}`, and an earlier one into `{}`", path.display(), groups[1], groups[0])]
    TwoGroups {
        /// The file.
        path: PathBuf,
        /// The later line, from 1.
        line: usize,
        /// The image.
        image: String,
        /// The earlier group and the later one.
        groups: Box<[String; 2]>,
    },
    /// An image that takes part is in no group.
    #[error("`{}` has no group for image `{image}`", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
        /// The first such image.
        image: String,
    },
}

/// The group of each of `images`, which are paths as the cache has them.
///
/// The file is CSV with the header `path,group`, of at most [`MAX_BYTES`]; a field with commas or quotes is
/// quoted. Images that are not asked for may be in it, and a line may be there twice.
///
/// # Errors
/// [`GroupFileError`].
pub(crate) fn read_groups<'a>(
    path: &Path,
    images: impl Iterator<Item = &'a str>,
) -> Result<Vec<String>, GroupFileError> {
    let text = read_regular(path, MAX_BYTES)
        .and_then(|bytes| String::from_utf8(bytes).map_err(io::Error::other))
        .map_err(|source| GroupFileError::Io { path: path.to_owned(), source })?;
    let text = text.trim_start_matches('\u{feff}');
    let mut records = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
        .into_records();
    let is_header = |record: csv::StringRecord| record.iter().eq(["path", "group"]);
    if !records.next().is_some_and(|record| record.is_ok_and(is_header)) {
        return Err(GroupFileError::Header(path.to_owned()));
    }
    let mut group_of = HashMap::new();
    for record in records {
        let record = record.expect("a text of any shape is records");
        let line = record.position().map_or(0, |position| position.line() as usize);
        let [image, group] = record.iter().collect::<Vec<_>>()[..] else {
            return Err(GroupFileError::Line { path: path.to_owned(), line });
        };
        match group_of.insert(image.to_owned(), group.to_owned()) {
            Some(earlier) if earlier != group => {
                let (path, image) = (path.to_owned(), image.to_owned());
                let groups = Box::new([earlier, group.to_owned()]);
                return Err(GroupFileError::TwoGroups { path, line, image, groups });
            }
            _ => {}
        }
    }
    let missing =
        |image: &str| GroupFileError::Missing { path: path.to_owned(), image: image.to_owned() };
    images.map(|image| group_of.get(image).cloned().ok_or_else(|| missing(image))).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn read(text: &str, images: &[&str]) -> Result<Vec<String>, GroupFileError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("groups.csv");
        fs::write(&path, text).unwrap();
        read_groups(&path, images.iter().copied())
    }

    #[test]
    fn quoted_and_plain_fields_are_read() {
        let text = "path,group\na.png,1\n\"b,\"\"c\"\".png\",\"x y\"\n\nother.png,\n";
        assert_eq!(read(text, &["b,\"c\".png", "a.png"]).unwrap(), ["x y", "1"]);
    }

    #[test]
    fn every_damage_has_its_error() {
        assert!(matches!(read("a.png,1\n", &[]), Err(GroupFileError::Header(_))));
        assert!(matches!(read("", &[]), Err(GroupFileError::Header(_))));
        for line in ["a.png", "a,b,c", "\"a,b"] {
            let read = read(&format!("path,group\nx,1\n{line}\n"), &[]);
            assert!(matches!(read, Err(GroupFileError::Line { line: 3, .. })), "{line}");
        }
        let twice = "path,group\na.png,1\na.png,1\n";
        assert_eq!(read(twice, &["a.png"]).unwrap(), ["1"]);
        let two = read(&format!("{twice}a.png,2\n"), &[]).unwrap_err().to_string();
        assert!(two.contains("line 4") && two.contains("`a.png`"), "{two}");
        assert!(two.contains("`2`") && two.contains("`1`"), "{two}");
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for no_file in [&pipe, folder.path()] {
            let refused = read_groups(no_file, [].into_iter());
            assert!(matches!(refused, Err(GroupFileError::Io { .. })));
        }
        let missing = read("path,group\na.png,1\n", &["b.png"]).unwrap_err();
        assert!(missing.to_string().ends_with("no group for image `b.png`"));
        let nowhere = read_groups(Path::new("missing/groups.csv"), [].into_iter());
        assert!(matches!(nowhere, Err(GroupFileError::Io { .. })));
    }
}
