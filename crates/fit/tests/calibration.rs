//! Calibrations against scikit-learn's, and `--calibrate` of `fit train` and `fit sweep`.

use head::Calibration;
use learn::{fit_platt, fit_temperature};
use ndarray::Array2;
use serde::Deserialize;
use serde_json::json;

use crate::fixture::{Cache, Folder};

/// scikit-learn minimizes without derivatives (the temperature) or to a gradient of 1e-6 (the
/// sigmoids); relative to the parameter, which follows the scale of the scores.
const PARAMETER_TOLERANCE: f64 = 1e-5;
/// Likewise.
const PROBABILITY_TOLERANCE: f64 = 1e-6;

#[derive(Deserialize)]
struct Reference {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    labels: Vec<usize>,
    scores: Vec<Vec<f32>>,
    slope: Vec<f64>,
    intercept: Vec<f64>,
    platt_probabilities: Vec<Vec<f64>>,
    temperature: f64,
    temperature_probabilities: Vec<Vec<f64>>,
}

fn cases() -> Vec<(Case, Array2<f32>)> {
    let reference: Reference =
        serde_json::from_str(include_str!("reference/calibration.json")).unwrap();
    let with_scores = |case: Case| {
        let dim = (case.scores.len(), case.scores[0].len());
        let scores = Array2::from_shape_vec(dim, case.scores.concat()).unwrap();
        (case, scores)
    };
    reference.cases.into_iter().map(with_scores).collect()
}

#[track_caller]
fn assert_close_relative(ours: f64, reference: f64) {
    let error = (ours / reference - 1.0).abs();
    assert!(error <= PARAMETER_TOLERANCE, "{ours} is not {reference}");
}

#[track_caller]
fn assert_probabilities(calibration: &Calibration, scores: &Array2<f32>, reference: &[Vec<f64>]) {
    let ours = calibration.log_probabilities(scores.view()).mapv(f64::exp);
    for (ours, reference) in ours.iter().zip(reference.concat()) {
        assert!((ours - reference).abs() <= PROBABILITY_TOLERANCE, "{ours} is not {reference}");
    }
}

#[test]
fn sigmoids_equal_those_of_scikit_learn() {
    for (case, scores) in cases() {
        let ours = fit_platt(scores.view(), &case.labels);
        for class in 0..scores.ncols() {
            assert_close_relative(ours.slope[class], case.slope[class]);
            assert_close_relative(ours.intercept[class], case.intercept[class]);
        }
        assert_probabilities(&Calibration::Platt(ours), &scores, &case.platt_probabilities);
    }
}

#[test]
fn temperatures_equal_those_of_scikit_learn() {
    for (case, scores) in cases() {
        let ours = fit_temperature(scores.view(), &case.labels);
        assert_close_relative(ours.temperature, case.temperature);
        let reference = &case.temperature_probabilities;
        assert_probabilities(&Calibration::Temperature(ours), &scores, reference);
    }
}

/// Classes that overlap, so that sure predictions are wrong ones at times.
fn noisy() -> Folder {
    let mut cache = Cache::of(60);
    cache.noise = 4.0;
    Folder::with(&cache)
}

#[test]
fn a_calibrated_svm_has_probabilities() {
    let folder = noisy();
    let train = "train a.h5 --head svm --calibrate --hold-out 0.3 --out h.safetensors --json";
    let json = folder.fit(train).ok().json();
    let calibration = &json["trained"]["calibration"];
    assert_eq!(calibration["method"], "platt");
    assert_eq!(calibration["slope"].as_array().unwrap().len(), 3);
    assert!(json["held_out"]["calibration_error"].as_f64().unwrap() < 0.2);

    let json = folder.fit("predict h.safetensors a.h5 --json").ok().json();
    assert_eq!(json["kind"], "probability");
    let scores: Vec<f64> =
        serde_json::from_value(json["predictions"][0]["scores"].clone()).unwrap();
    assert!((scores.iter().sum::<f64>() - 1.0).abs() < 1e-6);
    let evaluation = folder.fit("eval h.safetensors a.h5 --json").ok().json();
    assert!(evaluation["log_loss"].as_f64().unwrap() < 3f64.ln());
}

#[test]
fn a_temperature_makes_a_sure_head_less_sure_and_changes_no_prediction() {
    let folder = noisy();
    let train = "train a.h5 --head softmax --normalize standardize --c 100 --hold-out 0.3 --json";
    let log_loss = |options: &str| {
        let run = folder.fit(&format!("{train} --out {options}")).ok();
        let held_out = run.json()["held_out"].clone();
        (held_out["log_loss"].as_f64().unwrap(), held_out["accuracy"].clone(), run)
    };
    let (plain, accuracy, _) = log_loss("plain.safetensors");
    let (calibrated, same_accuracy, run) = log_loss("calibrated.safetensors --calibrate");
    assert!(calibrated < plain, "{calibrated} {plain}");
    assert_eq!(accuracy, same_accuracy);
    let calibration = &run.json()["trained"]["calibration"];
    assert_eq!(calibration["method"], json!("temperature"));
    assert!(calibration["temperature"].as_f64().unwrap() > 1.0);
}

#[test]
fn text_says_how_a_head_was_calibrated() {
    let folder = noisy();
    for (head, part) in [("softmax", "calibrated: temperature "), ("svm", "calibrated: a sigmoid")]
    {
        let run = folder.fit(&format!("train a.h5 --head {head} --calibrate --out {head}.s")).ok();
        assert!(run.stdout.contains(part), "{}", run.stdout);
    }
}

#[test]
fn a_sweep_calibrates_the_heads_that_it_refits() {
    let folder = noisy();
    let sweep =
        "sweep a.h5 --head softmax,svm,knn --c 0.1,1 --neighbors 3 --folds 3 --hold-out 0.3 --json";
    let plain = folder.fit(sweep).ok();
    let calibrated = folder.fit(&format!("{sweep} --calibrate --out out")).ok();
    assert_eq!(calibrated.json()["leaderboard"], plain.json()["leaderboard"]);
    for (head, method) in
        [("softmax", json!("temperature")), ("svm", json!("platt")), ("knn", json!(null))]
    {
        let winner = calibrated.winner(head);
        assert_eq!(winner["calibration"]["method"], method, "{head}");
        assert_eq!(plain.winner(head)["calibration"], json!(null), "{head}");
        // What is held out is scored with these probabilities; votes of three may be sure and wrong.
        let log_loss = winner["held_out"]["log_loss"].as_f64().unwrap();
        assert!(head == "knn" || log_loss < 3f64.ln(), "{head}: {log_loss}");
        let file = winner["file"].as_str().unwrap();
        let trained = folder.fit(&format!("eval out/{file} a.h5 --json")).ok().json();
        assert!(trained["log_loss"].is_f64(), "{head}");
    }
    let sweep = "sweep a.h5 --head knn --neighbors 3 --calibrate";
    folder.fit(sweep).refused(2, &["`--calibrate` is not for `--head knn`"]);
}

#[test]
fn a_class_of_one_row_cannot_be_calibrated() {
    let mut cache = Cache::of(5);
    cache.rows.truncate(4);
    let run = Folder::with(&cache).fit("train a.h5 --head svm --calibrate --out h.safetensors");
    run.refused(1, &["2 rows of each class", "`bee` has 1", "\nhint: add images"]);
}

/// Candidates are scored on the validation split, which needs no folds; calibrations do.
#[test]
fn a_sweep_says_which_winner_cannot_be_calibrated() {
    let mut cache = Cache::with_splits();
    cache.rows.iter_mut().filter(|row| row.0 == 1).skip(1).for_each(|row| row.0 = -1);
    let run = Folder::with(&cache).fit("sweep a.h5 --head svm --c 1 --calibrate");
    run.refused(1, &["cannot calibrate ", "svm (", "`bee` has 1"]);
}
