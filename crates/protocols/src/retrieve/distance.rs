//! Distances between vectors, for many pairs at a time.

use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use ndarray::{Array1, Array2, s};
use serde::{Deserialize, Serialize};

/// Squared distance, relative to the sum of the squared norms, below which two vectors are one: what
/// rounding leaves of `|v|^2 + |w|^2 - 2 v.w` when they are equal lies below that.
const SAME: f64 = 1e-12;

/// The distance between two vectors; smaller is nearer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Distance {
    /// Euclidean distance.
    #[default]
    L2,
    /// The negative of the inner product; of the cosine, where vectors have unit length.
    InnerProduct,
}

/// Vectors with their squared norms.
pub(super) struct Vectors {
    /// One a row.
    vectors: Array2<f64>,
    squared_norms: Array1<f64>,
}

impl Vectors {
    /// Vectors `[n, n_features]`; `None` when one of them is not finite.
    pub(super) fn new(vectors: Array2<f64>) -> Option<Self> {
        let squared_norms: Array1<f64> = vectors.rows().into_iter().map(|v| v.dot(&v)).collect();
        let is_finite = squared_norms.iter().all(|norm| norm.is_finite());
        is_finite.then_some(Self { vectors, squared_norms })
    }

    fn len(&self) -> usize {
        self.vectors.nrows()
    }

    fn as_faer(&self) -> MatRef<'_, f64> {
        let numbers = self.vectors.as_slice().expect("vectors are made contiguous");
        MatRef::from_row_major_slice(numbers, self.vectors.nrows(), self.vectors.ncols())
    }
}

impl Distance {
    /// The distance of each query to each image: for each of the `query_views` vectors of a query the
    /// smallest distance to one of the `image_views` vectors of the image, and the mean of these.
    /// `[n_queries, n_images]`.
    ///
    /// Computed in f64 and rounded to f32, so that what differs by rounding alone is equal.
    pub(super) fn between(
        self,
        (queries, query_views): (&Vectors, usize),
        (images, image_views): (&Vectors, usize),
    ) -> Array2<f32> {
        let (n_queries, n_images) = (queries.len() / query_views, images.len() / image_views);
        let mut products = Array2::<f64>::zeros((queries.len(), images.len()));
        let numbers = products.as_slice_mut().expect("a new array is contiguous");
        let out = MatMut::from_row_major_slice_mut(numbers, queries.len(), images.len());
        let (left, right) = (queries.as_faer(), images.as_faer().transpose());
        matmul(out, Accum::Replace, left, right, 1.0, Par::Seq);
        Array2::from_shape_fn((n_queries, n_images), |(query, image)| {
            let columns = image * image_views..(image + 1) * image_views;
            let of_query = query * query_views..(query + 1) * query_views;
            let sum: f64 = of_query
                .map(|row| {
                    let products = products.slice(s![row, columns.clone()]);
                    let norm = queries.squared_norms[row];
                    let norms = images.squared_norms.slice(s![columns.clone()]);
                    self.smallest(norm, products.iter().zip(norms))
                })
                .sum();
            (sum / query_views as f64) as f32
        })
    }

    /// The smallest distance of a vector to others, by pairs of inner product and squared norm.
    fn smallest<'a>(self, norm: f64, others: impl Iterator<Item = (&'a f64, &'a f64)>) -> f64 {
        match self {
            Self::L2 => {
                let squared = |(product, other): (&f64, &f64)| {
                    let squared = norm + other - 2.0 * product;
                    if squared < SAME * (norm + other) { 0.0 } else { squared }
                };
                others.map(squared).fold(f64::INFINITY, f64::min).sqrt()
            }
            // Not `-product`: there is one zero only.
            Self::InnerProduct => {
                others.map(|(product, _)| 0.0 - product).fold(f64::INFINITY, f64::min)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    fn between(
        distance: Distance,
        queries: Array2<f64>,
        query_views: usize,
        images: Array2<f64>,
        image_views: usize,
    ) -> Array2<f32> {
        let (queries, images) = (Vectors::new(queries).unwrap(), Vectors::new(images).unwrap());
        distance.between((&queries, query_views), (&images, image_views))
    }

    #[test]
    fn one_view_on_either_side_is_the_distance_of_two_vectors() {
        let (queries, images) = (array![[3.0, 4.0]], array![[0.0, 0.0], [3.0, 4.0], [3.0, -1.0]]);
        let l2 = between(Distance::L2, queries.clone(), 1, images.clone(), 1);
        assert_eq!(l2, array![[5.0, 0.0, 5.0]]);
        let product = between(Distance::InnerProduct, queries, 1, images, 1);
        assert_eq!(product, array![[0.0, -25.0, -5.0]]);
    }

    #[test]
    fn the_nearest_patch_of_the_image_counts_and_the_mean_over_those_of_the_query() {
        // Two patches of one query; two images of two patches.
        let queries = array![[0.0, 0.0], [10.0, 0.0]];
        let images = array![[0.0, 1.0], [0.0, 3.0], [10.0, 2.0], [4.0, 0.0]];
        let l2 = between(Distance::L2, queries.clone(), 2, images.clone(), 2);
        let far = 101f64.sqrt();
        assert_eq!(l2, array![[((1.0 + far) / 2.0) as f32, (4.0 + 2.0) / 2.0]]);
        let product = between(Distance::InnerProduct, queries, 2, images, 2);
        assert_eq!(product, array![[0.0, (0.0 - 100.0) / 2.0]]);
    }

    #[test]
    fn equal_vectors_have_no_distance_whatever_rounding_leaves() {
        let v = Array2::from_shape_fn((1, 513), |(_, i)| (i as f64 * 0.37).sin());
        assert_eq!(between(Distance::L2, v.clone(), 1, v, 1), array![[0.0]]);
        let tiny = array![[1.0, 0.0], [1.0, 1e-5]];
        assert!(between(Distance::L2, array![[1.0, 0.0]], 1, tiny, 1)[[0, 1]] > 0.0);
    }

    #[test]
    fn what_is_not_finite_is_no_vector() {
        assert!(Vectors::new(array![[1.0, f64::INFINITY]]).is_none());
        assert!(Vectors::new(array![[f64::NAN]]).is_none());
    }
}
