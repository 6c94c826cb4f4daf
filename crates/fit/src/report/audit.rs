//! What `fit audit` says: lists for people, cut, and all of them as files.

use audit::{AuditReport, AuditedImage, DuplicateGroup, LabelCheck};
use console::{Texts, shown};
use results::{percent, table};

use super::audit_lists;
use super::document as document_of;

/// The names of the files.
pub(crate) const FILES: [&str; 7] = [
    "audit.json",
    "label-errors.csv",
    "outliers.csv",
    "near-duplicates.csv",
    "exact-duplicates.csv",
    "small-classes.csv",
    "probabilities.csv",
];

/// The whole report in JSON.
pub(crate) fn document(report: &AuditReport) -> String {
    document_of("offshelf-audit", report)
}

/// The files: names and texts. Where labels were not checked, their lists have no line.
pub(crate) fn files(report: &AuditReport, texts: Texts) -> Vec<(&'static str, String)> {
    let labels = report.labels.as_ref();
    let contents = [
        document(report),
        audit_lists::label_errors(labels, texts),
        audit_lists::outliers(&report.outliers, texts),
        audit_lists::duplicates(&report.near_duplicates, texts),
        audit_lists::duplicates(&report.exact_duplicates, texts),
        audit_lists::small_classes(&report.small_classes, texts),
        audit_lists::probabilities(labels, texts),
    ];
    FILES.into_iter().zip(contents).collect()
}

/// The report as text, with the first `top` of each list.
pub(crate) fn text(report: &AuditReport, top: usize) -> String {
    let AuditReport { cache, tap, n_images, .. } = report;
    let sections = [
        format!("{n_images} images of {} (tap: {})\n", shown(cache), shown(tap)),
        labels_text(report.labels.as_ref(), top),
        outliers_text(report, top),
        near_duplicates_text(report, top),
        exact_duplicates_text(report, top),
        small_classes_text(report),
    ];
    sections.join("\n")
}

fn labels_text(labels: Option<&LabelCheck>, top: usize) -> String {
    let Some(labels) = labels else {
        let why = "images have several labels, or none, or fewer than two classes are large enough";
        return format!("labels: not checked ({why})\n");
    };
    let LabelCheck { n_checked, n_folds, errors, accuracy, c, .. } = labels;
    let mut text = format!(
        "labels: {} of {n_checked} likely wrong (softmax C={c} on {n_folds} folds: held-out accuracy {})\n",
        errors.len(),
        percent(*accuracy),
    );
    if !labels.unchecked_classes.is_empty() {
        let names = labels.unchecked_classes.iter().map(|class| shown(class).into_owned());
        let names = names.collect::<Vec<_>>().join(", ");
        text += &format!("not checked, fewer images than folds: {names}\n");
    }
    let rows = errors.iter().take(top).map(|error| {
        vec![
            error.image.path.clone(),
            error.image.labels.join(", "),
            error.suggestion.clone(),
            percent(error.probability),
            percent(error.suggestion_probability),
        ]
    });
    text + &cut_table(
        &["path", "label", "suggestion", "p(label)", "p(suggestion)"],
        3,
        rows,
        errors.len(),
    )
}

fn outliers_text(report: &AuditReport, top: usize) -> String {
    let outliers = &report.outliers;
    let n = outliers.images.len();
    let title = format!(
        "outliers: {n} farther than {:.3} from their neighbor {}\n",
        outliers.fence, outliers.n_neighbors
    );
    let rows = outliers.images.iter().take(top).map(|outlier| {
        let AuditedImage { path, labels, .. } = &outlier.image;
        vec![path.clone(), labels.join(", "), format!("{:.3}", outlier.distance)]
    });
    title + &cut_table(&["path", "label", "distance"], 2, rows, n)
}

fn near_duplicates_text(report: &AuditReport, top: usize) -> String {
    let groups = &report.near_duplicates;
    let title = format!(
        "near duplicates: {} of similarity {} or more{}\n",
        counted(groups),
        report.similarity,
        placed(groups)
    );
    title + &groups_text(groups, top)
}

fn exact_duplicates_text(report: &AuditReport, top: usize) -> String {
    let groups = &report.exact_duplicates;
    format!("exact duplicates: {}{}\n{}", counted(groups), placed(groups), groups_text(groups, top))
}

/// How many groups, of how many images.
fn counted(groups: &[DuplicateGroup]) -> String {
    let n_images: usize = groups.iter().map(|group| group.images.len()).sum();
    match groups.len() {
        1 => format!("1 group of {n_images} images"),
        n => format!("{n} groups of {n_images} images"),
    }
}

/// How many groups lie where they do harm.
fn placed(groups: &[DuplicateGroup]) -> String {
    let across = groups.iter().filter(|group| group.across_splits).count();
    let different = groups.iter().filter(|group| group.different_labels).count();
    format!(" ({across} across splits, {different} with different labels)")
}

fn groups_text(groups: &[DuplicateGroup], top: usize) -> String {
    let rows = groups.iter().take(top).map(|group| {
        let paths: Vec<&str> =
            group.images.iter().map(|of| of.image.path.as_str()).take(3).collect();
        let more = if group.images.len() > 3 { ", ..." } else { "" };
        vec![format!("{}{more}", paths.join(" = ")), harm(group)]
    });
    cut_table(&["images", ""], 2, rows, groups.len())
}

fn harm(group: &DuplicateGroup) -> String {
    let kinds =
        [(group.across_splits, "across splits"), (group.different_labels, "different labels")];
    let kinds = kinds.iter().filter(|(is_there, _)| *is_there).map(|(_, kind)| *kind);
    kinds.collect::<Vec<_>>().join(", ")
}

fn small_classes_text(report: &AuditReport) -> String {
    let (small, limit) = (&report.small_classes, report.small_class);
    let class = |class: &audit::SmallClass| format!("{} ({})", shown(&class.class), class.images);
    let names: Vec<String> = small.iter().map(class).collect();
    let colon = if names.is_empty() { "" } else { ": " };
    format!("classes of fewer than {limit} images: {}{colon}{}\n", names.len(), names.join(", "))
}

/// A table of the first rows of a list of `n`, with what is left out; nothing of an empty list.
fn cut_table(
    header: &[&str],
    n_text: usize,
    rows: impl Iterator<Item = Vec<String>>,
    n: usize,
) -> String {
    let rows: Vec<_> = rows.collect();
    let n_left = n - rows.len();
    if rows.is_empty() {
        return String::new();
    }
    let more = if n_left > 0 { format!("... and {n_left} more\n") } else { String::new() };
    table(header, n_text, rows) + &more
}
