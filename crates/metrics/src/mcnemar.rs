//! Whether two heads differ on the same rows.

use serde::Serialize;

/// Discordant rows from which on the chi-square approximation is used.
const SMALLEST_CHI_SQUARE: u64 = 25;

/// McNemar's test of two heads on the same rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct McNemar {
    /// Rows that only the first head got right.
    pub only_first: u64,
    /// Rows that only the second head got right.
    pub only_second: u64,
    /// The test made.
    #[serde(flatten)]
    pub test: McNemarTest,
    /// Chance of a difference as large as this one, or larger, if the heads were equally good.
    pub p_value: f64,
}

/// How a p-value was computed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "test", rename_all = "snake_case")]
pub enum McNemarTest {
    /// Two-sided binomial test with chance 1/2.
    ExactBinomial,
    /// Chi-square of one degree of freedom, with Edwards' correction for continuity.
    ChiSquare {
        /// `max(|only_first - only_second| - 1, 0)^2 / (only_first + only_second)`
        statistic: f64,
    },
}

/// McNemar's test (Note on the sampling error of the difference between correlated proportions,
/// Psychometrika 1947): of the rows that exactly one of two heads gets right, half should fall to
/// each if they are equally good. Exact below 25 such rows.
///
/// # Examples
///
/// ```
/// use metrics::{McNemarTest, mcnemar};
///
/// let equal = mcnemar(3, 3);
/// assert_eq!((equal.test, equal.p_value), (McNemarTest::ExactBinomial, 1.0));
/// assert!(mcnemar(40, 10).p_value < 0.001);
/// ```
pub fn mcnemar(only_first: u64, only_second: u64) -> McNemar {
    let n = only_first + only_second;
    let (test, p_value) = if n < SMALLEST_CHI_SQUARE {
        (McNemarTest::ExactBinomial, binomial_p_value(n, only_first.min(only_second)))
    } else {
        let excess = only_first.abs_diff(only_second).saturating_sub(1) as f64;
        let statistic = excess * excess / n as f64;
        (McNemarTest::ChiSquare { statistic }, libm::erfc((statistic / 2.0).sqrt()))
    };
    McNemar { only_first, only_second, test, p_value }
}

/// Chance of at most `k`, or at least `n - k`, heads in `n` throws of a coin, `k` at most `n / 2`.
fn binomial_p_value(n: u64, k: u64) -> f64 {
    let mut binomial = 1.0;
    let mut sum = 1.0;
    for i in 0..k {
        binomial *= (n - i) as f64 / (i + 1) as f64;
        sum += binomial;
    }
    // Both halves hold the middle when k = n / 2.
    (2.0 * sum / 2f64.powi(n as i32)).min(1.0)
}
