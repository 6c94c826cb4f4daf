//! All queries of a benchmark, asked and scored.

use serde::Serialize;

use super::codes::Descriptors;
use super::index::Index;
use super::measure::Answer;
use super::question::Questions;
use super::ranking::rank;
use super::search::NotFinite;

/// What became of a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Its score, see [`Questions::score`].
    pub score: Option<f64>,
    /// The nearest images, in their order.
    pub nearest: Vec<Near>,
    /// The nearest image that should not be found.
    pub first_wrong: Option<usize>,
}

/// An image in the order of a query.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Near {
    /// Its row.
    pub row: usize,
    /// Its distance.
    pub distance: f32,
    /// What it is to the query.
    pub answer: Answer,
}

/// Asks all `questions`, whose features are `queries`, and keeps the `top` nearest images of each.
///
/// # Errors
/// [`NotFinite`].
pub fn ask(
    index: &Index<'_>,
    questions: &Questions,
    queries: &Descriptors,
    top: usize,
    progress: &mut dyn FnMut(usize),
) -> Result<Vec<Outcome>, NotFinite> {
    index.search(queries, progress, |number, distances| {
        let question = &questions.questions[number];
        let order = rank(distances);
        let near =
            |&row: &usize| Near { row, distance: distances[row], answer: question.answer(row) };
        Outcome {
            score: questions.score(question, &order),
            nearest: order.iter().take(top).map(near).collect(),
            first_wrong: order
                .iter()
                .copied()
                .find(|&row| question.answer(row) == Answer::Negative),
        }
    })
}

/// The images that resemble those of one row, the nearest first and without itself.
///
/// # Errors
/// [`NotFinite`].
pub fn neighbors(
    index: &Index<'_>,
    query: &Descriptors,
    row: usize,
    top: usize,
) -> Result<Vec<(usize, f32)>, NotFinite> {
    let of_one = index.search(query, &mut |_| {}, |_, distances| {
        let others = rank(distances).into_iter().filter(|&other| other != row);
        others.take(top).map(|other| (other, distances[other])).collect()
    })?;
    Ok(of_one.into_iter().next().unwrap_or_default())
}
