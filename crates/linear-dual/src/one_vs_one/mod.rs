//! One-vs-one linear SVM: a binary problem for each pair of classes on the rows of the two, and a
//! vote among the pairs.
//!
//! Each pair `a < b` is the hinge-loss problem of [this crate](crate) with penalized
//! intercept (class `a` is the positive side); see there for what is minimized, the method and the
//! stop. All pairs and folds share one matrix of inner products, its rows sorted by class, so that
//! the matrix of a pair is four blocks of it.
//!
//! A class scores one vote for each pair that it wins, and a squashed sum of its margins that orders
//! classes of equally many votes: the transformation behind scikit-learn's
//! `decision_function_shape="ovr"` (`sklearn.multiclass`), which takes ties away.

mod head;
mod pair;
mod path;
mod vote;

pub use head::OneVsOneHead;
pub use path::{OneVsOnePoint, solve_one_vs_one_path};

/// Number of pairs of so many classes.
fn n_pairs(n_classes: usize) -> usize {
    n_classes * n_classes.saturating_sub(1) / 2
}

/// The pairs of classes `a < b`, in the order of their problems: (0, 1), (0, 2), ..., (1, 2), ...
fn pairs(n_classes: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n_classes).flat_map(move |a| (a + 1..n_classes).map(move |b| (a, b)))
}

/// Where the pair `a < b` stands.
fn pair_index(n_classes: usize, a: usize, b: usize) -> usize {
    a * (2 * n_classes - a - 1) / 2 + b - a - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_stand_where_their_index_says() {
        let expected: Vec<_> = pairs(6).map(|(a, b)| pair_index(6, a, b)).collect();
        assert_eq!(expected, (0..n_pairs(6)).collect::<Vec<_>>());
    }
}
