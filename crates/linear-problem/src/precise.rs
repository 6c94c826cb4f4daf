use crate::{PathOptions, PathProblem};

/// Below this, sums in f32 do not tell whether a tolerance is met.
pub const FINEST_TOL: f64 = 1e-5;

/// A single fit to fewer rows than these is finished in f64 in milliseconds.
const FEW_ROWS: usize = 1000;

/// Whether a path is one fit to all rows, whose head is kept. It has no solution of a smaller C to start
/// from.
pub fn is_single_fit(problem: &PathProblem<'_>, options: &PathOptions) -> bool {
    let holds_nothing_out = problem.folds.held_out_by.iter().all(Option::is_none);
    options.cs.len() == 1 && options.keep_heads && holds_nothing_out
}

/// Whether an SVM is to be finished in f64, even if f32 says that it is at the tolerance.
pub fn is_precise(problem: &PathProblem<'_>, options: &PathOptions) -> bool {
    let is_small = problem.rows.n_samples() < FEW_ROWS && is_single_fit(problem, options);
    options.tol < FINEST_TOL || is_small
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::{ClassWeight, Folds, Targets};

    /// What [`is_single_fit`] and [`is_precise`] say of `n` rows, of which the first is held out or not.
    fn answers(n: usize, holds_out: bool, options: &PathOptions) -> (bool, bool) {
        let (x, labels) = (Array2::zeros((n, 1)), vec![0; n]);
        let mut held_out_by = vec![None; n];
        held_out_by[0] = holds_out.then_some(0);
        let problem = PathProblem {
            rows: &x.view(),
            targets: Targets::Classes(&labels),
            n_classes: 2,
            folds: Folds { n_folds: 1, held_out_by: &held_out_by },
        };
        (is_single_fit(&problem, options), is_precise(&problem, options))
    }

    #[test]
    fn single_fits_to_few_rows_and_fine_tolerances_are_finished_in_f64() {
        let class_weight = ClassWeight::Uniform;
        let (cs, tol) = (vec![1.0], FINEST_TOL);
        let one = PathOptions { cs, tol, max_iter: 1, class_weight, seed: 0, keep_heads: true };
        let two = PathOptions { cs: vec![1.0, 2.0], ..one.clone() };
        let scores = PathOptions { keep_heads: false, ..one.clone() };
        let fine = PathOptions { tol: 0.9 * FINEST_TOL, ..two.clone() };
        assert_eq!(answers(FEW_ROWS - 1, false, &one), (true, true));
        assert_eq!(answers(FEW_ROWS, false, &one), (true, false));
        assert_eq!(answers(5, true, &one), (false, false), "a fold");
        assert_eq!(answers(5, false, &two), (false, false), "a path");
        assert_eq!(answers(5, false, &scores), (false, false), "no head");
        assert_eq!(answers(FEW_ROWS, true, &fine), (false, true));
    }
}
