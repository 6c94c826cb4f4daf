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
