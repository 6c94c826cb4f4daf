//! Grids of the regularizer C, by their values or in words.

use std::num::IntErrorKind;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Values of C to try: positive, ascending, none twice.
///
/// # Examples
///
/// ```
/// let grid: train::CGrid = "0.01..1:3".parse()?;
/// assert_eq!(grid.values(), [0.01, 0.1, 1.0]);
/// # Ok::<(), train::CGridError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "Vec<f64>", try_from = "Vec<f64>")]
pub struct CGrid(Vec<f64>);

impl CGrid {
    /// The most values of a grid.
    pub const MAX_VALUES: usize = 1000;

    /// The values, ascending.
    pub fn values(&self) -> &[f64] {
        &self.0
    }
}

/// Why a text is no grid of C.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum CGridError {
    /// A part that should be a number is not.
    #[error(
        "`{0}` is not a number\nhint: write a list such as `0.1,1,10`, or `1e-3..1e2:10` for ten \
         values from 0.001 to 100"
    )]
    NotANumber(String),
    /// C multiplies the loss, so only positive finite values make sense.
    #[error("C must be positive and finite, got `{0}`")]
    NotPositive(f64),
    /// A range does not say how many values it has.
    #[error("range `{0}` has no count\nhint: `{0}:10` gives ten values")]
    MissingCount(String),
    /// A range needs its two ends.
    #[error("a range has at least 2 values, got `{0}`")]
    BadCount(String),
    /// Nobody waits for so many.
    #[error("a grid has at most {max} values, got {0}", max = CGrid::MAX_VALUES)]
    TooManyValues(String),
    /// The ends of a range are in the wrong order.
    #[error("range starts at {start}, which is not below its end {end}")]
    Descending {
        /// First value.
        start: f64,
        /// Last value.
        end: f64,
    },
}

impl FromStr for CGrid {
    type Err = CGridError;

    /// Reads `0.1,1,10` (a list) or `1e-3..1e2:10` (a range, evenly spaced in log C).
    fn from_str(text: &str) -> Result<Self, CGridError> {
        if let Some((start, rest)) = text.split_once("..") {
            let (end, count) =
                rest.split_once(':').ok_or_else(|| CGridError::MissingCount(text.to_owned()))?;
            let n_values = match count.trim().parse::<usize>() {
                Ok(n @ 2..=Self::MAX_VALUES) => n,
                Ok(2..) => return Err(CGridError::TooManyValues(count.to_owned())),
                Err(error) if *error.kind() == IntErrorKind::PosOverflow => {
                    return Err(CGridError::TooManyValues(count.to_owned()));
                }
                _ => return Err(CGridError::BadCount(count.to_owned())),
            };
            return log_spaced(
                check_positive(number(start)?)?,
                check_positive(number(end)?)?,
                n_values,
            );
        }
        text.split(',').map(number).collect::<Result<Vec<_>, _>>()?.try_into()
    }
}

impl TryFrom<Vec<f64>> for CGrid {
    type Error = CGridError;

    /// Sorts the values, and takes each once.
    fn try_from(mut values: Vec<f64>) -> Result<Self, CGridError> {
        for &value in &values {
            check_positive(value)?;
        }
        values.sort_by(f64::total_cmp);
        values.dedup();
        if values.len() > Self::MAX_VALUES {
            return Err(CGridError::TooManyValues(values.len().to_string()));
        }
        Ok(Self(values))
    }
}

impl From<CGrid> for Vec<f64> {
    fn from(grid: CGrid) -> Self {
        grid.0
    }
}

fn number(text: &str) -> Result<f64, CGridError> {
    let text = text.trim();
    text.parse().map_err(|_| CGridError::NotANumber(text.to_owned()))
}

fn check_positive(value: f64) -> Result<f64, CGridError> {
    if value.is_finite() && value > 0.0 { Ok(value) } else { Err(CGridError::NotPositive(value)) }
}

fn log_spaced(start: f64, end: f64, n_values: usize) -> Result<CGrid, CGridError> {
    if start >= end {
        return Err(CGridError::Descending { start, end });
    }
    let step = (end.log10() - start.log10()) / (n_values - 1) as f64;
    let inner =
        (1..n_values - 1).map(|i| round_to_10_digits(10f64.powf(start.log10() + step * i as f64)));
    Ok(CGrid([start].into_iter().chain(inner).chain([end]).collect()))
}

/// Makes 0.010000000000000002 into 0.01, and the grid the same whatever `powf` the platform has.
fn round_to_10_digits(value: f64) -> f64 {
    format!("{value:.9e}").parse().expect("a printed f64 parses")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(text: &str) -> Result<Vec<f64>, CGridError> {
        text.parse::<CGrid>().map(|grid| grid.0)
    }

    #[test]
    fn list_is_sorted_without_repeats() {
        assert_eq!(grid("10, 0.1,1,1.0").unwrap(), [0.1, 1.0, 10.0]);
        assert_eq!(grid("2").unwrap(), [2.0]);
    }

    #[test]
    fn range_is_evenly_spaced_in_log_c_and_keeps_its_ends() {
        assert_eq!(grid("1e-3..1e2:6").unwrap(), [0.001, 0.01, 0.1, 1.0, 10.0, 100.0]);
        let ten = grid("1e-3..1e2:10").unwrap();
        assert_eq!((ten.len(), ten[0], ten[9]), (10, 1e-3, 1e2));
        assert!((ten[4] - 0.166_810_053_7).abs() < 1e-9);
    }

    #[test]
    fn every_mistake_has_its_error() {
        assert_eq!(grid("1,x"), Err(CGridError::NotANumber("x".into())));
        assert_eq!(grid(""), Err(CGridError::NotANumber(String::new())));
        assert_eq!(grid("0,1"), Err(CGridError::NotPositive(0.0)));
        assert_eq!(grid("inf"), Err(CGridError::NotPositive(f64::INFINITY)));
        assert_eq!(grid("1..2"), Err(CGridError::MissingCount("1..2".into())));
        assert_eq!(grid("1..2:1"), Err(CGridError::BadCount("1".into())));
        for count in ["1001", "1000000000", "99999999999999999999999"] {
            let error = Err(CGridError::TooManyValues(count.into()));
            assert_eq!(grid(&format!("1..2:{count}")), error);
        }
        let list: Vec<String> = (1..=1001).map(|c| c.to_string()).collect();
        assert_eq!(grid(&list.join(",")), Err(CGridError::TooManyValues("1001".into())));
        let message = grid("1..2:1001").unwrap_err().to_string();
        assert_eq!(message, "a grid has at most 1000 values, got 1001");
        assert_eq!(grid("1e-3..1e2:1000").unwrap().len(), 1000);
        assert_eq!(grid("2..1:3"), Err(CGridError::Descending { start: 2.0, end: 1.0 }));
    }
}
