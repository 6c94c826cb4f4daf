use ndarray::{Array2, ArrayView1, Axis};

use crate::Targets;

/// The targets of a network's outputs.
pub(super) struct TargetMatrix {
    /// 1 or 0, `[n, n_outputs]`.
    pub(super) values: Array2<f32>,
    /// What an entry's loss weighs, `[n, n_outputs]`; 0 for ignored entries.
    pub(super) weights: Array2<f32>,
    is_multi_label: bool,
}

impl TargetMatrix {
    /// Targets for a network of `n_outputs`, which is 1 where the second of two classes is the only
    /// output.
    ///
    /// `weights` of a class are those of rows where it is present and, of multi-label targets, where
    /// it is absent.
    pub(super) fn new(targets: Targets<'_>, n_outputs: usize, weights: &[[f64; 2]]) -> Self {
        match targets {
            Targets::Classes(labels) => {
                let first = weights.len() - n_outputs;
                let shape = (labels.len(), n_outputs);
                let is_target = |(row, output)| labels[row] == first + output;
                Self {
                    values: Array2::from_shape_fn(shape, |at| f32::from(u8::from(is_target(at)))),
                    weights: Array2::from_shape_fn(shape, |(row, _)| {
                        weights[labels[row]][0] as f32
                    }),
                    is_multi_label: false,
                }
            }
            Targets::MultiLabel(signs) => Self {
                values: signs.mapv(|sign| f32::from(sign.max(0))),
                weights: Array2::from_shape_fn(signs.dim(), |(row, class)| {
                    let [present, absent] = weights[class];
                    match signs[[row, class]].signum() {
                        1 => present as f32,
                        -1 => absent as f32,
                        _ => 0.0,
                    }
                }),
                is_multi_label: true,
            },
        }
    }

    /// The targets of some rows.
    pub(super) fn select(&self, rows: &[usize]) -> Self {
        Self {
            values: self.values.select(Axis(0), rows),
            weights: self.weights.select(Axis(0), rows),
            is_multi_label: self.is_multi_label,
        }
    }

    /// How many predictions by these scores are right, and of how many: one a row, or one an entry
    /// of multi-label targets that is not ignored.
    pub(super) fn correct(&self, scores: &Array2<f32>) -> (f64, f64) {
        if self.is_multi_label || scores.ncols() == 1 {
            let is_right = |(&score, &target): (&f32, &f32)| (score > 0.0) == (target > 0.5);
            let entries = scores.iter().zip(&self.values).zip(&self.weights);
            let counted = entries.filter(|(_, weight)| **weight > 0.0).map(|(entry, _)| entry);
            counted.fold((0.0, 0.0), |(correct, all), entry| {
                (correct + f64::from(u8::from(is_right(entry))), all + 1.0)
            })
        } else {
            let rows = scores.rows().into_iter().zip(self.values.rows());
            let correct = rows.filter(|(scores, target)| target[argmax(*scores)] > 0.5).count();
            (correct as f64, scores.nrows() as f64)
        }
    }
}

fn argmax(scores: ArrayView1<'_, f32>) -> usize {
    (1..scores.len()).fold(0, |best, next| if scores[next] > scores[best] { next } else { best })
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn two_classes_may_share_an_output() {
        let labels = [0, 1, 1];
        let targets = TargetMatrix::new(Targets::Classes(&labels), 1, &[[1.0; 2], [3.0; 2]]);
        assert_eq!(targets.values, array![[0.0], [1.0], [1.0]]);
        assert_eq!(targets.weights, array![[1.0], [3.0], [3.0]]);
        assert_eq!(targets.correct(&array![[-1.0], [0.5], [-0.5]]), (2.0, 3.0));
    }

    #[test]
    fn of_several_outputs_the_largest_is_predicted() {
        let labels = [2, 0];
        let targets = TargetMatrix::new(Targets::Classes(&labels), 3, &[[1.0; 2]; 3]);
        assert_eq!(targets.values, array![[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]);
        assert_eq!(targets.correct(&array![[-3.0, -2.0, -1.0], [0.0, 1.0, 0.5]]), (1.0, 2.0));
        assert_eq!(targets.select(&[1]).values, array![[1.0, 0.0, 0.0]]);
    }

    #[test]
    fn presence_and_absence_have_weights_of_their_own() {
        let signs = array![[1_i8, 0], [-1, 1]];
        let weights = [[2.0, 0.5], [3.0, 1.0]];
        let targets = TargetMatrix::new(Targets::MultiLabel(signs.view()), 2, &weights);
        assert_eq!(targets.values, array![[1.0, 0.0], [0.0, 1.0]]);
        assert_eq!(targets.weights, array![[2.0, 0.0], [0.5, 3.0]]);
    }
}
