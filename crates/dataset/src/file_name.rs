//! What a file or folder name says: an image, something hidden, or something else.

use std::ffi::OsStr;
use std::path::Path;

/// Extensions of files that count as images, compared without regard to case. Not all of them can be decoded:
/// of those that cannot it is said, file by file, when they are read.
pub const IMAGE_EXTENSIONS: [&str; 19] = [
    "avif", "bmp", "gif", "heic", "heif", "jfif", "jp2", "jpe", "jpeg", "jpg", "jxl", "pbm", "pgm",
    "png", "pnm", "ppm", "tif", "tiff", "webp",
];

/// What the extension of a file tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Extension {
    /// One of [`IMAGE_EXTENSIONS`].
    Image,
    /// Another one, in lower case.
    Other(String),
    /// There is none, or what follows the last dot is none: the first bytes tell.
    Missing,
}

/// Letters and digits of an extension at most: `parquet` has seven.
const EXTENSION_LETTERS: usize = 8;

impl Extension {
    /// The extension of a file of this name.
    pub(crate) fn of(name: &OsStr) -> Self {
        let Some(found) = Path::new(name).extension().and_then(OsStr::to_str) else {
            return Self::Missing;
        };
        let found = found.to_ascii_lowercase();
        let is_plain = found.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let is_number = found.bytes().all(|byte| byte.is_ascii_digit());
        if IMAGE_EXTENSIONS.contains(&found.as_str()) {
            Self::Image
        } else if is_number || !is_plain || found.len() > EXTENSION_LETTERS {
            Self::Missing
        } else {
            Self::Other(found)
        }
    }
}

/// Whether a file or folder is passed over in silence: names that begin with a dot (among them
/// `.DS_Store` and the AppleDouble twins `._photo.jpg`), the folder `__MACOSX` that archives made on
/// macOS carry, and folders of thumbnails and of removed files that storage servers and Windows keep.
pub(crate) fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
        || ["__MACOSX", "@eaDir", "#recycle", "$RECYCLE.BIN"].iter().any(|hidden| name == *hidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extension(name: &str) -> Extension {
        Extension::of(OsStr::new(name))
    }

    #[test]
    fn images_are_recognized_by_extension_whatever_its_case() {
        for known in IMAGE_EXTENSIONS {
            assert_eq!(extension(&format!("photo.{known}")), Extension::Image);
            assert_eq!(extension(&format!("photo.1.{}", known.to_uppercase())), Extension::Image);
        }
        for (other, expected) in
            [("photo.jpg.TXT", "txt"), ("photo.svg", "svg"), ("photo.jpgx", "jpgx")]
        {
            assert_eq!(extension(other), Extension::Other(expected.to_owned()), "{other}");
        }
    }

    #[test]
    fn what_is_no_extension_is_none() {
        let names = [
            "photo",
            "jpg",
            "photo.",
            "a.jpg?w=300",
            "a.jpg_large",
            "img.0001",
            "v1. the cat",
            "a.jpg~",
        ];
        for name in names {
            assert_eq!(extension(name), Extension::Missing, "{name}");
        }
    }

    #[test]
    fn hidden_names() {
        for hidden in [".DS_Store", "._photo.jpg", ".git", "__MACOSX", "@eaDir"] {
            assert!(is_hidden(OsStr::new(hidden)), "{hidden}");
        }
        for visible in ["photo.jpg", "_photo.jpg", "__macosx2", "a.b"] {
            assert!(!is_hidden(OsStr::new(visible)), "{visible}");
        }
    }
}
