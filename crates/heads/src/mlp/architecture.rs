use std::num::IntErrorKind;
use std::{fmt, str::FromStr};

use thiserror::Error;

/// The layers of a small network, written as `dense:64,relu,batchnorm,dropout:0.5,softmax`.
///
/// The last word is the output: a dense layer of its own with one unit for each class, then softmax
/// or sigmoid. Of two classes that exclude each other, sigmoid has a single unit.
#[derive(Debug, Clone, PartialEq)]
pub struct MlpArchitecture {
    layers: Vec<MlpLayer>,
    output: MlpOutput,
}

/// A layer before the output.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MlpLayer {
    /// `x W + b`.
    Dense {
        /// The number of its outputs, at least 1.
        units: usize,
    },
    /// `max(0, x)`.
    Relu,
    /// Batch normalization.
    BatchNorm,
    /// In training, a part of the inputs is set to zero and the rest scaled up.
    Dropout {
        /// The part, at least 0 and below 1.
        rate: f64,
    },
}

/// What a network says of the classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MlpOutput {
    /// One distribution over the classes.
    Softmax,
    /// Two classes as one probability, or a probability for each class by itself.
    Sigmoid,
}

/// A description is no network.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ArchitectureError {
    /// A word is no layer.
    #[error(
        "`{word}` is no layer\n  \
         hint: layers are dense:UNITS, relu, batchnorm, dropout:RATE; the last is softmax or sigmoid"
    )]
    Layer {
        /// The word.
        word: String,
    },
    /// A dense layer has no number of units.
    #[error("`{word}` needs a number of units\n  hint: dense:64")]
    Units {
        /// The word.
        word: String,
    },
    /// A dense layer has too many units.
    #[error("`{word}` has more units than {}", MlpArchitecture::MAX_UNITS)]
    TooManyUnits {
        /// The word.
        word: String,
    },
    /// A dropout layer has no rate.
    #[error("`{word}` needs a rate of at least 0 and below 1\n  hint: dropout:0.5")]
    Rate {
        /// The word.
        word: String,
    },
    /// The last layer is no output.
    #[error("`{description}` does not end in softmax or sigmoid")]
    NoOutput {
        /// The description.
        description: String,
    },
    /// There is an output before the end.
    #[error("`{word}` stands before the end\n  hint: softmax and sigmoid are the last layer")]
    EarlyOutput {
        /// The word.
        word: String,
    },
}

impl MlpArchitecture {
    /// The most units of a dense layer.
    pub const MAX_UNITS: usize = 1 << 16;

    /// The most weights of a network: 1 GiB, and four times that while it is trained.
    pub const MAX_WEIGHTS: usize = 1 << 28;

    /// The number of weights of dense layers between `n_features` and `n_outputs`; the largest number there
    /// is where it is larger.
    pub(super) fn n_weights(&self, n_features: usize, n_outputs: usize) -> usize {
        let mut width = n_features;
        let units = self.layers.iter().filter_map(|layer| match *layer {
            MlpLayer::Dense { units } => Some(units),
            _ => None,
        });
        units.chain([n_outputs]).fold(0, |sum: usize, units| {
            sum.saturating_add(std::mem::replace(&mut width, units).saturating_mul(units))
        })
    }

    /// Layers before the output, in order.
    pub fn layers(&self) -> &[MlpLayer] {
        &self.layers
    }

    /// The output.
    pub fn output(&self) -> MlpOutput {
        self.output
    }
}

impl FromStr for MlpArchitecture {
    type Err = ArchitectureError;

    fn from_str(description: &str) -> Result<Self, ArchitectureError> {
        let mut words: Vec<&str> = description.split(',').map(str::trim).collect();
        let last = words.pop().and_then(output);
        let layers = words.into_iter().map(layer).collect::<Result<_, _>>()?;
        match last {
            Some(output) => Ok(Self { layers, output }),
            None => Err(ArchitectureError::NoOutput { description: description.trim().to_owned() }),
        }
    }
}

fn output(word: &str) -> Option<MlpOutput> {
    match word {
        "softmax" => Some(MlpOutput::Softmax),
        "sigmoid" => Some(MlpOutput::Sigmoid),
        _ => None,
    }
}

fn layer(word: &str) -> Result<MlpLayer, ArchitectureError> {
    let (name, value) = match word.split_once(':') {
        Some((name, value)) => (name, Some(value)),
        None => (word, None),
    };
    let word = || word.to_owned();
    match (name, value) {
        ("relu", None) => Ok(MlpLayer::Relu),
        ("batchnorm", None) => Ok(MlpLayer::BatchNorm),
        ("dense", value) => match value.map(str::parse) {
            Some(Ok(units @ 1..=MlpArchitecture::MAX_UNITS)) => Ok(MlpLayer::Dense { units }),
            Some(Err(error)) if *error.kind() == IntErrorKind::PosOverflow => {
                Err(ArchitectureError::TooManyUnits { word: word() })
            }
            Some(Ok(1..)) => Err(ArchitectureError::TooManyUnits { word: word() }),
            _ => Err(ArchitectureError::Units { word: word() }),
        },
        ("dropout", value) => match value.and_then(|rate| rate.parse().ok()) {
            Some(rate) if (0.0..1.0).contains(&rate) => Ok(MlpLayer::Dropout { rate }),
            _ => Err(ArchitectureError::Rate { word: word() }),
        },
        ("softmax" | "sigmoid", None) => Err(ArchitectureError::EarlyOutput { word: word() }),
        _ => Err(ArchitectureError::Layer { word: word() }),
    }
}

impl fmt::Display for MlpArchitecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for layer in &self.layers {
            match layer {
                MlpLayer::Dense { units } => write!(f, "dense:{units},")?,
                MlpLayer::Relu => write!(f, "relu,")?,
                MlpLayer::BatchNorm => write!(f, "batchnorm,")?,
                MlpLayer::Dropout { rate } => write!(f, "dropout:{rate},")?,
            }
        }
        f.write_str(match self.output {
            MlpOutput::Softmax => "softmax",
            MlpOutput::Sigmoid => "sigmoid",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(description: &str) -> Result<MlpArchitecture, ArchitectureError> {
        description.parse()
    }

    #[test]
    fn descriptions_are_read_and_written() {
        let architecture = parse("dense:64, relu,batchnorm,dropout:0.5,softmax").unwrap();
        let layers = [
            MlpLayer::Dense { units: 64 },
            MlpLayer::Relu,
            MlpLayer::BatchNorm,
            MlpLayer::Dropout { rate: 0.5 },
        ];
        assert_eq!(architecture.layers(), layers);
        assert_eq!(architecture.output(), MlpOutput::Softmax);
        assert_eq!(architecture.to_string(), "dense:64,relu,batchnorm,dropout:0.5,softmax");
        assert_eq!(parse("sigmoid").unwrap().to_string(), "sigmoid");
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let word = |word: &str| word.to_owned();
        for bad in ["dens:3", "", "relu:1", "conv"] {
            let error = parse(&format!("relu,{bad},softmax"));
            assert_eq!(error, Err(ArchitectureError::Layer { word: word(bad) }));
        }
        for bad in ["dense", "dense:", "dense:0", "dense:-1", "dense:1.5"] {
            let error = parse(&format!("{bad},softmax"));
            assert_eq!(error, Err(ArchitectureError::Units { word: word(bad) }));
        }
        for bad in ["dense:65537", "dense:9999999999", "dense:99999999999999999999999"] {
            let error = parse(&format!("{bad},softmax"));
            assert_eq!(error, Err(ArchitectureError::TooManyUnits { word: word(bad) }));
        }
        for bad in ["dropout", "dropout:1", "dropout:-0.1", "dropout:nan", "dropout:x"] {
            let error = parse(&format!("{bad},softmax"));
            assert_eq!(error, Err(ArchitectureError::Rate { word: word(bad) }));
        }
        for bad in ["", "dense:4,relu", "softmax:2"] {
            let error = parse(bad);
            assert_eq!(error, Err(ArchitectureError::NoOutput { description: word(bad) }));
        }
        let early = parse("sigmoid,softmax");
        assert_eq!(early, Err(ArchitectureError::EarlyOutput { word: word("sigmoid") }));
    }

    #[test]
    fn what_is_wrong_with_a_layer_is_told_with_what_is_right() {
        for (description, message) in [
            (
                "dens:3,softmax",
                "`dens:3` is no layer\n  \
                 hint: layers are dense:UNITS, relu, batchnorm, dropout:RATE; the last is softmax or sigmoid",
            ),
            (
                "dropout:1,softmax",
                "`dropout:1` needs a rate of at least 0 and below 1\n  hint: dropout:0.5",
            ),
            (
                "sigmoid,softmax",
                "`sigmoid` stands before the end\n  hint: softmax and sigmoid are the last layer",
            ),
        ] {
            assert_eq!(parse(description).unwrap_err().to_string(), message);
        }
    }
}
