//! What can be done with a cache and with heads: a request in, a report out.
//!
//! Requests and reports are plain data. What takes long tells of its progress with [`Event`]s, and
//! ends early where a flag is raised. Nothing is printed, and nothing but the fits of a sweep is
//! written.

mod apply;
mod compare;
mod evaluate;
mod event;
mod layers;
mod predict;
mod sweep;
mod train;

pub use apply::{ApplyError, RightRowsError};
pub use compare::{CompareReport, CompareRequest, ComparedHead, compare};
pub use evaluate::{ConfusedPair, EvaluateReport, EvaluateRequest, WorstImage, evaluate};
pub use event::{Event, Work};
pub use layers::{LayersReport, LayersRequest, TapEntry, layers};
pub use predict::{PredictReport, PredictRequest, Predicted, Prediction, ScoreKind, predict};
pub use sweep::{SweepOutcome, SweepReport, SweepRequest, Swept, sweep};
pub use train::{TrainError, TrainReport, TrainRequest, train};

#[cfg(test)]
mod tests {
    use head::{HeadSpec, HingeLoss};
    use serde_json::json;

    use super::*;

    #[test]
    fn requests_are_read_from_json_with_defaults_for_what_is_not_there() {
        let svm = HeadSpec::Svm { loss: HingeLoss::Hinge, c: 0.5 };
        let spec = json!({"head": "svm", "loss": "hinge", "c": 0.5});
        let json = json!({"cache": "a.h5", "head": "svm", "loss": "hinge", "c": 0.5});
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
    }
}
