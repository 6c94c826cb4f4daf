//! Training sets with as many rows of one class as of another.
//!
//! | sampling | what it does |
//! |----------|--------------|
//! | `over` | repeats rows until every class has as many as the largest |
//! | `under` | leaves rows out until every class has as few as the smallest |
//! | `smote:K` | adds rows between neighbors until every class has as many as the largest |
//!
//! Only rows that are trained on are sampled, inside each fold and after its transform: held-out
//! rows are scored as they are. Another way to the same end, without more rows or fewer, is to
//! [weigh the classes](head::ClassWeights).

mod resample;
mod smote;

use head::Sampling;
use ndarray::{Array2, ArrayView2, Axis, concatenate};
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

/// Samples the rows `x` `[n, n_features]` with their labels, which lie below `n_classes`.
///
/// The rows that stay are in their order, those that are added come after them, class by class. The
/// same seed gives the same rows.
///
/// # Examples
///
/// ```
/// use head::Sampling;
/// use ndarray::array;
///
/// let rows = array![[1.0], [2.0], [3.0]];
/// let (sampled, labels) = learn::sample(Sampling::Over, rows.view(), &[0, 1, 0], 2, 0);
/// assert_eq!((sampled, labels), (array![[1.0], [2.0], [3.0], [2.0]], vec![0, 1, 0, 1]));
/// ```
pub fn sample(
    sampling: Sampling,
    x: ArrayView2<'_, f32>,
    labels: &[usize],
    n_classes: usize,
    seed: u64,
) -> (Array2<f32>, Vec<usize>) {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut by_class = vec![Vec::new(); n_classes];
    for (row, &label) in labels.iter().enumerate() {
        by_class[label].push(row);
    }
    let pick = |rows: Vec<usize>| {
        let labels = rows.iter().map(|&row| labels[row]).collect();
        (x.select(Axis(0), &rows), labels)
    };
    match sampling {
        Sampling::None => (x.to_owned(), labels.to_vec()),
        Sampling::Over => {
            let added = resample::repeated(&by_class, &mut rng);
            pick((0..labels.len()).chain(added).collect())
        }
        Sampling::Under => pick(resample::thinned(&by_class, &mut rng)),
        Sampling::Smote(neighbors) => {
            let (added, added_labels) = smote::between_neighbors(x, &by_class, neighbors, &mut rng);
            let x = concatenate![Axis(0), x, added];
            (x, [labels, &added_labels].concat())
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    /// 6, 3 and 1 rows of three classes, on lines of their own.
    fn rows() -> (Array2<f32>, Vec<usize>) {
        let labels = vec![0, 1, 0, 2, 0, 1, 0, 0, 1, 0];
        let x = Array2::from_shape_fn((10, 2), |(row, column)| {
            if column == 0 { row as f32 } else { 100.0 * labels[row] as f32 }
        });
        (x, labels)
    }

    fn counts(labels: &[usize]) -> [usize; 3] {
        [0, 1, 2].map(|class| labels.iter().filter(|&&label| label == class).count())
    }

    #[test]
    fn every_sampling_balances_the_classes_and_invents_no_other_rows() {
        let (x, labels) = rows();
        for (sampling, n) in [(Sampling::Over, 6), (Sampling::Under, 1), (Sampling::Smote(2), 6)] {
            let (sampled, sampled_labels) = sample(sampling, x.view(), &labels, 3, 0);
            assert_eq!(counts(&sampled_labels), [n; 3], "{sampling}");
            for (row, &label) in sampled.rows().into_iter().zip(&sampled_labels) {
                assert_eq!(row[1], 100.0 * label as f32, "{sampling}");
                assert!((0.0..=9.0).contains(&row[0]));
            }
            let again = sample(sampling, x.view(), &labels, 3, 0);
            assert_eq!(again, (sampled.clone(), sampled_labels));
            let differs = |seed| sample(sampling, x.view(), &labels, 3, seed).0 != sampled;
            assert!((1..9).any(differs), "{sampling}");
        }
    }

    #[test]
    fn rows_that_stay_keep_their_order_and_added_ones_follow() {
        let (x, labels) = rows();
        assert_eq!(sample(Sampling::None, x.view(), &labels, 3, 0), (x.clone(), labels.clone()));
        let (over, over_labels) = sample(Sampling::Over, x.view(), &labels, 3, 0);
        assert_eq!(over.slice(ndarray::s![..10, ..]), x);
        assert!(over_labels[10..].is_sorted());
        let (under, _) = sample(Sampling::Under, x.view(), &labels, 3, 0);
        assert!(under.column(0).iter().is_sorted());
    }

    #[test]
    fn classes_of_one_size_stay_as_they_are() {
        let (x, labels) = (array![[1.0], [2.0]], [1, 0]);
        for sampling in [Sampling::Over, Sampling::Under, Sampling::Smote(5)] {
            let sampled = sample(sampling, x.view(), &labels, 2, 7);
            assert_eq!(sampled, (x.clone(), labels.to_vec()), "{sampling}");
        }
    }
}
