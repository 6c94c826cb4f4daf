//! Files of records that are still packed, as their authors and most programs keep them: `....gz`.

use std::io::Read;

use flate2::read::MultiGzDecoder;

const END: &str = ".gz";

/// Whether the bytes of the file of this name are packed.
pub(crate) fn is_packed(name: &str) -> bool {
    name.ends_with(END)
}

/// The name of the same file when it is unpacked.
pub(crate) fn unpacked_name(name: &str) -> &str {
    name.strip_suffix(END).unwrap_or(name)
}

/// The bytes of a packed file.
pub(crate) fn unpacked<R: Read>(file: R) -> MultiGzDecoder<R> {
    MultiGzDecoder::new(file)
}
