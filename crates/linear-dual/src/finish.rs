//! What becomes of columns that f32 does not bring to the tolerance: they are finished in f64, from
//! where they are.

use linear_precise::{self as precise, BinaryProblem, Rows, Solution, Stop};
use linear_problem::PathOptions;
use rayon::prelude::*;

use super::{column::Column, solve::Path};

/// The solution of each column at `c` that needs it, or of `all`; `n_iter` iterations were done before this C.
pub(super) fn finish(
    path: &Path<'_>,
    rows: &Rows<'_>,
    c: f64,
    options: &PathOptions,
    n_iter: usize,
    all: bool,
) -> Vec<Option<Solution>> {
    let finish = |column: &Column| {
        let done = n_iter + column.n_iter;
        if !(all || needs_finish(column, options)) || done >= options.max_iter {
            return None;
        }
        let (mut betas, mut weights) = (vec![0.0; rows.n_rows()], vec![0.0; rows.n_rows()]);
        for (position, row) in path.shared.layout.rows().iter().enumerate() {
            if let Some(row) = *row {
                betas[row] = f64::from(column.beta[position]);
                weights[row] = column.signed_weights[position];
            }
        }
        let problem = BinaryProblem::new(rows, weights.into_iter(), c, path.loss);
        let stop = Stop { tol: options.tol, max_iter: options.max_iter - done };
        let mut solution = precise::finish(&problem, betas, stop);
        solution.report.n_iter += column.n_iter;
        Some(solution)
    };
    path.columns.par_iter().with_max_len(1).map(finish).collect()
}

/// Whether f32 did not bring a column to the tolerance.
pub(super) fn needs_finish(column: &Column, options: &PathOptions) -> bool {
    column.measure.residual() > options.tol
}
