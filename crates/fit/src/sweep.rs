//! From scores on folds to a leaderboard, and from the leaderboard to refitted winners.

use heads::FitReport;
use serde::Serialize;

use crate::cross_validation::{CandidateScores, Setup};
use crate::evaluation::Evaluation;
use crate::examples::Examples;
use crate::pipeline::Pipeline;
use crate::solver::{Candidate, SolverError};

/// One candidate's place on the leaderboard.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Standing {
    /// The candidate.
    #[serde(flatten)]
    pub candidate: Candidate,
    /// Mean accuracy over the folds.
    pub mean_accuracy: f64,
    /// Standard deviation of the accuracy over the folds (dividing by their number, as
    /// scikit-learn's `std_test_score`).
    pub std_accuracy: f64,
    /// Mean over the folds of the mean per-class accuracy.
    pub mean_class_accuracy: f64,
    /// Whether every fit met its tolerance.
    pub converged: bool,
    /// Whether this is the best candidate of its family.
    pub best: bool,
    /// Time of all fits together. Left out of JSON, so that equal sweeps give equal bytes.
    #[serde(skip)]
    pub fit_seconds: f64,
}

/// The best candidate of a family, fitted again on all rows that are not held out.
#[derive(Clone, Debug, PartialEq)]
pub struct Winner {
    /// The candidate.
    pub candidate: Candidate,
    /// What came out of the fit.
    pub pipeline: Pipeline,
    /// How the fit went.
    pub report: FitReport,
    /// Evaluation on the rows held out from everything above, where there are any.
    pub held_out: Option<Evaluation>,
}

/// Ranks candidates: highest mean accuracy first, and among equals the smallest C, which
/// regularizes most. Equal families keep their order.
pub fn leaderboard(scores: &[CandidateScores]) -> Vec<Standing> {
    let mut standings: Vec<_> = scores.iter().map(standing).collect();
    standings.sort_by(|a, b| {
        b.mean_accuracy.total_cmp(&a.mean_accuracy).then(a.candidate.c.total_cmp(&b.candidate.c))
    });
    let mut seen = Vec::new();
    for standing in &mut standings {
        let family = standing.candidate.family;
        standing.best = !seen.contains(&family);
        seen.push(family);
    }
    standings
}

/// Refits the best candidate of every family on `train`, and evaluates it once on `held_out`.
///
/// # Errors
/// The [`SolverError`] of a fit that failed.
pub fn refit_winners(
    leaderboard: &[Standing],
    setup: Setup<'_>,
    train: &Examples<'_>,
    held_out: Option<&Examples<'_>>,
    on_fit: &impl Fn(),
) -> Result<Vec<Winner>, SolverError> {
    let refit = |standing: &Standing| {
        let candidate = standing.candidate;
        let (pipeline, report) =
            Pipeline::train(train, setup.classes, setup.steps, candidate, setup.settings)?;
        let held_out = held_out.map(|rows| pipeline.evaluate(rows, setup.classes));
        on_fit();
        Ok(Winner { candidate, pipeline, report, held_out })
    };
    leaderboard.iter().filter(|standing| standing.best).map(refit).collect()
}

fn standing(scores: &CandidateScores) -> Standing {
    let folds = &scores.folds;
    let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
    let mean_accuracy = mean(folds.iter().map(|fold| fold.accuracy).collect());
    let squares = folds.iter().map(|fold| (fold.accuracy - mean_accuracy).powi(2)).collect();
    Standing {
        candidate: scores.candidate,
        mean_accuracy,
        std_accuracy: mean(squares).sqrt(),
        mean_class_accuracy: mean(folds.iter().map(|fold| fold.mean_class_accuracy).collect()),
        converged: folds.iter().all(|fold| fold.converged),
        best: false,
        fit_seconds: folds.iter().map(|fold| fold.fit_seconds).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cross_validation::FoldScore;
    use crate::family::{Family, SvmLoss};

    fn scores(family: Family, c: f64, accuracies: &[f64]) -> CandidateScores {
        let fold = |&accuracy: &f64| FoldScore {
            accuracy,
            mean_class_accuracy: accuracy / 2.0,
            converged: accuracy < 0.95,
            fit_seconds: 0.25,
        };
        let candidate = Candidate { family, c };
        CandidateScores { candidate, folds: accuracies.iter().map(fold).collect() }
    }

    #[test]
    fn best_first_and_the_smaller_c_of_equals() {
        let svm = Family::Svm(SvmLoss::Hinge);
        let board = leaderboard(&[
            scores(Family::Softmax, 0.1, &[0.5, 0.7]),
            scores(Family::Softmax, 10.0, &[0.8, 0.8]),
            scores(Family::Softmax, 1.0, &[0.6, 1.0]),
            scores(svm, 1.0, &[0.7, 0.7]),
        ]);
        let order: Vec<_> = board.iter().map(|s| (s.candidate.family, s.candidate.c)).collect();
        let softmax = Family::Softmax;
        assert_eq!(order, [(softmax, 1.0), (softmax, 10.0), (svm, 1.0), (softmax, 0.1)]);
        assert_eq!(board.iter().map(|s| s.best).collect::<Vec<_>>(), [true, false, true, false]);
        let first = &board[0];
        assert!((first.std_accuracy - 0.2).abs() < 1e-12);
        assert_eq!((first.mean_class_accuracy, first.fit_seconds), (0.4, 0.5));
        assert!(!first.converged && board[1].converged);
    }

    #[test]
    fn json_has_no_times() {
        let board = leaderboard(&[scores(Family::Softmax, 1.0, &[0.5])]);
        let json = serde_json::to_value(&board).unwrap();
        assert_eq!(json[0]["head"], "softmax");
        assert!(json[0].get("fit_seconds").is_none());
    }
}
