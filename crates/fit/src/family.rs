//! Families of heads: what is fitted, apart from C.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A kind of head with its loss. In JSON `{"head": "svm", "loss": "hinge"}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "head", content = "loss", rename_all = "lowercase")]
pub enum Family {
    /// Multinomial logistic regression with an L2 penalty; its loss is the log loss.
    Softmax,
    /// Linear support vector machine, one-vs-rest.
    Svm(SvmLoss),
    /// Least squares on targets 1 and -1, one-vs-rest.
    Ridge,
}

/// The loss of a linear support vector machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum SvmLoss {
    /// `max(0, 1 - margin)`
    Hinge,
    /// `max(0, 1 - margin)^2`
    SquaredHinge,
}

impl Family {
    /// `softmax`, `svm` or `ridge`.
    pub fn head(self) -> &'static str {
        match self {
            Self::Softmax => "softmax",
            Self::Svm(_) => "svm",
            Self::Ridge => "ridge",
        }
    }

    /// `log`, `hinge`, `squared_hinge` or `squared`.
    pub fn loss(self) -> &'static str {
        match self {
            Self::Softmax => "log",
            Self::Svm(SvmLoss::Hinge) => "hinge",
            Self::Svm(SvmLoss::SquaredHinge) => "squared_hinge",
            Self::Ridge => "squared",
        }
    }

    /// A name for files: `softmax`, `svm-hinge`, `svm-squared-hinge`, `ridge`.
    pub fn file_stem(self) -> &'static str {
        match self {
            Self::Softmax => "softmax",
            Self::Svm(SvmLoss::Hinge) => "svm-hinge",
            Self::Svm(SvmLoss::SquaredHinge) => "svm-squared-hinge",
            Self::Ridge => "ridge",
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Softmax | Self::Ridge => f.write_str(self.head()),
            Self::Svm(_) => write!(f, "svm ({})", self.loss()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_names_head_and_loss() {
        let json = |family| serde_json::to_string(&family).unwrap();
        assert_eq!(json(Family::Softmax), r#"{"head":"softmax"}"#);
        let svm = Family::Svm(SvmLoss::SquaredHinge);
        assert_eq!(json(svm), r#"{"head":"svm","loss":"squared_hinge"}"#);
        assert_eq!(json(Family::Ridge), r#"{"head":"ridge"}"#);
        assert_eq!(serde_json::from_str::<Family>(&json(svm)).unwrap(), svm);
    }
}
