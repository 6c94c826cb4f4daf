//! A single fit, by way of a few smaller C.

use ndarray::ArrayView2;
use simd::Level;

use super::{
    coef,
    column::columns_of,
    path::reports,
    scores::Shared,
    solve::{Path, Stop},
};
use crate::{
    FeatureRows, FitError, Fitted, Folds, LinearSvmValidParams, PathProblem, Targets,
    gram::{Gram, Layout},
};

/// The C of a stage over that of the stage before.
const STAGE: f64 = 8.0;

/// Where the stages begin, relative to the inverse of a sample's mean squared length: there nearly
/// all solutions rest on their bounds, and are found without a start.
const FIRST_C: f64 = 0.01;

/// How precisely a stage is solved that is nothing but a start.
const STAGE_TOL: f64 = 1e-2;

/// Fits one-vs-rest heads to all rows of `x` `[n_samples, n_features]`, rows contiguous.
///
/// # Errors
/// [`FitError::NotFinite`], [`FitError::MissingClass`], [`FitError::ClassWeightCount`] or
/// [`FitError::OutOfMemory`].
pub(crate) fn fit(
    x: ArrayView2<'_, f32>,
    labels: &[usize],
    n_classes: usize,
    params: &LinearSvmValidParams,
) -> Result<Fitted, FitError> {
    let held_out_by = vec![None; x.nrows()];
    let problem = PathProblem {
        rows: &x as &dyn FeatureRows,
        targets: Targets::Classes(labels),
        n_classes,
        folds: Folds { n_folds: 1, held_out_by: &held_out_by },
    };
    let layout = Layout::of_folds(&problem.folds);
    let columns = columns_of(&problem, params.class_weight(), &layout)?;
    let level = Level::detected();
    let gram = Gram::new(problem.rows, &layout, level)?;
    let diagonal = gram.diagonal();
    let mean_square = diagonal.iter().map(|&v| f64::from(v)).sum::<f64>() / diagonal.len() as f64;
    let shared = Shared { gram: &gram, layout: &layout, level };
    let mut path = Path::new(shared, params.loss(), columns, params.seed());

    let mut n_iter = 0;
    for c in stages(FIRST_C / mean_square, params.c()) {
        // The last iteration is the wanted C's own.
        let max_iter = (params.max_iter() - n_iter).saturating_sub(1);
        if max_iter == 0 {
            break;
        }
        path.advance(c, Stop { tol: STAGE_TOL.max(params.tol()), max_iter });
        n_iter += path.n_iter();
    }
    path.advance(params.c(), Stop { tol: params.tol(), max_iter: params.max_iter() - n_iter });
    let heads = coef::heads(problem.rows, &layout, &path.columns, n_classes);
    let head = heads.into_iter().next().expect("there is one fold");
    let mut report = reports(&path.columns, n_classes, params.tol())[0];
    report.n_iter += n_iter;
    Ok(Fitted { head, report })
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
