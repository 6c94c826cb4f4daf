//! What Razavian et al. 2014, table 4, print for the same task.

use head::{Step, Steps};
use schema::RetrievalProtocol;
use serde::Serialize;

use super::question::Questions;
use super::views::Search;

/// A published data set of queries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Benchmark {
    /// Oxford buildings.
    Oxford5k,
    /// Paris buildings.
    Paris6k,
    /// INRIA Holidays.
    Holidays,
    /// UKBench.
    Ukbench,
}

/// A number of the paper.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Published {
    /// The paper's name for the method: `CNN`, `CNN-ss` or `CNNaug-ss`.
    pub method: &'static str,
    /// Mean average precision, or recall among the first four, in percent.
    pub percent: f64,
    /// The network, and the layer of it.
    pub network: &'static str,
    /// The paper.
    pub source: &'static str,
}

const OXFORD: [&str; 11] = [
    "all_souls",
    "ashmolean",
    "balliol",
    "bodleian",
    "christ_church",
    "cornmarket",
    "hertford",
    "keble",
    "magdalen",
    "pitt_rivers",
    "radcliffe_camera",
];

const PARIS: [&str; 11] = [
    "defense",
    "eiffel",
    "invalides",
    "louvre",
    "moulinrouge",
    "museedorsay",
    "notredame",
    "pantheon",
    "pompidou",
    "sacrecoeur",
    "triomphe",
];

impl Benchmark {
    /// The data set that has these queries; `None` for buildings of other cities.
    pub fn of(questions: &Questions) -> Option<Self> {
        let are_of = |landmarks: [&str; 11]| {
            questions.questions.iter().all(|question| {
                let landmark = question.name.rsplit_once('_').map(|(landmark, _)| landmark);
                landmark.is_some_and(|landmark| landmarks.contains(&landmark))
            })
        };
        match questions.protocol {
            RetrievalProtocol::Buildings if are_of(OXFORD) => Some(Self::Oxford5k),
            RetrievalProtocol::Buildings if are_of(PARIS) => Some(Self::Paris6k),
            RetrievalProtocol::Buildings => None,
            RetrievalProtocol::Holidays => Some(Self::Holidays),
            RetrievalProtocol::Ukbench => Some(Self::Ukbench),
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Oxford5k => "Oxford5k",
            Self::Paris6k => "Paris6k",
            Self::Holidays => "Holidays",
            Self::Ukbench => "UKBench",
        }
    }

    /// Queries that all of it has.
    pub fn n_queries(self) -> usize {
        match self {
            Self::Oxford5k | Self::Paris6k => 55,
            Self::Holidays => 500,
            Self::Ukbench => 10_200,
        }
    }

    /// The paper's number for a search of this kind.
    pub fn published(self, search: Search, steps: &Steps) -> Published {
        let projects = steps.0.iter().any(|step| matches!(step, Step::Pca(_) | Step::Whiten(_)));
        let (method, column) = match (search, projects) {
            (Search::Global, _) => ("CNN", 0),
            (Search::Spatial, false) => ("CNN-ss", 1),
            (Search::Spatial, true) => ("CNNaug-ss", 2),
        };
        let values = match self {
            Self::Oxford5k => [32.2, 55.6, 68.0],
            Self::Paris6k => [49.5, 69.7, 79.5],
            Self::Holidays => [64.2, 76.9, 84.3],
            Self::Ukbench => [76.0, 86.9, 91.1],
        };
        Published {
            method,
            percent: values[column],
            network: "OverFeat, first fully connected layer",
            source: "Razavian et al. 2014, table 4",
        }
    }
}

#[cfg(test)]
mod tests {
    use schema::{GroundTruth, Query};

    use super::*;

    #[test]
    fn search_and_transform_choose_the_row_of_the_paper() {
        let steps = |text: &str| text.parse::<Steps>().unwrap();
        let of = |search, text| {
            let published = Benchmark::Holidays.published(search, &steps(text));
            (published.method, published.percent)
        };
        assert_eq!(of(Search::Global, "l2"), ("CNN", 64.2));
        assert_eq!(of(Search::Spatial, "l2"), ("CNN-ss", 76.9));
        let whitened = "l2,whiten:500,l2,power:2";
        assert_eq!(of(Search::Spatial, whitened), ("CNNaug-ss", 84.3));
    }

    #[test]
    fn buildings_are_told_by_their_landmarks() {
        let benchmark = |names: [&str; 2]| {
            let query = |name: &str| Query {
                name: name.to_owned(),
                image: "a".to_owned(),
                bounding_box: None,
                good: Vec::new(),
                ok: Vec::new(),
                junk: Vec::new(),
            };
            let queries = names.map(query).to_vec();
            let truth = GroundTruth { protocol: RetrievalProtocol::Buildings, queries };
            Benchmark::of(&Questions::new(&truth, &[]))
        };
        assert_eq!(benchmark(["all_souls_1", "pitt_rivers_5"]), Some(Benchmark::Oxford5k));
        assert_eq!(benchmark(["defense_1", "triomphe_2"]), Some(Benchmark::Paris6k));
        assert_eq!(benchmark(["defense_1", "all_souls_1"]), None);
    }
}
