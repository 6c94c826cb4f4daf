//! What `fit retrieve` says of the queries of a benchmark.

use console::{Texts, shown};
use metrics::Interval;
use protocols::retrieve::measure::Answer;
use protocols::retrieve::published::Published;
use protocols::retrieve::{RankedImage, Ranking, RetrieveReport, Searched};
use serde::Serialize;

use results::{Csv, short, table};

/// Program and arguments.
#[derive(Debug, Serialize)]
pub(crate) struct Command {
    command: Vec<String>,
    /// BLAKE3 of the command, its parts joined by blanks.
    command_digest: String,
}

impl Command {
    pub(crate) fn new(command: Vec<String>) -> Self {
        let command_digest = blake3::hash(command.join(" ").as_bytes()).to_string();
        Self { command, command_digest }
    }

    fn text(&self) -> String {
        self.command.join(" ")
    }
}

/// The document of a search, which a command made.
#[derive(Serialize)]
pub(crate) struct RetrieveDocument<'a> {
    #[serde(flatten)]
    pub(crate) command: &'a Command,
    #[serde(flatten)]
    pub(crate) report: &'a RetrieveReport,
}

/// The row of this search, for a table of several: a heading, a rule, the row.
pub(crate) fn markdown(command: &Command, report: &RetrieveReport) -> String {
    let Searched { cache_digest, provenance, .. } = &report.searched;
    let line = |cells: &[&str]| format!("| {} |\n", shown(&cells.join(" | ")));
    let header = [HEADER.as_slice(), &["backbone", "tap", "cache", "command"]].concat();
    let command = format!("`{}` ({})", command.text(), short(&command.command_digest));
    let origin = [&*provenance.backbone, &*provenance.tap, short(cache_digest), &command];
    let row = row(report);
    let row = [row.each_ref().map(String::as_str).as_slice(), &origin].concat();
    line(&header) + &"|---".repeat(header.len()) + "|\n" + &line(&row)
}

/// The document as text.
pub(crate) fn text(command: &Command, report: &RetrieveReport) -> String {
    let Searched { cache, provenance, query_cache, learned_from, transform, .. } = &report.searched;
    let queries = query_cache.as_ref().map_or_else(
        || "whole images of the same cache".to_owned(),
        |path| format!("features of {}", shown(path)),
    );
    let mut text = format!(
        "{} (tap: {}, {} images, {} queries)\nqueries: {queries}\n",
        shown(cache),
        shown(&provenance.tap),
        report.n_images,
        report.n_queries,
    );
    if !transform.is_row_wise() {
        let from = learned_from.as_deref().unwrap_or("the images that are searched");
        text += &format!("transform learned from: {}\n", shown(from));
    }
    text += &format!("\n{}", table(&HEADER, 4, vec![row(report).to_vec()]));
    if let Some(n_s) = report.n_s {
        text += &format!("\nN-S score: {n_s:.3}\n");
    }
    text +=
        &format!("\ncache {}, command {}\n", report.searched.cache_digest, command.command_digest);
    if !report.worst.is_empty() {
        let rows = report.worst.iter().map(|worst| {
            let wrong = worst.nearest_wrong.clone().unwrap_or_default();
            vec![worst.query.clone(), worst.image.clone(), wrong, share(worst.score)]
        });
        let header = ["worst queries", "image", "nearest wrong image", report.metric];
        text += &format!("\n{}", table(&header, 3, rows.collect()));
    }
    text
}

fn row(report: &RetrieveReport) -> [String; 10] {
    let Searched { search, transform, query_views, image_views, dim, .. } = &report.searched;
    let none = || "-".to_owned();
    let published =
        |published: &Published| format!("{:.1} ({})", published.percent, published.method);
    let interval = |[low, high]: Interval| format!("{} - {}", share(low), share(high));
    [
        report.dataset.clone(),
        search.to_string(),
        transform.to_string(),
        format!("{query_views}, {image_views}"),
        dim.to_string(),
        report.metric.to_owned(),
        share(report.value),
        report.interval.map_or_else(none, interval),
        report.published.as_ref().map_or_else(none, published),
        report.difference.map_or_else(none, |difference| format!("{difference:+.1}")),
    ]
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
pub(crate) fn rankings_csv(report: &RetrieveReport, texts: Texts) -> String {
    let mut csv = Csv::new(["query", "rank", "path", "distance", "answer"]);
    for Ranking { query, nearest } in &report.rankings {
        for (rank, RankedImage { path, distance, answer }) in (1..).zip(nearest) {
            let answer = match answer {
                Answer::Positive => "positive",
                Answer::Negative => "negative",
                Answer::Junk => "junk",
                Answer::Query => "query",
            };
            let (rank, distance) = ((rank as usize).to_string(), distance.to_string());
            csv.line([&*texts.cell(query), &rank, &texts.cell(path), &distance, answer]);
        }
    }
    csv.text()
}

/// In percent, as tables of retrieval have it.
fn share(value: f64) -> String {
    format!("{:.1}", 100.0 * value)
}

#[cfg(test)]
mod tests {
    use schema::{Dtype, GroundTruth, Query, RetrievalProtocol, TapProvenance, Weights};

    use metrics::Bootstrap;
    use protocols::retrieve::benchmark::Outcome;
    use protocols::retrieve::distance::Distance;
    use protocols::retrieve::question::Questions;
    use protocols::retrieve::views::Search;

    use super::*;

    fn report(n_queries: usize) -> RetrieveReport {
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
        let searched = Searched {
            cache: "a.h5".to_owned(),
            cache_digest: "0123456789abcdef".to_owned(),
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
            query_cache_of_whole_images: false,
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
        RetrieveReport::new(searched, &questions, &vec![outcome; n_queries], &paths, 1, bootstrap)
    }

    #[test]
    fn the_published_number_stands_beside_that_of_all_queries_and_of_no_fewer() {
        let whole = report(55);
        assert_eq!(whole.published.as_ref().map(|published| published.percent), Some(55.6));
        assert!((whole.difference.unwrap() + 5.6).abs() < 1e-9);
        assert_eq!(whole.interval, Some([0.5, 0.5]));
        let row = "| Oxford5k | spatial | l2 | 14, 30 | 122880 | mAP | 50.0 | 50.0 - 50.0 | 55.6 (CNN-ss) | -5.6 \
                   | vgg16 | fc6_relu:gap | 0123456789ab | `fit retrieve` (fedcba987654) |";
        let command = Command {
            command: vec!["fit".to_owned(), "retrieve".to_owned()],
            command_digest: "fedcba9876543210".to_owned(),
        };
        assert_eq!(markdown(&command, &whole).lines().last(), Some(row));
        let part = report(54);
        assert_eq!((part.published, part.difference), (None, None));
    }
}
