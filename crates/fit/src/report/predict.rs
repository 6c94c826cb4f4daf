//! What `fit predict` says.

use ndarray::Array2;
use serde::Serialize;

use super::{Stamp, csv};
use crate::evaluation::argmax_rows;

/// What the numbers of a prediction are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ScoreKind {
    /// Probabilities, which sum to 1.
    Probability,
    /// Margins: the sign says in or out, the size says nothing absolute.
    Score,
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
    /// The class predicted.
    pub prediction: String,
    /// One number for each class.
    pub scores: Vec<f32>,
}

impl PredictDocument {
    /// The document of `scores` `[n_samples, n_classes]` for the images at `paths`.
    pub fn new(
        head: String,
        cache: String,
        classes: Vec<String>,
        kind: ScoreKind,
        paths: Vec<String>,
        scores: &Array2<f32>,
    ) -> Self {
        let predicted = argmax_rows(scores.view());
        let rows = paths.into_iter().zip(predicted).zip(scores.rows());
        let predictions = rows
            .map(|((path, class), scores)| Prediction {
                path,
                prediction: classes[class].clone(),
                scores: scores.to_vec(),
            })
            .collect();
        let stamp = Stamp::new("offshelf-predict");
        Self { stamp, head, cache, classes, kind, predictions }
    }

    /// The predictions as CSV: `path`, `prediction`, and a column for each class, named
    /// `probability:CLASS` or `score:CLASS`.
    pub fn csv(&self) -> String {
        let kind = match self.kind {
            ScoreKind::Probability => "probability",
            ScoreKind::Score => "score",
        };
        let names = ["path".to_owned(), "prediction".to_owned()].into_iter();
        let header = names.chain(self.classes.iter().map(|class| format!("{kind}:{class}")));
        let mut text = csv::line(header);
        for Prediction { path, prediction, scores } in &self.predictions {
            let names = [path.clone(), prediction.clone()].into_iter();
            text += &csv::line(names.chain(scores.iter().map(f32::to_string)));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn csv_has_a_column_a_class() {
        let document = PredictDocument::new(
            "head".into(),
            "cache".into(),
            vec!["cat".into(), "dog".into()],
            ScoreKind::Score,
            vec!["a,b.png".into(), "c.png".into()],
            &array![[0.5, -0.25], [-1.0, 2.0]],
        );
        assert_eq!(
            document.csv(),
            "path,prediction,score:cat,score:dog\n\"a,b.png\",cat,0.5,-0.25\nc.png,dog,-1,2\n"
        );
    }
}
