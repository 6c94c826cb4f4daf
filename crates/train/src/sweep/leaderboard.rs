//! From scores on folds to a leaderboard, and to the candidates that are refitted.

use head::HeadSpec;
use learn::FoldScore;
use serde::{Deserialize, Serialize};

use super::{Configuration, MeanQuality};

/// A configuration, and its scores on all folds of all divisions.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ScoredCandidate {
    /// The configuration.
    pub(crate) configuration: Configuration,
    /// Its scores, at least one: the folds of one division after those of another.
    pub(crate) folds: Vec<FoldScore>,
}

/// How the candidate of each kind of head is chosen that is refitted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selection {
    /// The one of highest mean accuracy, or mean average precision where rows have several labels.
    #[default]
    Best,
    /// The smallest C, which regularizes most, whose mean is within one standard error of
    /// the best one's, on the tap and after the transform of the best one (Breiman et al. 1984); of
    /// other heads the most neighbors, or the smallest learning rate.
    OneStandardError,
}

/// An entry of the leaderboard: a candidate with its scores.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// The configuration.
    #[serde(flatten)]
    pub configuration: Configuration,
    /// Means over folds and seeds.
    #[serde(flatten)]
    pub quality: MeanQuality,
    /// Number of fits that these are means over.
    pub n_fits: usize,
    /// Whether every fit met its tolerance.
    pub converged: bool,
    /// Whether this is the best candidate of its head and loss.
    pub best: bool,
    /// Whether this is the candidate of its head and loss that was refitted.
    pub refitted: bool,
    /// Time of all fits together. Left out of JSON, so that equal sweeps give equal bytes.
    #[serde(skip)]
    pub fit_seconds: f64,
}

/// Ranks candidates: highest mean first ([`MeanQuality::mean`]), and among equals what fits least
/// closely ([`HeadSpec::simplest_first`]). Equal configurations keep their order.
pub(crate) fn leaderboard(
    scores: &[ScoredCandidate],
    n_folds: usize,
    selection: Selection,
) -> Vec<Entry> {
    let mut entries: Vec<_> = scores.iter().map(|scores| entry(scores, n_folds)).collect();
    entries.sort_by(|a, b| {
        let by_mean = b.quality.mean().total_cmp(&a.quality.mean());
        by_mean.then_with(|| a.configuration.spec.simplest_first(&b.configuration.spec))
    });
    let mut seen: Vec<HeadSpec> = Vec::new();
    for best in 0..entries.len() {
        let spec = &entries[best].configuration.spec;
        if seen.iter().any(|seen| seen.is_same_kind(spec)) {
            continue;
        }
        seen.push(spec.clone());
        let refitted = match selection {
            Selection::Best => best,
            Selection::OneStandardError => simplest_within_error(&entries, best),
        };
        entries[best].best = true;
        entries[refitted].refitted = true;
    }
    entries
}

fn simplest_within_error(entries: &[Entry], best: usize) -> usize {
    let Entry { configuration, quality: of_best, .. } = &entries[best];
    let least = of_best.mean() - of_best.standard_error();
    let is_within = |place: &usize| {
        let entry = &entries[*place];
        entry.configuration.is_same_kind(configuration) && entry.quality.mean() >= least
    };
    let spec = |place: &usize| &entries[*place].configuration.spec;
    let simplest = |a: &usize, b: &usize| spec(a).simplest_first(spec(b));
    (0..entries.len()).filter(is_within).min_by(simplest).unwrap_or(best)
}

fn entry(scores: &ScoredCandidate, n_folds: usize) -> Entry {
    let folds = &scores.folds;
    Entry {
        configuration: scores.configuration.clone(),
        quality: MeanQuality::of(folds, n_folds),
        n_fits: folds.len(),
        converged: folds.iter().all(|fold| fold.converged),
        best: false,
        refitted: false,
        fit_seconds: folds.iter().map(|fold| fold.fit_seconds).sum(),
    }
}

#[cfg(test)]
mod tests {
    use head::{HingeLoss, Number};
    use metrics::Quality;

    use super::*;

    const SOFTMAX: HeadSpec = HeadSpec::Softmax { c: 1.0 };
    const SVM: HeadSpec = HeadSpec::Svm { loss: HingeLoss::Hinge, c: 1.0 };

    fn scored(tap: &str, kind: HeadSpec, c: f64, accuracies: &[f64]) -> ScoredCandidate {
        let fold = |&accuracy: &f64| FoldScore {
            n_rows: 100,
            quality: Quality::OneClass { accuracy, mean_class_accuracy: accuracy / 2.0 },
            converged: accuracy < 0.95,
            fit_seconds: 0.25,
        };
        let (tap, transform) = (tap.to_owned(), "l2".parse().unwrap());
        let configuration = Configuration { tap, transform, spec: of_c(&kind, c) };
        ScoredCandidate { configuration, folds: accuracies.iter().map(fold).collect() }
    }

    fn of_c(kind: &HeadSpec, c: f64) -> HeadSpec {
        kind.with_number(Number::C(c)).unwrap()
    }

    fn c_of(entry: &Entry) -> f64 {
        let Number::C(c) = entry.configuration.spec.number() else {
            panic!("these heads have a C")
        };
        c
    }

    fn places(board: &[Entry]) -> Vec<(HeadSpec, f64, bool, bool)> {
        let kind = |s: &Entry| of_c(&s.configuration.spec, 1.0);
        let place = |s: &Entry| (kind(s), c_of(s), s.best, s.refitted);
        board.iter().map(place).collect()
    }

    #[test]
    fn best_first_and_the_smaller_c_of_equals() {
        let scores = [
            scored("a", SOFTMAX, 0.1, &[0.5, 0.7]),
            scored("a", SOFTMAX, 10.0, &[0.8, 0.8]),
            scored("a", SOFTMAX, 1.0, &[0.6, 1.0]),
            scored("a", SVM, 1.0, &[0.7, 0.7]),
        ];
        let board = leaderboard(&scores, 2, Selection::Best);
        assert_eq!(
            places(&board),
            [
                (SOFTMAX, 1.0, true, true),
                (SOFTMAX, 10.0, false, false),
                (SVM, 1.0, true, true),
                (SOFTMAX, 0.1, false, false)
            ]
        );
        let first = &board[0];
        assert!((first.quality.spread() - 0.2).abs() < 1e-12);
        assert!((first.quality.standard_error() - 0.2).abs() < 1e-12);
        let of_classes = first.quality.mean_class_accuracy();
        assert_eq!((of_classes, first.fit_seconds, first.n_fits), (Some(0.4), 0.5, 2));
        assert!(!first.converged && board[1].converged);
    }

    #[test]
    fn seeds_do_not_make_the_error_smaller_and_one_fold_has_that_of_a_share() {
        let folds = [0.5, 0.7, 0.5, 0.7];
        let error = |folds: &[f64], n_folds| {
            let scored = [scored("a", SVM, 1.0, folds)];
            leaderboard(&scored, n_folds, Selection::Best)[0].quality.standard_error()
        };
        // Variance 0.01 * 4/3 over two folds.
        assert!((error(&folds, 2) - (0.04f64 / 3.0 / 2.0).sqrt()).abs() < 1e-12);
        assert!((error(&[0.9], 1) - 0.03).abs() < 1e-12);
        assert!((error(&[0.9, 0.9], 1) - 0.03).abs() < 1e-12);
    }

    #[test]
    fn the_one_standard_error_rule_takes_the_smallest_c_of_the_best_configuration() {
        // The best is 0.8 with an error of 0.1.
        let scores = [
            scored("a", SVM, 0.01, &[0.69, 0.69]),
            scored("a", SVM, 0.1, &[0.71, 0.71]),
            scored("a", SVM, 1.0, &[0.75, 0.75]),
            scored("a", SVM, 10.0, &[0.7, 0.9]),
            scored("b", SVM, 0.001, &[0.79, 0.79]),
        ];
        let board = leaderboard(&scores, 2, Selection::OneStandardError);
        let chosen: Vec<_> = board.iter().filter(|s| s.refitted).collect();
        assert_eq!(chosen.len(), 1);
        assert_eq!((chosen[0].configuration.tap.as_str(), c_of(chosen[0])), ("a", 0.1));
        assert!(board[0].best && c_of(&board[0]) == 10.0);
    }

    #[test]
    fn rows_of_several_labels_are_ranked_by_their_precision() {
        let several = |tap: &str, precisions: &[f64]| {
            let mut scored = scored(tap, SVM, 1.0, precisions);
            for (fold, &mean_average_precision) in scored.folds.iter_mut().zip(precisions) {
                fold.quality = Quality::MultiLabel { mean_average_precision };
            }
            scored
        };
        let scores = [several("a", &[0.5, 0.7]), several("b", &[0.9, 0.5])];
        let board = leaderboard(&scores, 2, Selection::Best);
        assert_eq!(board[0].configuration.tap, "b");
        let json = serde_json::to_value(&board).unwrap();
        assert_eq!(json[0]["mean_average_precision"], 0.7);
        assert!(json[0].get("mean_accuracy").is_none());
    }

    #[test]
    fn json_has_no_times() {
        let scores = [scored("a", SOFTMAX, 1.0, &[0.5])];
        let board = leaderboard(&scores, 1, Selection::Best);
        let json = serde_json::to_value(&board).unwrap();
        assert_eq!((&json[0]["head"], &json[0]["tap"]), (&"softmax".into(), &"a".into()));
        assert_eq!(json[0]["transform"], serde_json::json!(["l2"]));
        assert_eq!(
            (&json[0]["mean_accuracy"], &json[0]["mean_class_accuracy"]),
            (&0.5.into(), &0.25.into())
        );
        assert!(json[0].get("fit_seconds").is_none());
    }
}
