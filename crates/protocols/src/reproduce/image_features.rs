//! The features of images, one row a view that is used.

use head::view_averages;
use ndarray::{Array2, ArrayView2, Axis};

/// What becomes of the views of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ViewUse {
    /// Only the first is used.
    First,
    /// Each is a sample of its own.
    Each,
    /// They are averaged.
    Average,
    /// They are averaged in pairs, an image and its mirror, and the averages stacked.
    StackScales,
}

/// Features of images: those of one image are `used` rows of a matrix.
pub(super) struct ImageFeatures<'a> {
    matrix: Matrix<'a>,
    /// Rows of the matrix from one image to the next.
    stride: usize,
    /// Rows of an image that are used, the first ones.
    pub(super) used: usize,
}

enum Matrix<'a> {
    /// As they lie in the cache.
    Lent(ArrayView2<'a, f32>),
    /// Computed from them.
    Made(Array2<f32>),
}

impl<'a> ImageFeatures<'a> {
    /// From `features` `[n_images * n_views, n_features]`, the views of an image being neighbors.
    /// What is neither averaged nor stacked stays where it is.
    pub(super) fn new(features: ArrayView2<'a, f32>, n_views: usize, views: ViewUse) -> Self {
        let of_images = |matrix| Self { matrix: Matrix::Made(matrix), stride: 1, used: 1 };
        match views {
            ViewUse::First => Self { matrix: Matrix::Lent(features), stride: n_views, used: 1 },
            ViewUse::Each => {
                Self { matrix: Matrix::Lent(features), stride: n_views, used: n_views }
            }
            ViewUse::Average => of_images(view_averages(features, n_views, n_views)),
            ViewUse::StackScales => of_images(view_averages(features, n_views, 2)),
        }
    }

    pub(super) fn matrix(&self) -> ArrayView2<'_, f32> {
        match &self.matrix {
            Matrix::Lent(view) => view.view(),
            Matrix::Made(matrix) => matrix.view(),
        }
    }

    /// The rows of `images`, those of each together.
    pub(super) fn rows(&self, images: &[usize]) -> Vec<usize> {
        let rows = |&image: &usize| (0..self.used).map(move |view| image * self.stride + view);
        images.iter().flat_map(rows).collect()
    }

    /// What belongs to each image, for each of its rows.
    pub(super) fn per_row<T: Clone>(&self, per_image: &[T]) -> Vec<T> {
        per_image.iter().flat_map(|value| std::iter::repeat_n(value.clone(), self.used)).collect()
    }

    /// Sums scores `[n_images * used, n_classes]` over the rows of each image.
    pub(super) fn sum_over_views(&self, scores: Array2<f32>) -> Array2<f32> {
        if self.used == 1 {
            return scores;
        }
        let images = scores.axis_chunks_iter(Axis(0), self.used);
        let mut sums = Array2::zeros((images.len(), scores.ncols()));
        for (mut sum, of_image) in sums.rows_mut().into_iter().zip(images) {
            sum.assign(&of_image.sum_axis(Axis(0)));
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    /// Two images of four views of two features.
    fn features() -> Array2<f32> {
        Array2::from_shape_fn((8, 2), |(row, feature)| (row * row + 10 * feature) as f32)
    }

    #[test]
    fn views_are_used_apart_averaged_or_stacked() {
        let features = features();
        let of = |views| ImageFeatures::new(features.view(), 4, views);
        assert_eq!(of(ViewUse::First).rows(&[1, 0]), [4, 0]);
        assert_eq!(of(ViewUse::Each).rows(&[1]), [4, 5, 6, 7]);
        assert_eq!(of(ViewUse::Each).per_row(&["a", "b"])[3..5], ["a", "b"]);
        let average = of(ViewUse::Average);
        assert_eq!(average.matrix(), array![[3.5, 13.5], [31.5, 41.5]]);
        assert_eq!(average.rows(&[1]), [1]);
        let stacked = of(ViewUse::StackScales);
        let expected = array![[0.5, 10.5, 6.5, 16.5], [20.5, 30.5, 42.5, 52.5]];
        assert_eq!(stacked.matrix(), expected);
    }

    #[test]
    fn responses_are_summed_over_the_views_of_an_image() {
        let features = features();
        let each = ImageFeatures::new(features.view(), 4, ViewUse::Each);
        let scores = Array2::from_shape_fn((8, 1), |(row, _)| row as f32);
        assert_eq!(each.sum_over_views(scores.clone()), array![[6.0], [22.0]]);
        let first = ImageFeatures::new(features.view(), 4, ViewUse::First);
        assert_eq!(first.sum_over_views(scores.clone()), scores);
    }
}
