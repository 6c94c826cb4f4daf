//! A sigmoid for each class.

use head::Platt;
use ndarray::ArrayView2;
use rayon::prelude::*;

use super::sigmoid::Sigmoid;

/// Fits a sigmoid for each class against the rest on finite held-out `scores` `[n_samples, n_classes]`
/// and the label of each row.
///
/// # Examples
///
/// ```
/// use ndarray::array;
///
/// let scores = array![[1.0, -1.0], [0.5, -0.5], [-1.0, 1.0], [-0.5, 0.5]];
/// let platt = learn::fit_platt(scores.view(), &[0, 0, 1, 1]);
/// assert!(platt.slope.iter().all(|&slope| slope > 0.0));
/// ```
pub fn fit_platt(scores: ArrayView2<'_, f32>, labels: &[usize]) -> Platt {
    let fit_class = |class: usize| {
        let rows = scores.column(class).into_iter().zip(labels);
        let rows: Vec<_> =
            rows.map(|(&score, &label)| (f64::from(score), label == class)).collect();
        let Sigmoid { slope, intercept } = Sigmoid::fit(&rows);
        (slope, intercept)
    };
    let (slope, intercept) = (0..scores.ncols()).into_par_iter().map(fit_class).unzip();
    Platt { slope, intercept }
}
