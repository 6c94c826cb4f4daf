//! Which classes and rows take part, and what is said of it.

use schema::Split;
use serde_json::json;

use super::fixture::{Cache, Folder};

/// 20 rows of each of three classes but of the last, which has 2.
fn with_a_small_class() -> Cache {
    let mut cache = Cache::of(20);
    cache.classes = vec!["ant", "bee, black", "cat"];
    for (row, (label, _)) in cache.rows.iter_mut().enumerate() {
        *label = if *label == 2 && row > 5 { 0 } else { *label };
    }
    cache
}

#[test]
fn small_classes_are_left_out_where_that_is_asked_for() {
    let folder = Folder::with(&with_a_small_class());
    let sweep = "sweep a.h5 --head ridge --c 1";
    let hint = "`--folds 2` or fewer, or leave such classes out with `--min-class-size 3`";
    folder.fit(sweep).refused(1, &["class `cat` has 2", hint]);
    let report = folder.fit(&format!("{sweep} --min-class-size 3")).ok().stdout;
    assert!(report.contains("58 rows of 2 classes"), "{report}");
    assert!(report.contains("\nclasses left out, with their rows: `cat` (2)\n"), "{report}");
    let left_out = json!([{"class": "cat", "rows": 2}]);
    for line in [
        format!("{sweep} --min-class-size 3 --json"),
        "layers a.h5 --head ridge --c 1 --min-class-size 3 --json".to_owned(),
        "train a.h5 --head ridge --min-class-size 3 --hold-out 0.2 --out h --json".to_owned(),
    ] {
        assert_eq!(folder.fit(&line).ok().json()["rows"]["left_out_classes"], left_out, "{line}");
    }
    // The head knows two classes, and says which option leaves the others out.
    let unknown = folder.fit("eval h a.h5");
    unknown.refused(1, &["2 rows of split `all` are of class `cat`"]);
    let options = unknown.stderr.split("`--classes ").nth(1).unwrap().split('`').next().unwrap();
    assert_eq!(options, r#"'ant,"bee, black"'"#);
    let names = options.trim_matches('\'');
    let mut command = folder.command("eval h a.h5 --bootstrap 0 --json --classes");
    let output = command.arg(names).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&report["n_samples"], &report["rows"]["left_out_classes"]),
        (&json!(58), &left_out)
    );
}

#[test]
fn classes_are_chosen_by_name() {
    let folder = Folder::with(&Cache::of(10));
    let train = "train a.h5 --head ridge --out h --force --json";
    let json = folder.fit(&format!("{train} --classes ant --classes cat")).ok().json();
    assert_eq!(json["trained"]["classes"], json!(["ant", "cat"]));
    assert_eq!(json["rows"]["left_out_classes"], json!([{"class": "bee", "rows": 10}]));
    let unknown = folder.fit(&format!("{train} --classes ant,dog"));
    unknown.refused(1, &["the cache has no class `dog` (classes: ant, bee, cat)"]);
    let unknown = folder.fit("eval h a.h5 --classes dog");
    unknown.refused(1, &["cannot evaluate on `a.h5`: the cache has no class `dog`"]);
    folder.fit(&format!("{train} --classes ant")).refused(1, &["at least two classes"]);
    folder.fit(&format!("{train} --classes \"ant")).refused(2, &["a quote that is never closed"]);
}

#[test]
fn classes_of_images_with_several_labels_are_chosen_too() {
    let cache = Cache { label_set: Some(super::fixture::label_set), ..Cache::of(20) };
    let folder = Folder::with(&cache);
    let line = "train a.h5 --head svm --out h --classes ant,cat --json";
    let json = folder.fit(line).ok().json();
    assert_eq!(json["trained"]["classes"], json!(["ant", "cat"]));
    folder.fit("eval h a.h5 --bootstrap 0").refused(1, &["`--classes ant,cat`"]);
    folder.fit("eval h a.h5 --bootstrap 0 --classes ant,cat").ok();
}

/// Pictures that are in two splits, and one under two labels.
fn with_leaks() -> Cache {
    let mut cache = Cache::with_splits();
    let first = |split| cache.rows.iter().position(|(_, s)| *s == split).unwrap();
    let (test, validation) = (first(Split::Test), first(Split::Validation));
    // The same class as row 0 and row 3, and another one than row 1.
    cache.copies = vec![(test, 0), (validation, 3), (test + 3, 3), (test + 2, 1)];
    cache
}

#[test]
fn images_on_both_sides_are_told_and_can_be_left_out() {
    let folder = Folder::with(&with_leaks());
    let plain = folder.fit("train a.h5 --head ridge --out h");
    assert_eq!(plain.code, 0);
    let lines: Vec<&str> = plain.stderr.lines().collect();
    let [splits, labels, hint] = lines[..] else { panic!("{lines:?}") };
    assert!(splits.starts_with("fit: warning: 7 images lie in different splits"), "{splits}");
    assert!(splits.contains("`0000.png` = `0090.png`"), "{splits}");
    assert!(labels.starts_with("fit: warning: 2 images lie under different labels"), "{labels}");
    assert!(hint.ends_with("`--leave-out-leaks` leaves them out of the later split"), "{hint}");

    let eval = |options: &str| folder.fit(&format!("eval h a.h5 --bootstrap 0 --json {options}"));
    let (all, without) = (eval("").json(), eval("--leave-out-leaks").ok().json());
    assert_eq!((&all["n_samples"], &without["n_samples"]), (&json!(30), &json!(27)));
    assert_eq!(all["rows"]["leaks"]["across_splits"]["n_contents"], 3);
    assert_eq!(without["rows"]["left_out_leaks"], 4);
    assert_eq!(without["rows"]["leaks"]["across_splits"]["n_contents"], 0);
    let sweep = folder.fit("sweep a.h5 --head ridge --c 1 --leave-out-leaks").ok().stdout;
    assert!(sweep.contains("\nimages left out that an earlier split has, too: 4\n"), "{sweep}");
}

/// Held-out rows and folds that we make keep equal images together, so that there is nothing to tell.
#[test]
fn what_is_divided_here_has_no_leaks() {
    let cache = Cache { copies: (0..15).map(|row| (row + 15, row)).collect(), ..Cache::of(10) };
    let folder = Folder::with(&cache);
    folder.fit("train a.h5 --head ridge --hold-out 0.3 --out h").ok();
    folder.fit("sweep a.h5 --head ridge --c 1 --hold-out 0.3 --folds 3").ok();
}
