//! A test for every way to be refused: message and exit code.

use std::fs;

use schema::Split;

use crate::fixture::{CLASSES, Cache, Folder, TAP};

const TRAIN: &str = "train a.h5 --head svm --out h.safetensors";

#[test]
fn a_missing_cache_is_code_3_with_the_command_to_run() {
    let folder = Folder::new();
    folder.fit(TRAIN).refused(3, &["fit: error: ", "`a.h5`", "\nhint: ", "extract run"]);
    folder.fit("sweep a.h5").refused(3, &["`a.h5`"]);
}

#[test]
fn a_file_that_is_not_hdf5_is_code_3() {
    let folder = Folder::new();
    fs::write(folder.path("a.h5"), "text").unwrap();
    folder.fit(TRAIN).refused(3, &["`a.h5`", "HDF5"]);
}

#[test]
fn a_cache_of_another_format_version_is_code_3() {
    let folder = Folder::new();
    fs::write(folder.path("a.h5"), include_bytes!("reference/unknown_version.h5")).unwrap();
    folder.fit(TRAIN).refused(3, &["`a.h5` has format version 999", "\nhint: "]);
}

#[test]
fn one_class_is_no_task() {
    let mut cache = Cache::of(5);
    cache.rows.iter_mut().for_each(|row| row.0 = 1);
    let folder = Folder::with(&cache);
    folder
        .fit(TRAIN)
        .refused(1, &["needs at least two classes, and all training rows are of class `bee`"]);
    folder
        .fit("sweep a.h5")
        .refused(1, &["needs at least two classes, and all training rows are of class `bee`"]);
}

#[test]
fn no_labels_are_named_as_such() {
    let mut cache = Cache::of(5);
    cache.rows.iter_mut().for_each(|row| row.0 = -1);
    let folder = Folder::with(&cache);
    folder.fit(TRAIN).refused(1, &["the cache has no labelled rows\nhint: put the images"]);
}

#[test]
fn several_labels_an_image_are_no_classes() {
    let folder = Folder::new();
    let golden = include_bytes!("../../../tests/golden/format-1-annotated.h5");
    fs::write(folder.path("several.h5"), golden).unwrap();
    for command in ["train several.h5 --head softmax --out x.safetensors", "sweep several.h5"] {
        let parts = ["`several.h5`", "softmax takes one class", "\nhint: `--head svm`"];
        folder.fit(command).refused(1, &parts);
    }
}

#[test]
fn an_empty_split_is_named() {
    let folder = Folder::with(&Cache::of(5));
    folder.fit(TRAIN).ok();
    let parts =
        ["cannot evaluate on `a.h5`: ", "the cache has no labelled rows in split `test`\nhint: "];
    folder.fit("eval h.safetensors a.h5 --split test").refused(1, &parts);
}

#[test]
fn a_cache_of_other_features_is_code_3_with_the_differences() {
    let folder = Folder::with(&Cache::of(5));
    folder.fit(TRAIN).ok();
    let other = Cache { taps: vec!["block4_pool:max"], ..Cache::of(5) };
    folder.write("other.h5", &other);
    for command in ["eval", "predict"] {
        let run = folder.fit(&format!("{command} h.safetensors other.h5"));
        let tap = format!("tap: expected `{TAP}`, found `block4_pool:max`");
        run.refused(
            3,
            &[
                "`other.h5`",
                &tap,
                "\nhint: extract run",
                &format!("--tap {TAP} --preset keras --engine test\n"),
            ],
        );
        assert!(!run.stderr.contains("backbone: expected"), "only what differs: {}", run.stderr);
    }
}

#[test]
fn features_of_another_engine_are_taken_where_that_is_asked_for() {
    let folder = Folder::with(&Cache::of(5));
    folder.fit(TRAIN).ok();
    folder.write("other.h5", &Cache { engine: "winograd", ..Cache::of(5) });
    for command in
        ["eval h.safetensors", "predict h.safetensors", "compare h.safetensors h.safetensors"]
    {
        let refused = folder.fit(&format!("{command} other.h5"));
        let engine = "engine: expected `test`, found `winograd`";
        refused.refused(3, &[engine, "--engine test; or accept", "`--any-engine`"]);
        folder.fit(&format!("{command} other.h5 --any-engine")).ok();
    }
}

#[test]
fn an_unknown_tap_is_code_3_with_those_there_are() {
    let folder = Folder::with(&Cache::of(5));
    folder.fit(&format!("{TRAIN} --tap fc6")).refused(3, &["`fc6`", TAP]);
}

#[test]
fn more_axes_than_there_are_are_refused_with_those_there_are() {
    let folder = Folder::with(&Cache::of(5));
    let line = format!("{TRAIN} --normalize pca:7");
    folder.fit(&line).refused(1, &["`pca:7` asks for 7 axes", "\nhint: ask for 6 or fewer"]);
    let sweep = folder.fit("sweep a.h5 --normalize l2,whiten:7");
    sweep.refused(1, &[TAP, "l2,whiten:7", "asks for 7 axes", "\nhint: ask for 6 or fewer"]);
}

#[test]
fn several_taps_need_a_choice() {
    let folder = Folder::with(&Cache { taps: vec!["block4_pool:gap", TAP], ..Cache::of(5) });
    folder.fit(TRAIN).refused(2, &["the cache has several taps: `block4_pool:gap`", TAP, "--tap"]);
}

#[test]
fn several_views_are_refused() {
    let folder = Folder::with(&Cache { n_views: 2, ..Cache::of(5) });
    folder.fit(TRAIN).refused(
        3,
        &["has 2 views of each sample, and a head takes one row\nhint: combine them with `--views"],
    );
}

#[test]
fn features_that_are_not_finite_are_found() {
    let folder = Folder::with(&Cache { noise: f32::INFINITY, ..Cache::of(5) });
    folder.fit(TRAIN).refused(1, &["row 0", "not finite"]);
}

#[test]
fn existing_output_is_kept() {
    let folder = Folder::with(&Cache::of(5));
    fs::write(folder.path("h.safetensors"), "mine").unwrap();
    folder.fit(TRAIN).refused(1, &["`h.safetensors` exists", "--force"]);
    assert_eq!(folder.bytes("h.safetensors"), b"mine");
    fs::create_dir(folder.path("out")).unwrap();
    fs::write(folder.path("out/notes.txt"), "mine").unwrap();
    folder.fit("sweep a.h5 --out out").refused(1, &["`out` exists", "--force"]);
    assert_eq!(fs::read_dir(folder.path("out")).unwrap().count(), 1);
    assert_eq!(folder.bytes("out/notes.txt"), b"mine");
}

#[test]
fn a_bad_head_file_is_refused() {
    let folder = Folder::with(&Cache::of(5));
    folder.fit("eval h.safetensors a.h5").refused(1, &["`h.safetensors`", "\nhint: "]);
    fs::write(folder.path("h.safetensors"), "text").unwrap();
    folder.fit("predict h.safetensors a.h5").refused(1, &["not a whole safetensors file"]);
}

#[test]
fn folds_beyond_the_smallest_class_are_refused_with_a_hint() {
    let folder = Folder::with(&Cache::of(4));
    let run = folder.fit("sweep a.h5");
    run.refused(1, &["5 folds", CLASSES[0], "has 4", "\nhint: use `--folds 4`"]);
}

#[test]
fn a_class_of_one_row_cannot_be_held_out() {
    let mut cache = Cache::of(5);
    cache.rows.truncate(4);
    let folder = Folder::with(&cache);
    folder.fit(&format!("{TRAIN} --hold-out 0.5")).refused(1, &["single row", "`bee`"]);
    folder.fit(&format!("{TRAIN} --hold-out 1.5")).refused(1, &["between 0 and 1"]);
}

#[test]
fn splits_and_hold_out_exclude_each_other() {
    let folder = Folder::with(&Cache::with_splits());
    folder.fit(&format!("{TRAIN} --hold-out 0.2")).refused(1, &["own splits"]);
    folder.fit("sweep a.h5 --hold-out 0.2").refused(1, &["own splits"]);
}

#[test]
fn test_rows_of_a_class_without_training_rows_are_named() {
    let mut cache = Cache::with_splits();
    cache.rows.retain(|&(label, split)| label != 2 || split == Split::Test);
    let folder = Folder::with(&cache);
    folder.fit("sweep a.h5").refused(1, &["10 rows of split `test`", "`cat`"]);
}

#[test]
fn unknown_classes_have_no_weight() {
    let folder = Folder::with(&Cache::of(5));
    folder.fit(&format!("{TRAIN} --class-weight dog=2")).refused(1, &["`dog`", "ant, bee, cat"]);
}

#[test]
fn smo_refuses_many_rows() {
    let folder = Folder::with(&Cache::of(700));
    let run = folder.fit(&format!("{TRAIN} --solver smo"));
    run.refused(1, &["`smo` takes at most", "got 2100", "\nhint: use `--solver auto`"]);
}

#[test]
fn usage_errors_are_code_2() {
    let folder = Folder::with(&Cache::of(5));
    for (options, part) in [
        ("sweep a.h5 --c 1..2", "has no count"),
        ("sweep a.h5 --c 0,1", "positive"),
        ("sweep a.h5 --c x", "not a number"),
        ("sweep a.h5 --normalize l3", "unknown transform `l3`"),
        ("sweep a.h5 --normalize power", "exponent"),
        ("sweep a.h5 --normalize pca:0", "number of axes"),
        ("sweep a.h5 --seeds 0", "--seeds"),
        ("sweep a.h5 --class-weight cat", "NAME=WEIGHT"),
        ("sweep a.h5 --head softmax --loss hinge", "`--loss` is for"),
        ("train a.h5 --head svm --c -1 --out h", "unexpected argument"),
        ("train a.h5 --head svm --c 0 --out h", "positive number"),
        ("train a.h5 --head softmax --solver smo --out h", "`--solver smo` is for"),
        ("train a.h5 --head svm --solver smo --max-iter 9 --out h", "`--max-iter`"),
        ("train a.h5 --head svm --solver smo --class-weight balanced --out h", "`--class-weight`"),
        ("train a.h5 --head svm", "--out"),
        ("predict h a.h5 --format parquet", "needs `--out FILE`"),
        ("predict h a.h5 --out p.txt", "`p.txt` ends in no format"),
        ("eval h a.h5 --worst x", "invalid value"),
        ("fly", "unrecognized subcommand"),
    ] {
        folder.fit(options).refused(2, &[part]);
    }
}

#[test]
fn help_and_version_are_no_errors() {
    let folder = Folder::new();
    for line in [
        "--help",
        "train --help",
        "sweep --help",
        "layers --help",
        "eval --help",
        "predict --help",
        "compare --help",
        "export --help",
    ] {
        let run = folder.fit(line).ok();
        assert!(run.stdout.contains("Usage: fit"), "{}", run.stdout);
    }
    assert!(folder.fit("--version").ok().stdout.starts_with("fit "));
}

#[test]
#[cfg(unix)]
fn a_reader_that_goes_away_is_no_error() {
    use std::process::{Command, Stdio};
    let folder = Folder::with(&Cache::of(2000));
    folder.fit("train a.h5 --head svm --out h.safetensors").ok();
    let mut child = Command::new(env!("CARGO_BIN_EXE_fit"))
        .env("HDF5_USE_FILE_LOCKING", "FALSE") // as in `Folder::fit`
        .args(["predict", "h.safetensors", "a.h5"])
        .current_dir(folder.path(""))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}
