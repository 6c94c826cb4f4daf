//! Small networks, as head files describe them.

use std::fmt;
use std::str::FromStr;

use heads::{ArchitectureError, MlpArchitecture, MlpEpoch, MlpFit};
use serde::{Deserialize, Serialize};

use crate::json_as_text::json_as_text;

/// Networks that have a name: `dense64` is that of cats and dogs in the teaching material, `dense128`
/// a smaller one with a sigmoid for two classes.
const PRESETS: [(&str, &str); 2] = [
    ("dense64", "dense:64,relu,batchnorm,dropout:0.5,softmax"),
    ("dense128", "dense:128,relu,sigmoid"),
];

/// Layers by the name of a preset, or in the notation of [`MlpArchitecture`].
#[derive(Clone, Debug, PartialEq)]
pub struct Layers(pub MlpArchitecture);

/// How networks are trained, apart from the learning rate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetworkTraining {
    /// The largest number of passes over the training rows.
    pub epochs: usize,
    /// Rows of a batch.
    pub batch_size: usize,
    /// Training stops after so many epochs in which the validation loss did not fall; never when absent.
    pub patience: Option<usize>,
    /// Part of the training rows of each class that is kept for the validation loss.
    pub validation: f64,
}

/// How training went, epoch by epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LearningCurve {
    /// The epoch whose network was kept, from 1.
    pub best_epoch: usize,
    /// All epochs.
    pub epochs: Vec<MlpEpoch>,
}

impl Default for Layers {
    /// The preset `dense64`.
    fn default() -> Self {
        PRESETS[0].0.parse().expect("presets are networks")
    }
}

impl Default for NetworkTraining {
    /// At most 100 epochs of batches of 32 rows, a tenth of the rows for validation, patience 10.
    fn default() -> Self {
        Self { epochs: 100, batch_size: 32, patience: Some(10), validation: 0.1 }
    }
}

impl LearningCurve {
    /// The curve as CSV, a line for each epoch from 1 on.
    pub fn csv(&self) -> String {
        let text = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
        let mut csv = "epoch,loss,accuracy,val_loss,val_accuracy,best\n".to_owned();
        for (index, epoch) in self.epochs.iter().enumerate() {
            let MlpEpoch { loss, accuracy, val_loss, val_accuracy } = *epoch;
            let (val_loss, val_accuracy) = (text(val_loss), text(val_accuracy));
            let is_best = index + 1 == self.best_epoch;
            csv +=
                &format!("{},{loss},{accuracy},{val_loss},{val_accuracy},{is_best}\n", index + 1);
        }
        csv
    }
}

impl From<&MlpFit> for LearningCurve {
    fn from(fit: &MlpFit) -> Self {
        Self { best_epoch: fit.best_epoch + 1, epochs: fit.curve.clone() }
    }
}

impl FromStr for Layers {
    type Err = ArchitectureError;

    fn from_str(text: &str) -> Result<Self, ArchitectureError> {
        let preset = PRESETS.iter().find(|(name, _)| *name == text.trim());
        preset.map_or(text, |(_, layers)| layers).parse().map(Self)
    }
}

impl fmt::Display for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

json_as_text!(Layers);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_and_descriptions_are_networks() {
        for (name, layers) in PRESETS {
            assert_eq!(name.parse::<Layers>(), layers.parse::<Layers>());
        }
        assert!("dense65".parse::<Layers>().is_err());
    }

    #[test]
    fn json_has_the_layers_as_text() {
        let json = serde_json::to_value(Layers::default()).unwrap();
        assert_eq!(json, "dense:64,relu,batchnorm,dropout:0.5,softmax");
        assert_eq!(serde_json::from_value::<Layers>(json).unwrap(), Layers::default());
    }

    #[test]
    fn a_curve_is_a_line_for_each_epoch() {
        let first =
            MlpEpoch { loss: 0.5, accuracy: 0.75, val_loss: Some(0.25), val_accuracy: None };
        let second =
            MlpEpoch { loss: 0.25, accuracy: 1.0, val_loss: Some(0.5), val_accuracy: Some(1.0) };
        let curve = LearningCurve { best_epoch: 1, epochs: vec![first, second] };
        let expected = "epoch,loss,accuracy,val_loss,val_accuracy,best\n\
                        1,0.5,0.75,0.25,,true\n2,0.25,1,0.5,1,false\n";
        assert_eq!(curve.csv(), expected);
    }
}
