//! The table of `fit reproduce`, as text and as Markdown.

use console::shown;
use metrics::Interval;
use protocols::reproduce::ReproduceReport;
use protocols::reproduce::published::Published;

use super::reproduce::{MissingRow, ReproduceDocument, ReproducedRow};
use results::{short, table};

const COLUMNS: [&str; 10] = [
    "data set",
    "protocol",
    "variant",
    "backbone",
    "tap",
    "metric",
    "ours",
    "95 % interval",
    "published",
    "difference",
];

/// Columns of words, before those of numbers.
const N_WORDS: usize = 6;

/// The table, what is to be known about its rows, and how to get those that are missing.
pub(super) fn text(document: &ReproduceDocument) -> String {
    let rows = cells(document).map(|row| row.to_vec()).collect();
    let mut text = table(&COLUMNS, N_WORDS, rows);
    for ReproducedRow { report: row, command, command_digest } in &document.rows {
        text += &format!("\n{} {} on {}\n", row.protocol, row.variant, shown(&row.cache));
        text += &format!(
            "  {} images trained on ({} rows), {} tested\n",
            row.n_train, row.n_train_rows, row.n_test
        );
        text += &format!("  C {}{}\n", c_text(row), chosen_text(row));
        if let Some(published) = &row.published {
            text += &format!("  published: {}; {}\n", published.source, published.network);
        }
        row.notes.iter().for_each(|note| text += &format!("  note: {}\n", shown(note)));
        text += &format!("  cache {}, command {command_digest}\n", row.cache_digest);
        text += &format!("  {command}\n");
    }
    for MissingRow { protocol, variant, reason, command, .. } in &document.missing {
        text += &format!("\n{protocol} {variant}: {}\n  {command}\n", shown(reason));
    }
    text
}

/// The same table for a page, with digests and commands as columns.
pub(super) fn markdown(document: &ReproduceDocument) -> String {
    let line = |cells: &[&str]| format!("| {} |\n", shown(&cells.join(" | ")));
    let header = [COLUMNS.as_slice(), &["cache", "command"]].concat();
    let mut text = line(&header) + &"|---".repeat(header.len()) + "|\n";
    let origins = document
        .rows
        .iter()
        .map(|row| {
            (
                short(&row.report.cache_digest),
                format!("`{}` ({})", row.command, short(&row.command_digest)),
            )
        })
        .chain(document.missing.iter().map(|row| ("", format!("missing: `{}`", row.command))));
    for (cells, (digest, command)) in cells(document).zip(origins) {
        let cells = cells.each_ref().map(String::as_str);
        text += &line(&[cells.as_slice(), &[digest, &command]].concat());
    }
    text
}

fn cells(document: &ReproduceDocument) -> impl Iterator<Item = [String; COLUMNS.len()]> {
    let missing = document.missing.iter().map(|row: &MissingRow| {
        let empty = String::new;
        let published = published_text(row.published);
        let names = [row.data_set.to_owned(), row.protocol.to_owned(), row.variant.to_string()];
        let [data_set, protocol, variant] = names;
        let ours = "missing".to_owned();
        [data_set, protocol, variant, empty(), empty(), empty(), ours, empty(), published, empty()]
    });
    document.rows.iter().map(|row| row_cells(&row.report)).chain(missing)
}

fn row_cells(row: &ReproduceReport) -> [String; COLUMNS.len()] {
    let interval = |[low, high]: Interval| format!("{:.1} - {:.1}", 100.0 * low, 100.0 * high);
    [
        row.data_set.to_owned(),
        row.protocol.to_owned(),
        row.variant.to_string(),
        row.backbone.clone(),
        row.tap.clone(),
        row.metric.name().to_owned(),
        format!("{:.1}", 100.0 * row.value),
        row.interval.map_or_else(String::new, interval),
        published_text(row.published),
        row.difference.map_or_else(String::new, |difference| format!("{difference:+.1}")),
    ]
}

fn published_text(published: Option<&Published>) -> String {
    match published {
        Some(Published { percent, deviation: Some(deviation), .. }) => {
            format!("{percent:.1} +- {deviation:.1}")
        }
        Some(Published { percent, .. }) => format!("{percent:.1}"),
        None => "none".to_owned(),
    }
}

fn c_text(row: &ReproduceReport) -> String {
    let cs: Vec<String> = row.c.iter().map(f64::to_string).collect();
    cs.join(", ")
}

fn chosen_text(row: &ReproduceReport) -> String {
    let value = |c: f64| row.tried.iter().find(|tried| tried.c == c).and_then(|tried| tried.value);
    match (row.c.as_slice(), row.tried.len()) {
        (&[c], n) if n > 0 => {
            let value =
                value(c).map_or_else(String::new, |value| format!(", at {:.1}", 100.0 * value));
            format!(", the best of {n} on training images{value}")
        }
        ([_], _) => ", given".to_owned(),
        _ => ", chosen for each class".to_owned(),
    }
}
