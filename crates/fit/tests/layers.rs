//! `fit layers`.

use crate::fixture::{Cache, Folder, TAP};

fn three_taps() -> Cache {
    let taps = vec![TAP, "block3_pool:gap", "block4_pool:gap"];
    Cache { taps, strengths: vec![1.0, 0.2, 2.0], noise: 4.0, ..Cache::of(30) }
}

#[test]
fn accuracy_is_shown_by_depth_and_the_best_tap_marked() {
    let folder = Folder::with(&three_taps());
    let json = folder.fit("layers a.h5 --c 0.1,1 --json").ok().json();
    assert_eq!((&json["format"], &json["loss"]), (&"offshelf-layers".into(), &"hinge".into()));
    let taps = json["taps"].as_array().unwrap();
    let names: Vec<_> = taps.iter().map(|tap| tap["tap"].as_str().unwrap()).collect();
    assert_eq!(names, ["block3_pool:gap", "block4_pool:gap", TAP]);
    let best: Vec<_> = taps.iter().map(|tap| tap["best"].as_bool().unwrap()).collect();
    assert_eq!(best, [false, true, false]);
    assert!(taps.iter().all(|tap| tap["n_features"] == 6 && tap["mean_accuracy"].is_f64()));

    let text = folder.fit("layers a.h5 --head softmax --c 1").ok().stdout;
    let marked: Vec<_> = text.lines().filter(|line| line.starts_with("*  ")).collect();
    assert_eq!(marked.len(), 1, "{text}");
    assert!(marked[0].contains("block4_pool:gap"));
    assert!(text.contains("* best: the tap before the deepest\nrule: "), "{text}");
}

#[test]
fn a_single_tap_says_how_to_get_more() {
    let folder = Folder::with(&Cache::of(10));
    let text = folder.fit("layers a.h5 --c 1").ok().stdout;
    assert!(text.contains("* best: the only tap; `extract run --tap A --tap B`"), "{text}");
}

#[test]
fn each_tap_takes_the_c_that_the_sweep_would() {
    let folder = Folder::with(&three_taps());
    let layers = folder.fit("layers a.h5 --c 0.01,1 --folds 3 --seed 5 --json").ok().json();
    for tap in layers["taps"].as_array().unwrap() {
        let name = tap["tap"].as_str().unwrap();
        let line =
            format!("sweep a.h5 --head svm --c 0.01,1 --folds 3 --seed 5 --tap {name} --json");
        let best = folder.fit(&line).ok().json()["leaderboard"][0].clone();
        for field in ["c", "mean_accuracy", "standard_error"] {
            assert_eq!(tap[field], best[field], "{name} {field}");
        }
    }
}

#[test]
fn a_missing_cache_is_code_3_and_unconverged_fits_code_4() {
    let folder = Folder::new();
    folder.fit("layers a.h5").refused(3, &["`a.h5`", "extract run"]);
    folder.write("a.h5", &three_taps());
    let run = folder.fit("layers a.h5 --head softmax --c 100 --max-iter 1 --json");
    assert_eq!(run.code, 4);
    assert_eq!(run.json()["taps"][0]["converged"], false);
    assert_eq!(run.stderr.matches("softmax C=100").count(), 1, "{}", run.stderr);
}
