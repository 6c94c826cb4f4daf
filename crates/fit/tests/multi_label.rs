//! Rows of several labels: trained on, swept, evaluated, predicted.

use std::ops::ControlFlow;

use feature_cache::Cache as FeatureCache;
use head::{Part, SavedHead, load};
use heads::{
    ClassWeight, Folds, HingeLoss, PathLoss, PathOptions, PathProblem, Targets, solve_path,
};
use learn::{Examples, Labels, learn};
use metrics::evaluate_multi_label;
use ndarray::{Array1, Array2, Axis};
use schema::Split;
use serde_json::{Value, json};
use train::{Samples, TapFeatures, multilabel_labels};

use crate::fixture::{CLASSES, Cache, Folder, TAP, label_set};

fn noisy() -> Cache {
    Cache { noise: 4.0, label_set: Some(label_set), ..Cache::of(40) }
}

/// Two thirds of the rows to train on, one third to test.
fn with_test() -> Cache {
    let mut cache = noisy();
    for (row, (_, split)) in cache.rows.iter_mut().enumerate() {
        *split = if row % 9 < 6 { Split::Train } else { Split::Test };
    }
    cache
}

/// Features of unit length, and the label sets, of the rows of a split of `a.h5`.
fn data(folder: &Folder, split: Split) -> (Array2<f32>, Array2<i8>) {
    let cache = FeatureCache::open(&folder.path("a.h5")).unwrap();
    let mut features = TapFeatures::open(&cache, None, None).unwrap().view().to_owned();
    for mut row in features.rows_mut() {
        let norm = row.dot(&row).sqrt();
        row /= norm;
    }
    let rows: Vec<usize> =
        (0..cache.n_samples()).filter(|&row| cache.splits()[row] == split).collect();
    let labels = multilabel_labels(&cache).unwrap().unwrap();
    (features.select(Axis(0), &rows), labels.select(Axis(0), &rows))
}

/// Scores of `test` by an SVM or ridge head of one class alone, whose ignored rows are left out.
fn scores_of_class(
    loss: PathLoss,
    (x, sides): (&Array2<f32>, Array1<i8>),
    test: &Array2<f32>,
) -> Array1<f32> {
    let rows: Vec<usize> = (0..sides.len()).filter(|&row| sides[row] != 0).collect();
    let x = x.select(Axis(0), &rows);
    let labels: Vec<usize> = rows.iter().map(|&row| usize::from(sides[row] > 0)).collect();
    let problem = PathProblem {
        rows: &x.view(),
        targets: Targets::Classes(&labels),
        n_classes: 2,
        folds: Folds { n_folds: 1, held_out_by: &vec![None; labels.len()] },
    };
    let options = PathOptions {
        cs: vec![0.5],
        tol: 1e-6,
        max_iter: 100_000,
        class_weight: ClassWeight::Uniform,
        seed: 0,
        keep_heads: true,
    };
    let mut scores = None;
    solve_path(&problem, loss, &options, &mut |point| {
        let head = &point.heads[0];
        scores = Some(test.dot(&head.coef().row(1)) + head.intercept()[1]);
        ControlFlow::Continue(())
    })
    .unwrap();
    scores.unwrap()
}

#[test]
fn each_class_is_a_problem_of_its_own_without_the_rows_that_it_ignores() {
    let folder = Folder::with(&with_test());
    let (x, labels) = data(&folder, Split::Train);
    let (test, truth) = data(&folder, Split::Test);
    assert!(labels.iter().any(|&label| label == 0));
    for (options, loss) in [
        ("svm", PathLoss::Svm(HingeLoss::Hinge)),
        ("svm --loss squared-hinge", PathLoss::Svm(HingeLoss::SquaredHinge)),
        ("ridge", PathLoss::Ridge),
    ] {
        let line = format!("train a.h5 --head {options} --c 0.5 --tol 1e-6 --max-iter 100000");
        let trained = folder.fit(&format!("{line} --json --out h.safetensors --force")).ok().json();
        assert_eq!(trained["trained"]["labels"], "multilabel", "{options}");
        let of_training = trained["training_mean_average_precision"].as_f64().unwrap();
        assert!(0.6 < of_training && of_training < 1.0, "{of_training}");
        assert!(trained.get("training_accuracy").is_none());

        let scores = scores_of_test(&folder, &load(&folder.path("h.safetensors")).unwrap());
        for (class, of_class) in scores.columns().into_iter().enumerate() {
            let expected = scores_of_class(loss, (&x, labels.column(class).to_owned()), &test);
            let difference = (&of_class - &expected).mapv(f32::abs);
            assert!(difference.iter().all(|&d| d < 2e-3), "{options} {class}: {difference}");
        }

        let eval = folder.fit("eval h.safetensors a.h5 --json").ok().json();
        let expected =
            evaluate_multi_label(scores.view(), truth.view(), &CLASSES.map(str::to_owned));
        let expected = serde_json::to_value(expected).unwrap();
        for field in
            ["n_samples", "mean_average_precision", "eleven_point_map", "mean_roc_auc", "classes"]
        {
            assert_eq!(eval[field], expected[field], "{field}");
        }
        for field in ["mean_average_precision", "eleven_point_map", "mean_roc_auc"] {
            let [low, high] = [0, 1].map(|end| eval["intervals"][field][end].as_f64().unwrap());
            let value = eval[field].as_f64().unwrap();
            assert!(low < value && value < high, "{field}: {low} {value} {high}");
        }
    }
}

/// What a head says of the rows of the test split.
fn scores_of_test(folder: &Folder, head: &SavedHead) -> Array2<f32> {
    let cache = FeatureCache::open(&folder.path("a.h5")).unwrap();
    let tap = TapFeatures::open(&cache, None, None).unwrap();
    let classes = &head.description.origin.classes;
    let rows = Samples::of(&cache).unwrap().select(Part::Test, classes).unwrap();
    head.predict(tap.view(), &rows.indices).scores().to_owned()
}

#[test]
fn the_eleven_point_precision_is_what_reproduce_reports() {
    let folder = Folder::with(&with_test());
    folder.fit("train a.h5 --head svm --c 0.5 --out h.safetensors").ok();
    let eval = folder.fit("eval h.safetensors a.h5 --json").ok().json();
    let line = "reproduce voc2007 a.h5 --variant vgg --c 0.5 --json";
    let row = folder.fit(line).ok().json()["rows"][0].take();
    assert_eq!(row["metric"], "eleven_point_map");
    assert_eq!((&eval["eleven_point_map"], &eval["n_samples"]), (&row["value"], &row["n_test"]));
    let text = folder.fit("eval h.safetensors a.h5").ok().stdout;
    for part in ["mean average precision (mAP)", "mAP (11-point, VOC 2007)", "rows without"] {
        assert!(text.contains(part), "no `{part}` in:\n{text}");
    }
}

const SWEEP: &str = "sweep a.h5 --head svm,ridge --loss hinge,squared-hinge --c 0.1,1 --folds 4 \
                     --tol 1e-5 --max-iter 100000 --out out --json";

#[test]
fn a_sweep_ranks_by_the_mean_average_precision_of_its_folds() {
    let folder = Folder::with(&with_test());
    let document = folder.fit(SWEEP).ok().json();
    let board = document["leaderboard"].as_array().unwrap();
    assert_eq!((board.len(), document["winners"].as_array().unwrap().len()), (6, 3));
    let precision = |place: &Value| place["mean_average_precision"].as_f64().unwrap();
    assert!(board.iter().map(precision).is_sorted_by(|a, b| a >= b));
    assert!(board.iter().all(|place| place.get("mean_accuracy").is_none()));

    // A head for each fold, trained and evaluated by itself.
    let cache = FeatureCache::open(&folder.path("a.h5")).unwrap();
    let tap = TapFeatures::open(&cache, None, None).unwrap();
    let classes = CLASSES.map(str::to_owned);
    let rows = Samples::of(&cache).unwrap().select(Part::Train, &classes).unwrap();
    let examples = Examples { features: tap.view(), rows };
    let folds = folds(&folder);
    for winner in document["winners"].as_array().unwrap() {
        let head =
            load(&folder.path(&format!("out/{}", winner["file"].as_str().unwrap()))).unwrap();
        let (description, transform) = (&head.description, "l2".parse().unwrap());
        let settings = &description.origin.settings;
        let of_fold = |fold: usize| {
            let (held_out, train): (Vec<usize>, Vec<usize>) =
                (0..folds.len()).partition(|&row| folds[row] == fold);
            let (train, held_out) = (examples.at(&train), examples.at(&held_out));
            let trained = learn(&train, &classes, &transform, &description.spec, settings);
            let (features, indices) = (held_out.features, &held_out.rows.indices);
            let scores = trained.unwrap().0.decision_function(features, indices);
            let Labels::MultiLabel(truth) = &held_out.rows.labels else { panic!("several labels") };
            let evaluation = evaluate_multi_label(scores.view(), truth.view(), &classes);
            evaluation.mean_average_precision.unwrap()
        };
        let expected = (0..4).map(of_fold).sum::<f64>() / 4.0;
        let place = board.iter().find(|place| {
            place["refitted"] == true
                && (&place["head"], &place["loss"]) == (&winner["head"], &winner["loss"])
        });
        let got = precision(place.unwrap());
        assert!((got - expected).abs() < 1e-9, "{} {got} {expected}", winner["file"]);
        // The winner is tested on the test split, as `fit eval` does.
        let line =
            format!("eval out/{} a.h5 --json --bootstrap 0", winner["file"].as_str().unwrap());
        let eval = folder.fit(&line).ok().json();
        let held_out = &winner["held_out"];
        assert_eq!(held_out["mean_average_precision"], eval["mean_average_precision"]);
        assert!(precision(held_out) > 0.6);
    }
}

/// The fold of each row that is divided, in the order of the cache.
fn folds(folder: &Folder) -> Vec<usize> {
    let csv = String::from_utf8(folder.bytes("out/folds.csv")).unwrap();
    assert!(csv.contains(",ant|bee,"), "{csv}");
    let fold = |line: &str| line.rsplit_once(',').unwrap().1.parse().ok();
    csv.lines().skip(1).filter_map(fold).collect()
}

#[test]
fn a_sweep_is_extended_and_its_record_is_of_these_labels() {
    let folder = Folder::with(&with_test());
    folder.fit(&SWEEP.replace("--head svm,ridge --loss hinge,squared-hinge", "--head svm")).ok();
    folder.fit(SWEEP).noted("fit: 24 fits: 8 reused, 16 made");
    let csv = String::from_utf8(folder.bytes("out/leaderboard.csv")).unwrap();
    let header = "tap,transform,head,loss,c,mean_average_precision,std_average_precision,\
                  standard_error,n_fits,converged,best,refitted,n_neighbors,learning_rate,layers\n";
    assert!(csv.starts_with(header), "{csv}");
    assert!(csv.lines().all(|line| line.split(',').count() == 15), "{csv}");
    // Other labels of the same images are other samples.
    let strict =
        |row, label| label_set(row, label).map(|label| if label == 0 { -1 } else { label });
    folder.write("strict.h5", &Cache { label_set: Some(strict), ..with_test() });
    folder.fit(&SWEEP.replace("a.h5", "strict.h5")).refused(1, &["other samples or labels"]);

    let text = folder.fit(&SWEEP.replace("--json", "--force")).ok().stdout;
    for part in ["mAP", "held out: mAP ", "mean ROC-AUC"] {
        assert!(text.contains(part), "no `{part}` in:\n{text}");
    }
    assert!(!text.contains("accuracy") && !text.contains("per-class"), "{text}");
}

#[test]
fn transforms_weights_seeds_splits_and_layers_do_as_with_one_class() {
    let mut cache = noisy();
    for (row, (_, split)) in cache.rows.iter_mut().enumerate() {
        *split = [Split::Train, Split::Train, Split::Validation, Split::Test][row / 3 % 4];
    }
    cache.taps = vec![TAP, "block4_pool:gap"];
    cache.strengths = vec![0.3, 1.5];
    let folder = Folder::with(&cache);
    let fixed =
        folder.fit("sweep a.h5 --head svm --c 0.1,1 --one-standard-error --json").ok().json();
    assert_eq!(fixed["scoring"], "validation_split");
    assert_eq!(fixed["winners"][0]["tap"], "block4_pool:gap");
    for options in ["--normalize standardize,pca:4", "--class-weight balanced", "--seeds 2"] {
        let line = format!("sweep a.h5 --head svm --c 1 --folds 3 --json {options}");
        let json = folder.fit(&line).ok().json();
        let precision = json["leaderboard"][0]["mean_average_precision"].as_f64().unwrap();
        assert!(precision > 0.6, "{options}: {precision}");
    }
    let layers = folder.fit("layers a.h5 --c 1 --json").ok().json();
    let precisions = [0, 1].map(|tap| layers["taps"][tap]["mean_average_precision"].as_f64());
    assert!(precisions[1] > Some(0.3) && precisions[0] != precisions[1], "{layers}");
    assert!(folder.fit("layers a.h5 --c 1").ok().stdout.contains("mAP"));
    let line =
        format!("train a.h5 --tap {TAP} --head svm --class-weight bee=3 --out h.safetensors");
    assert!(folder.fit(&line).ok().stdout.contains("training: mAP "));
}

#[test]
fn predictions_are_the_classes_of_positive_score() {
    let folder = Folder::with(&noisy());
    folder.fit("train a.h5 --head svm --hold-out 0.2 --out h.safetensors").ok();
    let json = folder.fit("predict h.safetensors a.h5 --json").ok().json();
    assert_eq!((&json["kind"], &json["classes"]), (&json!("score"), &json!(CLASSES)));
    let csv = folder.fit("predict h.safetensors a.h5").ok().stdout;
    let (mut none, mut several) = (0, 0);
    for (row, line) in json["predictions"].as_array().unwrap().iter().zip(csv.lines().skip(1)) {
        let scores = row["scores"].as_array().unwrap().iter();
        let positive = scores.zip(CLASSES).filter(|(score, _)| score.as_f64().unwrap() > 0.0);
        let expected: Vec<&str> = positive.map(|(_, class)| class).collect();
        assert_eq!(row["prediction"], json!(expected));
        assert_eq!(line.split(',').nth(1), Some(expected.join("|").as_str()));
        none += usize::from(expected.is_empty());
        several += usize::from(expected.len() > 1);
    }
    assert!(none > 0 && several > 0, "{none} rows without, {several} with several");
    folder
        .fit("predict h.safetensors a.h5 --out p.parquet")
        .noted("fit: 120 predictions written to `p.parquet`");
    for target in ["onnx", "npz"] {
        let line = format!("export h.safetensors --to {target} --out h.{target}");
        folder.fit(&line).noted(&format!("fit: written to `h.{target}`"));
    }
}

#[test]
fn what_takes_one_class_an_image_is_refused() {
    let folder = Folder::with(&noisy());
    for (options, part) in [
        ("--head softmax", "softmax takes one class"),
        ("--head knn", "knn takes one class"),
        ("--head mlp --layers dense128", "mlp (dense:128,relu,sigmoid) takes one class"),
        ("--head svm --multi-class ovo", "svm (hinge, one-vs-one) takes one class"),
        ("--head svm --kernel gaussian", "svm (hinge, Gaussian kernel) takes one class"),
        ("--head svm --sampling over", "`--sampling` takes one class"),
        ("--head svm --calibrate", "`--calibrate` takes one class"),
        ("--head ridge --class-weight balanced", "`--class-weight` of ridge takes one class"),
    ] {
        let parts = ["`a.h5`", part, "several labels each", "\nhint: "];
        folder.fit(&format!("train a.h5 {options} --out h")).refused(1, &parts);
        folder.fit(&format!("sweep a.h5 {options} --out out")).refused(1, &parts);
        assert!(!folder.path("out").exists(), "nothing was begun");
    }
    let smo = "train a.h5 --head svm --solver smo --out h";
    folder.fit(smo).refused(1, &["`--solver smo` takes one class", "--solver auto"]);
    folder.fit("layers a.h5 --head knn").refused(1, &["knn takes one class"]);

    folder.write("one.h5", &Cache { label_set: None, ..noisy() });
    folder.fit("train a.h5 --head svm --out several.safetensors").ok();
    folder.fit("train one.h5 --head svm --out one.safetensors").ok();
    for (head, cache) in [("several", "one"), ("one", "a")] {
        let line = format!("eval {head}.safetensors {cache}.h5");
        let parts = [&format!("`{head}.safetensors`"), &format!("`{cache}.h5`"), "one class each"];
        folder
            .fit(&line)
            .refused(1, &[parts[0], parts[1], parts[2], "several labels each", "hint: "]);
        folder.fit(&line.replace("eval", "predict")).ok();
    }
    let worst = "eval several.safetensors a.h5 --worst 3";
    folder.fit(worst).refused(2, &["`--worst` is for images of one class each"]);
    let compare = "compare several.safetensors several.safetensors a.h5";
    folder.fit(compare).refused(1, &["`a.h5`", "several labels each", "\nhint: "]);
}

#[test]
fn classes_that_cannot_be_learned_are_named() {
    let rare = |row, label| {
        let [a, b, c] = label_set(row, label);
        [a, b, if row == 5 { 1 } else { c.min(0) }]
    };
    let folder = Folder::with(&Cache { label_set: Some(rare), ..noisy() });
    let sweep = folder.fit("sweep a.h5 --head svm --c 1");
    sweep.refused(1, &["`a.h5`", "class `cat`", "all 1 of it", "\nhint: "]);
    folder.fit("train a.h5 --head svm --out h.safetensors").ok();

    // A class without any row is left out, as it is of rows of one class.
    let nothing = |row, label| label_set(row, label).map(|label| label.min(0));
    let two = |row, label| {
        let [a, b, _] = label_set(row, label);
        [a, b, -1]
    };
    folder.write("two.h5", &Cache { label_set: Some(two), ..noisy() });
    let line = "train two.h5 --head ridge --out two.safetensors --json";
    assert_eq!(folder.fit(line).ok().json()["trained"]["classes"], json!(["ant", "bee"]));
    folder.write("nothing.h5", &Cache { label_set: Some(nothing), ..noisy() });
    folder
        .fit("train nothing.h5 --head svm --out x")
        .refused(1, &["no row of split `all` has any"]);
    folder.write("three.h5", &noisy());
    folder.fit("eval two.safetensors three.h5").refused(1, &["of class `cat`", "ant, bee"]);
}

#[test]
fn one_class_and_its_absence_are_enough() {
    let one = |_: usize, label: i32| [if label == 0 { 1 } else { -1 }, -1, -1];
    let folder = Folder::with(&Cache { label_set: Some(one), ..noisy() });
    for head in ["svm", "svm --loss squared-hinge", "ridge"] {
        folder.fit(&format!("train a.h5 --head {head} --out h.safetensors --force")).ok();
        let json = folder.fit("eval h.safetensors a.h5 --json").ok().json();
        assert_eq!(json["classes"].as_array().unwrap().len(), 1, "{head}");
        assert!(json["mean_average_precision"].as_f64().unwrap() > 0.6, "{head}");
    }
    folder.fit("sweep a.h5 --head svm,ridge --c 1").ok();
}
