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
pub(crate) fn read_groups<'a>(
    path: &Path,
    images: impl Iterator<Item = &'a str>,
) -> Result<Vec<String>, GroupFileError> {
    let text = fs::read_to_string(path)
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
        let [image, group] = record.iter().collect::<Vec<_>>()[..] else {
            let line = record.position().map_or(0, |position| position.line() as usize);
            return Err(GroupFileError::Line { path: path.to_owned(), line });
        };
        group_of.insert(image.to_owned(), group.to_owned());
    }
    let missing =
        |image: &str| GroupFileError::Missing { path: path.to_owned(), image: image.to_owned() };
    images.map(|image| group_of.get(image).cloned().ok_or_else(|| missing(image))).collect()
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
        for line in ["a.png", "a,b,c", "\"a,b"] {
            let read = read(&format!("path,group\nx,1\n{line}\n"), &[]);
            assert!(matches!(read, Err(GroupFileError::Line { line: 3, .. })), "{line}");
        }
        let missing = read("path,group\na.png,1\n", &["b.png"]).unwrap_err();
        assert!(missing.to_string().ends_with("no group for image `b.png`"));
        let nowhere = read_groups(Path::new("missing/groups.csv"), [].into_iter());
        assert!(matches!(nowhere, Err(GroupFileError::Io { .. })));
    }
}
