//! What solvers say of a value of C.

use heads::Head;
use ndarray::Array2;

/// One value of C.
pub(super) struct Point {
    pub(super) c: f64,
    pub(super) converged: bool,
    /// `[n_rows, n_classes]`; zeros for rows that no fold holds out.
    pub(super) held_out_scores: Array2<f32>,
    /// That of the first fold, where heads were asked for.
    pub(super) head: Option<Head>,
}
