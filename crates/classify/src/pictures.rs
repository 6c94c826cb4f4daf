//! The pictures to classify: files, the images below folders, patterns, standard input.

use std::borrow::Cow;
use std::io::{self, Read as _};
use std::path::PathBuf;

use atomic_file::read_regular;
use dataset::FolderError;
use preprocess::Limits;
use schema::Unreadable;

/// The argument that stands for the bytes of one picture on standard input.
const STANDARD_INPUT: &str = "-";

/// A picture that is to be classified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its path, or `-`.
    pub name: String,
    source: PictureSource,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum PictureSource {
    File(PathBuf),
    Bytes(Vec<u8>),
}

/// Why it is not known which pictures are meant.
#[derive(Debug, thiserror::Error)]
pub enum PicturesError {
    /// A folder cannot be listed, or holds no image.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A pattern that cannot be read.
    #[error("`{pattern}` is neither a file nor a pattern of file names: {reason}")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A pattern that no file has.
    #[error("no file is called like `{pattern}`")]
    NoMatch {
        /// The pattern.
        pattern: String,
    },
    /// Standard input is asked for twice.
    #[error("standard input, `-`, can be read only once")]
    InputTwice,
    /// Standard input cannot be read.
    #[error("cannot read a picture from standard input")]
    Input(#[source] io::Error),
}

/// The pictures that `arguments` mean, in their order: a file, the images below a folder in the byte order of
/// their paths, the files that a pattern such as `photos/**/*.jpg` matches, or `-`, the bytes of one picture on
/// standard input. Folders and links below a folder that cannot be read come second.
///
/// # Errors
/// [`PicturesError`]. A file that is not there is none: what becomes of it is told when it is read.
pub fn pictures(
    arguments: &[PathBuf],
    limits: &Limits,
) -> Result<(Vec<Picture>, Vec<Unreadable>), PicturesError> {
    let (mut pictures, mut unreadable) = (Vec::new(), Vec::new());
    for argument in arguments {
        let name = argument.to_string_lossy();
        if name == STANDARD_INPUT {
            if pictures.iter().any(|picture: &Picture| picture.name == STANDARD_INPUT) {
                return Err(PicturesError::InputTwice);
            }
            pictures.push(standard_input(limits)?);
        } else if argument.is_dir() {
            let (files, lost) = dataset::image_files(argument)?;
            pictures.extend(files.into_iter().map(Picture::file));
            unreadable.extend(lost);
        } else if argument.symlink_metadata().is_err() && name.contains(['*', '?', '[']) {
            pictures.extend(matching(&name)?.into_iter().map(Picture::file));
        } else {
            pictures.push(Picture::file(argument.clone()));
        }
    }
    Ok((pictures, unreadable))
}

fn standard_input(limits: &Limits) -> Result<Picture, PicturesError> {
    let mut bytes = Vec::new();
    // One byte more than may be: decoding refuses it by its length.
    let input = io::stdin().lock().take(limits.max_bytes.saturating_add(1)).read_to_end(&mut bytes);
    input.map_err(PicturesError::Input)?;
    Ok(Picture { name: STANDARD_INPUT.to_owned(), source: PictureSource::Bytes(bytes) })
}

/// The files that a pattern matches, in the order of their names.
fn matching(pattern: &str) -> Result<Vec<PathBuf>, PicturesError> {
    let odd = |reason: String| PicturesError::Pattern { pattern: pattern.to_owned(), reason };
    let paths = glob::glob(pattern).map_err(|error| odd(error.to_string()))?;
    let paths: Result<Vec<PathBuf>, _> = paths.collect();
    let mut files = paths.map_err(|error| odd(error.to_string()))?;
    files.retain(|path| path.is_file());
    if files.is_empty() {
        return Err(PicturesError::NoMatch { pattern: pattern.to_owned() });
    }
    Ok(files)
}

impl Picture {
    fn file(path: PathBuf) -> Self {
        let name = path.to_string_lossy().into_owned();
        Self { name, source: PictureSource::File(path) }
    }

    /// Its bytes, or why there are none.
    pub(crate) fn read(&self, limits: &Limits) -> Result<Cow<'_, [u8]>, String> {
        // Before anything is read: the reader of files does not know what a picture may have.
        let check = |n_bytes: u64| limits.check_bytes(n_bytes).map_err(|error| error.to_string());
        let cannot_read = |error: io::Error| format!("cannot read the file: {error}");
        match &self.source {
            PictureSource::File(path) => {
                check(path.metadata().map_err(cannot_read)?.len())?;
                read_regular(path, limits.max_bytes).map(Cow::Owned).map_err(cannot_read)
            }
            PictureSource::Bytes(bytes) => {
                check(bytes.len() as u64)?;
                Ok(Cow::Borrowed(bytes))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn files_folders_and_patterns_are_listed_in_the_order_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("photos/b")).unwrap();
        for name in
            ["photos/b/2.png", "photos/b/10.png", "photos/a.jpg", "photos/notes.txt", "c.png"]
        {
            fs::write(at(name), "").unwrap();
        }
        let listed = |arguments: &[&str]| {
            let arguments: Vec<PathBuf> = arguments.iter().map(|name| at(name)).collect();
            let (pictures, unreadable) = pictures(&arguments, &Limits::default())?;
            assert_eq!(unreadable, []);
            let root = format!("{}/", folder.path().display());
            let names = pictures.iter().map(|picture| picture.name.replacen(&root, "", 1));
            Ok::<Vec<String>, PicturesError>(names.collect())
        };
        let all = listed(&["c.png", "photos", "missing.png"]).unwrap();
        let expected =
            ["c.png", "photos/a.jpg", "photos/b/10.png", "photos/b/2.png", "missing.png"];
        assert_eq!(all, expected);
        assert_eq!(listed(&["photos/**/*.png"]).unwrap(), ["photos/b/10.png", "photos/b/2.png"]);
        let no_match = listed(&["photos/*.gif"]).unwrap_err();
        assert!(matches!(no_match, PicturesError::NoMatch { .. }));
        let odd = listed(&["photos/***"]).unwrap_err();
        assert!(matches!(odd, PicturesError::Pattern { .. }));
        fs::write(at("[1].png"), "").unwrap();
        assert_eq!(
            listed(&["[1].png"]).unwrap(),
            ["[1].png"],
            "a file that is called like a pattern"
        );
    }
}
