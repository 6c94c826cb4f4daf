//! Averages over views of images.

use ndarray::{Array2, ArrayView2, s};
use rayon::prelude::*;

/// Averages of `features` `[n_samples * n_views, n_features]` over each `n` neighboring views of a
/// sample, those of one sample side by side: `[n_samples, n_views / n * n_features]`. `n` divides
/// `n_views`.
///
/// # Examples
///
/// ```
/// use ndarray::array;
/// use head::view_averages;
///
/// // Two samples of two views.
/// let features = array![[1.0, 0.0], [3.0, 4.0], [5.0, 5.0], [5.0, 7.0]];
/// assert_eq!(view_averages(features.view(), 2, 2), array![[2.0, 2.0], [5.0, 6.0]]);
/// ```
pub fn view_averages(features: ArrayView2<'_, f32>, n_views: usize, n: usize) -> Array2<f32> {
    let (n_features, n_parts) = (features.ncols(), n_views / n);
    let mut averages = Array2::zeros((features.nrows() / n_views, n_parts * n_features));
    let numbers: &mut [f32] = averages.as_slice_mut().expect("a new array is contiguous");
    numbers.par_chunks_mut(n_features).enumerate().for_each(|(part, average)| {
        let (sample, part) = (part / n_parts, part % n_parts);
        let first = sample * n_views + part * n;
        let views = features.slice(s![first..first + n, ..]);
        for (average, column) in average.iter_mut().zip(views.columns()) {
            let sum: f64 = column.iter().map(|&value| f64::from(value)).sum();
            *average = (sum / n as f64) as f32;
        }
    });
    averages
}
