//! LIBSVM's intercept, which is not penalized, from solvers that penalize it.
//!
//! With `x' = x / s` and `C' = s^2 C` the problem of our solvers,
//!
//! ```text
//! min_{w',b}  1/2 ||w'||^2 + 1/2 b^2 + C' sum_i max(0, 1 - s_i (w'.x'_i + b)),
//! ```
//!
//! is, for `w = w' / s`, that with the penalty `1/2 ||w||^2 + 1/2 (b / s)^2` and C: the larger `s`, the
//! freer the intercept, and the fewer digits f32 has left for the features. At 10 every prediction of
//! `SVC(kernel="linear")` on unit rows was the same, which a test checks.

use std::ops::Range;

use heads::{FeatureRows, Head, LinearHead, OneVsOneHead, PathOptions};
use ndarray::ArrayView2;

/// How much an intercept weighs less than the weights: `s` above.
const SCALE: f32 = 10.0;

/// Rows divided by [`SCALE`].
pub(super) struct Shrunk<'a>(pub(super) &'a dyn FeatureRows);

impl FeatureRows for Shrunk<'_> {
    fn n_samples(&self) -> usize {
        self.0.n_samples()
    }

    fn n_features(&self) -> usize {
        self.0.n_features()
    }

    fn block<'b>(&'b self, range: Range<usize>, buffer: &'b mut Vec<f32>) -> ArrayView2<'b, f32> {
        let mut of_source = Vec::new();
        let rows = self.0.block(range, &mut of_source);
        buffer.clear();
        buffer.extend(rows.iter().map(|value| value / SCALE));
        ArrayView2::from_shape(rows.dim(), buffer).expect("the buffer holds the rows in order")
    }
}

/// Options for shrunk rows.
pub(super) fn raised(options: &PathOptions) -> PathOptions {
    let scale = f64::from(SCALE);
    PathOptions { cs: options.cs.iter().map(|c| c * scale * scale).collect(), ..options.clone() }
}

/// The head of rows as they were, from that of shrunk ones.
pub(super) fn unshrunk(head: Head) -> Head {
    match head {
        Head::Linear(head) => {
            let coef = head.coef().mapv(|value| value / SCALE);
            let head = LinearHead::new(coef, head.intercept().to_owned(), head.link());
            head.expect("as many intercepts as before").into()
        }
        Head::OneVsOne(head) => {
            let coef = head.coef().mapv(|value| value / SCALE);
            let head = OneVsOneHead::new(head.n_classes(), coef, head.intercept().to_owned());
            head.expect("as many pairs as before").into()
        }
        Head::Knn(_) | Head::Mlp(_) | Head::Kernel(_) => {
            unreachable!("paths have heads that are linear in the features")
        }
    }
}
