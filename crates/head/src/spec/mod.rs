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
/// # Examples
///
/// ```
/// use head::{HeadSpec, HingeLoss, Number};
///
/// let svm = HeadSpec::Svm { loss: HingeLoss::Hinge, c: 0.1 };
/// assert_eq!((svm.to_string(), svm.number().to_string()), ("svm (hinge)".into(), "C=0.1".into()));
/// let other = svm.with_number(Number::C(10.0)).expect("an SVM has a C");
/// assert!(svm.is_same_kind(&other));
/// assert_eq!(svm.with_number(Number::Neighbors(5)), None);
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

/// The number that decides how closely a head fits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// C, which multiplies the summed loss.
    C(f64),
    /// The number of neighbors that vote.
    Neighbors(usize),
    /// The learning rate.
    LearningRate(f64),
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

    /// The number that sweeps vary.
    pub fn number(&self) -> Number {
        match *self {
            Self::Softmax { c }
            | Self::Svm { c, .. }
            | Self::OneVsOne { c }
            | Self::Gaussian { c }
            | Self::Ridge { c } => Number::C(c),
            Self::Knn { n_neighbors } => Number::Neighbors(n_neighbors),
            Self::Mlp { learning_rate, .. } => Number::LearningRate(learning_rate),
        }
    }

    /// The same kind of head with another number; `None` for a number that it does not have.
    #[must_use]
    pub fn with_number(&self, number: Number) -> Option<Self> {
        let mut other = self.clone();
        match (&mut other, number) {
            (
                Self::Softmax { c }
                | Self::Svm { c, .. }
                | Self::OneVsOne { c }
                | Self::Gaussian { c }
                | Self::Ridge { c },
                Number::C(number),
            ) => *c = number,
            (Self::Knn { n_neighbors }, Number::Neighbors(number)) => *n_neighbors = number,
            (Self::Mlp { learning_rate, .. }, Number::LearningRate(number)) => {
                *learning_rate = number;
            }
            _ => return None,
        }
        Some(other)
    }

    /// Whether the two differ in the number that sweeps vary at most.
    pub fn is_same_kind(&self, other: &Self) -> bool {
        self.with_number(other.number()).as_ref() == Some(other)
    }

    /// What fits least closely first: the smallest C, the most neighbors, the smallest learning rate.
    /// Numbers of different kinds are ordered by kind.
    pub fn simplest_first(&self, other: &Self) -> Ordering {
        let kind = |number| match number {
            Number::C(_) => 0,
            Number::Neighbors(_) => 1,
            Number::LearningRate(_) => 2,
        };
        match (self.number(), other.number()) {
            (Number::C(one), Number::C(other))
            | (Number::LearningRate(one), Number::LearningRate(other)) => one.total_cmp(&other),
            (Number::Neighbors(one), Number::Neighbors(other)) => other.cmp(&one),
            (one, other) => kind(one).cmp(&kind(other)),
        }
    }

    /// The number with its name, C and learning rates with four digits.
    pub fn short_number_text(&self) -> String {
        let four_digits = |number| format!("{number:.3e}").parse().expect("a printed f64 parses");
        match self.number() {
            Number::C(c) => Number::C(four_digits(c)),
            Number::Neighbors(count) => Number::Neighbors(count),
            Number::LearningRate(rate) => Number::LearningRate(four_digits(rate)),
        }
        .to_string()
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

/// The number with its name: `C=0.1`, `neighbors=5`, `rate=0.001`.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::C(c) => write!(f, "C={c}"),
            Self::Neighbors(count) => write!(f, "neighbors={count}"),
            Self::LearningRate(rate) => write!(f, "rate={rate}"),
        }
    }
}

#[cfg(test)]
mod tests;
