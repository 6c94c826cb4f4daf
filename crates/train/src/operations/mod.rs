//! The operations, each with its request, its report and its errors.

mod apply;
mod compare;
mod evaluate;
mod event;
mod features;
mod layers;
mod planned;
mod predict;
mod sweep;
mod train;

pub use apply::{ApplyError, RightRowsError};
pub use compare::{CompareReport, CompareRequest, ComparedHead, compare};
pub use evaluate::{
    Applied, ConfusedPair, EvaluateReport, EvaluateRequest, WorstImage, apply_to, evaluate,
};
pub use event::{Event, Work};
pub use features::{FeaturesReport, FeaturesRequest, features};
pub use layers::{LayersReport, LayersRequest, TapEntry, layers};
pub use predict::{PredictReport, PredictRequest, predict};
pub use sweep::{SweepOutcome, SweepReport, SweepRequest, Swept, sweep};
pub use train::{TrainError, TrainReport, TrainRequest, train};

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use head::{HeadSpec, HingeLoss};
    use serde_json::json;

    use super::*;
    use crate::sweep::{FitCounts, SweepError};

    #[test]
    fn requests_are_read_from_json_with_defaults_for_what_is_not_there() {
        let svm = HeadSpec::Svm { loss: HingeLoss::Hinge, c: 0.5 };
        let spec = json!({"head": "svm", "loss": "hinge", "c": 0.5});
        let json = json!({"cache": "a.h5", "spec": spec});
        let request: TrainRequest = serde_json::from_value(json).unwrap();
        assert_eq!(request, TrainRequest::new("a.h5", svm.clone()));
        let json = json!({"cache": "a.h5", "candidates": [spec], "settings": {"seed": 3}});
        let request: SweepRequest = serde_json::from_value(json).unwrap();
        let mut expected = SweepRequest::new("a.h5", vec![svm]);
        expected.settings.seed = 3;
        assert_eq!(request, expected);
        let again = serde_json::from_value(serde_json::to_value(&request).unwrap());
        assert_eq!(again.ok(), Some(expected));
        let json = json!({"head": "h.safetensors", "cache": "a.h5"});
        let request: EvaluateRequest = serde_json::from_value(json).unwrap();
        assert_eq!(request, EvaluateRequest::new("h.safetensors", "a.h5"));
        let unknown = json!({"head": "h.safetensors", "cache": "a.h5", "splits": "test"});
        assert!(serde_json::from_value::<EvaluateRequest>(unknown).is_err());
        let unknown = json!({"cache": "a.h5", "spec": spec, "holdout": 0.2});
        assert!(serde_json::from_value::<TrainRequest>(unknown).is_err());
        let no_seeds = json!({"cache": "a.h5", "candidates": [spec], "division": {"n_seeds": 0}});
        assert!(serde_json::from_value::<SweepRequest>(no_seeds).is_err());
    }

    #[expect(unreachable_pub, reason = "the examples of the documentation include it, too")]
    mod cache {
        include!("../../doc/birds.rs");
    }

    /// Sweeps `candidates` with the flag raised or not, and gives how that ended and what was told.
    fn swept(
        candidates: Vec<HeadSpec>,
        is_stopped: bool,
    ) -> (Result<SweepOutcome, SweepError>, Vec<Event>) {
        let (_folder, birds) = cache::birds();
        let mut events = Vec::new();
        let stop = AtomicBool::new(is_stopped);
        let request = SweepRequest::new(birds, candidates);
        let outcome = sweep(&request, &stop, &mut |event| events.push(event));
        (outcome, events)
    }

    #[test]
    fn a_flag_that_is_raised_early_stops_a_sweep_before_its_first_fit() {
        let (outcome, events) = swept(vec![HeadSpec::Ridge { c: 1.0 }], true);
        let Ok(SweepOutcome::Stopped(counts)) = outcome else { panic!("the flag is raised") };
        assert_eq!(counts, FitCounts { known: 0, missing: 5 });
        assert_eq!(events, [Event::Started(Work::Fits, 5)]);
    }

    #[test]
    fn equal_candidates_are_one_and_none_are_no_sweep() {
        let ridge = HeadSpec::Ridge { c: 1.0 };
        let (outcome, events) = swept(vec![ridge.clone(), ridge.clone()], false);
        let Ok(SweepOutcome::Finished(swept_once)) = outcome else { panic!("nothing stops it") };
        assert_eq!(swept_once.report.leaderboard.len(), 1);
        assert_eq!(events[0], Event::Started(Work::Fits, 5));
        assert!(matches!(swept(Vec::new(), false).0, Err(SweepError::NoCandidates)));

        let (_folder, birds) = cache::birds();
        let layers = |candidates| {
            let request = LayersRequest { candidates, ..LayersRequest::new(&birds, ridge.clone()) };
            layers(&request, &AtomicBool::new(false), &mut |_| {})
        };
        assert!(matches!(layers(Vec::new()), Err(SweepError::NoCandidates)));
        let knn = HeadSpec::Knn { n_neighbors: 3 };
        assert!(matches!(layers(vec![ridge.clone(), knn]), Err(SweepError::SeveralKinds)));
    }
}
