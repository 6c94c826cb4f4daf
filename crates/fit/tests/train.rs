use crate::fixture::{CLASSES, Cache, Folder, TAP};

#[test]
fn a_head_is_trained_and_described() {
    let folder = Folder::with(&Cache::of(20));
    let run = folder.fit("train a.h5 --head softmax --hold-out 0.25 --out h.safetensors --json");
    let json = run.ok().json();
    assert_eq!(json["format"], "offshelf-train");
    assert_eq!(json["version"], 1);
    let trained = &json["trained"];
    assert_eq!(trained["head"], "softmax");
    assert_eq!(trained["classes"], serde_json::json!(CLASSES));
    assert_eq!(trained["transform"], serde_json::json!(["l2"]));
    assert_eq!(trained["provenance"]["tap"], TAP);
    assert_eq!(trained["training"]["n_samples"], 45);
    assert_eq!(json["held_out"]["n_samples"], 15);
    assert!(json["held_out"]["accuracy"].as_f64().unwrap() > 0.9);
    assert!(json["held_out"]["log_loss"].as_f64().unwrap() > 0.0);
}

#[test]
fn every_head_prints_a_table_and_writes_a_file() {
    let folder = Folder::with(&Cache::of(20));
    for (name, options) in [
        ("softmax", "--head softmax --normalize standardize,l2"),
        ("hinge", "--head svm --class-weight balanced"),
        ("squared", "--head svm --loss squared-hinge --class-weight ant=2,bee=0.5"),
        ("smo", "--head svm --solver smo --normalize none"),
    ] {
        let line = format!("train a.h5 {options} --hold-out 0.2 --out {name}.safetensors");
        let run = folder.fit(&line).ok();
        assert!(run.stdout.contains("precision"), "{}", run.stdout);
        assert!(run.stdout.contains(&format!("head: {name}.safetensors")));
        assert!(!run.stdout.contains('\u{1b}'), "no ANSI codes outside terminals");
        assert!(folder.path(&format!("{name}.safetensors")).exists());
    }
}

#[test]
fn the_training_split_is_used_where_there_is_one() {
    let folder = Folder::with(&Cache::with_splits());
    let run = folder.fit("train a.h5 --head svm --out h.safetensors --json").ok();
    let trained = run.json()["trained"].clone();
    assert_eq!(trained["training"]["n_samples"], 60);
    assert_eq!(trained["training"]["parts"], serde_json::json!(["train"]));
}

#[test]
fn unlabelled_rows_and_empty_classes_take_no_part() {
    let mut cache = Cache::of(10);
    for (label, _) in &mut cache.rows {
        *label = if *label == 1 { -1 } else { *label };
    }
    let folder = Folder::with(&cache);
    let run = folder.fit("train a.h5 --head svm --out h.safetensors --json").ok();
    let trained = run.json()["trained"].clone();
    assert_eq!(trained["classes"], serde_json::json!(["ant", "cat"]));
    assert_eq!(trained["training"]["n_samples"], 20);
}

#[test]
fn the_same_fit_gives_the_same_bytes() {
    let folder = Folder::with(&Cache::of(20));
    for name in ["one", "two"] {
        folder.fit(&format!("train a.h5 --head svm --seed 3 --out {name}.safetensors")).ok();
    }
    assert_eq!(folder.bytes("one.safetensors"), folder.bytes("two.safetensors"));
}

#[test]
fn force_replaces_a_head() {
    let folder = Folder::with(&Cache::of(10));
    folder.fit("train a.h5 --head svm --out h.safetensors").ok();
    let before = folder.bytes("h.safetensors");
    folder.fit("train a.h5 --head softmax --out h.safetensors --force").ok();
    assert_ne!(folder.bytes("h.safetensors"), before);
}

#[test]
fn an_iteration_limit_that_is_reached_is_code_4_with_results() {
    let folder = Folder::with(&Cache::of(20));
    let run =
        folder.fit("train a.h5 --head softmax --c 100 --max-iter 1 --out h.safetensors --json");
    assert_eq!(run.code, 4);
    assert_eq!(run.json()["trained"]["report"]["converged"], false);
    assert!(run.stderr.contains("not converged: softmax C=100"), "{}", run.stderr);
    assert!(run.stderr.contains("--max-iter"));
    assert_eq!(run.stderr.lines().count(), 1);
    assert!(folder.path("h.safetensors").exists());
}

#[test]
fn one_of_several_taps_is_chosen() {
    let mut cache = Cache::of(10);
    cache.taps = vec!["block4_pool:gap", TAP];
    let folder = Folder::with(&cache);
    let line = "train a.h5 --head svm --tap block4_pool:gap --out h.safetensors --json";
    let json = folder.fit(line).ok().json();
    assert_eq!(json["trained"]["provenance"]["tap"], "block4_pool:gap");
    folder.fit("eval h.safetensors a.h5").ok();
}

#[test]
fn several_views_are_averaged_or_stacked_in_training_and_after_it() {
    let folder = Folder::with(&Cache { n_views: 3, noise: 3.0, ..Cache::of(30) });
    let head = |views: &str, n_features: usize| {
        let head = format!("{views}.safetensors");
        let line = format!("train a.h5 --head svm --views {views} --out {head} --json");
        let trained = folder.fit(&line).ok().json();
        assert_eq!(trained["trained"]["settings"]["views"], views);
        let evaluated = folder.fit(&format!("eval {head} a.h5 --json")).ok().json();
        assert_eq!(evaluated["accuracy"], trained["training_accuracy"]);
        folder.fit(&format!("predict {head} a.h5")).ok();
        let tensors = safetensors::SafeTensors::read_metadata(&folder.bytes(&head)).unwrap().1;
        assert_eq!(tensors.info("coef").unwrap().shape, [3, n_features]);
        evaluated["accuracy"].as_f64().unwrap()
    };
    let accuracies = [head("average", 6), head("stack", 18)];
    assert!(accuracies.iter().all(|accuracy| *accuracy > 0.7), "{accuracies:?}");
    folder.fit("compare average.safetensors stack.safetensors a.h5").ok();

    let sweep =
        folder.fit("sweep a.h5 --head svm --c 1 --folds 3 --views average --out s --json").ok();
    assert_eq!(sweep.json()["settings"]["views"], "average");
    folder.fit("eval s/svm-hinge.safetensors a.h5").ok();
    // Other views are other fits.
    let line = "sweep a.h5 --head svm --c 1 --folds 3 --views stack --out s --json";
    let leaders = |run: &serde_json::Value| run["leaderboard"].clone();
    assert_ne!(leaders(&folder.fit(line).ok().json()), leaders(&sweep.json()));
    let layers = folder.fit("layers a.h5 --c 1 --views stack --json").ok().json();
    assert_eq!(layers["taps"][0]["n_features"], 18);
}
