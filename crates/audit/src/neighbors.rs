//! The neighbors of every row among all rows, by cosine similarity.

use std::ops::Range;

use learn::Links;
use ndarray::{Array2, ArrayView2, s};
use rayon::prelude::*;

/// Rows that a thread compares with all others at a time, and of these so many at a time; neither changes what
/// is computed for a pair.
const BLOCK_ROWS: usize = 256;

/// How similar rows are to those next to them.
#[derive(Clone, Debug, PartialEq)]
pub struct Neighborhood {
    /// Similarity of each row to its most similar other one; -1 where there is no other.
    pub nearest: Vec<f32>,
    /// Similarity of each row to its k-th most similar other one, or to the least similar where there are fewer.
    pub kth: Vec<f32>,
    /// A group for each row: rows are together that a chain of pairs above the similarity joins.
    pub groups: Vec<usize>,
}

/// What the rows of one block are to all others.
struct Block {
    nearest: Vec<f32>,
    kth: Vec<f32>,
    /// Pairs that join what no earlier pair of the block does.
    pairs: Vec<(usize, usize)>,
}

/// Compares every row of `features` `[n_rows, n_features]` with every other one. `similarity` is that from which on
/// two rows are of one group. A row of zeros resembles none.
///
/// # Panics
/// If `k` is 0.
///
/// # Examples
///
/// ```
/// use audit::neighborhood;
/// use ndarray::array;
///
/// let features = array![[1.0, 0.0], [2.0, 0.1], [0.0, 1.0]];
/// let found = neighborhood(features.view(), 2, 0.99);
/// assert_eq!(found.groups, [0, 0, 1]);
/// assert!(found.nearest[0] > 0.99 && found.kth[0] == 0.0);
/// ```
pub fn neighborhood(features: ArrayView2<'_, f32>, k: usize, similarity: f32) -> Neighborhood {
    assert!(k > 0, "the first neighbor is number 1");
    let units = unit_rows(features);
    let starts: Vec<usize> = (0..units.nrows()).step_by(BLOCK_ROWS).collect();
    let block =
        |&start: &usize| block(&units, start..units.nrows().min(start + BLOCK_ROWS), k, similarity);
    let blocks: Vec<Block> = starts.par_iter().map(block).collect();
    let mut links = Links::new(units.nrows());
    for &(a, b) in blocks.iter().flat_map(|block| &block.pairs) {
        links.join(a, b);
    }
    Neighborhood {
        nearest: blocks.iter().flat_map(|block| block.nearest.iter().copied()).collect(),
        kth: blocks.iter().flat_map(|block| block.kth.iter().copied()).collect(),
        groups: links.groups(),
    }
}

/// Rows of length 1; zeros stay zeros.
fn unit_rows(features: ArrayView2<'_, f32>) -> Array2<f32> {
    let mut units = features.to_owned();
    for mut row in units.rows_mut() {
        let square: f64 = row.iter().map(|&value| f64::from(value).powi(2)).sum();
        let scale = if square > 0.0 { 1.0 / square.sqrt() } else { 0.0 };
        row.mapv_inplace(|value| (f64::from(value) * scale) as f32);
    }
    units
}

fn block(units: &Array2<f32>, rows: Range<usize>, k: usize, similarity: f32) -> Block {
    let mut best: Vec<Best> = rows.clone().map(|_| Best::new(k)).collect();
    let (mut links, mut pairs) = (Links::new(units.nrows()), Vec::new());
    let queries = units.slice(s![rows.clone(), ..]);
    for start in (0..units.nrows()).step_by(BLOCK_ROWS) {
        let others = start..units.nrows().min(start + BLOCK_ROWS);
        let products = queries.dot(&units.slice(s![others.clone(), ..]).t());
        for ((row, best), products) in rows.clone().zip(&mut best).zip(products.rows()) {
            for (other, &product) in others.clone().zip(products) {
                if other == row {
                    continue;
                }
                best.offer(product);
                if other > row && product >= similarity && links.join(row, other) {
                    pairs.push((row, other));
                }
            }
        }
    }
    Block {
        nearest: best.iter().map(Best::first).collect(),
        kth: best.iter().map(Best::last).collect(),
        pairs,
    }
}

/// The largest similarities seen so far, in descending order.
struct Best {
    similarities: Vec<f32>,
    k: usize,
}

impl Best {
    fn new(k: usize) -> Self {
        Self { similarities: Vec::with_capacity(k.min(BLOCK_ROWS)), k }
    }

    fn offer(&mut self, similarity: f32) {
        if self.similarities.len() == self.k {
            if similarity <= self.last() {
                return;
            }
            self.similarities.pop();
        }
        let place = self.similarities.partition_point(|&better| better >= similarity);
        self.similarities.insert(place, similarity);
    }

    fn first(&self) -> f32 {
        self.similarities.first().copied().unwrap_or(-1.0)
    }

    fn last(&self) -> f32 {
        self.similarities.last().copied().unwrap_or(-1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows whose similarities are those of angles on a circle, more than a block of them.
    fn circle() -> Array2<f32> {
        let angle = |row: usize| (row * 7919 % 600) as f32 / 600.0 * std::f32::consts::TAU;
        Array2::from_shape_fn((600, 2), |(row, column)| {
            let length = 1.0 + row as f32;
            length * if column == 0 { angle(row).cos() } else { angle(row).sin() }
        })
    }

    #[test]
    fn similarities_are_those_of_a_plain_search() {
        let features = circle();
        let found = neighborhood(features.view(), 5, 2.0);
        let units = unit_rows(features.view());
        for row in [0, 255, 256, 599] {
            let others = (0..600).filter(|&other| other != row);
            let product = |other: usize| units.row(row).dot(&units.row(other));
            let mut products: Vec<f32> = others.map(product).collect();
            products.sort_by(|a, b| b.total_cmp(a));
            assert!((found.nearest[row] - products[0]).abs() < 1e-6);
            assert!((found.kth[row] - products[4]).abs() < 1e-6);
        }
        assert_eq!(found.groups, (0..600).collect::<Vec<_>>());
    }

    #[test]
    fn chains_join_across_blocks() {
        // Neighbors on the circle are 0.6 degrees apart, so that all of it is one chain.
        let step = (std::f32::consts::TAU / 600.0).cos();
        let found = neighborhood(circle().view(), 1, step - 1e-5);
        assert!(found.groups.iter().all(|&group| group == 0));
    }

    #[test]
    fn a_row_alone_and_rows_of_zeros_resemble_nothing() {
        let alone = neighborhood(Array2::ones((1, 3)).view(), 3, 0.5);
        let expected = Neighborhood { nearest: vec![-1.0], kth: vec![-1.0], groups: vec![0] };
        assert_eq!(alone, expected);
        let zeros = neighborhood(Array2::zeros((2, 3)).view(), 1, 0.5);
        assert_eq!((zeros.nearest, zeros.groups), (vec![0.0; 2], vec![0, 1]));
    }
}
