//! What was imported, for people.

use console::shown;
use feature_import::ImportReport;

/// The report as text; `cache` is the file that was written, as a shell takes it.
pub(crate) fn text(report: &ImportReport, cache: &str) -> String {
    let ImportReport { n_samples, n_features, n_labelled, classes, splits, .. } = report;
    let mut text = format!("{n_samples} rows of {n_features} features");
    let features = report.features.iter().filter(|name| !name.is_empty());
    let features: Vec<String> = features.map(|name| format!("`{}`", shown(name))).collect();
    if !features.is_empty() {
        text += &format!(" (from {})", features.join(", "));
    }
    text += &format!(", {n_labelled} labelled, {} classes\n", classes.len());
    let [train, validation, test, none] = splits;
    if none < n_samples {
        text +=
            &format!("splits: {train} train, {validation} validation, {test} test, {none} none\n");
    }
    let ignored: Vec<String> =
        report.ignored.iter().map(|name| format!("`{}`", shown(name))).collect();
    if !ignored.is_empty() {
        text += &format!("not used: {}\n", ignored.join(", "));
    }
    text + &format!("written to {cache}\n")
}
