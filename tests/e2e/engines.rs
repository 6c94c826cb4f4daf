//! One cache, two engines.

use std::path::Path;

use feature_cache::Cache;
use predicates::prelude::PredicateBooleanExt as _;
use predicates::str::contains;

use super::programs::{PACKAGE, extract, extract_run};

fn images() -> std::path::PathBuf {
    Path::new(PACKAGE).join("reference/images")
}

#[test]
fn engines_share_a_cache_only_where_it_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("cache.h5");
    extract_run(&images(), &out, &["--engine", "libtorch"]);
    let before = std::fs::read(&out).unwrap();

    let run = |flags: &[&str]| {
        let mut command = extract();
        command.arg("run").arg(images()).arg("--out").arg(&out).args(flags);
        command.assert()
    };
    let refused = run(&["--engine", "winograd"]).code(3);
    let message = contains("engine").and(contains("libtorch")).and(contains("winograd"));
    refused.stderr(message.and(contains("hint:")));
    assert_eq!(std::fs::read(&out).unwrap(), before);

    run(&["--engine", "winograd", "--any-engine"]).success().stdout(contains("0 computed"));
    // Nothing was new, so the cache is as it was.
    assert_eq!(std::fs::read(&out).unwrap(), before);
}

#[test]
fn a_cache_that_both_engines_wrote_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let (photos, out) = (folder.path().join("photos"), folder.path().join("cache.h5"));
    std::fs::create_dir(&photos).unwrap();
    let mut files: Vec<_> =
        std::fs::read_dir(images()).unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    let copy = |file: &Path| std::fs::copy(file, photos.join(file.file_name().unwrap())).unwrap();
    copy(&files[0]);
    extract_run(&photos, &out, &["--engine", "libtorch"]);
    copy(&files[1]);
    extract_run(&photos, &out, &["--engine", "winograd", "--any-engine"]);
    let cache = Cache::open(&out).unwrap();
    assert_eq!(cache.n_samples(), 2);
    assert_eq!(cache.provenance().engine, "libtorch + winograd");
    // And goes on with either.
    copy(&files[2]);
    extract_run(&photos, &out, &["--engine", "libtorch", "--any-engine"]);
    assert_eq!(Cache::open(&out).unwrap().provenance().engine, "libtorch + winograd");
}

#[test]
fn an_engine_refuses_what_it_does_not_compute() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |flags: &[&str]| {
        let mut command = extract();
        command.arg("run").arg(images()).arg("--out").arg(folder.path().join("cache.h5"));
        command.args(["--engine", "winograd"]).args(flags).assert().code(1)
    };
    let message = contains("works on the CPU, not on `cuda`").and(contains("hint:"));
    refused(&["--device", "cuda"]).stderr(message);
    let message = contains("`vgg16` has `features.28`").and(contains("hint:"));
    refused(&["--tap", "features.28"]).stderr(message);
}

/// Rows of fewer bits differ in more than the last ones.
#[test]
fn any_engine_does_not_mean_any_precision() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("cache.h5");
    let shallow = ["--engine", "libtorch", "--tap", "block1_pool:gap"];
    extract_run(&images(), &out, &shallow);
    let mut command = extract();
    command.arg("run").arg(images()).arg("--out").arg(&out).args(shallow);
    let refused = command.args(["--precision", "bf16", "--any-engine"]).assert().code(3);
    refused.stderr(contains("libtorch:bf16").and(contains("hint:")));
    let half = folder.path().join("half.h5");
    extract_run(&images(), &half, &[&shallow[..], &["--precision", "bf16"]].concat());
    assert_eq!(Cache::open(&half).unwrap().provenance().engine, "libtorch:bf16");
}
