//! How good a search is: the report of all queries of a benchmark.

use head::Steps;
use metrics::{Bootstrap, Interval, bootstrap_interval};
use schema::{RetrievalProtocol, TapProvenance};
use serde::Serialize;

use super::benchmark::{Near, Outcome};
use super::distance::Distance;
use super::measure::Answer;
use super::published::{Benchmark, Published};
use super::question::{Question, Questions};
use super::views::Search;

/// How the queries of a benchmark were answered.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RetrieveReport {
    /// How images were compared.
    #[serde(flatten)]
    pub searched: Searched,
    /// Name of the data set, or of the protocol for images of one's own.
    pub dataset: String,
    /// How answers are scored.
    pub protocol: RetrievalProtocol,
    /// What is measured: `mAP`, or `recall@4`.
    pub metric: &'static str,
    /// The mean over queries.
    pub value: f64,
    /// Of UKBench, the mean number of the four images of an object among the first four.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n_s: Option<f64>,
    /// 95 % interval over queries, where one was asked for.
    pub interval: Option<Interval>,
    /// How the interval was made.
    pub bootstrap: Option<Bootstrap>,
    /// The number of the paper for the same kind of search, where the queries are all of its data set.
    pub published: Option<Published>,
    /// Our number less that of the paper, in points of a percent.
    pub difference: Option<f64>,
    /// Images that are searched.
    pub n_images: usize,
    /// Queries.
    pub n_queries: usize,
    /// Queries that nothing should be found by: they have no score, and are not in the mean.
    pub n_without_answers: usize,
    /// Images that should be found and have no row: counted as not found.
    pub n_missing: usize,
    /// Every query.
    pub queries: Vec<QueryResult>,
    /// The worst queries, as many as were asked for.
    pub worst: Vec<WorstQuery>,
    /// The nearest images of every query, as many as were asked for.
    #[serde(skip)]
    pub rankings: Vec<Ranking>,
    /// Paths of the images that should be found and have no row.
    #[serde(skip)]
    pub missing: Vec<String>,
}

/// How images were compared.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Searched {
    /// The cache.
    pub cache: String,
    /// Digest of the cache, see [`cache_digest`](train::cache_digest).
    pub cache_digest: String,
    /// What made its features.
    pub provenance: TapProvenance,
    /// The cache that the queries are from; null where they are whole images of the same one.
    pub query_cache: Option<String>,
    /// Whether the queries of that cache are whole images, not boxes.
    #[serde(skip)]
    pub query_cache_of_whole_images: bool,
    /// Whether images have one vector or several.
    pub search: Search,
    /// The distance between vectors.
    pub distance: Distance,
    /// Steps between the cache and the vectors.
    pub transform: Steps,
    /// The cache that the transform was learned from; null where that is the searched one.
    pub learned_from: Option<String>,
    /// Vectors of a query.
    pub query_views: usize,
    /// Vectors of an image.
    pub image_views: usize,
    /// Numbers that are kept of an image.
    pub dim: usize,
}

/// The score of a query.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QueryResult {
    /// Its name.
    pub query: String,
    /// Its score; null where nothing should be found.
    pub score: Option<f64>,
}

/// A query with a low score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WorstQuery {
    /// Its name.
    pub query: String,
    /// Path of its image.
    pub image: String,
    /// Its score.
    pub score: f64,
    /// Path of the nearest image that should not be found.
    pub nearest_wrong: Option<String>,
}

/// The nearest images of a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranking {
    /// Name of the query.
    pub query: String,
    /// The images, the nearest first.
    pub nearest: Vec<RankedImage>,
}

/// An image in the order of a query.
#[derive(Clone, Debug, PartialEq)]
pub struct RankedImage {
    /// Path of the image.
    pub path: String,
    /// Its distance.
    pub distance: f32,
    /// What it is to the query.
    pub answer: Answer,
}

impl Ranking {
    fn new(question: &Question, outcome: &Outcome, paths: &[String]) -> Self {
        let image = |&Near { row, distance, answer }: &Near| RankedImage {
            path: paths[row].clone(),
            distance,
            answer,
        };
        Self { query: question.name.clone(), nearest: outcome.nearest.iter().map(image).collect() }
    }
}

impl RetrieveReport {
    /// The report of one outcome a question, one of which at least has a score; `paths` are those of the
    /// images.
    pub fn new(
        searched: Searched,
        questions: &Questions,
        outcomes: &[Outcome],
        paths: &[String],
        n_worst: usize,
        bootstrap: Option<Bootstrap>,
    ) -> Self {
        let scores: Vec<f64> = outcomes.iter().filter_map(|outcome| outcome.score).collect();
        let value = scores.iter().sum::<f64>() / scores.len() as f64;
        let benchmark = Benchmark::of(questions);
        let is_whole = |benchmark: &Benchmark| outcomes.len() == benchmark.n_queries();
        let published = benchmark
            .filter(is_whole)
            .map(|benchmark| benchmark.published(searched.search, &searched.transform));
        let (metric, factor) = match questions.protocol {
            RetrievalProtocol::Ukbench => ("recall@4", Some(4.0)),
            RetrievalProtocol::Buildings | RetrievalProtocol::Holidays => ("mAP", None),
        };
        let asked = || questions.questions.iter().zip(outcomes);
        let mut by_score: Vec<_> = asked()
            .filter_map(|(question, outcome)| Some((question, outcome, outcome.score?)))
            .collect();
        by_score.sort_by(|a, b| a.2.total_cmp(&b.2));
        let worst =
            by_score.into_iter().take(n_worst).map(|(question, outcome, score)| WorstQuery {
                query: question.name.clone(),
                image: question.image.clone(),
                score,
                nearest_wrong: outcome.first_wrong.map(|row| paths[row].clone()),
            });
        let result = |(question, outcome): (&Question, &Outcome)| QueryResult {
            query: question.name.clone(),
            score: outcome.score,
        };
        let rankings =
            asked().map(|(question, outcome)| Ranking::new(question, outcome, paths)).collect();
        Self {
            searched,
            dataset: benchmark.map_or("buildings", Benchmark::name).to_owned(),
            protocol: questions.protocol,
            metric,
            value,
            n_s: factor.map(|factor| factor * value),
            interval: bootstrap.and_then(|bootstrap| interval(&scores, bootstrap)),
            bootstrap,
            difference: published.as_ref().map(|published| 100.0 * value - published.percent),
            published,
            n_images: paths.len(),
            n_queries: outcomes.len(),
            n_without_answers: outcomes.len() - scores.len(),
            n_missing: questions.missing.len(),
            queries: asked().map(result).collect(),
            worst: worst.collect(),
            rankings,
            missing: questions.missing.clone(),
        }
    }
}

/// The interval of the mean over queries.
fn interval(scores: &[f64], bootstrap: Bootstrap) -> Option<Interval> {
    let n = scores.len();
    bootstrap_interval(n, bootstrap, |times| {
        let drawn = scores.iter().zip(times).map(|(score, &times)| score * f64::from(times));
        Some(drawn.sum::<f64>() / n as f64)
    })
}
