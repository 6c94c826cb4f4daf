//! The binary version of CIFAR-10 and CIFAR-100: labels of one byte each, then the red, green and blue
//! plane of 32 x 32 pixels, one record behind the other.

/// Width and height of an image.
pub(crate) const SIDE: u32 = 32;
/// Bytes of pixels in a record.
pub(crate) const PIXELS: usize = 3 * (SIDE * SIDE) as usize;

/// What a file of CIFAR holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CifarFile {
    /// Labels before the pixels of a record: 1 in CIFAR-10; 2 in CIFAR-100, the coarse one first.
    pub(crate) n_labels: usize,
}

/// What the file of this name holds; `None` for a name that CIFAR does not have.
pub(crate) fn cifar_file(name: &str) -> Option<CifarFile> {
    match name {
        "train.bin" | "test.bin" => Some(CifarFile { n_labels: 2 }),
        "test_batch.bin" => Some(CifarFile { n_labels: 1 }),
        _ => {
            let number = name.strip_prefix("data_batch_")?.strip_suffix(".bin")?;
            matches!(number, "1" | "2" | "3" | "4" | "5").then_some(CifarFile { n_labels: 1 })
        }
    }
}
