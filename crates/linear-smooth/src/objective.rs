//! What is minimized: the loss of each row, and what each row counts in each problem.

use linear_problem::{ClassWeight, FitError, PathProblem, Targets};

use super::{SmoothLoss, block_matrix::BLOCK_ROWS};

/// The problems of a sweep at one C: for the softmax one a fold, with a column for each class; for
/// the squared hinge one a fold and class. Columns are fold by fold, class by class.
pub(super) struct Objective {
    pub(super) loss: SmoothLoss,
    n_classes: usize,
    labels: Labels,
    /// What each row counts in each fold, `[n_folds][n_samples]`: 0 where it is held out, else the
    /// weight of its class.
    costs: Vec<Vec<f32>>,
}

/// Labels in the order of the solver.
enum Labels {
    /// `[n_samples]`.
    Classes(Vec<u32>),
    /// `[n_classes, n_samples]`, and for each fold and class the weights of the rows that have the
    /// class and of those that do not.
    MultiLabel { signs: Vec<i8>, weights: Vec<Vec<[f32; 2]>> },
}

/// Numbers of one block, for each of its rows.
pub(super) type PerRow = [f32; BLOCK_ROWS];

/// First and second derivatives of a loss along two changes of the scores.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Curvature {
    pub(super) a: f64,
    pub(super) b: f64,
    pub(super) aa: f64,
    pub(super) ab: f64,
    pub(super) bb: f64,
}

impl Objective {
    /// Lays the labels out in the order given, and checks that every fold trains on every class.
    ///
    /// # Errors
    /// [`FitError::ClassWeightCount`], [`FitError::MissingClass`] or [`FitError::OneClass`].
    pub(super) fn new(
        problem: &PathProblem<'_>,
        loss: SmoothLoss,
        class_weight: &ClassWeight,
        order: &[usize],
    ) -> Result<Self, FitError> {
        let n_classes = problem.n_classes;
        let folds = 0..problem.folds.n_folds;
        let trains = |fold: usize, row: usize| problem.folds.held_out_by[row] != Some(fold);
        let (labels, costs) = match problem.targets {
            Targets::Classes(labels) => {
                if n_classes < 2 {
                    return Err(FitError::OneClass);
                }
                let costs: Result<Vec<Vec<f32>>, FitError> = folds
                    .map(|fold| {
                        let mut counts = vec![0; n_classes];
                        order
                            .iter()
                            .filter(|&&row| trains(fold, row))
                            .for_each(|&row| counts[labels[row]] += 1);
                        let weights = class_weight.weights(present(&counts)?)?;
                        let cost =
                            |&row| if trains(fold, row) { weights[labels[row]] } else { 0.0 };
                        Ok(order.iter().map(|row| cost(row) as f32).collect())
                    })
                    .collect();
                (Labels::Classes(order.iter().map(|&row| labels[row] as u32).collect()), costs?)
            }
            Targets::MultiLabel(entries) => {
                let costs = folds.clone().map(|fold| {
                    order.iter().map(|&row| f32::from(u8::from(trains(fold, row)))).collect()
                });
                let weights: Result<Vec<_>, FitError> = folds
                    .clone()
                    .map(|fold| {
                        let count = |class: usize, entry: i8| {
                            let of_fold = order.iter().filter(|&&row| trains(fold, row));
                            of_fold.filter(|&&row| entries[[row, class]] == entry).count()
                        };
                        let present: Vec<_> = (0..n_classes).map(|class| count(class, 1)).collect();
                        let absent: Vec<_> = (0..n_classes).map(|class| count(class, -1)).collect();
                        multi_label_weights(class_weight, &present, &absent)
                    })
                    .collect();
                let signs = (0..n_classes)
                    .flat_map(|class| order.iter().map(move |&row| entries[[row, class]]))
                    .collect();
                (Labels::MultiLabel { signs, weights: weights? }, costs.collect())
            }
        };
        Ok(Self { loss, n_classes, labels, costs })
    }

    /// Number of classes.
    pub(super) fn n_classes(&self) -> usize {
        self.n_classes
    }

    /// Columns of one problem.
    pub(super) fn width(&self) -> usize {
        match self.loss {
            SmoothLoss::Softmax => self.n_classes,
            SmoothLoss::SquaredHinge => 1,
        }
    }

    /// Problems of all folds.
    pub(super) fn n_problems(&self) -> usize {
        self.n_columns() / self.width()
    }

    /// Columns of all problems.
    pub(super) fn n_columns(&self) -> usize {
        self.costs.len() * self.n_classes
    }

    /// The fold and class of a column.
    pub(super) fn fold_and_class(&self, column: usize) -> (usize, usize) {
        (column / self.n_classes, column % self.n_classes)
    }

    /// The fold of a problem.
    pub(super) fn fold_of(&self, problem: usize) -> usize {
        problem * self.width() / self.n_classes
    }

    /// What rows count in a fold, `[n_samples]`.
    pub(super) fn costs(&self, fold: usize) -> &[f32] {
        &self.costs[fold]
    }

    /// The class of each row.
    pub(super) fn classes(&self) -> &[u32] {
        match &self.labels {
            Labels::Classes(labels) => labels,
            Labels::MultiLabel { .. } => unreachable!("several labels a row are not for a softmax"),
        }
    }

    /// The signs and costs of `len` rows from `start` on, in one class against the rest; ignored
    /// entries are 0.
    pub(super) fn signs(
        &self,
        (fold, class): (usize, usize),
        start: usize,
        len: usize,
        signs: &mut PerRow,
        costs: &mut PerRow,
    ) {
        costs[..len].copy_from_slice(&self.costs[fold][start..start + len]);
        match &self.labels {
            Labels::Classes(labels) => {
                for (sign, &label) in signs.iter_mut().zip(&labels[start..start + len]) {
                    *sign = if label == class as u32 { 1.0 } else { -1.0 };
                }
            }
            Labels::MultiLabel { signs: all, weights } => {
                let [present, absent] = weights[fold][class];
                let n_samples = self.costs[fold].len();
                let entries = &all[class * n_samples + start..][..len];
                for ((sign, cost), &entry) in signs.iter_mut().zip(costs).zip(entries) {
                    *sign = f32::from(entry);
                    *cost *= match entry {
                        0 => 0.0,
                        1 => present,
                        _ => absent,
                    };
                }
            }
        }
    }
}

/// The counts, if none is zero.
fn present(counts: &[usize]) -> Result<&[usize], FitError> {
    match counts.iter().position(|&count| count == 0) {
        Some(class) => Err(FitError::MissingClass { class }),
        None => Ok(counts),
    }
}

/// For each class the weights of the rows that have it, and of those that do not.
fn multi_label_weights(
    class_weight: &ClassWeight,
    counts: &[usize],
    absent: &[usize],
) -> Result<Vec<[f32; 2]>, FitError> {
    let weights = class_weight.weights(present(counts)?)?;
    Ok(match class_weight {
        ClassWeight::Uniform | ClassWeight::Given(_) => {
            weights.iter().map(|&weight| [weight as f32, 1.0]).collect()
        }
        ClassWeight::Balanced => {
            let half = |count, all| all as f32 / (2 * count) as f32;
            let sizes = counts.iter().zip(absent);
            sizes.map(|(&p, &a)| [half(p, p + a), half(a.max(1), p + a)]).collect()
        }
    })
}
