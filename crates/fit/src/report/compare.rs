//! What `fit compare` says.

use console::shown;
use metrics::{McNemar, McNemarTest};
use train::{CompareReport, ComparedHead};

use results::{percent, table};

/// Below it, four digits say nothing.
const SMALLEST_PRINTED: f64 = 1e-4;

/// The report as text.
pub(crate) fn text(report: &CompareReport) -> String {
    let McNemar { only_first, only_second, test, p_value } = report.mcnemar;
    let alone = [only_first, only_second];
    let rows = report.heads.iter().zip(alone).map(|(ComparedHead { head, accuracy }, alone)| {
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
        shown(&report.cache),
        report.split,
        report.n_samples,
        table(&["head", "accuracy", "right alone"], 1, rows.collect()),
        report.both,
        report.neither,
    )
}

#[cfg(test)]
mod tests {
    use head::Part;
    use metrics::mcnemar;

    use super::*;

    fn text_of(only_first: u64, only_second: u64) -> String {
        let head = |head: &str| ComparedHead { head: head.to_owned(), accuracy: 0.5 };
        text(&CompareReport {
            cache: "c.h5".to_owned(),
            split: Part::All,
            n_samples: 60,
            heads: [head("a"), head("b")],
            both: 0,
            neither: 0,
            mcnemar: mcnemar(only_first, only_second),
        })
    }

    #[test]
    fn tests_and_small_probabilities_are_said_in_words() {
        assert!(text_of(1, 2).contains("McNemar's test (exact binomial): p = 1.0000"));
        assert!(text_of(60, 0).contains("McNemar's test (chi-square 58.017): p < 0.0001"));
    }
}
