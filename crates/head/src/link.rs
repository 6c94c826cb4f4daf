//! What the scores of a head mean.

use std::fmt;

use heads::{Head, Link, MlpOutput};
use serde::{Deserialize, Serialize};

/// What scores are, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LinkName {
    /// Scores are logits.
    Softmax,
    /// Scores are margins, or votes of pairs, and no probabilities.
    Margin,
    /// Scores are the fractions of votes that neighbors give each class: probabilities as they are.
    Probabilities,
}

impl LinkName {
    /// What the scores of `head` are. A network with a sigmoid for each of several classes has no
    /// distribution over them: its scores count as margins.
    pub fn of(head: &Head) -> Self {
        match head {
            Head::Linear(head) if head.link() == Link::Softmax => Self::Softmax,
            Head::Mlp(head)
                if head.architecture().output() == MlpOutput::Softmax || head.n_outputs() == 1 =>
            {
                Self::Softmax
            }
            Head::Knn(_) => Self::Probabilities,
            Head::Linear(_) | Head::OneVsOne(_) | Head::Mlp(_) | Head::Kernel(_) => Self::Margin,
        }
    }
}

impl fmt::Display for LinkName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Softmax => "softmax",
            Self::Margin => "margin",
            Self::Probabilities => "probabilities",
        })
    }
}
