//! Heads that are not linear, and pairs of linear ones: trained, kept, evaluated, swept.

use std::fs;

use feature_cache::Cache as FeatureCache;
use head::load;
use heads::{
    Folds, Gamma, GaussianSvm, Head, Knn, KnnVote, Mlp, PathOptions, PathProblem, Targets,
    solve_one_vs_one_path,
};
use linfa::DatasetBase;
use linfa::traits::Fit;
use ndarray::{Array1, Array2};
use serde_json::{Value, json};
use train::TapFeatures;

use crate::fixture::{Cache, Folder};

fn noisy() -> Cache {
    Cache { noise: 4.0, ..Cache::of(30) }
}

/// Features and labels of `a.h5`.
fn data(folder: &Folder) -> (Array2<f32>, Array1<usize>) {
    let cache = FeatureCache::open(&folder.path("a.h5")).unwrap();
    let features = TapFeatures::open(&cache, None, None).unwrap().view().to_owned();
    let n = features.nrows();
    (features, (0..n).map(|row| row % 3).collect())
}

/// The options of a kind of head, and the head that the library makes of the same features.
fn kinds(x: &Array2<f32>, y: &Array1<usize>) -> Vec<(&'static str, Head)> {
    let dataset = || DatasetBase::new(x.clone(), y.clone());
    let vote = KnnVote::Exponential { temperature: 0.2 };
    let knn = Knn::params().n_neighbors(7).vote(vote).fit(&dataset()).unwrap();
    let network = Mlp::params("dense:8,relu,batchnorm,dropout:0.25,softmax".parse().unwrap())
        .learning_rate(0.01)
        .batch_size(16)
        .max_epochs(12)
        .patience(None)
        .validation_fraction(0.2)
        .seed(3)
        .fit(&dataset())
        .unwrap();
    let gaussian = GaussianSvm::params().c(2.0).gamma(Gamma::Given(0.5)).fit(&dataset()).unwrap();
    vec![
        ("--head knn --neighbors 7 --temperature 0.2", knn.head.into()),
        (
            "--head mlp --layers dense:8,relu,batchnorm,dropout:0.25,softmax --epochs 12 \
             --learning-rate 0.01 --batch-size 16 --patience 0 --validation 0.2 --seed 3",
            network.head.into(),
        ),
        ("--head svm --multi-class ovo --c 0.5", pairs(x, y.as_slice().unwrap())),
        ("--head svm --kernel gaussian --gamma 0.5 --c 2", gaussian.head.into()),
    ]
}

fn pairs(x: &Array2<f32>, labels: &[usize]) -> Head {
    let problem = PathProblem {
        rows: &x.view(),
        targets: Targets::Classes(labels),
        n_classes: 3,
        folds: Folds { n_folds: 1, held_out_by: &vec![None; labels.len()] },
    };
    let options = PathOptions {
        cs: vec![0.5],
        tol: 1e-4,
        max_iter: 10_000,
        class_weight: heads::ClassWeight::Uniform,
        seed: 0,
        keep_heads: true,
    };
    let mut head = None;
    solve_one_vs_one_path(&problem, &options, &mut |mut point| {
        head = point.heads.pop();
        std::ops::ControlFlow::Continue(())
    })
    .unwrap();
    head.unwrap().into()
}

#[test]
fn a_head_that_was_kept_is_what_the_library_makes_and_predicts_what_that_does() {
    let folder = Folder::with(&noisy());
    let (x, y) = data(&folder);
    for (options, expected) in kinds(&x, &y) {
        let line = format!("train a.h5 --normalize none {options} --json --force");
        let trained = folder.fit(&format!("{line} --out h.safetensors")).ok().json();
        let saved = load(&folder.path("h.safetensors")).unwrap();
        assert_eq!(saved.pipeline.head, expected, "{options}");

        let json = folder.fit("predict h.safetensors a.h5 --json").ok().json();
        let rows: Vec<usize> = (0..x.nrows()).collect();
        let predictions = saved.predict(x.view(), &rows);
        let is_probability = predictions.probabilities().is_some();
        assert_eq!(json["kind"] == "probability", is_probability, "{options}");
        // `predict` of linfa takes the first of equal scores, as everything here does.
        let expected: Vec<usize> = expected
            .decision_function(x.view())
            .rows()
            .into_iter()
            .map(|row| {
                (1..3).fold(0, |best, class| if row[class] > row[best] { class } else { best })
            })
            .collect();
        assert_eq!(predictions.classes(), expected);
        let names = ["ant", "bee", "cat"];
        for (row, &class) in expected.iter().enumerate() {
            assert_eq!(json["predictions"][row]["prediction"], names[class], "{options} {row}");
        }

        let right = expected.iter().zip(&y).filter(|(a, b)| a == b).count();
        let eval = folder.fit("eval h.safetensors a.h5 --json --bootstrap 0").ok().json();
        assert_eq!(eval["accuracy"], json!(right as f64 / y.len() as f64), "{options}");
        assert_eq!(eval["accuracy"], trained["training_accuracy"]);
        assert_eq!(eval["log_loss"].is_null(), !is_probability, "{options}");

        folder.fit(&format!("{line} --out again.safetensors")).ok();
        assert_eq!(folder.bytes("h.safetensors"), folder.bytes("again.safetensors"));
        folder.fit("export h.safetensors --to safetensors --out copy.safetensors --force");
        assert_eq!(folder.bytes("h.safetensors"), folder.bytes("copy.safetensors"));
        for target in ["onnx", "npz"] {
            let line = format!("export h.safetensors --to {target} --out h.{target} --force");
            let run = folder.fit(&line);
            if target == "onnx" && options.contains("--head mlp") {
                run.noted("fit: written to `h.onnx`");
            } else {
                run.refused(1, &["linear heads", "\nhint: use `--to safetensors`"]);
            }
        }
    }
}

#[test]
fn a_transform_comes_before_any_head() {
    let folder = Folder::with(&noisy());
    for options in
        ["knn", "mlp --epochs 3 --patience 0", "svm --multi-class ovo", "svm --kernel gaussian"]
    {
        let line = format!("train a.h5 --head {options} --normalize standardize,pca:3,l2");
        folder.fit(&format!("{line} --hold-out 0.2 --out h.safetensors --force")).ok();
        folder.fit("eval h.safetensors a.h5").ok();
    }
}

const SWEEP: &str = "sweep a.h5 --head softmax,svm,ridge,knn,mlp --multi-class ovr,ovo \
                     --kernel linear,gaussian --c 0.1,1 --neighbors 1,9 --learning-rate 0.01 \
                     --layers dense128 --epochs 4 --patience 0 --folds 3 --hold-out 0.2 --json";

const HEADS: [&str; 7] = [
    "knn",
    "mlp-dense128-relu-sigmoid",
    "ridge",
    "softmax",
    "svm-gaussian",
    "svm-hinge",
    "svm-ovo",
];

const CURVE: &str = "out/mlp-dense128-relu-sigmoid.curve.csv";

#[test]
fn every_kind_of_head_competes_on_one_leaderboard() {
    let folder = Folder::with(&noisy());
    let json = folder.fit(&format!("{SWEEP} --out out")).ok().json();
    // Five kinds with two values of C, two numbers of neighbors, a learning rate.
    let leaderboard = json["leaderboard"].as_array().unwrap();
    assert_eq!(leaderboard.len(), 5 * 2 + 2 + 1);
    let of = |head: &str| leaderboard.iter().filter(|place| place["head"] == head).count();
    assert_eq!((of("svm"), of("knn"), of("mlp")), (6, 2, 1));
    let accuracy = |place: &Value| place["mean_accuracy"].as_f64().unwrap();
    assert!(leaderboard.iter().all(|place| accuracy(place) > 0.5), "{json}");
    let neighbors = leaderboard.iter().find(|place| place["head"] == "knn").unwrap();
    assert!(neighbors["n_neighbors"].is_u64() && neighbors.get("c").is_none());

    let mut files: Vec<_> = json["winners"].as_array().unwrap().iter().collect();
    files.sort_by_key(|winner| winner["file"].as_str().unwrap());
    for (winner, name) in files.into_iter().zip(HEADS) {
        let file = winner["file"].as_str().unwrap();
        assert_eq!(file, format!("{name}.safetensors"));
        assert_eq!(winner["held_out"]["n_samples"], 18);
        let accuracy = folder.fit(&format!("eval out/{file} a.h5 --json")).ok().json();
        assert!(accuracy["accuracy"].as_f64().unwrap() > 0.5, "{name}");
    }
    let curve = String::from_utf8(folder.bytes(CURVE)).unwrap();
    assert!(curve.starts_with("epoch,loss,accuracy,val_loss,val_accuracy,best\n1,"), "{curve}");
    assert_eq!((curve.lines().count(), curve.matches(",true").count()), (5, 1));
    let head = load(&folder.path(&CURVE.replace("curve.csv", "safetensors"))).unwrap();
    assert_eq!(head.description.curve.unwrap().csv(), curve);
    let csv = String::from_utf8(folder.bytes("out/leaderboard.csv")).unwrap();
    assert!(csv.lines().next().unwrap().ends_with("refitted,n_neighbors,learning_rate,layers"));
    assert_eq!(csv.matches(",9,,\n").count(), 1, "{csv}");
}

#[test]
fn a_sweep_of_every_kind_goes_on_and_gives_the_same_bytes() {
    let folder = Folder::with(&noisy());
    let line = format!("{SWEEP} --out out");
    let contents = || {
        let heads = HEADS.map(|name| format!("out/{name}.safetensors"));
        let others = ["out/fits.jsonl", "out/leaderboard.json", CURVE, "out/sweep.json"];
        let names = heads.into_iter().chain(others.map(str::to_owned));
        names.map(|name| folder.bytes(&name)).collect::<Vec<_>>()
    };
    let printed = folder.fit(&line).ok().stdout;
    let whole = contents();
    // The fits that a killed sweep did not get to.
    let log = String::from_utf8(folder.bytes("out/fits.jsonl")).unwrap();
    let kept: String = log.split_inclusive('\n').take(1 + 3 * 11).collect();
    let files = log.lines().last().unwrap();
    fs::write(folder.path("out/fits.jsonl"), format!("{kept}{files}\n")).unwrap();
    folder.fit(&line).noted("fit: 39 fits: 33 reused, 6 made");
    let gone_on = contents();
    assert!(whole[..7] == gone_on[..7] && whole[8..] == gone_on[8..]);
    fs::write(folder.path("out/fits.jsonl"), log).unwrap();
    let again = folder.fit(&line).noted("fit: 39 fits: 39 reused, 0 made");
    assert_eq!(again.stdout, printed);
    assert!(whole == contents(), "nothing was computed");
    // Another network is another fit, and no head but it.
    let other = line.replace("dense128", "dense:4,softmax");
    folder.fit(&other).noted("fit: 39 fits: 36 reused, 3 made");
    let other = line.replace("--neighbors 1,9", "--neighbors 1,9 --temperature 0.5");
    folder.fit(&other).noted("fit: 39 fits: 33 reused, 6 made");
    folder.fit("sweep a.h5 --head knn --neighbors 3 --out out --hold-out 0.2 --folds 3").ok();
    assert!(!folder.path(CURVE).exists(), "no result of an earlier sweep is left");
}

#[test]
fn class_weights_and_sampling_change_the_heads_that_take_them() {
    let mut cache = noisy();
    // 30 rows of each class become 30, 10 and 10.
    let mut n = 0;
    cache.rows.retain(|(label, _)| {
        n += 1;
        *label == 0 || n % 9 < 3
    });
    let folder = Folder::with(&cache);
    let head = |options: &str| {
        folder.fit(&format!("train a.h5 {options} --out h.safetensors --force")).ok();
        load(&folder.path("h.safetensors")).unwrap().pipeline.head
    };
    let network =
        "--head mlp --layers dense:16,relu,softmax --epochs 20 --learning-rate 0.01 --patience 0";
    let pairs = "--head svm --multi-class ovo";
    for (options, more) in [
        (network, "--class-weight bee=5"),
        (network, "--sampling over"),
        (pairs, "--class-weight bee=5"),
        (pairs, "--sampling under"),
        ("--head svm --kernel gaussian", "--sampling under"),
        ("--head knn", "--sampling under"),
    ] {
        assert_ne!(head(&format!("{options} {more}")), head(options), "{options} {more}");
        let sweep = folder.fit(&format!("sweep a.h5 {options} {more} --folds 3 --json")).ok();
        let json = sweep.json();
        let best = json["leaderboard"][0]["mean_class_accuracy"].as_f64().unwrap();
        assert!(best > 0.34, "better than one class for all: {options} {more}");
    }
}

#[test]
fn margins_of_pairs_and_kernels_are_calibrated() {
    let folder = Folder::with(&noisy());
    for options in ["--head svm --multi-class ovo", "--head svm --kernel gaussian"] {
        let line = format!("train a.h5 {options} --calibrate --out h.safetensors --force");
        folder.fit(&line).ok();
        let json = folder.fit("eval h.safetensors a.h5 --json").ok().json();
        assert!(json["log_loss"].as_f64().unwrap() < 3f64.ln(), "{options}");
    }
}

#[test]
fn layers_are_compared_with_neighbors() {
    let folder = Folder::with(&noisy());
    let json = folder.fit("layers a.h5 --head knn --neighbors 1,15 --json").ok().json();
    assert_eq!((&json["head"], &json["taps"][0]["n_neighbors"]), (&json!("knn"), &json!(15)));
}

#[test]
fn a_network_that_ran_out_of_epochs_is_named() {
    let folder = Folder::with(&noisy());
    let run = folder.fit("train a.h5 --head mlp --epochs 2 --out h.safetensors");
    assert_eq!(run.code, 4, "{}", run.stderr);
    let warning = "not converged: mlp (dense:64,relu,batchnorm,dropout:0.5,softmax) rate=0.001; raise \
                   `--epochs`";
    assert!(run.stderr.contains(warning), "{}", run.stderr);
    assert!(run.stdout.contains("kept: epoch "), "{}", run.stdout);
}

#[test]
fn what_a_head_cannot_do_is_refused() {
    let folder = Folder::with(&noisy());
    for (options, part) in [
        ("--head knn --c 1", "`--c` is for"),
        ("--head knn --neighbors 0", "at least 1"),
        ("--head svm --neighbors 3", "`--neighbors` is for `--head knn`"),
        ("--head svm --learning-rate 0.1", "`--learning-rate` is for `--head mlp`"),
        ("--head knn --class-weight balanced", "`--class-weight` is not for knn"),
        ("--head svm --kernel gaussian --class-weight balanced", "`--class-weight` is not for svm"),
        ("--head knn --calibrate", "`--calibrate` is not for `--head knn`"),
        ("--head softmax --layers dense64", "`--layers` is for `--head mlp`"),
        ("--head mlp --layers dense:0,softmax", "needs a number of units"),
        ("--head mlp --layers conv,softmax", "is no layer"),
        ("--head mlp --validation 1", "below 1"),
        ("--head svm --multi-class ovo --loss squared-hinge", "are for `--loss hinge`"),
        ("--head svm --multi-class ovo --kernel gaussian", "do not go together"),
        ("--head svm --multi-class ovr,ovo", "`fit train` trains one head"),
        ("--head mlp --layers dense64 --layers dense128", "`fit train` trains one head"),
        ("--head svm --multi-class ovo --solver smo", "`--solver smo` is for"),
    ] {
        folder.fit(&format!("train a.h5 {options} --out h")).refused(2, &[part]);
    }
    let many = "train a.h5 --head knn --neighbors 91 --out h";
    folder.fit(many).refused(1, &["cannot fit knn", "`91` neighbors of `90`"]);
    folder.write("b.h5", &Cache::of(334));
    let line = "train b.h5 --head svm --kernel gaussian --out h";
    let parts = ["takes at most 1000 training rows, got 1002", "\nhint: use `--kernel linear`"];
    folder.fit(line).refused(1, &parts);
}
