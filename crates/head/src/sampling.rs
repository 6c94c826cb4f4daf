//! Kinds of sampling by name, as files keep them.

use std::fmt;
use std::str::FromStr;

use crate::json_as_text::json_as_text;

/// Neighbors of SMOTE when no number is given, as in its paper.
const DEFAULT_NEIGHBORS: usize = 5;

/// How training rows are sampled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sampling {
    /// Not at all.
    #[default]
    None,
    /// Rows of the smaller classes are repeated.
    Over,
    /// Rows of the larger classes are left out.
    Under,
    /// Rows between so many nearest neighbors are added to the smaller classes.
    Smote(usize),
}

/// A text that is no sampling.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error(
    "unknown sampling `{0}`\nhint: `none`, `over`, `under`, `smote`, or `smote:K` with K neighbors"
)]
pub struct SamplingError(String);

impl FromStr for Sampling {
    type Err = SamplingError;

    fn from_str(text: &str) -> Result<Self, SamplingError> {
        let unknown = || SamplingError(text.to_owned());
        match text {
            "none" => Ok(Self::None),
            "over" => Ok(Self::Over),
            "under" => Ok(Self::Under),
            "smote" => Ok(Self::Smote(DEFAULT_NEIGHBORS)),
            _ => match text.strip_prefix("smote:").and_then(|k| k.parse().ok()) {
                Some(k) if k > 0 => Ok(Self::Smote(k)),
                _ => Err(unknown()),
            },
        }
    }
}

impl fmt::Display for Sampling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Over => f.write_str("over"),
            Self::Under => f.write_str("under"),
            Self::Smote(k) => write!(f, "smote:{k}"),
        }
    }
}

json_as_text!(Sampling);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_written() {
        for name in ["none", "over", "under", "smote:3"] {
            assert_eq!(name.parse::<Sampling>().unwrap().to_string(), name);
        }
        assert_eq!("smote".parse(), Ok(Sampling::Smote(DEFAULT_NEIGHBORS)));
        for unknown in ["", "smote:0", "smote:x", "both"] {
            assert_eq!(unknown.parse::<Sampling>(), Err(SamplingError(unknown.into())));
        }
    }
}
