//! What `fit compare` says.

use head::Part;
use metrics::{McNemar, McNemarTest, mcnemar};
use serde::Serialize;

use super::Stamp;
use super::table::{percent, table};

/// Below it, four digits say nothing.
const SMALLEST_PRINTED: f64 = 1e-4;

/// The document of `fit compare`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CompareDocument {
    #[serde(flatten)]
    stamp: Stamp,
    /// The cache.
    pub cache: String,
    /// The rows compared on.
    pub split: Part,
    /// Number of rows.
    pub n_samples: usize,
    /// Both heads, in the order given.
    pub heads: [ComparedHead; 2],
    /// Rows that both get right.
    pub both: u64,
    /// Rows that neither gets right.
    pub neither: u64,
    /// McNemar's test.
    #[serde(flatten)]
    pub mcnemar: McNemar,
}

/// One of two heads.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ComparedHead {
    /// The head file.
    pub head: String,
    /// Share of the rows that it gets right.
    pub accuracy: f64,
}

impl CompareDocument {
    /// The document of two heads, given which rows of `split` in `cache` each gets right; at least
    /// one row, and as many for both.
    pub fn new(cache: String, split: Part, heads: [String; 2], is_right: &[Vec<bool>; 2]) -> Self {
        let rows = || is_right[0].iter().zip(&is_right[1]);
        let count = |of| rows().filter(|&(&first, &second)| (first, second) == of).count() as u64;
        let n_samples = is_right[0].len();
        let [first, second] = heads;
        let compared = |head, is_right: &[bool]| {
            let n_right = is_right.iter().filter(|is_right| **is_right).count();
            ComparedHead { head, accuracy: n_right as f64 / n_samples as f64 }
        };
        Self {
            stamp: Stamp::new("offshelf-compare"),
            cache,
            split,
            n_samples,
            heads: [compared(first, &is_right[0]), compared(second, &is_right[1])],
            both: count((true, true)),
            neither: count((false, false)),
            mcnemar: mcnemar(count((true, false)), count((false, true))),
        }
    }

    /// The document as text.
    pub fn text(&self) -> String {
        let McNemar { only_first, only_second, test, p_value } = self.mcnemar;
        let alone = [only_first, only_second];
        let rows = self.heads.iter().zip(alone).map(|(ComparedHead { head, accuracy }, alone)| {
            vec![head.clone(), percent(*accuracy), alone.to_string()]
        });
        let test = match test {
            McNemarTest::ExactBinomial => "exact binomial".to_owned(),
            McNemarTest::ChiSquare { statistic } => format!("chi-square {statistic:.3}"),
        };
        let p_value = match p_value {
            0.0..SMALLEST_PRINTED => format!("p < {SMALLEST_PRINTED}"),
            _ => format!("p = {p_value:.4}"),
        };
        format!(
            "on {} (split: {}, {} rows)\n\n{}\nboth right: {}, neither: {}\n\
             McNemar's test ({test}): {p_value}\n",
            self.cache,
            self.split,
            self.n_samples,
            table(&["head", "accuracy", "right alone"], 1, rows.collect()),
            self.both,
            self.neither,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_by_who_gets_them_right() {
        let is_right =
            [vec![true, true, false, true, false], vec![true, false, true, false, false]];
        let heads = ["a".to_owned(), "b".to_owned()];
        let document = CompareDocument::new("c.h5".into(), Part::All, heads, &is_right);
        let McNemar { only_first, only_second, p_value, .. } = document.mcnemar;
        assert_eq!((document.both, only_first, only_second, document.neither), (1, 2, 1, 1));
        assert_eq!(document.heads.each_ref().map(|head| head.accuracy), [0.6, 0.4]);
        assert_eq!(p_value, 1.0);
        let json = serde_json::to_value(&document).unwrap();
        assert_eq!((&json["test"], &json["only_first"]), (&"exact_binomial".into(), &2.into()));
        assert!(document.text().contains("McNemar's test (exact binomial): p = 1.0000"));
        let sure = [vec![true; 60], vec![false; 60]];
        let heads = ["a".to_owned(), "b".to_owned()];
        let document = CompareDocument::new("c.h5".into(), Part::All, heads, &sure);
        assert!(document.text().contains("McNemar's test (chi-square 58.017): p < 0.0001"));
    }
}
