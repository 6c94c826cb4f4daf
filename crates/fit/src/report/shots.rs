//! What `fit shots` says.

use audit::{Draw, Outlook, ShotPoint, ShotsReport};
use console::{Texts, shown};
use results::{Csv, percent, table};

use super::document as document_of;
use super::rows;

/// The names of the files.
pub(crate) const FILES: [&str; 4] = ["shots.json", "shots.csv", "fractions.csv", "draws.csv"];

/// The whole report in JSON.
pub(crate) fn document(report: &ShotsReport) -> String {
    document_of("offshelf-shots", report)
}

/// The files: names and texts.
pub(crate) fn files(report: &ShotsReport, texts: Texts) -> Vec<(&'static str, String)> {
    let contents = [
        document(report),
        curve_csv(report),
        fractions_csv(&report.outlook),
        draws_csv(report, texts),
    ];
    FILES.into_iter().zip(contents).collect()
}

/// The report as text: the curve, and what to make of it.
pub(crate) fn text(report: &ShotsReport) -> String {
    let rows = report.points.iter().map(|point| {
        vec![
            point.per_class.map_or("all".to_owned(), |size| size.to_string()),
            point.n_rows.to_string(),
            percent(point.accuracy),
            percent(point.spread),
            bar(point.accuracy),
            if point.converged { "" } else { "not converged" }.to_owned(),
        ]
    });
    let header = ["a class", "images", "accuracy", "spread", "", ""];
    format!(
        "{}, {}, on {} (transform: {}), {} classes\nscored on {} images {}, {} draws of each size\n{}\n{}\n{}",
        report.spec,
        report.spec.number(),
        shown(&report.tap),
        report.transform,
        report.n_classes,
        report.n_scored,
        scored_text(report),
        report.draws.len(),
        rows::text(&report.rows),
        curve_table(&header, rows.collect()),
        outlook_text(&report.outlook),
    )
}

/// As [`table()`], with the bars to the left.
fn curve_table(header: &[&str], rows: Vec<Vec<String>>) -> String {
    let width = rows.iter().map(|row| row[4].chars().count()).max().unwrap_or(0);
    let padded = rows.into_iter().map(|mut row| {
        row[4] = format!("{:<width$}", row[4]);
        row
    });
    table(header, 0, padded.collect())
}

fn scored_text(report: &ShotsReport) -> String {
    match (report.scored_on, report.hold_out) {
        (Some(part), _) => format!("of the {part} split"),
        (None, Some(fraction)) => format!("({} of each class, held out)", percent(fraction)),
        (None, None) => "held out".to_owned(),
    }
}

/// A line as long as the accuracy, 40 signs for all.
fn bar(accuracy: f64) -> String {
    "#".repeat((40.0 * accuracy).round() as usize)
}

fn outlook_text(outlook: &Outlook) -> String {
    let points = |gain: f64| format!("{:+.1} points", 100.0 * gain);
    let parts = outlook.fractions.iter().map(|part| {
        format!("{} of the images: {}", percent(part.fraction), percent(part.accuracy))
    });
    let [low, high] = outlook.gain_interval;
    format!(
        "{}\nthe last doubling brought {} (the rule below would have said {})\n\
         twice as many images: about {} (95 % interval of chance alone {:+.1} to {:+.1}),\n\
         if errors go on falling as n^{:.2}, as they did from an eighth of the images to all\n",
        parts.collect::<Vec<_>>().join("; "),
        points(outlook.last_gain),
        points(outlook.expected_last_gain),
        points(outlook.gain),
        100.0 * low,
        100.0 * high,
        -outlook.exponent,
    )
}

/// The curve: `per_class` is empty for all images.
fn curve_csv(report: &ShotsReport) -> String {
    let draws = report.draws.iter().map(|draw| format!("accuracy_of_seed_{}", draw.seed));
    let columns = ["per_class", "images", "accuracy", "spread", "converged"].map(str::to_owned);
    let mut csv = Csv::new(columns.into_iter().chain(draws));
    for ShotPoint { per_class, n_rows, accuracy, spread, accuracies, converged } in &report.points {
        let size = per_class.map(|size| size.to_string()).unwrap_or_default();
        let numbers = [n_rows.to_string(), accuracy.to_string(), spread.to_string()];
        // All images are drawn once, and are those of every seed.
        let of_seed = |at: usize| accuracies[at.min(accuracies.len() - 1)].to_string();
        let accuracies = (0..report.draws.len()).map(of_seed);
        let line = [size].into_iter().chain(numbers).chain([converged.to_string()]);
        csv.line(line.chain(accuracies));
    }
    csv.text()
}

fn fractions_csv(outlook: &Outlook) -> String {
    let mut csv = Csv::new(["fraction", "images", "accuracy", "spread"]);
    for part in &outlook.fractions {
        let numbers = [part.accuracy, part.spread].map(|number| number.to_string());
        csv.line([part.fraction.to_string(), part.n_rows.to_string()].into_iter().chain(numbers));
    }
    csv.text()
}

/// A line for each training image of each draw; `place` counts the images of a class from 1 on. On `n` images of each
/// class those are trained on whose place is `n` or less.
fn draws_csv(report: &ShotsReport, texts: Texts) -> String {
    let mut csv = Csv::new(["seed", "row", "path", "class", "place"]);
    for Draw { seed, by_class } in &report.draws {
        for (class, rows) in report.classes.iter().zip(by_class) {
            for (place, &row) in (1..).zip(rows) {
                let [path, class] =
                    [&report.paths[row], class].map(|text| texts.cell(text).into_owned());
                let place: usize = place;
                csv.line([seed.to_string(), row.to_string(), path, class, place.to_string()]);
            }
        }
    }
    csv.text()
}
