//! The normal equations over features: `(sum s z z' + alpha I) u = sum s z y`, where `z` is a row's
//! features and a 1, whose weight, the intercept, is not penalized.

use faer::{
    Accum, Mat, Par,
    linalg::{matmul::matmul, solvers::PartialPivLu},
    prelude::Solve,
};
use linear_precise::Cholesky;

use super::{
    centered_rows::CenteredRows,
    fold_fit::{FoldFit, head_about},
    moments::Moments,
    problem::{FoldRows, SignedTargets, alpha},
};
use crate::FitError;

/// Rows whose scores are computed at a time.
const CHUNK_ROWS: usize = 512;

pub(super) struct Primal<'a> {
    rows: &'a CenteredRows<'a>,
    targets: &'a SignedTargets,
    folds: &'a [FoldRows],
    /// The sums over each fold's training rows.
    moments: Vec<Moments>,
}

impl<'a> Primal<'a> {
    /// The sums of every fold. Where all folds give a row the same weight, every row is read once.
    pub(super) fn new(
        rows: &'a CenteredRows<'a>,
        targets: &'a SignedTargets,
        folds: &'a [FoldRows],
        has_shared_weights: bool,
    ) -> Self {
        let moments_of = |indices: &[usize], weights: &[f64]| {
            Moments::new(rows, targets.y.as_ref(), indices, weights)
        };
        let moments = if has_shared_weights {
            let weights = &folds[0].weights;
            let mut is_held_out = vec![false; weights.len()];
            folds.iter().flat_map(|fold| &fold.held_out).for_each(|&row| is_held_out[row] = true);
            let rest: Vec<usize> = (0..weights.len()).filter(|&row| !is_held_out[row]).collect();

            let mut whole = moments_of(&rest, weights);
            let mut parts: Vec<_> =
                folds.iter().map(|fold| moments_of(&fold.held_out, weights)).collect();
            parts.iter().for_each(|part| whole.add(part));
            parts.iter_mut().for_each(|part| part.complement(&whole));
            parts
        } else {
            folds.iter().map(|fold| moments_of(&fold.training, &fold.weights)).collect()
        };
        Self { rows, targets, folds, moments }
    }

    /// Solves one fold for one C.
    ///
    /// # Errors
    /// [`FitError::IllConditioned`].
    pub(super) fn solve(&self, fold: usize, c: f64, keep_head: bool) -> Result<FoldFit, FitError> {
        let moments = &self.moments[fold];
        let n_features = self.rows.n_features();
        let mut matrix = moments.gram().to_owned();
        (0..n_features).for_each(|feature| matrix[(feature, feature)] += alpha(c));
        let cholesky = Cholesky::new(matrix).ok_or(FitError::IllConditioned { c })?;

        let mut solution = moments.right.clone();
        cholesky.solve_in_place(solution.as_mut());
        for (class, ignored) in self.targets.ignored(&self.folds[fold].training) {
            self.impute(fold, &cholesky, &mut solution, class, &ignored);
        }

        let fitted = |class| -> f64 {
            solution
                .col(class)
                .iter()
                .zip(moments.right.col(class).iter())
                .map(|(u, r)| u * r)
                .sum()
        };
        let losses = moments.squares.iter().enumerate().map(|(class, y)| y - fitted(class));
        let head = keep_head.then(|| {
            let constants = solution.row(n_features).iter().copied();
            head_about(self.rows.mean(), solution.subrows(0, n_features), constants)
        });
        let held_out = self.scores(&self.folds[fold].held_out, &solution);
        Ok(FoldFit { held_out, objective: c * losses.sum::<f64>(), head })
    }

    /// Gives the ignored entries of a class the targets that its fit predicts for them.
    fn impute(
        &self,
        fold: usize,
        cholesky: &Cholesky,
        solution: &mut Mat<f64>,
        class: usize,
        ignored: &[usize],
    ) {
        let weights = &self.folds[fold].weights;
        let gathered = self.rows.gather(ignored, |_| 1.0);
        let z = self.rows.matrix(&gathered);
        // A column is the change of the solution as the target of one entry grows by 1.
        let mut slopes =
            Mat::from_fn(z.ncols(), z.nrows(), |column, i| weights[ignored[i]] * z[(i, column)]);
        cholesky.solve_in_place(slopes.as_mut());
        let own_share = Mat::<f64>::identity(z.nrows(), z.nrows()) - z * &slopes;
        let mut column = solution.col_mut(class);
        let imputed = PartialPivLu::new(own_share.as_ref()).solve(z * column.as_ref());
        column += &slopes * imputed;
    }

    /// Scores of rows, `[indices.len(), n_classes]`.
    fn scores(&self, indices: &[usize], solution: &Mat<f64>) -> Mat<f64> {
        let mut scores = Mat::zeros(indices.len(), solution.ncols());
        for (chunk, indices) in indices.chunks(CHUNK_ROWS).enumerate() {
            let gathered = self.rows.gather(indices, |_| 1.0);
            let z = self.rows.matrix(&gathered);
            let to = scores.subrows_mut(chunk * CHUNK_ROWS, indices.len());
            matmul(to, Accum::Replace, z, solution, 1.0, Par::Seq);
        }
        scores
    }
}
