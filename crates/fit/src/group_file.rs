//! Files that say which group an image belongs to.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

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
/// The file is CSV with the header `path,group`; a field with commas or quotes is quoted. Images
/// that are not asked for may be in it.
///
/// # Errors
/// [`GroupFileError`].
pub fn read_groups<'a>(
    path: &Path,
    images: impl Iterator<Item = &'a str>,
) -> Result<Vec<String>, GroupFileError> {
    let text = fs::read_to_string(path)
        .map_err(|source| GroupFileError::Io { path: path.to_owned(), source })?;
    let mut lines = text.lines().enumerate();
    if lines.next().is_none_or(|(_, header)| header.trim_start_matches('\u{feff}') != "path,group")
    {
        return Err(GroupFileError::Header(path.to_owned()));
    }
    let mut group_of = HashMap::new();
    for (number, line) in lines.filter(|(_, line)| !line.is_empty()) {
        let Some((image, group)) = two_fields(line) else {
            return Err(GroupFileError::Line { path: path.to_owned(), line: number + 1 });
        };
        group_of.insert(image, group);
    }
    let missing =
        |image: &str| GroupFileError::Missing { path: path.to_owned(), image: image.to_owned() };
    images.map(|image| group_of.get(image).cloned().ok_or_else(|| missing(image))).collect()
}

fn two_fields(line: &str) -> Option<(String, String)> {
    let (first, rest) = field(line)?;
    let (second, rest) = field(rest.strip_prefix(',')?)?;
    rest.is_empty().then_some((first, second))
}

/// The first field of a line, without its quotes, and what follows it.
fn field(text: &str) -> Option<(String, &str)> {
    let Some(mut rest) = text.strip_prefix('"') else {
        let (field, rest) = text.split_at(text.find(',').unwrap_or(text.len()));
        return (!field.contains('"')).then(|| (field.to_owned(), rest));
    };
    let mut field = String::new();
    loop {
        let (part, after) = rest.split_once('"')?;
        field += part;
        match after.strip_prefix('"') {
            Some(after) => {
                field.push('"');
                rest = after;
            }
            None => return Some((field, after)),
        }
    }
}

#[cfg(test)]
mod tests {
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
        for line in ["a.png", "a,b,c", "\"a,b", "\"a\"b,c", "a\"b,c"] {
            let read = read(&format!("path,group\nx,1\n{line}\n"), &[]);
            assert!(matches!(read, Err(GroupFileError::Line { line: 3, .. })), "{line}");
        }
        let missing = read("path,group\na.png,1\n", &["b.png"]).unwrap_err();
        assert!(missing.to_string().ends_with("no group for image `b.png`"));
        let nowhere = read_groups(Path::new("missing/groups.csv"), [].into_iter());
        assert!(matches!(nowhere, Err(GroupFileError::Io { .. })));
    }
}
