//! Scores and searches against bench/retrieval, which is Python and NumPy.

use protocols::retrieve::question::Questions;
use protocols::retrieve::ranking::rank;
use schema::{GroundTruth, Query, RetrievalProtocol};
use serde::Deserialize;

use super::caches::{Bench, N_IMAGES, SplitMix};
use crate::fixture::Folder;

/// Both sides compute in f64 from equal orders; what differs is the order of a few sums.
const TOLERANCE: f64 = 1e-9;

#[derive(Deserialize)]
struct Reference {
    /// The score of each random case; null where nothing should be found.
    cases: Vec<Option<f64>>,
    searches: Vec<Search>,
}

#[derive(Deserialize)]
struct Search {
    protocol: RetrievalProtocol,
    arguments: String,
    from_boxes: bool,
    scores: Vec<f64>,
    orders: Vec<Vec<String>>,
}

fn reference() -> Reference {
    serde_json::from_str(include_str!("../reference/retrieval.json")).unwrap()
}

/// Distances and ground truth as the function `case` of `make_retrieval.py` makes them.
fn case(seed: u64) -> (GroundTruth, Vec<String>, Vec<f32>) {
    use RetrievalProtocol::{Buildings, Holidays, Ukbench};
    let mut rng = SplitMix(seed);
    let protocol = [Buildings, Holidays, Ukbench][seed as usize % 3];
    let n = 5 + rng.below(36);
    let distances = (0..n).map(|_| rng.below(8) as f32).collect();
    let image = rng.below(n);
    let is_empty = rng.below(10) == 0;
    let [mut good, mut ok, mut junk] = [const { Vec::new() }; 3];
    for name in 0..n + 3 {
        let kind = rng.below(10);
        match protocol {
            Buildings => {
                let lists = [(&mut good, [0, 3, 3], !is_empty), (&mut ok, [1, 3, 4], !is_empty)];
                for (list, kinds, counts) in lists.into_iter().chain([(&mut junk, [2, 2, 4], true)])
                {
                    if counts && kinds.contains(&kind) {
                        list.push(name.to_string());
                    }
                }
            }
            Holidays if kind < 2 && name != image && !is_empty => good.push(name.to_string()),
            Holidays | Ukbench => {}
        }
    }
    if protocol == Ukbench {
        good = (0..4).map(|k| ((image + k) % (n + 3)).to_string()).collect();
    }
    let image = image.to_string();
    let query = Query { name: "q".to_owned(), image, bounding_box: None, good, ok, junk };
    let truth = GroundTruth { protocol, queries: vec![query] };
    (truth, (0..n).map(|name| name.to_string()).collect(), distances)
}

#[test]
fn scores_equal_the_published_definitions_on_random_orders() {
    let cases = reference().cases;
    assert_eq!(cases.len(), 1000);
    assert!(cases.iter().any(Option::is_none));
    for (seed, expected) in (0..).zip(cases) {
        let (truth, paths, distances) = case(seed);
        let questions = Questions::new(&truth, &paths);
        let score = questions.score(&questions.questions[0], &rank(&distances));
        match (score, expected) {
            (Some(ours), Some(expected)) => {
                assert!(
                    (ours - expected).abs() <= TOLERANCE,
                    "case {seed}: {ours}, not {expected}"
                );
            }
            (ours, expected) => assert_eq!(ours, expected, "case {seed}"),
        }
    }
}

#[test]
fn global_and_spatial_search_equal_numpy() {
    for Search { protocol, arguments, from_boxes, scores, orders } in reference().searches {
        let folder = Folder::new();
        Bench::of(protocol).write(&folder, "a.h5");
        let mut line =
            format!("retrieve a.h5 --json --rankings r.csv --top {N_IMAGES} {arguments}");
        if from_boxes {
            Bench::boxes().write(&folder, "boxes.h5");
            line += " --queries boxes.h5";
        }
        let document = folder.fit(&line).ok().json();
        let ours: Vec<f64> = document["queries"]
            .as_array()
            .unwrap()
            .iter()
            .map(|query| query["score"].as_f64().unwrap())
            .collect();
        assert_eq!(ours.len(), scores.len());
        for (ours, expected) in ours.iter().zip(&scores) {
            assert!((ours - expected).abs() <= TOLERANCE, "{line}: {ours}, not {expected}");
        }
        let mean = scores.iter().sum::<f64>() / scores.len() as f64;
        assert!((document["value"].as_f64().unwrap() - mean).abs() <= TOLERANCE);
        let rankings = String::from_utf8(folder.bytes("r.csv")).unwrap();
        let paths: Vec<&str> =
            rankings.lines().skip(1).map(|line| line.split(',').nth(2).unwrap()).collect();
        assert_eq!(paths, orders.concat(), "{line}");
    }
}
