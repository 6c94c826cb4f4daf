//! What a head says of images, as text and as CSV.

use console::Texts;
use head::{Answers, Predicted, Prediction, ScoreKind};

use crate::csv::Csv;

/// What stands between the classes of a row that has several, where they are one text.
pub const LABEL_SEPARATOR: &str = "|";

/// Names of the columns of CSV and Parquet: `path`, `prediction`, and for each class
/// `probability:CLASS` or `score:CLASS`.
pub(crate) fn columns(answers: &Answers) -> impl Iterator<Item = String> {
    let kind = match answers.kind {
        ScoreKind::Probability => "probability",
        ScoreKind::Score => "score",
    };
    let names = ["path".to_owned(), "prediction".to_owned()].into_iter();
    names.chain(answers.classes.iter().map(move |class| format!("{kind}:{class}")))
}

/// What is predicted as one text: several labels with `|` between them, or as a JSON list where a class has
/// that in its name.
pub(crate) fn prediction_text(prediction: &Predicted, classes: &[String]) -> String {
    match prediction {
        Predicted::Class(class) => class.clone(),
        Predicted::Labels(labels) if classes.iter().any(|name| name.contains(LABEL_SEPARATOR)) => {
            serde_json::to_string(labels).expect("a list of texts is JSON")
        }
        Predicted::Labels(labels) => labels.join(LABEL_SEPARATOR),
    }
}

/// The predictions as CSV, a line for each image after the names of the columns.
pub fn predictions_csv(answers: &Answers, texts: Texts) -> String {
    let mut csv = Csv::new(columns(answers));
    for Prediction { path, prediction, scores } in &answers.predictions {
        let names = [path, &prediction_text(prediction, &answers.classes)]
            .map(|text| texts.cell(text).into_owned());
        csv.line(names.into_iter().chain(scores.iter().map(f32::to_string)));
    }
    csv.text()
}

/// The numbers of the `top` classes of highest score, best first; of equal ones the first.
pub fn best_classes(scores: &[f32], top: usize) -> Vec<usize> {
    let mut classes: Vec<usize> = (0..scores.len()).collect();
    classes.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    classes.truncate(top);
    classes
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;

    use super::*;

    fn answers(predictions: [Predicted; 2], scores: [[f32; 2]; 2]) -> Answers {
        let rows = ["a,b.png", "c.png"].into_iter().zip(predictions).zip(scores);
        let prediction = |((path, prediction), scores): ((&str, Predicted), [f32; 2])| Prediction {
            path: path.to_owned(),
            prediction,
            scores: scores.to_vec(),
        };
        Answers {
            classes: vec!["cat".into(), "dog".into()],
            kind: ScoreKind::Score,
            predictions: rows.map(prediction).collect(),
        }
    }

    pub(crate) fn one_class() -> Answers {
        let classes = ["cat", "dog"].map(|class| Predicted::Class(class.to_owned()));
        answers(classes, [[0.5, -0.25], [-1.0, 2.0]])
    }

    #[test]
    fn several_labels_have_a_bar_between_them() {
        let both = Predicted::Labels(vec!["cat".into(), "dog".into()]);
        let answers = answers([both, Predicted::Labels(Vec::new())], [[0.5, 0.25], [-1.0, 0.0]]);
        assert_eq!(
            predictions_csv(&answers, Texts::Exact),
            "path,prediction,score:cat,score:dog\n\"a,b.png\",cat|dog,0.5,0.25\nc.png,,-1,0\n"
        );
        let json = serde_json::to_value(&answers).unwrap();
        assert_eq!(json["predictions"][0]["prediction"], json!(["cat", "dog"]));
        assert_eq!(json["predictions"][1]["prediction"], json!([]));
    }

    #[test]
    fn several_labels_are_a_list_where_a_name_has_a_bar() {
        let labels =
            |names: &[&str]| Predicted::Labels(names.iter().map(|n| (*n).into()).collect());
        let mut answers =
            answers([labels(&["a|b", "dog"]), labels(&[])], [[0.5, 0.25], [-1.0, 0.0]]);
        answers.classes[0] = "a|b".to_owned();
        let csv = predictions_csv(&answers, Texts::Exact);
        assert!(csv.contains("\"a,b.png\",\"[\"\"a|b\"\",\"\"dog\"\"]\",0.5"), "{csv}");
        assert!(csv.contains("c.png,[],-1,0"), "{csv}");
    }

    #[test]
    fn csv_has_a_column_a_class() {
        assert_eq!(
            predictions_csv(&one_class(), Texts::Exact),
            "path,prediction,score:cat,score:dog\n\"a,b.png\",cat,0.5,-0.25\nc.png,dog,-1,2\n"
        );
    }

    #[test]
    fn the_best_classes_come_first_and_of_equal_ones_the_lower() {
        assert_eq!(best_classes(&[0.0, 0.25, 0.5, 0.25], 3), [2, 1, 3]);
        assert_eq!(best_classes(&[0.5, -1.0], 5), [0, 1]);
    }
}
