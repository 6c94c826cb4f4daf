//! The orders in which training rows are taken.

use learn::Rows;
use rand::SeedableRng as _;
use rand::seq::SliceRandom as _;
use rand_xoshiro::Xoshiro256PlusPlus;

/// An order of the rows of each class: of `n` images a class, the first `n` are taken, so that more images are
/// always fewer and some others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draw {
    /// The seed that it was drawn with.
    pub seed: u64,
    /// Row numbers in the cache, class by class, in the order in which they are taken.
    pub by_class: Vec<Vec<usize>>,
}

/// `n` orders of `rows`, which have one class each; the first has the seed `seed`.
pub(super) fn draws(rows: &Rows, n_classes: usize, n: usize, seed: u64) -> Vec<Draw> {
    let mut by_class = vec![Vec::new(); n_classes];
    for (&row, &label) in rows.indices.iter().zip(rows.labels.classes()) {
        by_class[label].push(row);
    }
    let draw = |place: usize| shuffled(&by_class, seed.wrapping_add(place as u64));
    (0..n).map(draw).collect()
}

fn shuffled(by_class: &[Vec<usize>], seed: u64) -> Draw {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut by_class = by_class.to_vec();
    by_class.iter_mut().for_each(|rows| rows.shuffle(&mut rng));
    Draw { seed, by_class }
}

impl Draw {
    /// The first rows of each class, as many as `limit` gives for a class of its size, with their labels; all where
    /// it has no more.
    pub(super) fn first(&self, limit: impl Fn(usize) -> usize) -> Rows {
        let (mut indices, mut labels) = (Vec::new(), Vec::new());
        for (label, rows) in self.by_class.iter().enumerate() {
            let taken = &rows[..rows.len().min(limit(rows.len()))];
            indices.extend_from_slice(taken);
            labels.resize(indices.len(), label);
        }
        Rows { indices, labels: learn::Labels::Classes(labels) }
    }
}

#[cfg(test)]
mod tests {
    use learn::Labels;

    use super::*;

    #[test]
    fn draws_are_orders_of_the_rows_of_each_class_and_more_rows_hold_fewer() {
        let labels = [0, 1, 0, 0, 1, 0];
        let rows = Rows { indices: (10..16).collect(), labels: Labels::Classes(labels.to_vec()) };
        let draws = draws(&rows, 2, 20, 3);
        assert_eq!((draws[0].seed, draws[19].seed), (3, 22));
        assert!(draws.iter().any(|draw| draw.by_class != draws[0].by_class));
        for draw in &draws {
            let mut sorted = draw.by_class.clone();
            sorted.iter_mut().for_each(|rows| rows.sort_unstable());
            assert_eq!(sorted, [vec![10, 12, 13, 15], vec![11, 14]]);
            let (few, more) = (draw.first(|_| 1), draw.first(|_| 3));
            assert_eq!((few.len(), more.len()), (2, 5));
            assert!(few.indices.iter().all(|row| more.indices.contains(row)));
            assert_eq!(more.labels, Labels::Classes(vec![0, 0, 0, 1, 1]));
        }
    }
}
