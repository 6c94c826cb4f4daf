//! Rows of a feature matrix as solvers read them: some of them, transformed, copied once at most.

use std::ops::Range;

use head::Transform;
use heads::FeatureRows;
use ndarray::{Array2, ArrayView2, Axis, s};
use rayon::prelude::*;

/// Transformed features that are kept in memory, in bytes. More of them are made anew whenever a
/// solver asks.
const MEMORY: usize = 2 << 30;

/// Rows that are gathered and transformed at a time.
const BLOCK_ROWS: usize = 1024;

/// Some rows of a feature matrix, transformed.
pub struct RowSource<'a>(Source<'a>);

enum Source<'a> {
    /// As they lie in the cache.
    Lent(ArrayView2<'a, f32>),
    /// Copied and transformed.
    Kept(Array2<f32>),
    /// Copied and transformed again for every block that is asked for.
    Lazy(LazyRows<'a>),
}

struct LazyRows<'a> {
    features: ArrayView2<'a, f32>,
    indices: &'a [usize],
    transform: &'a Transform,
}

impl<'a> RowSource<'a> {
    /// The rows at `indices` of `features` `[n_samples, n_features]`, in the order of `indices`.
    ///
    /// Neighbors that no step changes are lent as they are, even from a file larger than memory.
    /// Others are copied, once when 2 GiB hold them and else block by block.
    pub fn new(
        features: ArrayView2<'a, f32>,
        indices: &'a [usize],
        transform: &'a Transform,
    ) -> Self {
        Self::within(MEMORY, features, indices, transform)
    }

    /// The same rows, gathered and transformed anew for every block: for readers that pass over them
    /// a few times only.
    pub fn block_by_block(
        features: ArrayView2<'a, f32>,
        indices: &'a [usize],
        transform: &'a Transform,
    ) -> Self {
        Self::within(0, features, indices, transform)
    }

    fn within(
        memory: usize,
        features: ArrayView2<'a, f32>,
        indices: &'a [usize],
        transform: &'a Transform,
    ) -> Self {
        if let (true, Some(neighbors)) = (transform.0.is_empty(), neighbors(indices)) {
            return Self(Source::Lent(features.slice_move(s![neighbors, ..])));
        }
        let rows = LazyRows { features, indices, transform };
        let bytes = indices.len() * rows.n_features() * size_of::<f32>();
        Self(if bytes > memory { Source::Lazy(rows) } else { Source::Kept(rows.all()) })
    }

    /// All rows in memory, `[n_samples, n_features]`.
    pub fn into_kept(self) -> Array2<f32> {
        match self.0 {
            Source::Lent(rows) => rows.to_owned(),
            Source::Kept(rows) => rows,
            Source::Lazy(rows) => rows.all(),
        }
    }
}

/// The range that `indices` are, when each follows the one before it.
fn neighbors(indices: &[usize]) -> Option<Range<usize>> {
    let &first = indices.first()?;
    let follow = indices.iter().enumerate().all(|(i, &index)| index == first + i);
    follow.then(|| first..first + indices.len())
}

impl FeatureRows for RowSource<'_> {
    fn n_samples(&self) -> usize {
        match &self.0 {
            Source::Lent(rows) => rows.nrows(),
            Source::Kept(rows) => rows.nrows(),
            Source::Lazy(rows) => rows.indices.len(),
        }
    }

    fn n_features(&self) -> usize {
        match &self.0 {
            Source::Lent(rows) => rows.ncols(),
            Source::Kept(rows) => rows.ncols(),
            Source::Lazy(rows) => rows.n_features(),
        }
    }

    fn block<'b>(&'b self, range: Range<usize>, buffer: &'b mut Vec<f32>) -> ArrayView2<'b, f32> {
        match &self.0 {
            Source::Lent(rows) => rows.slice(s![range, ..]),
            Source::Kept(rows) => rows.slice(s![range, ..]),
            Source::Lazy(rows) => {
                let block = rows.gather(range);
                let shape = block.dim();
                (*buffer, _) = block.into_raw_vec_and_offset();
                ArrayView2::from_shape(shape, buffer).expect("it was a matrix in standard layout")
            }
        }
    }
}

impl LazyRows<'_> {
    fn n_features(&self) -> usize {
        self.transform.n_features_out(self.features.ncols())
    }

    fn gather(&self, range: Range<usize>) -> Array2<f32> {
        self.transform.apply(self.features.select(Axis(0), &self.indices[range]))
    }

    fn all(&self) -> Array2<f32> {
        let n_features = self.n_features();
        let mut all = Array2::zeros((self.indices.len(), n_features));
        let numbers: &mut [f32] = all.as_slice_mut().expect("a new array is contiguous");
        let blocks = numbers.par_chunks_mut(BLOCK_ROWS * n_features).enumerate();
        blocks.for_each(|(number, block)| {
            let start = number * BLOCK_ROWS;
            let rows = self.gather(start..start + block.len() / n_features);
            block.copy_from_slice(rows.as_slice().expect("gathered rows are contiguous"));
        });
        all
    }
}

#[cfg(test)]
mod tests {
    use head::{FittedStep, Step};
    use ndarray::array;

    use super::*;

    fn features(n: usize) -> Array2<f32> {
        Array2::from_shape_fn((n, 2), |(row, column)| (2 * row + column) as f32)
    }

    fn all_of(rows: &RowSource<'_>) -> Array2<f32> {
        rows.block(0..rows.n_samples(), &mut Vec::new()).to_owned()
    }

    #[test]
    fn neighbors_that_no_step_changes_are_lent() {
        let features = features(5);
        let none = Transform::default();
        let rows = RowSource::new(features.view(), &[1, 2, 3], &none);
        let mut buffer = Vec::new();
        let block = rows.block(1..3, &mut buffer);
        assert_eq!(block.as_ptr(), features.row(2).as_ptr());
        assert_eq!(block.dim(), (2, 2));
        let rows = RowSource::new(features.view(), &[1, 3], &none);
        assert_eq!(all_of(&rows), array![[2.0, 3.0], [6.0, 7.0]]);
    }

    #[test]
    fn rows_that_memory_does_not_hold_are_the_same_block_by_block() {
        let n = BLOCK_ROWS + 7;
        let (features, indices) = (features(n), (0..n).rev().collect::<Vec<_>>());
        let project = FittedStep::Project {
            step: Step::Pca(1),
            mean: array![1.0, 1.0],
            projection: array![[1.0, -0.5]],
        };
        let transform = Transform(vec![FittedStep::Power(0.5), project]);
        let kept = RowSource::new(features.view(), &indices, &transform);
        let lazy = RowSource::within(0, features.view(), &indices, &transform);
        assert!(matches!((&kept.0, &lazy.0), (Source::Kept(_), Source::Lazy(_))));
        assert_eq!((lazy.n_samples(), lazy.n_features()), (n, 1));
        assert_eq!(all_of(&kept), all_of(&lazy));
        let mut buffer = Vec::new();
        let part = kept.block(5..9, &mut buffer).to_owned();
        assert_eq!(lazy.block(5..9, &mut buffer), part);
    }
}
