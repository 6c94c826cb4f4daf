//! The way to the C of a single fit, by way of a few smaller ones.

use linear_precise::Stop;
use linear_problem::PathOptions;

use super::solve::Path;

/// The C of a stage over that of the stage before.
const STAGE: f64 = 8.0;

/// Where the stages begin, relative to the inverse of a sample's mean squared length: there nearly
/// all solutions rest on their bounds, and are found without a start.
const FIRST_C: f64 = 0.01;

/// How precisely a stage is solved that is nothing but a start.
const STAGE_TOL: f64 = 1e-2;

/// Goes through the stages to `c`; returns the iterations that they took.
pub(super) fn advance(path: &mut Path<'_>, c: f64, options: &PathOptions) -> usize {
    let diagonal = path.shared.gram.diagonal();
    let mean_square = diagonal.iter().map(|&v| f64::from(v)).sum::<f64>() / diagonal.len() as f64;
    let mut n_iter = 0;
    for c in stages(FIRST_C / mean_square, c) {
        // The last iteration is the wanted C's own.
        let max_iter = (options.max_iter - n_iter).saturating_sub(1);
        if max_iter == 0 {
            break;
        }
        path.advance(c, Stop { tol: STAGE_TOL.max(options.tol), max_iter });
        n_iter += path.n_iter();
    }
    n_iter
}

/// Values of C on the way to the one that is wanted, ascending.
fn stages(first: f64, c: f64) -> Vec<f64> {
    let mut stages: Vec<f64> = std::iter::successors(Some(c / STAGE), |c| Some(c / STAGE))
        .take_while(|&c| c >= first)
        .collect();
    stages.reverse();
    stages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_ascend_to_the_wanted_c() {
        assert_eq!(stages(0.01, 6.4), [0.0125, 0.1, 0.8]);
        assert!(stages(0.01, 0.05).is_empty());
    }
}
