//! What hints about other features say, done to the letter.

use std::path::Path;

use super::programs::{extract, extract_run, fit};
use super::tree::three_classes;

const TAP: [&str; 2] = ["--tap", "block1_pool:gap"];
/// Features of the same tap, made in another way in nearly every respect.
const OTHER: [&str; 9] = [
    "--squash=48",
    "--filter=bicubic",
    "--channels=rgb",
    "--mean=1,2.5,3",
    "--std=2",
    "--exif-orientation=apply",
    "--views=flip",
    "--dtype=f16",
    "--scale=3",
];

/// The words of what stands between `begin` and `end` in an error.
fn words<'a>(stderr: &'a str, begin: &str, end: char) -> Vec<&'a str> {
    let (_, rest) = stderr.split_once(begin).unwrap_or_else(|| panic!("no `{begin}` in {stderr}"));
    rest.split(end).next().unwrap_or_default().split_whitespace().collect()
}

/// The error of a command that refuses features of another kind.
fn refusal(command: &mut assert_cmd::Command) -> String {
    let assert = command.assert().code(3);
    String::from_utf8(assert.get_output().stderr.clone()).unwrap()
}

#[test]
fn features_are_made_equal_by_what_the_hint_says() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let images = at("images");
    three_classes(&images, 3);
    extract_run(&images, &at("other.h5"), &[&TAP[..], &OTHER].concat());
    extract_run(&images, &at("plain.h5"), &TAP);
    let train = |cache: &Path, head: &Path| {
        let mut train = fit();
        train.arg("train").arg(cache).args(["--head", "ridge", "--views", "average", "--out"]);
        train.arg(head).assert().success();
    };
    let eval = |head: &Path, cache: &Path| {
        let mut eval = fit();
        eval.arg("eval").arg(head).arg(cache).args(["--bootstrap", "0"]);
        eval
    };

    // The command that makes the features of a head.
    train(&at("other.h5"), &at("head"));
    let stderr = refusal(&mut eval(&at("head"), &at("plain.h5")));
    for field in
        ["preprocessing.filter: expected `bicubic`, found `bilinear`", "dtype: expected `f16`"]
    {
        assert!(stderr.contains(field), "{stderr}");
    }
    assert!(!stderr.contains("preprocessing.resampler") && !stderr.contains("tap:"), "{stderr}");
    let mut command = extract();
    for word in words(&stderr, "hint: extract ", '\n') {
        match word {
            "IMAGES" => command.arg(&images),
            "FILE.h5" => command.arg(at("again.h5")),
            word => command.arg(word),
        };
    }
    command.assert().success();
    eval(&at("head"), &at("again.h5")).assert().success();

    // The options that bring a run to the features of a cache, in both directions.
    let run = |cache: &str| {
        let mut run = extract();
        run.arg("run").arg(&images).arg("--out").arg(at(cache)).args(TAP);
        run
    };
    let options = refusal(&mut run("other.h5"));
    let options = words(&options, "the same features are made with `", '`');
    run("other.h5").args(&options).assert().success();
    let mut plain = run("plain.h5");
    let options = refusal(plain.args(OTHER));
    let options = words(&options, "the same features are made with `", '`');
    assert!(options.contains(&"--squash") && options.contains(&"--views"), "{options:?}");
    run("plain.h5").args(&options).assert().success();
}
