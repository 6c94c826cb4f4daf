//! What the files of a data set may ask for. Whoever wrote them may mean harm: what would take more is
//! refused before it is allocated, or walked to its end.
//!
//! Besides what these numbers say, memory grows with the number of samples alone, by some hundred bytes
//! each.

/// Bytes of a list that is read as a whole: text, JSON, labels. The largest that is published, the objects
/// of COCO, takes 470 MB.
pub(crate) const LIST_BYTES: u64 = 1 << 30;

/// Bytes of labels, one for each image and class. Once more as much is never taken.
pub(crate) const LABEL_BYTES: usize = 4 << 30;

/// How often symbolic links may lead to one folder: 24 folders with two links each to the next are 2^24
/// paths.
pub(crate) const VISITS_OF_A_FOLDER: usize = 100;

/// Names that are looked at where a data set is searched for in a folder and those below it.
pub(crate) const NAMES: usize = 1_000_000;
