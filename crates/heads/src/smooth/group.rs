use std::ops::Range;

/// Neighboring columns that belong to the same fold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    /// The fold, `None` where no row is held out.
    pub(super) fold: Option<usize>,
    pub(super) columns: Range<usize>,
}
