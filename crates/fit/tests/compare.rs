//! `fit compare`.

use serde_json::json;

use crate::fixture::{Cache, Folder};

fn folder() -> Folder {
    let mut cache = Cache::of(40);
    cache.noise = 4.0;
    let folder = Folder::with(&cache);
    folder.fit("train a.h5 --head svm --c 1 --hold-out 0.5 --out a.safetensors").ok();
    folder.fit("train a.h5 --head softmax --c 1e-3 --hold-out 0.9 --out b.safetensors").ok();
    folder
}

#[test]
fn two_heads_are_tested_on_the_same_rows() {
    let folder = folder();
    let json = folder.fit("compare a.safetensors b.safetensors a.h5 --json").ok().json();
    assert_eq!((&json["format"], &json["n_samples"]), (&json!("offshelf-compare"), &json!(120)));
    let number = |name: &str| json[name].as_u64().unwrap();
    let counts = ["both", "only_first", "only_second", "neither"].map(number);
    assert_eq!(counts.iter().sum::<u64>(), 120);
    for (head, alone) in [(0, counts[1]), (1, counts[2])] {
        let name = ["a.safetensors", "b.safetensors"][head];
        let evaluation = folder.fit(&format!("eval {name} a.h5 --json")).ok().json();
        assert_eq!(json["heads"][head]["accuracy"], evaluation["accuracy"]);
        let right = (120.0 * evaluation["accuracy"].as_f64().unwrap()).round() as u64;
        assert_eq!(right, counts[0] + alone);
    }
    let text = folder.fit("compare a.safetensors b.safetensors a.h5").ok().stdout;
    assert!(text.contains("McNemar's test ("), "{text}");
}

#[test]
fn a_head_does_not_differ_from_itself() {
    let json = folder().fit("compare a.safetensors a.safetensors a.h5 --json").ok().json();
    assert_eq!((&json["p_value"], &json["only_first"]), (&json!(1.0), &json!(0)));
    assert_eq!(json["test"], "exact_binomial");
}

#[test]
fn a_head_of_other_features_or_classes_is_refused() {
    let folder = folder();
    let other = Cache { taps: vec!["block4_pool:max"], ..Cache::of(5) };
    folder.write("other.h5", &other);
    folder.fit("train other.h5 --head svm --out other.safetensors").ok();
    folder
        .fit("compare a.safetensors other.safetensors a.h5")
        .refused(3, &["does not suit the head", "tap: expected `block4_pool:max`"]);
    let mut fewer = Cache::of(5);
    fewer.rows.retain(|row| row.0 < 2);
    folder.write("fewer.h5", &fewer);
    folder.fit("train fewer.h5 --head svm --out fewer.safetensors").ok();
    folder
        .fit("compare a.safetensors fewer.safetensors a.h5")
        .refused(1, &["cannot apply `fewer.safetensors`", "class `cat`"]);
}
