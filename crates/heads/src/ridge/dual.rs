//! The normal equations over rows: scores are `K a + b` with `K` the inner products of the rows and
//! `(K + alpha / s) a + b = y`, `sum a = 0`. `a / s` is proportional to the residual.

use faer::{
    Accum, Mat, Par,
    linalg::{matmul::matmul, solvers::PartialPivLu},
    prelude::Solve,
};
use linear_precise::Cholesky;

use super::{
    centered_rows::CenteredRows,
    fold_fit::{FoldFit, head_about},
    kernel::Kernel,
    problem::{FoldRows, SignedTargets, alpha},
};
use crate::FitError;

/// Rows of one product.
const CHUNK_ROWS: usize = 512;

pub(super) struct Dual<'a> {
    rows: &'a CenteredRows<'a>,
    targets: &'a SignedTargets,
    folds: &'a [FoldRows],
    kernel: Kernel,
}

impl<'a> Dual<'a> {
    pub(super) fn new(
        rows: &'a CenteredRows<'a>,
        targets: &'a SignedTargets,
        folds: &'a [FoldRows],
    ) -> Self {
        let kernel = Kernel::new(rows, targets.y.nrows(), |_| 1.0);
        Self { rows, targets, folds, kernel }
    }

    /// Solves one fold for one C.
    ///
    /// # Errors
    /// [`FitError::IllConditioned`].
    pub(super) fn solve(&self, fold: usize, c: f64, keep_head: bool) -> Result<FoldFit, FitError> {
        let FoldRows { training, weights, held_out } = &self.folds[fold];
        let matrix = Mat::from_fn(training.len(), training.len(), |i, j| {
            let penalty = if i == j { alpha(c) / weights[training[i]] } else { 0.0 };
            if i < j { 0.0 } else { self.kernel.at(training[i], training[j]) + penalty }
        });
        let equations = Equations {
            cholesky: Cholesky::new(matrix).ok_or(FitError::IllConditioned { c })?,
            n_rows: training.len(),
        };
        let n_classes = self.targets.y.ncols();
        let y = Mat::from_fn(training.len(), n_classes, |i, class| {
            self.targets.y[(training[i], class)]
        });
        let mut solution = equations.solve(y.clone());
        for (class, _) in self.targets.ignored(training) {
            let is_ignored = |&i: &usize| y[(i, class)] == 0.0;
            equations.impute(
                &mut solution,
                class,
                &(0..training.len()).filter(is_ignored).collect::<Vec<_>>(),
            );
        }

        let Solution { multipliers, constants } = &solution;
        let objective = 0.5 * (0..n_classes).map(|k| dot(multipliers, &y, k)).sum::<f64>();
        let mut scores = Mat::from_fn(held_out.len(), n_classes, |_, class| constants[class]);
        let products = Mat::from_fn(held_out.len(), training.len(), |i, j| {
            self.kernel.at(held_out[i], training[j])
        });
        matmul(&mut scores, Accum::Add, &products, multipliers, 1.0, Par::Seq);
        let head = keep_head.then(|| {
            let weights = self.weights(training, multipliers);
            head_about(self.rows.mean(), weights.as_ref(), constants.iter().copied())
        });
        Ok(FoldFit { held_out: scores, objective, head })
    }

    /// `[n_features, n_classes]`.
    fn weights(&self, training: &[usize], multipliers: &Mat<f64>) -> Mat<f64> {
        let mut weights = Mat::zeros(self.rows.n_features(), multipliers.ncols());
        for (chunk, indices) in training.chunks(CHUNK_ROWS).enumerate() {
            let gathered = self.rows.gather(indices, |_| 1.0);
            let x = self.rows.matrix(&gathered).subcols(0, self.rows.n_features());
            let part = multipliers.subrows(chunk * CHUNK_ROWS, indices.len());
            matmul(&mut weights, Accum::Add, x.transpose(), part, 1.0, Par::Seq);
        }
        weights
    }
}

/// `(K + alpha / s) a + b = y`, `sum a = 0`, factored.
struct Equations {
    cholesky: Cholesky,
    n_rows: usize,
}

/// What the equations say for several columns of targets.
struct Solution {
    /// `a`, `[n_rows, columns]`.
    multipliers: Mat<f64>,
    /// `b`, `[columns]`.
    constants: Vec<f64>,
}

impl Equations {
    fn solve(&self, mut y: Mat<f64>) -> Solution {
        let mut of_ones = Mat::from_fn(self.n_rows, 1, |_, _| 1.0);
        self.cholesky.solve_in_place(of_ones.as_mut());
        self.cholesky.solve_in_place(y.as_mut());
        let total: f64 = of_ones.col(0).iter().sum();
        let constants: Vec<f64> =
            y.col_iter().map(|column| column.iter().sum::<f64>() / total).collect();
        for (column, constant) in y.col_iter_mut().zip(&constants) {
            column.iter_mut().zip(of_ones.col(0).iter()).for_each(|(a, one)| *a -= constant * one);
        }
        Solution { multipliers: y, constants }
    }

    /// Gives the ignored rows of a class the targets that its fit predicts for them: those at
    /// which their multipliers are zero.
    fn impute(&self, solution: &mut Solution, class: usize, ignored: &[usize]) {
        let units =
            Mat::from_fn(
                self.n_rows,
                ignored.len(),
                |row, i| {
                    if ignored[i] == row { 1.0 } else { 0.0 }
                },
            );
        let slopes = self.solve(units);
        let own =
            Mat::from_fn(ignored.len(), ignored.len(), |i, j| slopes.multipliers[(ignored[i], j)]);
        let missing =
            Mat::from_fn(ignored.len(), 1, |i, _| -solution.multipliers[(ignored[i], class)]);
        let imputed = PartialPivLu::new(own.as_ref()).solve(missing);
        let column = solution.multipliers.subcols_mut(class, 1);
        matmul(column, Accum::Add, &slopes.multipliers, &imputed, 1.0, Par::Seq);
        solution.constants[class] += dot(&imputed, &column_of(&slopes.constants), 0);
    }
}

fn column_of(values: &[f64]) -> Mat<f64> {
    Mat::from_fn(values.len(), 1, |i, _| values[i])
}

/// The inner product of one column of two matrices.
fn dot(a: &Mat<f64>, b: &Mat<f64>, column: usize) -> f64 {
    a.col(column).iter().zip(b.col(column).iter()).map(|(a, b)| a * b).sum()
}
