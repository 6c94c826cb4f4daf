//! Which head is fitted.
//!
//! This is the one place that says what each head needs: its numbers, and whether it takes class
//! weights, several labels a row, or a calibration. Other crates fit heads, [`save`](crate::save) keeps
//! them.

mod json;

use std::cmp::Ordering;
use std::fmt;

use heads::HingeLoss;
use serde::{Deserialize, Serialize, Serializer};

use self::json::Fields;
use crate::network::Layers;

/// A head to fit: its kind and its loss, and the number that decides how closely it fits, which is what
/// sweeps vary. In JSON `{"head": "svm", "loss": "hinge", "c": 0.1}`, with `"multi_class": "ovo"` or
/// `"kernel": "gaussian"` where that makes another head; `{"head": "knn", "n_neighbors": 5}`;
/// `{"head": "mlp", "layers": "dense:64,relu,softmax", "learning_rate": 0.001}`.
///
/// C multiplies the summed loss: the larger, the closer the fit.
///
/// ```
/// use head::{HeadSpec, HingeLoss};
///
/// let svm = HeadSpec::Svm { loss: HingeLoss::Hinge, c: 0.1 };
/// assert_eq!((svm.to_string(), svm.number_text()), ("svm (hinge)".to_owned(), "C=0.1".to_owned()));
/// assert!(svm.is_same_kind(&svm.with_number(10.0)));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "Fields", try_from = "Fields")]
pub enum HeadSpec {
    /// Multinomial logistic regression with an L2 penalty; its loss is the log loss.
    Softmax {
        /// C.
        c: f64,
    },
    /// Linear support vector machine, one-vs-rest.
    Svm {
        /// The loss.
        loss: HingeLoss,
        /// C.
        c: f64,
    },
    /// Linear support vector machines with hinge loss for each pair of classes, which vote.
    OneVsOne {
        /// C.
        c: f64,
    },
    /// Support vector machine with a Gaussian kernel and hinge loss, one-vs-rest.
    Gaussian {
        /// C.
        c: f64,
    },
    /// Least squares on targets 1 and -1, one-vs-rest.
    Ridge {
        /// C.
        c: f64,
    },
    /// Votes of the nearest training rows.
    Knn {
        /// The number of neighbors that vote.
        n_neighbors: usize,
    },
    /// A small network.
    Mlp {
        /// Its layers.
        layers: Layers,
        /// The learning rate.
        learning_rate: f64,
    },
}

/// How a support vector machine tells more than two classes apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MultiClass {
    /// Each class against all others.
    Ovr,
    /// Each pair of classes, with a vote among the pairs.
    Ovo,
}

/// What a support vector machine multiplies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kernel {
    /// The features themselves.
    Linear,
    /// `exp(-gamma |x - z|^2)`, for little data.
    Gaussian,
}

/// Which number decides how closely a head fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NumberKind {
    /// C, which multiplies the summed loss.
    C,
    /// The number of neighbors.
    Neighbors,
    /// The learning rate.
    LearningRate,
}

impl HeadSpec {
    /// Neighbors that vote where no number is given.
    pub const N_NEIGHBORS: usize = heads::Knn::N_NEIGHBORS;

    /// The support vector machine of a loss, if there is one: pairs and the Gaussian kernel have the
    /// hinge alone, and pairs no kernel.
    pub fn svm(loss: HingeLoss, multi_class: MultiClass, kernel: Kernel, c: f64) -> Option<Self> {
        match (loss, multi_class, kernel) {
            (loss, MultiClass::Ovr, Kernel::Linear) => Some(Self::Svm { loss, c }),
            (HingeLoss::Hinge, MultiClass::Ovo, Kernel::Linear) => Some(Self::OneVsOne { c }),
            (HingeLoss::Hinge, MultiClass::Ovr, Kernel::Gaussian) => Some(Self::Gaussian { c }),
            _ => None,
        }
    }

    /// Which number sweeps vary.
    pub fn number_kind(&self) -> NumberKind {
        match self {
            Self::Softmax { .. }
            | Self::Svm { .. }
            | Self::OneVsOne { .. }
            | Self::Gaussian { .. }
            | Self::Ridge { .. } => NumberKind::C,
            Self::Knn { .. } => NumberKind::Neighbors,
            Self::Mlp { .. } => NumberKind::LearningRate,
        }
    }

    /// The number that sweeps vary.
    pub fn number(&self) -> f64 {
        match *self {
            Self::Softmax { c }
            | Self::Svm { c, .. }
            | Self::OneVsOne { c }
            | Self::Gaussian { c }
            | Self::Ridge { c } => c,
            Self::Knn { n_neighbors } => n_neighbors as f64,
            Self::Mlp { learning_rate, .. } => learning_rate,
        }
    }

    /// The same kind of head with another number.
    #[must_use]
    pub fn with_number(&self, number: f64) -> Self {
        let mut other = self.clone();
        match &mut other {
            Self::Softmax { c }
            | Self::Svm { c, .. }
            | Self::OneVsOne { c }
            | Self::Gaussian { c }
            | Self::Ridge { c } => *c = number,
            Self::Knn { n_neighbors } => *n_neighbors = number as usize,
            Self::Mlp { learning_rate, .. } => *learning_rate = number,
        }
        other
    }

    /// Whether the two differ in the number that sweeps vary at most.
    pub fn is_same_kind(&self, other: &Self) -> bool {
        self.with_number(1.0) == other.with_number(1.0)
    }

    /// What fits least closely first: the smallest C, the most neighbors, the smallest learning rate.
    /// Numbers of different kinds are ordered by kind.
    pub fn simplest_first(&self, other: &Self) -> Ordering {
        let by_number = match self.number_kind() {
            NumberKind::C | NumberKind::LearningRate => self.number().total_cmp(&other.number()),
            NumberKind::Neighbors => other.number().total_cmp(&self.number()),
        };
        self.number_kind().cmp(&other.number_kind()).then(by_number)
    }

    /// The number with its name: `C=0.1`, `neighbors=5`, `rate=0.001`.
    pub fn number_text(&self) -> String {
        format!("{}={}", self.number_kind(), self.number())
    }

    /// The same as tables show it, C and learning rates with four digits.
    pub fn short_number_text(&self) -> String {
        match self.number_kind() {
            NumberKind::C | NumberKind::LearningRate => {
                let four_digits = format!("{:.3e}", self.number());
                self.with_number(four_digits.parse().expect("a printed f64 parses")).number_text()
            }
            NumberKind::Neighbors => self.number_text(),
        }
    }

    /// `softmax`, `svm`, `ridge`, `knn` or `mlp`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Softmax { .. } => "softmax",
            Self::Svm { .. } | Self::OneVsOne { .. } | Self::Gaussian { .. } => "svm",
            Self::Ridge { .. } => "ridge",
            Self::Knn { .. } => "knn",
            Self::Mlp { .. } => "mlp",
        }
    }

    /// `log`, `hinge`, `squared_hinge` or `squared`, with what else tells a head from others of this
    /// loss; `votes` of neighbors, which have none.
    pub fn loss(&self) -> &'static str {
        match self {
            Self::Softmax { .. } | Self::Mlp { .. } => "log",
            Self::Svm { loss: HingeLoss::Hinge, .. } => "hinge",
            Self::Svm { loss: HingeLoss::SquaredHinge, .. } => "squared_hinge",
            Self::OneVsOne { .. } => "hinge, one-vs-one",
            Self::Gaussian { .. } => "hinge, Gaussian kernel",
            Self::Ridge { .. } => "squared",
            Self::Knn { .. } => "votes",
        }
    }

    /// The layers of a network.
    pub fn layers(&self) -> Option<&Layers> {
        match self {
            Self::Mlp { layers, .. } => Some(layers),
            _ => None,
        }
    }

    /// A name for files, another one for each kind of head: `softmax`, `svm-hinge`,
    /// `svm-squared-hinge`, `svm-ovo`, `svm-gaussian`, `ridge`, `knn`, `mlp-dense64-relu-softmax`.
    pub fn file_stem(&self) -> String {
        match self {
            Self::Svm { loss: HingeLoss::Hinge, .. } => "svm-hinge".to_owned(),
            Self::Svm { loss: HingeLoss::SquaredHinge, .. } => "svm-squared-hinge".to_owned(),
            Self::OneVsOne { .. } => "svm-ovo".to_owned(),
            Self::Gaussian { .. } => "svm-gaussian".to_owned(),
            // File names have neither colons nor commas.
            Self::Mlp { layers, .. } => format!("mlp-{layers}").replace(':', "").replace(',', "-"),
            Self::Softmax { .. } | Self::Ridge { .. } | Self::Knn { .. } => self.name().to_owned(),
        }
    }

    /// Whether the rows of a class may weigh more than those of another.
    pub fn takes_class_weight(&self) -> bool {
        !matches!(self, Self::Gaussian { .. } | Self::Knn { .. })
    }

    /// Whether it tells each class from its absence, so that a row may have several labels.
    pub fn takes_multilabel(&self) -> bool {
        matches!(self, Self::Svm { .. } | Self::Ridge { .. })
    }

    /// Whether probabilities can be fitted to its scores: votes of neighbors are probabilities already.
    pub fn takes_calibration(&self) -> bool {
        !matches!(self, Self::Knn { .. })
    }

    /// Serializes the kind of head, without its number: `{"head": "svm", "loss": "hinge"}`.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize_kind<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (c, n_neighbors, learning_rate) = (None, None, None);
        Fields { c, n_neighbors, learning_rate, ..self.clone().into() }.serialize(serializer)
    }

    /// Serializes the number alone: `{"c": 0.1}`.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize_number<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (head, loss, multi_class, kernel, layers) = (None, None, None, None, None);
        let fields = Fields { head, loss, multi_class, kernel, layers, ..self.clone().into() };
        fields.serialize(serializer)
    }
}

/// The kind of head, without its number.
impl fmt::Display for HeadSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Svm { .. } | Self::OneVsOne { .. } | Self::Gaussian { .. } => {
                write!(f, "svm ({})", self.loss())
            }
            Self::Mlp { layers, .. } => write!(f, "mlp ({layers})"),
            _ => f.write_str(self.name()),
        }
    }
}

impl fmt::Display for NumberKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::C => "C",
            Self::Neighbors => "neighbors",
            Self::LearningRate => "rate",
        })
    }
}

#[cfg(test)]
mod tests;
