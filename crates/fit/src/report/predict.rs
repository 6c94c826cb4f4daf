//! What `fit predict` says.

use train::{PredictReport, Predicted, Prediction, ScoreKind};

use super::LABEL_SEPARATOR;
use super::csv::{Csv, Texts};

/// Names of the columns of CSV and Parquet: `path`, `prediction`, and for each class
/// `probability:CLASS` or `score:CLASS`.
pub(super) fn columns(report: &PredictReport) -> impl Iterator<Item = String> {
    let kind = match report.kind {
        ScoreKind::Probability => "probability",
        ScoreKind::Score => "score",
    };
    let names = ["path".to_owned(), "prediction".to_owned()].into_iter();
    names.chain(report.classes.iter().map(move |class| format!("{kind}:{class}")))
}

/// What is predicted as one text: several labels with `|` between them, or as a JSON list where a class has
/// that in its name.
pub(super) fn prediction_text(prediction: &Predicted, classes: &[String]) -> String {
    match prediction {
        Predicted::Class(class) => class.clone(),
        Predicted::Labels(labels) if classes.iter().any(|name| name.contains(LABEL_SEPARATOR)) => {
            serde_json::to_string(labels).expect("a list of texts is JSON")
        }
        Predicted::Labels(labels) => labels.join(LABEL_SEPARATOR),
    }
}

/// The predictions as CSV, a line for each row after the names of the columns.
pub(crate) fn csv(report: &PredictReport, texts: Texts) -> String {
    let mut csv = Csv::new(columns(report));
    for Prediction { path, prediction, scores } in &report.predictions {
        let names = [path, &prediction_text(prediction, &report.classes)]
            .map(|text| texts.cell(text).into_owned());
        csv.line(names.into_iter().chain(scores.iter().map(f32::to_string)));
    }
    csv.text()
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;

    pub(crate) fn report(predictions: [Predicted; 2], scores: [[f32; 2]; 2]) -> PredictReport {
        let rows = ["a,b.png", "c.png"].into_iter().zip(predictions).zip(scores);
        let prediction = |((path, prediction), scores): ((&str, Predicted), [f32; 2])| Prediction {
            path: path.to_owned(),
            prediction,
            scores: scores.to_vec(),
        };
        PredictReport {
            head: "head".into(),
            cache: "cache".into(),
            classes: vec!["cat".into(), "dog".into()],
            kind: ScoreKind::Score,
            predictions: rows.map(prediction).collect(),
        }
    }

    pub(crate) fn one_class() -> PredictReport {
        let classes = ["cat", "dog"].map(|class| Predicted::Class(class.to_owned()));
        report(classes, [[0.5, -0.25], [-1.0, 2.0]])
    }

    #[test]
    fn several_labels_have_a_bar_between_them() {
        let both = Predicted::Labels(vec!["cat".into(), "dog".into()]);
        let report = report([both, Predicted::Labels(Vec::new())], [[0.5, 0.25], [-1.0, 0.0]]);
        assert_eq!(
            csv(&report, Texts::Exact),
            "path,prediction,score:cat,score:dog\n\"a,b.png\",cat|dog,0.5,0.25\nc.png,,-1,0\n"
        );
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(json["predictions"][0]["prediction"], json!(["cat", "dog"]));
        assert_eq!(json["predictions"][1]["prediction"], json!([]));
    }

    #[test]
    fn several_labels_are_a_list_where_a_name_has_a_bar() {
        let labels =
            |names: &[&str]| Predicted::Labels(names.iter().map(|n| (*n).into()).collect());
        let mut report = report([labels(&["a|b", "dog"]), labels(&[])], [[0.5, 0.25], [-1.0, 0.0]]);
        report.classes[0] = "a|b".to_owned();
        let csv = csv(&report, Texts::Exact);
        assert!(csv.contains("\"a,b.png\",\"[\"\"a|b\"\",\"\"dog\"\"]\",0.5"), "{csv}");
        assert!(csv.contains("c.png,[],-1,0"), "{csv}");
    }

    #[test]
    fn csv_has_a_column_a_class() {
        assert_eq!(
            csv(&one_class(), Texts::Exact),
            "path,prediction,score:cat,score:dog\n\"a,b.png\",cat,0.5,-0.25\nc.png,dog,-1,2\n"
        );
    }
}
