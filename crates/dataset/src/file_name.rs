//! What a file or folder name says: an image, something hidden, or something else.

use std::ffi::OsStr;
use std::path::Path;

/// Extensions of files that count as images, compared without regard to case.
pub const IMAGE_EXTENSIONS: [&str; 10] =
    ["bmp", "gif", "jfif", "jpe", "jpeg", "jpg", "png", "tif", "tiff", "webp"];

/// Whether the name has one of [`IMAGE_EXTENSIONS`].
pub(crate) fn is_image(name: &OsStr) -> bool {
    Path::new(name)
        .extension()
        .and_then(OsStr::to_str)
        .is_some_and(|found| IMAGE_EXTENSIONS.iter().any(|known| found.eq_ignore_ascii_case(known)))
}

/// Whether a file or folder is passed over in silence: names that begin with a dot (among them
/// `.DS_Store` and the AppleDouble twins `._photo.jpg`), and the folder `__MACOSX` that archives
/// made on macOS carry.
pub(crate) fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".") || name == "__MACOSX"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_recognized_by_extension_whatever_its_case() {
        for extension in IMAGE_EXTENSIONS {
            assert!(is_image(OsStr::new(&format!("photo.{extension}"))));
            assert!(is_image(OsStr::new(&format!("photo.1.{}", extension.to_uppercase()))));
        }
        for other in ["photo", "jpg", "photo.jpg.txt", "photo.", "photo.svg", "photo.jpgx"] {
            assert!(!is_image(OsStr::new(other)), "{other}");
        }
    }

    #[test]
    fn hidden_names() {
        for hidden in [".DS_Store", "._photo.jpg", ".git", "__MACOSX"] {
            assert!(is_hidden(OsStr::new(hidden)), "{hidden}");
        }
        for visible in ["photo.jpg", "_photo.jpg", "__macosx2", "a.b"] {
            assert!(!is_hidden(OsStr::new(visible)), "{visible}");
        }
    }
}
