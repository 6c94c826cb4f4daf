//! What a head says of images, in the names of its classes.

use metrics::Predictions;
use ndarray::ArrayView1;
use serde::Serialize;

use crate::head_file::SavedHead;
use crate::label_kind::LabelKind;

/// What a head says of some images.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answers {
    /// Class names, in the order of the scores.
    pub classes: Vec<String>,
    /// What the scores are.
    pub kind: ScoreKind,
    /// A prediction for each image, in their order.
    pub predictions: Vec<Prediction>,
}

/// What the numbers of a prediction are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ScoreKind {
    /// Probabilities, which sum to 1.
    Probability,
    /// Margins: the sign says in or out, the size says nothing absolute.
    Score,
}

/// What is predicted for one image.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Prediction {
    /// Path of the image, as it is on disk.
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

impl SavedHead {
    /// `predictions` of this head in words, for the images at `paths`: probabilities where there are any,
    /// else scores; the class of the highest, or all classes of positive score where images have several
    /// labels.
    pub fn answers(&self, paths: Vec<String>, predictions: &Predictions) -> Answers {
        let origin = &self.description.origin;
        let (kind, predictions) = named(&origin.classes, origin.labels, paths, predictions);
        Answers { classes: origin.classes.clone(), kind, predictions }
    }
}

fn named(
    classes: &[String],
    labels: LabelKind,
    paths: Vec<String>,
    predictions: &Predictions,
) -> (ScoreKind, Vec<Prediction>) {
    let (kind, scores) = match predictions.probabilities() {
        Some(probabilities) => {
            (ScoreKind::Probability, probabilities.mapv(|probability| probability as f32))
        }
        None => (ScoreKind::Score, predictions.scores().to_owned()),
    };
    let positive = |scores: ArrayView1<'_, f32>| {
        let positive = scores.into_iter().zip(classes).filter(|(score, _)| **score > 0.0);
        positive.map(|(_, class)| class.clone()).collect()
    };
    let prediction = |((path, &class), scores): ((String, &usize), ArrayView1<'_, f32>)| {
        let prediction = match labels {
            LabelKind::OneClass => Predicted::Class(classes[class].clone()),
            LabelKind::MultiLabel => Predicted::Labels(positive(scores)),
        };
        Prediction { path, prediction, scores: scores.to_vec() }
    };
    let rows = paths.into_iter().zip(predictions.classes()).zip(scores.rows());
    (kind, rows.map(prediction).collect())
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn several_labels_are_those_of_positive_score() {
        let classes = ["cat", "dog"].map(str::to_owned);
        let paths = vec!["a.png".to_owned(), "b.png".to_owned()];
        let scores = Predictions::by_score(array![[0.5, 0.25], [-1.0, 0.0]], None);
        let (kind, rows) = named(&classes, LabelKind::MultiLabel, paths.clone(), &scores);
        assert_eq!(kind, ScoreKind::Score);
        assert_eq!(rows[0].prediction, Predicted::Labels(classes.to_vec()));
        assert_eq!(rows[1].prediction, Predicted::Labels(Vec::new()));
        let (_, rows) = named(&classes, LabelKind::OneClass, paths, &scores);
        assert_eq!(rows[1].prediction, Predicted::Class("dog".to_owned()));
    }
}
