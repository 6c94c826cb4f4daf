//! Steps by name, as files keep them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::json_as_text::json_as_text;

/// One step of a transform, before it has seen data.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// Divide each row by its Euclidean norm; rows of zeros stay as they are.
    L2,
    /// Raise each absolute value to this positive power, and keep its sign.
    Power(f64),
    /// Subtract each column's mean and divide by its standard deviation.
    Standardize,
    /// Coordinates on so many principal axes, those of largest variance first.
    Pca(usize),
    /// Coordinates on principal axes, each divided by its standard deviation; on so many axes, or
    /// on all whose variance is more than rounding.
    Whiten(Option<usize>),
}

/// Steps in the order of application; written `l2`, `power:0.5,standardize`, or `none`.
///
/// # Examples
///
/// ```
/// use head::Steps;
///
/// let steps: Steps = "power:0.5,l2".parse()?;
/// assert!(steps.is_row_wise());
/// assert!(!"l2,standardize".parse::<Steps>()?.is_row_wise());
/// # Ok::<(), head::StepError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Steps(pub Vec<Step>);

/// Why a text is no sequence of steps.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum StepError {
    /// No step has this name.
    #[error(
        "unknown transform `{0}`\nhint: `none`, or a list of `l2`, `power:P`, `standardize`, \
         `pca:D`, `whiten`, `whiten:D`, as in `power:0.5,l2`"
    )]
    Unknown(String),
    /// A power needs a positive, finite exponent.
    #[error("`{0}` has no positive exponent\nhint: write it after a colon, as in `power:0.5`")]
    Exponent(String),
    /// Principal axes are counted from 1 on.
    #[error("`{0}` has no number of axes\nhint: write it after a colon, as in `pca:64`")]
    Axes(String),
}

impl Steps {
    /// The step `l2` alone: rows of unit length.
    pub fn unit_rows() -> Self {
        Self(vec![Step::L2])
    }

    /// Whether some step scales rows to unit length.
    pub fn has_unit_rows(&self) -> bool {
        self.0.contains(&Step::L2)
    }

    /// Whether no step learns anything: a row is transformed without a look at the others.
    pub fn is_row_wise(&self) -> bool {
        self.0.iter().all(|step| matches!(step, Step::L2 | Step::Power(_)))
    }
}

impl FromStr for Step {
    type Err = StepError;

    fn from_str(text: &str) -> Result<Self, StepError> {
        let (name, value) = match text.split_once(':') {
            Some((name, value)) => (name, Some(value)),
            None => (text, None),
        };
        let axes = |value: &str| match value.parse() {
            Ok(n) if n > 0 => Ok(n),
            _ => Err(StepError::Axes(text.to_owned())),
        };
        match (name, value) {
            ("l2", None) => Ok(Self::L2),
            ("standardize", None) => Ok(Self::Standardize),
            ("power", value) => match value.unwrap_or_default().parse::<f64>() {
                Ok(exponent) if exponent > 0.0 && exponent.is_finite() => Ok(Self::Power(exponent)),
                _ => Err(StepError::Exponent(text.to_owned())),
            },
            ("pca", value) => axes(value.unwrap_or_default()).map(Self::Pca),
            ("whiten", None) => Ok(Self::Whiten(None)),
            ("whiten", Some(value)) => axes(value).map(|n| Self::Whiten(Some(n))),
            _ => Err(StepError::Unknown(text.to_owned())),
        }
    }
}

impl FromStr for Steps {
    type Err = StepError;

    fn from_str(text: &str) -> Result<Self, StepError> {
        if text == "none" {
            return Ok(Self::default());
        }
        text.split(',').map(|step| step.trim().parse()).collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::L2 => f.write_str("l2"),
            Self::Power(exponent) => write!(f, "power:{exponent}"),
            Self::Standardize => f.write_str("standardize"),
            Self::Pca(n) => write!(f, "pca:{n}"),
            Self::Whiten(None) => f.write_str("whiten"),
            Self::Whiten(Some(n)) => write!(f, "whiten:{n}"),
        }
    }
}

impl fmt::Display for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.0.iter().map(Step::to_string).collect();
        f.write_str(if names.is_empty() { "none".to_owned() } else { names.join(",") }.as_str())
    }
}

json_as_text!(Step);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_written() {
        assert_eq!("none".parse(), Ok(Steps::default()));
        assert_eq!(Steps::default().to_string(), "none");
        let all = "l2,power:0.5,standardize,pca:64,whiten,whiten:8";
        let steps: Steps = all.parse().unwrap();
        assert_eq!(steps.0[1..4], [Step::Power(0.5), Step::Standardize, Step::Pca(64)]);
        assert_eq!(steps.to_string(), all);
        let json = r#"["power:2","l2"]"#;
        let from_json: Steps = serde_json::from_str(json).unwrap();
        assert_eq!(from_json, "power:2, l2".parse().unwrap());
        assert_eq!(serde_json::to_string(&from_json).unwrap(), json);
    }

    #[test]
    fn every_mistake_has_its_error() {
        let error = |text: &str| text.parse::<Steps>().unwrap_err();
        for unknown in ["l3", "l2:2", "standardize:1", "", "none,l2"] {
            let step = unknown.split(',').next().unwrap();
            assert_eq!(error(unknown), StepError::Unknown(step.into()));
        }
        for exponent in ["power", "power:x", "power:0", "power:-1", "power:inf", "power:NaN"] {
            assert_eq!(error(exponent), StepError::Exponent(exponent.into()));
        }
        for axes in ["pca", "pca:0", "pca:-1", "whiten:0", "whiten:x"] {
            assert_eq!(error(axes), StepError::Axes(axes.into()));
        }
    }

    #[test]
    fn only_steps_that_learn_nothing_are_row_wise() {
        let is_row_wise = |text: &str| text.parse::<Steps>().unwrap().is_row_wise();
        assert!(is_row_wise("none") && is_row_wise("power:0.5,l2"));
        assert!(!is_row_wise("l2,standardize") && !is_row_wise("pca:2") && !is_row_wise("whiten"));
    }
}
