//! What `fit retrieve --query` says.

use console::shown;
use protocols::retrieve::{Neighbor, NeighborsReport};

use results::table;

/// The report as text.
pub(crate) fn text(report: &NeighborsReport) -> String {
    let rows = (1..).zip(&report.nearest).map(|(rank, Neighbor { path, distance }): (usize, _)| {
        vec![path.clone(), rank.to_string(), format!("{distance:.4}")]
    });
    format!(
        "nearest to {} ({} search, transform: {})\n\n{}",
        shown(&report.query),
        report.search,
        report.transform,
        table(&["path", "rank", "distance"], 1, rows.collect()),
    )
}
