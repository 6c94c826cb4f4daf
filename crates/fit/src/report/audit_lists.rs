//! The lists of `fit audit` as CSV, a line an image.

use audit::{AuditedImage, DuplicateGroup, LabelCheck, Outliers, SmallClass};
use console::Texts;
use results::{Csv, LABEL_SEPARATOR};

/// The columns that say which image a line is about.
const IMAGE: [&str; 4] = ["row", "path", "split", "label"];

fn image(image: &AuditedImage, texts: Texts) -> [String; 4] {
    let labels = image.labels.join(LABEL_SEPARATOR);
    let [path, labels] = [&image.path, &labels].map(|text| texts.cell(text).into_owned());
    [image.row.to_string(), path, image.split.name().to_owned(), labels]
}

/// `probability` is that of the label.
pub(super) fn label_errors(labels: Option<&LabelCheck>, texts: Texts) -> String {
    let others = ["suggestion", "probability", "suggestion_probability"];
    let mut csv = Csv::new(IMAGE.into_iter().chain(others));
    for error in labels.into_iter().flat_map(|labels| &labels.errors) {
        let numbers = [error.probability, error.suggestion_probability].map(|p| p.to_string());
        let suggestion = texts.cell(&error.suggestion).into_owned();
        csv.line(image(&error.image, texts).into_iter().chain([suggestion]).chain(numbers));
    }
    csv.text()
}

pub(super) fn outliers(outliers: &Outliers, texts: Texts) -> String {
    let mut csv = Csv::new(IMAGE.into_iter().chain(["distance"]));
    for outlier in &outliers.images {
        csv.line(image(&outlier.image, texts).into_iter().chain([outlier.distance.to_string()]));
    }
    csv.text()
}

/// `group` numbers groups from 0 on.
pub(super) fn duplicates(groups: &[DuplicateGroup], texts: Texts) -> String {
    let others = ["similarity", "across_splits", "different_labels"];
    let mut csv = Csv::new(["group"].into_iter().chain(IMAGE).chain(others));
    for (number, group) in groups.iter().enumerate() {
        for duplicate in &group.images {
            let similarity = duplicate.similarity.map(|number| number.to_string());
            let others = [
                similarity.unwrap_or_default(),
                group.across_splits.to_string(),
                group.different_labels.to_string(),
            ];
            let image = image(&duplicate.image, texts);
            csv.line([number.to_string()].into_iter().chain(image).chain(others));
        }
    }
    csv.text()
}

pub(super) fn small_classes(classes: &[SmallClass], texts: Texts) -> String {
    let mut csv = Csv::new(["class", "images"]);
    for SmallClass { class, images } in classes {
        csv.line([texts.cell(class).into_owned(), images.to_string()]);
    }
    csv.text()
}

/// A column `probability:CLASS` for each class that was checked.
pub(super) fn probabilities(labels: Option<&LabelCheck>, texts: Texts) -> String {
    let Some(LabelCheck { probabilities: table, .. }) = labels else {
        return Csv::new(IMAGE).text();
    };
    let classes = table.classes.iter().map(|class| format!("probability:{class}"));
    let mut csv = Csv::new(IMAGE.map(str::to_owned).into_iter().chain(classes));
    for (of, probabilities) in table.images.iter().zip(table.probabilities.rows()) {
        let probabilities = probabilities.iter().map(f64::to_string);
        csv.line(image(of, texts).into_iter().chain(probabilities));
    }
    csv.text()
}
