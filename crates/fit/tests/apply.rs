//! `fit eval` and `fit predict`.

use serde_json::json;

use crate::fixture::{Cache, Folder};

fn trained(cache: &Cache, head: &str) -> Folder {
    let folder = Folder::with(cache);
    folder.fit(&format!("train a.h5 --head {head} --out h.safetensors")).ok();
    folder
}

#[test]
fn eval_reports_every_metric() {
    let folder = trained(&Cache::of(20), "softmax");
    let json = folder.fit("eval h.safetensors a.h5 --json").ok().json();
    assert_eq!(json["format"], "offshelf-eval");
    assert_eq!((&json["split"], &json["n_samples"]), (&json!("all"), &json!(60)));
    assert!(json["accuracy"].as_f64().unwrap() > 0.95);
    assert_eq!(json["classes"][2]["name"], "cat");
    assert_eq!(json["confusion"].as_array().unwrap().len(), 3);
    assert!(json["roc_auc"].as_f64().unwrap() > 0.99);
    assert!(json["calibration_error"].as_f64().unwrap() < 0.5);
    let [low, high]: [f64; 2] =
        serde_json::from_value(json["intervals"]["accuracy"].clone()).unwrap();
    assert!(
        low <= json["accuracy"].as_f64().unwrap() && json["accuracy"].as_f64().unwrap() <= high
    );
    assert_eq!(json["intervals"]["resamples"], 1000);
    let text = folder.fit("eval h.safetensors a.h5").ok().stdout;
    for part in ["accuracy", "95 % interval", "log loss", "precision", "true \\ predicted"] {
        assert!(text.contains(part), "no `{part}` in:\n{text}");
    }
}

#[test]
fn eval_names_confused_classes_and_the_worst_rows() {
    let mut cache = Cache::of(30);
    cache.noise = 4.0;
    let folder = trained(&cache, "svm");
    let line = "eval h.safetensors a.h5 --top-confused 2 --worst 3 --bootstrap 0";
    let json = folder.fit(&format!("{line} --json")).ok().json();
    let pairs = json["most_confused"].as_array().unwrap();
    assert_eq!(pairs.len(), 2);
    assert!(pairs[0]["rows"].as_u64() >= pairs[1]["rows"].as_u64());
    assert_ne!(pairs[0]["label"], pairs[0]["prediction"]);
    let worst = json["worst"].as_array().unwrap();
    assert_eq!((worst.len(), &json["intervals"]), (3, &json!(null)));
    assert!(worst[0]["margin"].as_f64() <= worst[1]["margin"].as_f64());
    assert_eq!(worst[0]["probability"], json!(null));
    // Rows are interleaved, so that the name tells the class.
    let path = worst[0]["path"].as_str().unwrap();
    let row: usize = path.strip_suffix(".png").unwrap().parse().unwrap();
    assert_eq!(worst[0]["label"], ["ant", "bee", "cat"][row % 3]);
    let text = folder.fit(line).ok().stdout;
    for part in ["most confused", "worst rows", path] {
        assert!(text.contains(part), "no `{part}` in:\n{text}");
    }
    assert!(!text.contains("interval"));
}

#[test]
fn eval_takes_the_test_split_unless_told_otherwise() {
    let folder = trained(&Cache::with_splits(), "svm");
    let rows = |options: &str| {
        let run = folder.fit(&format!("eval h.safetensors a.h5 --json {options}")).ok();
        run.json()["n_samples"].as_u64().unwrap()
    };
    assert_eq!(rows(""), 30);
    assert_eq!(rows("--split train"), 60);
    assert_eq!(rows("--split all"), 120);
}

#[test]
fn classes_are_matched_by_name() {
    let folder = trained(&Cache::of(20), "svm");
    let mut renumbered = Cache::of(20);
    renumbered.classes = vec!["zebra", "ant", "bee", "cat"];
    folder.write("same.h5", &renumbered);
    // The features of label 0 are those of `ant` in `a.h5`, which is label 1 in `same.h5`.
    for (label, _) in &mut renumbered.rows {
        *label += 1;
    }
    folder.write("shifted.h5", &renumbered);
    let run = folder.fit("eval h.safetensors shifted.h5 --json").ok();
    assert_eq!(run.json()["classes"].as_array().unwrap().len(), 3);
    folder
        .fit("eval h.safetensors same.h5")
        .refused(1, &["20 rows of split `all` are of class `zebra`", "ant, bee, cat"]);
}

#[test]
fn predictions_are_csv_or_json_for_every_row() {
    let mut cache = Cache::of(10);
    let folder = trained(&cache, "softmax");
    for (label, _) in &mut cache.rows {
        *label = -1;
    }
    cache.classes = Vec::new();
    folder.write("new.h5", &cache);
    let csv = folder.fit("predict h.safetensors new.h5").ok().stdout;
    let lines: Vec<_> = csv.lines().collect();
    assert_eq!(lines.len(), 31);
    assert_eq!(lines[0], "path,prediction,probability:ant,probability:bee,probability:cat");
    assert!(lines[1].starts_with("0000.png,"));

    let json = folder.fit("predict h.safetensors new.h5 --json").ok().json();
    assert_eq!(json["kind"], "probability");
    let scores: Vec<f64> =
        serde_json::from_value(json["predictions"][0]["scores"].clone()).unwrap();
    assert!((scores.iter().sum::<f64>() - 1.0).abs() < 1e-6);

    let run = folder.fit("predict h.safetensors new.h5 --out p.csv");
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    assert!(run.stderr.contains("30 predictions written"));
    assert_eq!(folder.bytes("p.csv"), csv.as_bytes());
}

/// A name with a comma, a path with a percent sign: told as they are, and given as they are.
#[test]
fn odd_names_and_paths_are_told_as_they_are() {
    let mut cache = Cache::of(10);
    cache.classes[1] = "bee, \"black\"";
    cache.path = |row| format!("{row:04} 100%25.png");
    let folder = Folder::with(&cache);
    let line = "train a.h5 --head softmax --out h.safetensors --class-weight";
    let weights = r#""bee, ""black"""=2,ant=0.5"#;
    folder.fit_with(&[line.split(' ').collect(), vec![weights]].concat()).ok();
    let csv = folder.fit("predict h.safetensors a.h5").ok().stdout;
    assert!(csv.lines().nth(1).unwrap().starts_with("0000 100%.png,"), "{csv}");
    let nearest = folder.fit_with(&["retrieve", "a.h5", "--query", "0001 100%.png", "--json"]).ok();
    assert_eq!(nearest.json()["query"], "0001 100%.png");
}

#[test]
fn the_format_follows_the_name_or_the_option() {
    let folder = trained(&Cache::of(10), "softmax");
    let json = folder.fit("predict h.safetensors a.h5 --json").ok().stdout;
    assert_eq!(folder.fit("predict h.safetensors a.h5 --format json").ok().stdout, json);
    for (options, magic) in [
        ("--out p.json", "{\n"),
        ("--out p.parquet", "PAR1"),
        ("--out p.CSV", "path,"),
        ("--out p.txt --format parquet", "PAR1"),
    ] {
        let run = folder.fit(&format!("predict h.safetensors a.h5 {options}"));
        assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
        let name = options.split(' ').nth(1).unwrap();
        assert!(folder.bytes(name).starts_with(magic.as_bytes()), "{options}");
    }
    assert_eq!(folder.bytes("p.json"), json.as_bytes());
    let both = folder.fit("predict h.safetensors a.h5 --out q.csv --json");
    assert_eq!((both.code, both.stdout), (0, json));
    assert!(folder.bytes("q.csv").starts_with(b"path,"));
}

#[test]
fn margins_are_scores() {
    let folder = trained(&Cache::of(10), "svm");
    let csv = folder.fit("predict h.safetensors a.h5").ok().stdout;
    assert!(csv.starts_with("path,prediction,score:ant,score:bee,score:cat\n"));
}

#[test]
fn a_head_file_of_this_version_still_predicts_what_it_did() {
    // Made on this cache with `train --head svm --c 0.5 --normalize standardize,l2`; and what the
    // program predicted then.
    let folder = Folder::with(&Cache::of(20));
    let head = include_bytes!("../../head/tests/golden/head-1.safetensors");
    std::fs::write(folder.path("h.safetensors"), head).unwrap();
    let json = folder.fit("predict h.safetensors a.h5 --json").ok().json();
    for (row, expected) in
        [[1.001_180_9, -1.338_724_6, -1.364_488_7], [-1.475_509_9, 1.156_004_4, -1.284_894_7]]
            .into_iter()
            .enumerate()
    {
        let scores = &json["predictions"][row]["scores"];
        for (class, expected) in expected.into_iter().enumerate() {
            // The order of f32 sums may differ from machine to machine.
            assert!((scores[class].as_f64().unwrap() - expected).abs() < 1e-5, "{scores}");
        }
    }
}
