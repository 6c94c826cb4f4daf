//! What a sweep replaces and removes in its folder: its own files, and no other.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;

use crate::fixture::{Cache, Folder};

const SWEEP: &str = "sweep a.h5 --head svm,ridge --c 0.1,1 --folds 3 --out out";

/// The files in `out` and below, links as what they lead to, with their bytes.
fn contents(folder: &Folder) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder.path("out")).unwrap().map(|entry| entry.unwrap());
    let content = |entry: fs::DirEntry| {
        let name = entry.file_name().into_string().unwrap();
        (name, fs::read(entry.path()).unwrap_or_default())
    };
    entries.map(content).collect()
}

#[test]
fn files_of_others_stay_whatever_they_are_called() {
    let folder = Folder::with(&Cache::of(20));
    fs::create_dir(folder.path("out")).unwrap();
    for name in ["mine.safetensors", "mine.curve.csv", "notes.txt", "unfinished-mine"] {
        fs::write(folder.path(&format!("out/{name}")), name).unwrap();
    }
    let theirs = contents(&folder);
    folder.fit(SWEEP).refused(1, &["`out` exists", "\nhint: "]);
    assert_eq!(contents(&folder), theirs);
    let stay = |what: &str| {
        let now = contents(&folder);
        assert!(theirs.iter().all(|(name, bytes)| now.get(name) == Some(bytes)), "{what}");
    };
    folder.fit(&format!("{SWEEP} --force")).ok();
    stay("after --force");
    folder.fit(SWEEP);
    stay("after a sweep that goes on");
    folder.fit("sweep a.h5 --head softmax --c 1 --folds 3 --out out").ok();
    stay("after one of other heads");
    let now = contents(&folder);
    assert!(now.contains_key("softmax.safetensors") && !now.contains_key("ridge.safetensors"));
    folder.fit(&format!("{SWEEP} --force")).ok();
    stay("after another --force");
    assert!(!contents(&folder).contains_key("softmax.safetensors"), "it is an earlier sweep's");
}

#[test]
fn a_file_of_the_name_of_a_result_is_refused_before_work_begins() {
    let folder = Folder::with(&Cache::of(20));
    folder.fit("sweep a.h5 --head svm --c 0.1 --folds 3 --out out").ok();
    for name in ["ridge.safetensors", "mlp-dense4-softmax.curve.csv"] {
        fs::write(folder.path(&format!("out/{name}")), "mine").unwrap();
        let before = contents(&folder);
        let line =
            "sweep a.h5 --head ridge,mlp --layers dense:4,softmax --c 0.1 --folds 3 --out out";
        folder.fit(line).refused(1, &[&format!("`out/{name}` exists"), "\nhint: "]);
        assert_eq!(contents(&folder), before);
        fs::remove_file(folder.path(&format!("out/{name}"))).unwrap();
    }
    fs::create_dir(folder.path("out/ridge.safetensors")).unwrap();
    let before = contents(&folder);
    for force in ["", " --force"] {
        folder.fit(&format!("{SWEEP}{force}")).refused(1, &["`out/ridge.safetensors`", "a folder"]);
        assert_eq!(contents(&folder), before);
    }
    let long = format!("--layers dense:4,{}softmax", "relu,".repeat(60));
    let line = format!("sweep a.h5 --head mlp {long} --out long");
    folder.fit(&line).refused(1, &["cannot write `long/mlp-dense4-relu"]);
}

#[test]
fn links_are_replaced_as_names_and_never_followed() {
    let folder = Folder::with(&Cache::of(20));
    fs::create_dir(folder.path("out")).unwrap();
    for name in ["ridge.safetensors", "sweep.json", "unfinished-result", "folds.csv"] {
        let victim = folder.path(&format!("victim of {name}"));
        fs::write(&victim, "theirs").unwrap();
        symlink(&victim, folder.path(&format!("out/{name}"))).unwrap();
    }
    let unharmed = || {
        for name in ["ridge.safetensors", "sweep.json", "unfinished-result", "folds.csv"] {
            assert_eq!(folder.bytes(&format!("victim of {name}")), b"theirs");
        }
    };
    folder.fit(&format!("{SWEEP} --force")).ok();
    unharmed();
    assert!(!folder.path("out/ridge.safetensors").is_symlink());
    // An earlier result that has become a link.
    fs::remove_file(folder.path("out/ridge.safetensors")).unwrap();
    symlink(folder.path("victim of folds.csv"), folder.path("out/ridge.safetensors")).unwrap();
    folder
        .fit("sweep a.h5 --head svm --c 0.1,1 --folds 3 --out out")
        .noted("fit: 6 fits: 6 reused, 0 made");
    assert!(!folder.path("out/ridge.safetensors").is_symlink());
    unharmed();
}

#[test]
fn the_folder_and_the_log_are_no_links_and_a_foreign_log_is_left_alone() {
    let folder = Folder::with(&Cache::of(20));
    folder.fit(SWEEP).ok();
    let before = contents(&folder);
    symlink(folder.path("out"), folder.path("link")).unwrap();
    for line in ["sweep a.h5 --out link", "sweep a.h5 --out link/", "sweep a.h5 --out link --force"]
    {
        folder.fit(line).refused(1, &["`link` is a symbolic link", "\nhint: "]);
    }
    fs::rename(folder.path("out/fits.jsonl"), folder.path("log")).unwrap();
    symlink(folder.path("log"), folder.path("out/fits.jsonl")).unwrap();
    for force in ["", " --force"] {
        folder.fit(&format!("{SWEEP}{force}")).refused(1, &["`out/fits.jsonl` is a symbolic link"]);
        assert_eq!(contents(&folder), before);
    }
    fs::remove_file(folder.path("out/fits.jsonl")).unwrap();
    fs::write(folder.path("out/fits.jsonl"), "{\"mine\": 1}\n").unwrap();
    let before = contents(&folder);
    for force in ["", " --force"] {
        let parts = ["`out/fits.jsonl` is no record of fits", "\nhint: choose another folder"];
        folder.fit(&format!("{SWEEP}{force}")).refused(1, &parts);
        assert_eq!(contents(&folder), before);
    }
}

#[test]
fn what_cannot_be_cleaned_up_is_a_warning_and_the_results_are_there() {
    let folder = Folder::with(&Cache::of(20));
    folder.fit(SWEEP).ok();
    fs::remove_file(folder.path("out/ridge.safetensors")).unwrap();
    fs::create_dir_all(folder.path("out/ridge.safetensors/full")).unwrap();
    let line = "sweep a.h5 --head svm --c 0.1,1 --folds 3 --out out";
    let run = folder.fit(line);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("warning: ") && run.stderr.contains("`out/ridge.safetensors`"));
    assert!(folder.path("out/sweep.json").exists());
    // The next one tries again.
    fs::remove_dir_all(folder.path("out/ridge.safetensors")).unwrap();
    folder.fit(line).noted("fit: 6 fits: 6 reused, 0 made");
}
