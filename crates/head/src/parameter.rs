//! The one number of a head that sweeps vary.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

/// What decides how closely a head fits. In JSON `"c": 0.1`, `"n_neighbors": 5` or
/// `"learning_rate": 0.001`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Parameter {
    /// C, which multiplies the summed loss.
    #[serde(rename = "c")]
    C(f64),
    /// The number of neighbors that vote.
    #[serde(rename = "n_neighbors")]
    Neighbors(usize),
    /// The learning rate of a network.
    #[serde(rename = "learning_rate")]
    LearningRate(f64),
}

/// Which [`Parameter`] a head has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    /// [`Parameter::C`].
    C,
    /// [`Parameter::Neighbors`].
    Neighbors,
    /// [`Parameter::LearningRate`].
    LearningRate,
}

impl Parameter {
    /// Its kind.
    pub fn kind(self) -> ParameterKind {
        match self {
            Self::C(_) => ParameterKind::C,
            Self::Neighbors(_) => ParameterKind::Neighbors,
            Self::LearningRate(_) => ParameterKind::LearningRate,
        }
    }

    /// What fits least closely first: the smallest C, the most neighbors, the smallest learning rate.
    /// Parameters of other kinds are ordered by kind, so that sorting is sound.
    pub fn simplest_first(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::C(a), Self::C(b)) | (Self::LearningRate(a), Self::LearningRate(b)) => {
                a.total_cmp(b)
            }
            (Self::Neighbors(a), Self::Neighbors(b)) => b.cmp(a),
            (a, b) => (a.kind() as u8).cmp(&(b.kind() as u8)),
        }
    }

    /// As tables show it, with four digits; lines of text, JSON and CSV have it exactly.
    pub fn short(self) -> String {
        let four_digits =
            |value: f64| -> f64 { format!("{value:.3e}").parse().expect("a printed f64 parses") };
        match self {
            Self::C(c) => Self::C(four_digits(c)),
            Self::LearningRate(rate) => Self::LearningRate(four_digits(rate)),
            Self::Neighbors(_) => self,
        }
        .to_string()
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::C(c) => write!(f, "C={c}"),
            Self::Neighbors(n) => write!(f, "neighbors={n}"),
            Self::LearningRate(rate) => write!(f, "rate={rate}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_least_closely_comes_first() {
        let mut parameters = [
            Parameter::LearningRate(0.1),
            Parameter::Neighbors(1),
            Parameter::C(2.0),
            Parameter::Neighbors(9),
            Parameter::C(0.5),
            Parameter::LearningRate(0.01),
        ];
        parameters.sort_by(Parameter::simplest_first);
        let texts = parameters.map(|parameter| parameter.to_string());
        let expected = ["C=0.5", "C=2", "neighbors=9", "neighbors=1", "rate=0.01", "rate=0.1"];
        assert_eq!(texts, expected);
    }

    #[test]
    fn tables_show_four_digits() {
        assert_eq!(Parameter::C(0.016_681_005_372).short(), "C=0.01668");
        assert_eq!(Parameter::Neighbors(12_345).short(), "neighbors=12345");
    }
}
