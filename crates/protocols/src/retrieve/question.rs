//! What an image is to a query.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use feature_cache::{Cache, ReadError};
use schema::{GroundTruth, Query, RetrievalProtocol};

use super::measure::{Answer, average_precision, found_among_first};

/// Images of an object of UKBench.
const OBJECT: usize = 4;

/// A query in terms of the rows of a cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Its name.
    pub name: String,
    /// Path of the image that is asked about.
    pub image: String,
    /// The row of that image, where it has one.
    pub row: Option<usize>,
    /// Images that should be found; not all of them need to have a row.
    pub n_positives: usize,
    positives: BTreeSet<usize>,
    junk: BTreeSet<usize>,
    /// Whether the image of the query has no place in the order.
    without_itself: bool,
}

/// The queries of a cache and how answers are scored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Questions {
    /// How answers are scored.
    pub protocol: RetrievalProtocol,
    /// The queries, in byte order of their names.
    pub questions: Vec<Question>,
    /// Paths of the images that should be found by some query and have no row, in byte order.
    pub missing: Vec<String>,
}

/// Why a cache cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum QuestionError {
    /// It could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It is of no retrieval benchmark.
    #[error("`{}` has no queries", .0.display())]
    NoQueries(PathBuf),
    /// Its queries have no answers: it is a cache of their boxes.
    #[error("no query of `{}` has an answer", .0.display())]
    NoAnswers(PathBuf),
    /// The image of a query has no row.
    #[error(
        "the image `{image}` of query `{query}` has no row in `{}`: {reason}\nhint: {hint}",
        path.display()
    )]
    NoRow {
        /// The query.
        query: String,
        /// Its image.
        image: String,
        /// The cache.
        path: PathBuf,
        /// Why it has none.
        reason: String,
        /// What to do.
        hint: &'static str,
    },
    /// A cache of queries lacks one.
    #[error("`{}` has no query `{query}`", path.display())]
    NoQuery {
        /// The query.
        query: String,
        /// The cache of queries.
        path: PathBuf,
    },
}

impl Questions {
    /// The queries of `cache`, whose rows have these `paths`.
    ///
    /// # Errors
    /// [`QuestionError::NoQueries`], [`QuestionError::NoAnswers`], [`QuestionError::Read`].
    pub fn of(cache: &Cache, paths: &[String]) -> Result<Self, QuestionError> {
        let truth = ground_truth(cache)?;
        let questions = Self::new(&truth, paths);
        if questions.questions.iter().all(|question| question.n_positives == 0) {
            return Err(QuestionError::NoAnswers(cache.path().to_owned()));
        }
        Ok(questions)
    }

    /// The queries of `truth` on rows that have these `paths`.
    pub fn new(truth: &GroundTruth, paths: &[String]) -> Self {
        let rows = rows_by_path(paths);
        let mut missing = BTreeSet::new();
        let question = |query: &Query| {
            // Sets, as the official programs have: an image that is named twice counts once.
            let wanted: BTreeSet<&String> = query.good.iter().chain(&query.ok).collect();
            missing.extend(
                wanted.iter().filter(|path| !rows.contains_key(**path)).map(|&p| p.clone()),
            );
            let row = |path: &String| rows.get(path).copied();
            Question {
                name: query.name.clone(),
                image: query.image.clone(),
                row: row(&query.image),
                n_positives: wanted.len(),
                positives: wanted.into_iter().filter_map(row).collect(),
                junk: query.junk.iter().filter_map(row).collect(),
                without_itself: truth.protocol == RetrievalProtocol::Holidays,
            }
        };
        let questions = truth.queries.iter().map(question).collect();
        Self { protocol: truth.protocol, questions, missing: missing.into_iter().collect() }
    }

    /// The row of the image of each query.
    ///
    /// # Errors
    /// [`QuestionError::NoRow`], which says why, [`QuestionError::Read`].
    pub fn own_rows(&self, cache: &Cache) -> Result<Vec<usize>, QuestionError> {
        let row = |question: &Question| {
            question.row.map_or_else(|| Err(no_row(cache, &question.name, &question.image)), Ok)
        };
        self.questions.iter().map(row).collect()
    }

    /// The row of each query in `cache`, a cache of queries, by name.
    ///
    /// # Errors
    /// [`QuestionError::NoQuery`], [`QuestionError::NoRow`], [`QuestionError::NoQueries`],
    /// [`QuestionError::Read`].
    pub fn rows_of_queries(&self, cache: &Cache) -> Result<Vec<usize>, QuestionError> {
        let truth = ground_truth(cache)?;
        let paths = cache.paths()?;
        let rows = rows_by_path(&paths);
        let image_of: HashMap<&str, &String> =
            truth.queries.iter().map(|query| (query.name.as_str(), &query.image)).collect();
        let row = |Question { name, .. }: &Question| {
            let image = image_of.get(name.as_str()).ok_or_else(|| QuestionError::NoQuery {
                query: name.clone(),
                path: cache.path().to_owned(),
            })?;
            rows.get(*image).copied().ok_or_else(|| no_row(cache, name, image))
        };
        self.questions.iter().map(row).collect()
    }

    /// The score of an order of all rows: average precision, or for UKBench the share of the four images
    /// of the object in the first four. `None` for a query that nothing should be found by.
    pub fn score(&self, question: &Question, order: &[usize]) -> Option<f64> {
        let answers = order.iter().map(|&row| question.answer(row));
        match self.protocol {
            RetrievalProtocol::Buildings | RetrievalProtocol::Holidays => {
                average_precision(answers, question.n_positives)
            }
            RetrievalProtocol::Ukbench => {
                Some(found_among_first(OBJECT, answers) as f64 / OBJECT as f64)
            }
        }
    }
}

impl Question {
    /// What the image of a row is to the query. Junk comes first, as in `compute_ap.cpp`.
    pub fn answer(&self, row: usize) -> Answer {
        if self.without_itself && self.row == Some(row) {
            Answer::Query
        } else if self.junk.contains(&row) {
            Answer::Junk
        } else if self.positives.contains(&row) {
            Answer::Positive
        } else {
            Answer::Negative
        }
    }
}

fn ground_truth(cache: &Cache) -> Result<GroundTruth, QuestionError> {
    let truth = cache.annotations()?.ground_truth.filter(|truth| !truth.queries.is_empty());
    truth.ok_or_else(|| QuestionError::NoQueries(cache.path().to_owned()))
}

fn rows_by_path(paths: &[String]) -> HashMap<&String, usize> {
    paths.iter().enumerate().map(|(row, path)| (path, row)).collect()
}

/// The error for an image without a row. The official programs take no query for granted either: a missing
/// one ends `holidays_map.py`, and has no ranked list that `compute_ap.cpp` could read.
fn no_row(cache: &Cache, query: &str, image: &str) -> QuestionError {
    let errors = match cache.errors() {
        Ok(errors) => errors,
        Err(error) => return error.into(),
    };
    let unreadable = errors.into_iter().find(|error| error.path == image);
    let (reason, hint) = match (unreadable, cache.shard()) {
        (Some(error), _) => (error.reason, "replace the file, and run `extract run` again"),
        (None, Some(shard)) => (
            format!("the cache is part {shard} of one"),
            "put the parts together with `extract merge`",
        ),
        (None, None) => {
            ("no such image".to_owned(), "run `extract run` again on the whole data set")
        }
    };
    QuestionError::NoRow {
        query: query.to_owned(),
        image: image.to_owned(),
        path: cache.path().to_owned(),
        reason,
        hint,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn questions(protocol: RetrievalProtocol) -> Questions {
        let query = Query {
            name: "q".into(),
            image: "a".into(),
            bounding_box: None,
            good: paths(&["b", "c", "gone"]),
            ok: paths(&["c", "d"]),
            junk: paths(&["d", "e"]),
        };
        let truth = GroundTruth { protocol, queries: vec![query] };
        Questions::new(&truth, &paths(&["a", "b", "c", "d", "e", "f"]))
    }

    fn answers(questions: &Questions) -> Vec<Answer> {
        (0..6).map(|row| questions.questions[0].answer(row)).collect()
    }

    #[test]
    fn junk_wins_over_what_should_be_found_and_what_is_missing_still_counts() {
        use Answer::{Junk, Negative, Positive, Query};
        let buildings = questions(RetrievalProtocol::Buildings);
        assert_eq!(answers(&buildings), [Negative, Positive, Positive, Junk, Junk, Negative]);
        // b, c, d and the one without a row.
        assert_eq!(buildings.questions[0].n_positives, 4);
        assert_eq!(buildings.missing, ["gone"]);
        assert_eq!(buildings.score(&buildings.questions[0], &[1, 3, 2, 0, 4, 5]), Some(0.5));
        let holidays = questions(RetrievalProtocol::Holidays);
        assert_eq!(answers(&holidays)[0], Query);
    }

    #[test]
    fn ukbench_counts_the_query_among_the_first_four() {
        let query = Query {
            name: "00000".into(),
            image: "a".into(),
            bounding_box: None,
            good: paths(&["a", "b", "c", "d"]),
            ok: Vec::new(),
            junk: Vec::new(),
        };
        let truth = GroundTruth { protocol: RetrievalProtocol::Ukbench, queries: vec![query] };
        let questions = Questions::new(&truth, &paths(&["a", "b", "c", "d", "e", "f"]));
        let score = |order: &[usize]| questions.score(&questions.questions[0], order);
        assert_eq!(score(&[0, 1, 2, 3, 4, 5]), Some(1.0));
        assert_eq!(score(&[0, 4, 2, 5, 1, 3]), Some(0.5));
    }
}
