//! What samples are labelled with.

use ndarray::ArrayView2;

/// The labels that predictions are compared with.
#[derive(Clone, Copy, Debug)]
pub enum Truth<'a> {
    /// One class each, an index into the classes; `[n_samples]`.
    Classes(&'a [usize]),
    /// Any number of classes each, `[n_samples, n_classes]`: above zero where the sample has the class,
    /// below zero where it has not, 0 where that does not count (PASCAL VOC's "difficult") or is not
    /// known.
    MultiLabel(ArrayView2<'a, i8>),
}
