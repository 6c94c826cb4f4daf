//! What `fit retrieve` says of the queries of a benchmark.

use feature_cache::{RetrievalProtocol, TapProvenance};
use head::Steps;
use metrics::{Bootstrap, Interval, bootstrap_interval};
use serde::Serialize;

use super::table::{short, table};
use super::{Stamp, csv};
use crate::retrieve::benchmark::{Near, Outcome};
use crate::retrieve::distance::Distance;
use crate::retrieve::measure::Answer;
use crate::retrieve::published::{Benchmark, Published};
use crate::retrieve::question::{Question, Questions};
use crate::retrieve::views::Search;

/// The document of `fit retrieve`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RetrieveDocument {
    #[serde(flatten)]
    stamp: Stamp,
    /// How images were compared.
    #[serde(flatten)]
    pub subject: RetrieveSubject,
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
}

/// How images were compared.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RetrieveSubject {
    /// Program and arguments.
    pub command: Vec<String>,
    /// BLAKE3 of the command, its parts joined by blanks.
    pub command_digest: String,
    /// The cache.
    pub cache: String,
    /// Digest of the cache, see [`cache_digest`](crate::cache_digest).
    pub cache_digest: String,
    /// What made its features.
    pub provenance: TapProvenance,
    /// The cache that the queries are from; null where they are whole images of the same one.
    pub query_cache: Option<String>,
    /// Whether images have one vector or several.
    pub search: Search,
    /// How far vectors are apart.
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

impl RetrieveDocument {
    /// The document of one outcome a question, one of which at least has a score; `paths` are those of the
    /// images.
    pub fn new(
        subject: RetrieveSubject,
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
            .map(|benchmark| benchmark.published(subject.search, &subject.transform));
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
        Self {
            stamp: Stamp::new("offshelf-retrieve"),
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
            subject,
        }
    }

    /// The row of this search, for a table of several: a heading, a rule, the row.
    pub fn markdown(&self) -> String {
        let RetrieveSubject { command, command_digest, cache_digest, provenance, .. } =
            &self.subject;
        let line = |cells: &[&str]| format!("| {} |\n", cells.join(" | "));
        let header = [HEADER.as_slice(), &["backbone", "tap", "cache", "command"]].concat();
        let command = format!("`{}` ({})", command.join(" "), short(command_digest));
        let origin = [&*provenance.backbone, &*provenance.tap, short(cache_digest), &command];
        let row = self.row();
        let row = [row.each_ref().map(String::as_str).as_slice(), &origin].concat();
        line(&header) + &"|---".repeat(header.len()) + "|\n" + &line(&row)
    }

    /// The document as text.
    pub fn text(&self) -> String {
        let RetrieveSubject { cache, provenance, query_cache, learned_from, transform, .. } =
            &self.subject;
        let queries = query_cache.as_ref().map_or_else(
            || "whole images of the same cache".to_owned(),
            |path| format!("features of {path}"),
        );
        let mut text = format!(
            "{cache} (tap: {}, {} images, {} queries)\nqueries: {queries}\n",
            provenance.tap, self.n_images, self.n_queries,
        );
        if !transform.is_row_wise() {
            let from = learned_from.as_deref().unwrap_or("the images that are searched");
            text += &format!("transform learned from: {from}\n");
        }
        text += &format!("\n{}", table(&HEADER, 4, vec![self.row().to_vec()]));
        if let Some(n_s) = self.n_s {
            text += &format!("\nN-S score: {n_s:.3}\n");
        }
        text += &format!(
            "\ncache {}, command {}\n",
            self.subject.cache_digest, self.subject.command_digest
        );
        if !self.worst.is_empty() {
            let rows = self.worst.iter().map(|worst| {
                let wrong = worst.nearest_wrong.clone().unwrap_or_default();
                vec![worst.query.clone(), worst.image.clone(), wrong, share(worst.score)]
            });
            let header = ["worst queries", "image", "nearest wrong image", self.metric];
            text += &format!("\n{}", table(&header, 3, rows.collect()));
        }
        text
    }

    fn row(&self) -> [String; 10] {
        let RetrieveSubject { search, transform, query_views, image_views, dim, .. } =
            &self.subject;
        let none = || "-".to_owned();
        let published =
            |published: &Published| format!("{:.1} ({})", published.percent, published.method);
        let interval = |[low, high]: Interval| format!("{} - {}", share(low), share(high));
        [
            self.dataset.clone(),
            search.to_string(),
            transform.to_string(),
            format!("{query_views}, {image_views}"),
            dim.to_string(),
            self.metric.to_owned(),
            share(self.value),
            self.interval.map_or_else(none, interval),
            self.published.as_ref().map_or_else(none, published),
            self.difference.map_or_else(none, |difference| format!("{difference:+.1}")),
        ]
    }
}

const HEADER: [&str; 10] = [
    "data set",
    "search",
    "transform",
    "views (query, image)",
    "dim",
    "metric",
    "ours",
    "95 % interval",
    "published",
    "difference",
];

/// The nearest images of every query as a table in CSV: rank from 1 on, path, distance, and what the image
/// is to the query.
pub fn rankings_csv(questions: &Questions, outcomes: &[Outcome], paths: &[String]) -> String {
    let mut text = csv::line(["query", "rank", "path", "distance", "answer"]);
    for (question, outcome) in questions.questions.iter().zip(outcomes) {
        for (rank, Near { row, distance, answer }) in (1..).zip(&outcome.nearest) {
            let answer = match answer {
                Answer::Positive => "positive",
                Answer::Negative => "negative",
                Answer::Junk => "junk",
                Answer::Query => "query",
            };
            let (rank, distance): (usize, _) = (rank, distance);
            text += &csv::line([
                question.name.as_str(),
                &rank.to_string(),
                &paths[*row],
                &distance.to_string(),
                answer,
            ]);
        }
    }
    text
}

/// The interval of the mean over queries.
fn interval(scores: &[f64], bootstrap: Bootstrap) -> Option<Interval> {
    let n = scores.len();
    bootstrap_interval(n, bootstrap, |times| {
        let drawn = scores.iter().zip(times).map(|(score, &times)| score * f64::from(times));
        Some(drawn.sum::<f64>() / n as f64)
    })
}

/// In percent, as tables of retrieval have it.
fn share(value: f64) -> String {
    format!("{:.1}", 100.0 * value)
}

#[cfg(test)]
mod tests {
    use feature_cache::{Dtype, GroundTruth, Query, Weights};

    use super::*;

    fn document(n_queries: usize) -> RetrieveDocument {
        let query = |number: usize| Query {
            name: format!("keble_{number}"),
            image: "a.jpg".to_owned(),
            bounding_box: None,
            good: vec!["a.jpg".to_owned()],
            ok: Vec::new(),
            junk: Vec::new(),
        };
        let queries = (0..n_queries).map(query).collect();
        let truth = GroundTruth { protocol: RetrievalProtocol::Buildings, queries };
        let paths = ["a.jpg".to_owned()];
        let outcome = Outcome { score: Some(0.5), nearest: Vec::new(), first_wrong: None };
        let subject = RetrieveSubject {
            command: vec!["fit".to_owned(), "retrieve".to_owned()],
            cache: "a.h5".to_owned(),
            cache_digest: "0123456789abcdef".to_owned(),
            command_digest: "fedcba9876543210".to_owned(),
            provenance: TapProvenance {
                backbone: "vgg16".to_owned(),
                weights: Weights { name: "w".to_owned(), digest: "d".to_owned() },
                tap: "fc6_relu:gap".to_owned(),
                preprocessing: serde_json::Value::Null,
                views: "patches:4".to_owned(),
                engine: "test".to_owned(),
                dtype: Dtype::F32,
            },
            query_cache: None,
            search: Search::Spatial,
            distance: Distance::L2,
            transform: "l2".parse().unwrap(),
            learned_from: None,
            query_views: 14,
            image_views: 30,
            dim: 122_880,
        };
        let questions = Questions::new(&truth, &paths);
        let bootstrap = Some(Bootstrap { resamples: 10, seed: 0 });
        RetrieveDocument::new(subject, &questions, &vec![outcome; n_queries], &paths, 1, bootstrap)
    }

    #[test]
    fn the_published_number_stands_beside_that_of_all_queries_and_of_no_fewer() {
        let whole = document(55);
        assert_eq!(whole.published.as_ref().map(|published| published.percent), Some(55.6));
        assert!((whole.difference.unwrap() + 5.6).abs() < 1e-9);
        assert_eq!(whole.interval, Some([0.5, 0.5]));
        let row = "| Oxford5k | spatial | l2 | 14, 30 | 122880 | mAP | 50.0 | 50.0 - 50.0 | 55.6 (CNN-ss) | -5.6 \
                   | vgg16 | fc6_relu:gap | 0123456789ab | `fit retrieve` (fedcba987654) |";
        assert_eq!(whole.markdown().lines().last(), Some(row));
        let part = document(54);
        assert_eq!((part.published, part.difference), (None, None));
    }
}
