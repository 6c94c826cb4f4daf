//! SMOTE, the synthetic minority over-sampling technique.
//!
//! A synthetic row lies at a random place on the line between a row of a class and one of its `k`
//! nearest neighbors in the same class (Chawla, Bowyer, Hall and Kegelmeyer, JAIR 16, 2002). One
//! random number places all features of a row, so that it lies on the line, as in
//! imbalanced-learn; the paper's listing draws one for each feature. Rows take turns in a random
//! order. A class with no more than `k` rows takes all its others as neighbors, and a single row is
//! repeated.

use std::cmp::Ordering;

use ndarray::{Array2, ArrayView2, Axis, s};
use rand::Rng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

/// Rows whose distances to all rows of a class are in memory at a time.
const BLOCK_ROWS: usize = 256;

/// Rows `[n, n_features]` to add to `x` so that every class has as many as the largest, and the
/// class of each; class by class.
pub(super) fn between_neighbors(
    x: ArrayView2<'_, f32>,
    by_class: &[Vec<usize>],
    k: usize,
    rng: &mut Xoshiro256PlusPlus,
) -> (Array2<f32>, Vec<usize>) {
    let largest = by_class.iter().map(Vec::len).max().unwrap_or(0);
    let n_added = by_class.iter().filter(|rows| !rows.is_empty()).map(|rows| largest - rows.len());
    let mut added = Array2::zeros((n_added.sum(), x.ncols()));
    let mut labels = Vec::with_capacity(added.nrows());
    for (class, rows) in by_class.iter().enumerate() {
        if rows.is_empty() || rows.len() == largest {
            continue;
        }
        let of_class = x.select(Axis(0), rows);
        let neighbors = nearest(of_class.view(), k);
        let mut turns: Vec<usize> = (0..rows.len()).collect();
        turns.shuffle(rng);
        for row in turns.into_iter().cycle().take(largest - rows.len()) {
            let mut synthetic = added.row_mut(labels.len());
            synthetic.assign(&of_class.row(row));
            if let Some(&neighbor) = neighbors[row].choose(rng) {
                let place: f32 = rng.gen_range(0.0..1.0);
                let difference = &of_class.row(neighbor) - &of_class.row(row);
                synthetic.scaled_add(place, &difference);
            }
            labels.push(class);
        }
    }
    (added, labels)
}

/// The `k` nearest other rows of each row, nearest first, the first of equals; fewer when there are
/// no more.
fn nearest(x: ArrayView2<'_, f32>, k: usize) -> Vec<Vec<usize>> {
    let squares: Vec<f32> = x.rows().into_iter().map(|row| row.dot(&row)).collect();
    let n = x.nrows();
    let of_block = |start: usize| {
        let block = x.slice(s![start..(start + BLOCK_ROWS).min(n), ..]);
        let products = block.dot(&x.t());
        let of_row = |(i, products): (usize, ndarray::ArrayView1<'_, f32>)| {
            // The square of the row itself is the same for all its distances.
            let distance = |other: usize| squares[other] - 2.0 * products[other];
            let nearer = |&a: &usize, &b: &usize| -> Ordering {
                distance(a).total_cmp(&distance(b)).then(a.cmp(&b))
            };
            let mut others: Vec<usize> = (0..n).filter(|&other| other != start + i).collect();
            if others.len() > k {
                others.select_nth_unstable_by(k, nearer);
                others.truncate(k);
            }
            others.sort_unstable_by(nearer);
            others
        };
        products.rows().into_iter().enumerate().map(of_row).collect::<Vec<_>>()
    };
    let starts: Vec<usize> = (0..n).step_by(BLOCK_ROWS).collect();
    starts.into_par_iter().flat_map_iter(of_block).collect()
}

#[cfg(test)]
mod tests {
    use ndarray::array;
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn neighbors_are_the_nearest_others() {
        let x = array![[0.0, 0.0], [1.0, 0.0], [0.0, 3.0], [1.5, 0.0]];
        assert_eq!(nearest(x.view(), 2), [[1, 3], [3, 0], [0, 1], [1, 0]]);
        assert_eq!(nearest(x.view(), 9)[0], [1, 3, 2]);
        assert_eq!(nearest(array![[1.0]].view(), 3), [[0usize; 0]]);
    }

    #[test]
    fn many_rows_have_the_same_neighbors_as_few() {
        let n = BLOCK_ROWS + 10;
        let x = Array2::from_shape_fn((n, 1), |(row, _)| (row * row) as f32 / 1000.0);
        let neighbors = nearest(x.view(), 1);
        assert_eq!(neighbors[0], [1]);
        assert!((1..n).all(|row| neighbors[row] == [row - 1]));
    }

    #[test]
    fn synthetic_rows_lie_between_a_row_and_a_near_one() {
        // Two pairs far from each other: with one neighbor, nothing lies between the pairs.
        let x = array![[0.0, 0.0], [1.0, 2.0], [50.0, 0.0], [51.0, 2.0]];
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(0);
        let by_class = [(0..4).collect(), Vec::new(), vec![0; 100]];
        let (added, labels) = between_neighbors(x.view(), &by_class, 1, &mut rng);
        assert_eq!((added.nrows(), labels), (96, vec![0; 96]));
        for row in added.rows() {
            let from = if row[0] < 25.0 { 0.0 } else { 50.0 };
            assert!((0.0..=1.0).contains(&(row[0] - from)), "{row}");
            assert!((row[1] - 2.0 * (row[0] - from)).abs() < 1e-4, "on the line: {row}");
        }
    }
}
