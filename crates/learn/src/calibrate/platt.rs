//! A sigmoid for each class.

use head::Platt;
use ndarray::ArrayView2;
use rayon::prelude::*;

use super::sigmoid::Sigmoid;

/// Fits a sigmoid for each class against the rest on finite held-out `scores` `[n_samples, n_classes]`
/// and the label of each row.
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
