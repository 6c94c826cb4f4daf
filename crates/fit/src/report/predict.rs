//! What `fit predict` says.

use head::LabelKind;
use metrics::Predictions;
use ndarray::ArrayView1;
use serde::Serialize;

use super::predict_parquet::parquet_bytes;
use super::{LABEL_SEPARATOR, Stamp, csv, to_json};

/// What the numbers of a prediction are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ScoreKind {
    /// Probabilities, which sum to 1.
    Probability,
    /// Margins: the sign says in or out, the size says nothing absolute.
    Score,
}

/// How predictions are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum PredictFormat {
    /// Comma-separated values, a line for each row
    Csv,
    /// One JSON document
    Json,
    /// Apache Parquet, the columns of the CSV
    Parquet,
}

/// The document of `fit predict`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PredictDocument {
    #[serde(flatten)]
    stamp: Stamp,
    /// The head file.
    pub head: String,
    /// The cache.
    pub cache: String,
    /// Class names, in the order of the scores.
    pub classes: Vec<String>,
    /// What the scores are.
    pub kind: ScoreKind,
    /// A prediction for each row of the cache, in its order.
    pub predictions: Vec<Prediction>,
}

/// One row's prediction.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Prediction {
    /// Path of the image, relative to the image root.
    pub path: String,
    /// What is predicted.
    pub prediction: Predicted,
    /// One number for each class.
    pub scores: Vec<f32>,
}

/// What is predicted for a row. In JSON a text, or a list of texts.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Predicted {
    /// Its class.
    Class(String),
    /// Of several labels those of positive score; possibly none.
    Labels(Vec<String>),
}

impl Predicted {
    /// As one text, with `|` between several labels.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Class(class) => class.clone(),
            Self::Labels(labels) => labels.join(LABEL_SEPARATOR),
        }
    }
}

impl PredictDocument {
    /// The document of what `head` says of the images at `paths`: probabilities where there are
    /// any, else scores; the class of the highest, or all classes of positive score where rows have
    /// several `labels`.
    pub fn new(
        head: String,
        cache: String,
        (classes, labels): (Vec<String>, LabelKind),
        paths: Vec<String>,
        predictions: &Predictions,
    ) -> Self {
        let (kind, scores) = match predictions.probabilities() {
            Some(probabilities) => {
                (ScoreKind::Probability, probabilities.mapv(|probability| probability as f32))
            }
            None => (ScoreKind::Score, predictions.scores().to_owned()),
        };
        let rows = paths.into_iter().zip(predictions.classes()).zip(scores.rows());
        let positive = |scores: ArrayView1<'_, f32>| {
            let positive = scores.into_iter().zip(&classes).filter(|(score, _)| **score > 0.0);
            positive.map(|(_, class)| class.clone()).collect()
        };
        let prediction = |((path, &class), scores): ((String, &usize), ArrayView1<'_, f32>)| {
            let prediction = match labels {
                LabelKind::OneClass => Predicted::Class(classes[class].clone()),
                LabelKind::Several => Predicted::Labels(positive(scores)),
            };
            Prediction { path, prediction, scores: scores.to_vec() }
        };
        let predictions = rows.map(prediction).collect();
        let stamp = Stamp::new("offshelf-predict");
        Self { stamp, head, cache, classes, kind, predictions }
    }

    /// The bytes of a file of this format.
    pub fn bytes(&self, format: PredictFormat) -> Vec<u8> {
        match format {
            PredictFormat::Csv => self.csv().into_bytes(),
            PredictFormat::Json => to_json(self).into_bytes(),
            PredictFormat::Parquet => parquet_bytes(self),
        }
    }

    /// Names of the columns of CSV and Parquet: `path`, `prediction`, and for each class
    /// `probability:CLASS` or `score:CLASS`.
    pub(super) fn columns(&self) -> impl Iterator<Item = String> {
        let kind = match self.kind {
            ScoreKind::Probability => "probability",
            ScoreKind::Score => "score",
        };
        let names = ["path".to_owned(), "prediction".to_owned()].into_iter();
        names.chain(self.classes.iter().map(move |class| format!("{kind}:{class}")))
    }

    /// The predictions as CSV, a line for each row after the names of the columns.
    pub fn csv(&self) -> String {
        let mut text = csv::line(self.columns());
        for Prediction { path, prediction, scores } in &self.predictions {
            let names = [path.clone(), prediction.text()].into_iter();
            text += &csv::line(names.chain(scores.iter().map(f32::to_string)));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use ndarray::{Array2, array};
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;
    use serde_json::json;

    use super::*;

    fn document_of(labels: LabelKind, scores: Array2<f32>) -> PredictDocument {
        PredictDocument::new(
            "head".into(),
            "cache".into(),
            (vec!["cat".into(), "dog".into()], labels),
            vec!["a,b.png".into(), "c.png".into()],
            &Predictions::by_score(scores, None),
        )
    }

    fn document() -> PredictDocument {
        document_of(LabelKind::OneClass, array![[0.5, -0.25], [-1.0, 2.0]])
    }

    #[test]
    fn several_labels_are_those_of_positive_score() {
        let document = document_of(LabelKind::Several, array![[0.5, 0.25], [-1.0, 0.0]]);
        assert_eq!(
            document.csv(),
            "path,prediction,score:cat,score:dog\n\"a,b.png\",cat|dog,0.5,0.25\nc.png,,-1,0\n"
        );
        let json = serde_json::to_value(&document).unwrap();
        assert_eq!(json["predictions"][0]["prediction"], json!(["cat", "dog"]));
        assert_eq!(json["predictions"][1]["prediction"], json!([]));
    }

    #[test]
    fn csv_has_a_column_a_class() {
        assert_eq!(
            document().csv(),
            "path,prediction,score:cat,score:dog\n\"a,b.png\",cat,0.5,-0.25\nc.png,dog,-1,2\n"
        );
    }

    #[test]
    fn parquet_has_the_columns_of_the_csv() {
        let bytes = document().bytes(PredictFormat::Parquet);
        assert_eq!(bytes, document().bytes(PredictFormat::Parquet), "the same bytes each time");
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        let reader = SerializedFileReader::new(file).unwrap();
        let rows: Vec<Vec<(String, Field)>> =
            reader.get_row_iter(None).unwrap().map(|row| row.unwrap().into_columns()).collect();
        let text = |text: &str| Field::Str(text.to_owned());
        let row = |path, prediction, cat, dog| {
            vec![
                ("path".to_owned(), text(path)),
                ("prediction".to_owned(), text(prediction)),
                ("score:cat".to_owned(), Field::Float(cat)),
                ("score:dog".to_owned(), Field::Float(dog)),
            ]
        };
        assert_eq!(rows, [row("a,b.png", "cat", 0.5, -0.25), row("c.png", "dog", -1.0, 2.0)]);
    }
}
