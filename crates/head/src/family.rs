//! Families of heads: what is fitted, apart from the one number that sweeps vary.
//!
//! This is the one place that says what each family needs: its [`ParameterKind`], and whether it takes
//! class weights, or rows of several labels. other crates fit
//! them, [`head_file`](crate::head_file) keeps them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::network::Layers;
use crate::parameter::ParameterKind;

/// A kind of head with its loss. In JSON `{"head": "svm", "loss": "hinge"}`, with `"multi_class":
/// "ovo"` or `"kernel": "gaussian"` where that makes another head; `{"head": "mlp", "layers":
/// "dense:64,relu,softmax"}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "Fields", try_from = "Fields")]
pub enum Family {
    /// Multinomial logistic regression with an L2 penalty; its loss is the log loss.
    Softmax,
    /// Linear support vector machine, one-vs-rest.
    Svm(SvmLoss),
    /// Linear support vector machines with hinge loss for each pair of classes, which vote.
    OneVsOne,
    /// Support vector machine with a Gaussian kernel and hinge loss, one-vs-rest.
    Gaussian,
    /// Least squares on targets 1 and -1, one-vs-rest.
    Ridge,
    /// Votes of the nearest training rows.
    Knn,
    /// A small network: one of other layers is another family.
    Mlp(Layers),
}

/// The loss of a linear support vector machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SvmLoss {
    /// `max(0, 1 - margin)`.
    Hinge,
    /// `max(0, 1 - margin)^2`.
    SquaredHinge,
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

impl Family {
    /// The support vector machine of a loss, if there is one: pairs and the Gaussian kernel have the
    /// hinge alone, and pairs no kernel.
    pub fn svm(loss: SvmLoss, multi_class: MultiClass, kernel: Kernel) -> Option<Self> {
        match (loss, multi_class, kernel) {
            (loss, MultiClass::Ovr, Kernel::Linear) => Some(Self::Svm(loss)),
            (SvmLoss::Hinge, MultiClass::Ovo, Kernel::Linear) => Some(Self::OneVsOne),
            (SvmLoss::Hinge, MultiClass::Ovr, Kernel::Gaussian) => Some(Self::Gaussian),
            _ => None,
        }
    }

    /// `softmax`, `svm`, `ridge`, `knn` or `mlp`.
    pub fn head(&self) -> &'static str {
        match self {
            Self::Softmax => "softmax",
            Self::Svm(_) | Self::OneVsOne | Self::Gaussian => "svm",
            Self::Ridge => "ridge",
            Self::Knn => "knn",
            Self::Mlp(_) => "mlp",
        }
    }

    /// `log`, `hinge`, `squared_hinge` or `squared`, with what else tells a head from others of this
    /// loss; `votes` of neighbors, which have none.
    pub fn loss(&self) -> &'static str {
        match self {
            Self::Softmax | Self::Mlp(_) => "log",
            Self::Svm(SvmLoss::Hinge) => "hinge",
            Self::Svm(SvmLoss::SquaredHinge) => "squared_hinge",
            Self::OneVsOne => "hinge, one-vs-one",
            Self::Gaussian => "hinge, Gaussian kernel",
            Self::Ridge => "squared",
            Self::Knn => "votes",
        }
    }

    /// The layers of a network.
    pub fn layers(&self) -> Option<&Layers> {
        match self {
            Self::Mlp(layers) => Some(layers),
            _ => None,
        }
    }

    /// A name for files, another one for each family: `softmax`, `svm-hinge`, `svm-squared-hinge`,
    /// `svm-ovo`, `svm-gaussian`, `ridge`, `knn`, `mlp-dense64-relu-softmax`.
    pub fn file_stem(&self) -> String {
        match self {
            Self::Svm(SvmLoss::Hinge) => "svm-hinge".to_owned(),
            Self::Svm(SvmLoss::SquaredHinge) => "svm-squared-hinge".to_owned(),
            Self::OneVsOne => "svm-ovo".to_owned(),
            Self::Gaussian => "svm-gaussian".to_owned(),
            // Neither colons nor commas are for the names of files.
            Self::Mlp(layers) => format!("mlp-{layers}").replace(':', "").replace(',', "-"),
            Self::Softmax | Self::Ridge | Self::Knn => self.head().to_owned(),
        }
    }

    /// The number that decides how closely a head of this family fits, and that sweeps vary.
    pub fn parameter_kind(&self) -> ParameterKind {
        match self {
            Self::Softmax | Self::Svm(_) | Self::OneVsOne | Self::Gaussian | Self::Ridge => {
                ParameterKind::C
            }
            Self::Knn => ParameterKind::Neighbors,
            Self::Mlp(_) => ParameterKind::LearningRate,
        }
    }

    /// Whether the rows of a class may weigh more than those of another.
    pub fn takes_class_weight(&self) -> bool {
        !matches!(self, Self::Gaussian | Self::Knn)
    }

    /// Whether it tells each class from its absence, so that a row may have several labels.
    pub fn takes_label_sets(&self) -> bool {
        matches!(self, Self::Svm(_) | Self::Ridge)
    }

    /// Whether probabilities can be fitted to its scores: votes of neighbors are probabilities already.
    pub fn takes_calibration(&self) -> bool {
        *self != Self::Knn
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Svm(_) | Self::OneVsOne | Self::Gaussian => write!(f, "svm ({})", self.loss()),
            Self::Mlp(layers) => write!(f, "mlp ({layers})"),
            _ => f.write_str(self.head()),
        }
    }
}

/// [`Family`] in JSON.
#[derive(Serialize, Deserialize)]
struct Fields {
    head: HeadName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    loss: Option<SvmLoss>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    multi_class: Option<MultiClass>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kernel: Option<Kernel>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    layers: Option<Layers>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum HeadName {
    Softmax,
    Svm,
    Ridge,
    Knn,
    Mlp,
}

impl From<Family> for Fields {
    fn from(family: Family) -> Self {
        let of = |head| Self { head, loss: None, multi_class: None, kernel: None, layers: None };
        let hinge = Self { loss: Some(SvmLoss::Hinge), ..of(HeadName::Svm) };
        match family {
            Family::Softmax => of(HeadName::Softmax),
            Family::Svm(loss) => Self { loss: Some(loss), ..hinge },
            Family::OneVsOne => Self { multi_class: Some(MultiClass::Ovo), ..hinge },
            Family::Gaussian => Self { kernel: Some(Kernel::Gaussian), ..hinge },
            Family::Ridge => of(HeadName::Ridge),
            Family::Knn => of(HeadName::Knn),
            Family::Mlp(layers) => Self { layers: Some(layers), ..of(HeadName::Mlp) },
        }
    }
}

impl TryFrom<Fields> for Family {
    type Error = &'static str;

    fn try_from(fields: Fields) -> Result<Self, Self::Error> {
        let Fields { head, loss, multi_class, kernel, layers } = fields;
        match head {
            HeadName::Softmax => Ok(Self::Softmax),
            HeadName::Svm => {
                let loss = loss.ok_or("a support vector machine without its loss")?;
                let multi_class = multi_class.unwrap_or(MultiClass::Ovr);
                Self::svm(loss, multi_class, kernel.unwrap_or(Kernel::Linear))
                    .ok_or("there is no such support vector machine")
            }
            HeadName::Ridge => Ok(Self::Ridge),
            HeadName::Knn => Ok(Self::Knn),
            HeadName::Mlp => Ok(Self::Mlp(layers.ok_or("a network without its layers")?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_names_head_and_loss() {
        let svm = Family::Svm(SvmLoss::SquaredHinge);
        for (family, json) in [
            (Family::Softmax, r#"{"head":"softmax"}"#),
            (svm, r#"{"head":"svm","loss":"squared_hinge"}"#),
            (Family::OneVsOne, r#"{"head":"svm","loss":"hinge","multi_class":"ovo"}"#),
            (Family::Gaussian, r#"{"head":"svm","loss":"hinge","kernel":"gaussian"}"#),
            (Family::Ridge, r#"{"head":"ridge"}"#),
            (Family::Knn, r#"{"head":"knn"}"#),
            (
                Family::Mlp("dense128".parse().unwrap()),
                r#"{"head":"mlp","layers":"dense:128,relu,sigmoid"}"#,
            ),
        ] {
            assert_eq!(serde_json::to_string(&family).unwrap(), json);
            assert_eq!(serde_json::from_str::<Family>(json).unwrap(), family);
        }
    }

    #[test]
    fn machines_that_there_are_not_are_refused() {
        for json in [
            r#"{"head":"svm"}"#,
            r#"{"head":"mlp"}"#,
            r#"{"head":"svm","loss":"squared_hinge","multi_class":"ovo"}"#,
            r#"{"head":"svm","loss":"hinge","multi_class":"ovo","kernel":"gaussian"}"#,
            r#"{"head":"forest"}"#,
        ] {
            assert!(serde_json::from_str::<Family>(json).is_err(), "{json}");
        }
    }
}
