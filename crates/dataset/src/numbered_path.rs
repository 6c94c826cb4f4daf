//! Paths of samples that are only a part of a file: `FILE#NNNNNNN`.
//!
//! The part is a record of a file of pixels (`train-images-idx3-ubyte#0000017`), or one of several
//! samples of an image (`photo.jpg#0000002`, the second person in it). Seven digits keep the order of
//! the numbers. A file of such a name is none of the images of a folder.

use std::path::Path;

use crate::file_name::Extension;

/// Digits of a number.
const DIGITS: usize = 7;

/// How many parts of a file can be told apart.
pub(crate) const LIMIT: usize = 10_usize.pow(DIGITS as u32);

/// The path of part `number` of `file`, below [`LIMIT`].
pub(crate) fn numbered(file: &str, number: usize) -> String {
    format!("{file}#{number:0DIGITS$}")
}

/// The file that a path leads to, and the number of the part. `None` when the path is a file's.
pub(crate) fn split(path: &str) -> Option<(&str, usize)> {
    let (file, digits) = path.rsplit_once('#')?;
    let is_number = digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    Some((file, digits.parse().ok().filter(|_| is_number)?))
}

/// Whether the parts of `file` are records of pixels, and not samples of one image.
pub(crate) fn holds_records(file: &str) -> bool {
    Extension::of(Path::new(file).file_name().unwrap_or_default()) != Extension::Image
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_and_sort_like_numbers() {
        assert_eq!(numbered("a/b.bin", 17), "a/b.bin#0000017");
        assert_eq!(split("a/b.bin#0000017"), Some(("a/b.bin", 17)));
        assert!(numbered("x", 9) < numbered("x", 10));
        for file in ["a.jpg", "a#1.jpg", "a#17", "a#+000017", "a#00000017", "a.jpg#"] {
            assert_eq!(split(file), None, "{file}");
        }
        assert!(holds_records("raw/train-images-idx3-ubyte") && !holds_records("a/b.JPG"));
    }
}
