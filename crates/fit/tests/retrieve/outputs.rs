//! What `fit retrieve` prints and writes.

use schema::RetrievalProtocol;

use super::caches::{Bench, path};
use crate::fixture::{Folder, TAP};

fn folder(bench: &Bench) -> Folder {
    let folder = Folder::new();
    bench.write(&folder, "a.h5");
    folder
}

#[test]
fn the_document_says_what_was_compared_and_how_well() {
    let folder = folder(&Bench::holidays());
    let json = folder.fit("retrieve a.h5 --normalize l2,whiten:4,l2,power:2 --json").ok().json();
    assert_eq!((&json["format"], &json["version"]), (&"offshelf-retrieve".into(), &1.into()));
    assert_eq!((&json["dataset"], &json["metric"]), (&"Holidays".into(), &"mAP".into()));
    assert_eq!((&json["search"], &json["provenance"]["tap"]), (&"spatial".into(), &TAP.into()));
    assert_eq!((&json["query_views"], &json["image_views"]), (&14.into(), &30.into()));
    assert_eq!((&json["dim"], &json["n_queries"]), (&120.into(), &3.into()));
    // Three queries are not those that the paper's number is of.
    assert!(json["published"].is_null() && json["difference"].is_null());
    let [low, high] = [0, 1].map(|end| json["interval"][end].as_f64().unwrap());
    let value = json["value"].as_f64().unwrap();
    assert!(low <= value && value <= high, "{low} {value} {high}");
    let worst = json["worst"].as_array().unwrap();
    assert!(worst.windows(2).all(|pair| pair[0]["score"].as_f64() <= pair[1]["score"].as_f64()));
    assert!(worst[0]["nearest_wrong"].is_string());
}

#[test]
fn the_text_has_a_row_and_the_worst_queries() {
    let folder = folder(&Bench::of(RetrievalProtocol::Ukbench));
    let text = folder.fit("retrieve a.h5 --worst 2").ok().stdout;
    assert!(text.contains("UKBench") && text.contains("recall@4"), "{text}");
    assert!(text.contains("N-S score: ") && text.contains("14, 30"), "{text}");
    assert!(text.contains("queries: whole images of the same cache"), "{text}");
    assert_eq!(text.lines().filter(|line| line.contains(".jpg")).count(), 2, "{text}");
    let plain = folder.fit("retrieve a.h5 --worst 0 --bootstrap 0 --json").ok().json();
    assert!(plain["interval"].is_null() && plain["worst"].as_array().unwrap().is_empty());
}

#[test]
fn files_appear_where_asked_for_and_replace_nothing_unasked() {
    let folder = folder(&Bench::holidays());
    folder.fit("retrieve a.h5 --out row --rankings r.csv --top 2").ok();
    let markdown = String::from_utf8(folder.bytes("row/retrieval.md")).unwrap();
    assert_eq!(markdown.lines().count(), 3);
    assert!(markdown.lines().all(|line| line.matches('|').count() == 15), "{markdown}");
    let document: serde_json::Value =
        serde_json::from_slice(&folder.bytes("row/retrieval.json")).unwrap();
    assert_eq!(document["command"][1], "retrieve");
    let rankings = String::from_utf8(folder.bytes("r.csv")).unwrap();
    let lines: Vec<&str> = rankings.lines().collect();
    assert_eq!((lines.len(), lines[0]), (7, "query,rank,path,distance,answer"));
    // The query resembles itself most, and has no place in the order that is scored.
    assert!(lines[1].starts_with("100000.jpg,1,100000.jpg,") && lines[1].ends_with(",query"));
    for file in ["row/retrieval.json", "r.csv"] {
        let (option, name) =
            file.split_once('/').map_or(("--rankings", file), |(out, _)| ("--out", out));
        let line = format!("retrieve a.h5 {option} {name}");
        folder.fit(&line).refused(1, &[file, "--force"]);
        folder.fit(&format!("{line} --force")).ok();
    }
}

#[test]
fn what_is_learned_elsewhere_is_said_and_matters() {
    let folder = folder(&Bench::holidays());
    let other = Bench { seed: 9, truth: None, views: "center", n_views: 1, ..Bench::holidays() };
    other.write(&folder, "other.h5");
    let line = "retrieve a.h5 --normalize whiten:3 --json";
    let own = folder.fit(line).ok().json();
    let learned = folder.fit(&format!("{line} --pca-from other.h5")).ok().json();
    assert_eq!(
        (&own["learned_from"], &learned["learned_from"]),
        (&serde_json::Value::Null, &"other.h5".into())
    );
    assert_ne!(own["value"], learned["value"]);
    let text = folder.fit("retrieve a.h5 --normalize pca:2").ok().stdout;
    assert!(text.contains("transform learned from: the images that are searched"), "{text}");
}

#[test]
fn an_image_that_should_be_found_and_has_no_row_counts_as_not_found() {
    let whole = folder(&Bench::holidays());
    let folder = folder(&Bench { unreadable: vec![2], ..Bench::holidays() });
    let note = "fit: 1 images that should be found have no row, such as `100002.jpg`: they count as not found";
    let missing = folder.fit("retrieve a.h5 --json").noted(note).json();
    assert_eq!(missing["n_missing"], 1);
    let all = whole.fit("retrieve a.h5 --json").ok().json();
    let score = |json: &serde_json::Value| json["queries"][0]["score"].as_f64().unwrap();
    assert!(score(&missing) < score(&all));
}

#[test]
fn a_query_without_answers_is_not_in_the_mean() {
    let mut bench = Bench::holidays();
    bench.truth.as_mut().unwrap().queries[1].good.clear();
    let note = "fit: 1 of 3 queries have no answer: they are not in the mean";
    let json = folder(&bench).fit("retrieve a.h5 --json").noted(note).json();
    let scores: Vec<Option<f64>> =
        (0..3).map(|query| json["queries"][query]["score"].as_f64()).collect();
    assert_eq!(scores[1], None);
    let mean = (scores[0].unwrap() + scores[2].unwrap()) / 2.0;
    assert!((json["value"].as_f64().unwrap() - mean).abs() < 1e-12);
}

#[test]
fn boxes_are_asked_about_where_there_are_features_of_them() {
    let folder = folder(&Bench::of(RetrievalProtocol::Buildings));
    Bench::boxes().write(&folder, "boxes.h5");
    let text = folder.fit("retrieve a.h5 --queries boxes.h5").ok().stdout;
    assert!(text.contains("queries: features of boxes.h5"), "{text}");
    Bench { views: "patches:4", ..Bench::boxes() }.write(&folder, "whole.h5");
    let note =
        "fit: the queries are whole images: extract them with --crop-box to ask about their boxes";
    folder.fit("retrieve a.h5 --queries whole.h5").noted(note);
}

#[test]
fn images_that_resemble_one_are_told_for_any_cache() {
    let folder = folder(&Bench { truth: None, ..Bench::holidays() });
    let json = folder.fit("retrieve a.h5 --query 100001.jpg --top 3 --json").ok().json();
    assert_eq!(
        (&json["format"], &json["query"]),
        (&"offshelf-neighbors".into(), &"100001.jpg".into())
    );
    let nearest = json["nearest"].as_array().unwrap();
    assert_eq!(nearest.len(), 3);
    assert!(nearest.iter().all(|near| near["path"] != "100001.jpg"));
    assert!(
        nearest.windows(2).all(|pair| pair[0]["distance"].as_f64() <= pair[1]["distance"].as_f64())
    );
    let text = folder.fit(&format!("retrieve a.h5 --query {}", path(5))).ok().stdout;
    assert!(text.starts_with("nearest to 100101.jpg (spatial search, transform: l2)"), "{text}");
    assert_eq!(text.lines().count(), 3 + 10);
}
