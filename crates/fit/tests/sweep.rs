use serde_json::{Value, json};

use crate::fixture::{Cache, Folder};

fn noisy() -> Cache {
    Cache { noise: 4.0, ..Cache::of(30) }
}

#[test]
fn a_sweep_ranks_candidates_and_tests_the_winners_once() {
    let folder = Folder::with(&noisy());
    let json = folder
        .fit("sweep a.h5 --loss hinge,squared-hinge --c 0.01,1,100 --folds 3 --hold-out 0.2 --json --max-iter 100000")
        .ok()
        .json();
    assert_eq!(json["format"], "offshelf-sweep");
    let leaderboard = json["leaderboard"].as_array().unwrap();
    assert_eq!(leaderboard.len(), 9);
    assert_eq!(json["fit_seconds"].as_array().unwrap().len(), 9);
    let accuracies: Vec<f64> =
        leaderboard.iter().map(|row| row["mean_accuracy"].as_f64().unwrap()).collect();
    assert!(accuracies.is_sorted_by(|a, b| a >= b));
    assert!(accuracies[0] > 0.6, "{accuracies:?}");
    let best: Vec<&Value> = leaderboard.iter().filter(|row| row["best"] == true).collect();
    let winners = json["winners"].as_array().unwrap();
    assert_eq!((best.len(), winners.len()), (3, 3));
    for (best, winner) in best.iter().zip(winners) {
        assert_eq!((&best["head"], &best["c"]), (&winner["head"], &winner["c"]));
        assert_eq!(winner["held_out"]["n_samples"], 18);
    }
    assert_eq!(json["training"]["n_samples"], 72);
    assert_eq!(json["scoring"], json!({"folds": 3}));
}

#[test]
fn a_validation_split_is_used_unless_folds_are_asked_for() {
    let folder = Folder::with(&Cache::with_splits());
    let fixed = folder.fit("sweep a.h5 --head softmax --c 0.1,1 --json").ok().json();
    assert_eq!(fixed["scoring"], "validation_split");
    assert_eq!(fixed["training"]["n_samples"], 90);
    assert_eq!(fixed["winners"][0]["held_out"]["n_samples"], 30);
    let folds = folder.fit("sweep a.h5 --head softmax --c 0.1,1 --folds 4 --json").ok().json();
    assert_eq!(folds["scoring"], json!({"folds": 4}));
}

#[test]
fn the_table_marks_the_best_of_each_family() {
    let folder = Folder::with(&noisy());
    let run = folder.fit("sweep a.h5 --c 0.1,1 --hold-out 0.2").ok();
    let marked: Vec<_> = run.stdout.lines().filter(|line| line.starts_with("*  ")).collect();
    assert_eq!(marked.len(), 2, "{}", run.stdout);
    assert!(run.stdout.contains("fit seconds"));
    assert_eq!(run.stdout.matches("held out: accuracy").count(), 2);
}

#[test]
fn the_folder_holds_heads_leaderboard_and_record_and_is_the_same_each_time() {
    let folder = Folder::with(&noisy());
    let sweep = || folder.fit("sweep a.h5 --c 0.1,1 --hold-out 0.2 --out out --force").ok();
    sweep();
    let files = [
        "leaderboard.csv",
        "leaderboard.json",
        "softmax.safetensors",
        "svm-hinge.safetensors",
        "sweep.json",
    ];
    let mut found: Vec<_> = std::fs::read_dir(folder.path("out"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    found.sort();
    assert_eq!(found, files);
    let contents = || files.map(|name| folder.bytes(&format!("out/{name}")));
    let first = contents();
    sweep();
    assert!(first == contents(), "a repeated sweep gives the same bytes");

    let record: Value = serde_json::from_slice(&folder.bytes("out/sweep.json")).unwrap();
    assert_eq!(record["command"][1], "sweep");
    assert_eq!(record["settings"]["seed"], 0);
    assert_eq!(record["provenance"]["weights"]["digest"], "0123");
    assert!(record.get("fit_seconds").is_none());
    let csv = String::from_utf8(folder.bytes("out/leaderboard.csv")).unwrap();
    assert!(csv.starts_with("head,loss,c,mean_accuracy"));
    assert_eq!(csv.lines().count(), 5);
    folder.fit("eval out/softmax.safetensors a.h5").ok();
}

#[test]
fn unconverged_fits_are_named_once_each() {
    let folder = Folder::with(&noisy());
    let run = folder.fit("sweep a.h5 --head softmax --c 10,100 --max-iter 1 --json");
    assert_eq!(run.code, 4);
    assert_eq!(run.json()["leaderboard"][0]["converged"], false);
    assert_eq!(run.stderr.matches("softmax C=100").count(), 1, "{}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 1);
}
