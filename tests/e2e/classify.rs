//! `extract classify`, what goes wrong included.

use std::fs;

use predicates::prelude::PredicateBooleanExt as _;
use predicates::str::contains;
use serde_json::Value;

use super::programs::extract;
use super::tree::picture;

fn classify() -> assert_cmd::Command {
    extract().args(["weights", "fetch", "efficientnet-lite0"]).assert().success();
    let mut command = extract();
    command.arg("classify");
    command
}

#[test]
fn an_unreadable_image_is_a_line_and_exit_code_4() {
    let folder = tempfile::tempdir().unwrap();
    let (good, torn, absent) =
        (folder.path().join("good.png"), folder.path().join("torn.png"), folder.path().join("no"));
    picture(0, 0).save(&good).unwrap();
    fs::write(&torn, "no image").unwrap();
    let mut command = classify();
    command.args([&torn, &good, &absent]).args(["--top", "3"]);
    let lines = contains("torn.png`: ").and(contains("no`: cannot read the file"));
    let assert = command.assert().code(4).stderr(lines).stdout(contains("good.png\n"));
    let text = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
    assert_eq!(text.lines().filter(|line| line.contains(" %  ")).count(), 3, "{text}");

    let assert = command.args(["--json", "--skip-unreadable"]).assert().success();
    let document: Value = serde_json::from_slice(&assert.get_output().stdout).unwrap();
    assert_eq!(document["format"], "offshelf-extract-classify");
    assert_eq!(document["images"].as_array().unwrap().len(), 1);
    assert_eq!(document["unreadable"].as_array().unwrap().len(), 2);
    let guess = &document["images"][0]["classes"][0];
    assert!(guess["synset"].as_str().unwrap().starts_with('n'), "{guess}");
}

#[test]
fn weights_without_a_classifier_are_refused_by_the_names_that_they_lack() {
    let message = contains("do not reach the tap `probabilities:gap`: they lack fc6.weight")
        .and(contains("hint: take weights with the classifier"));
    let mut command = extract();
    command.args(["classify", "a.png", "--weights", "vgg16-keras-notop"]);
    command.assert().code(1).stderr(message);
}

#[test]
fn weights_of_another_backbone_are_refused() {
    let mut command = classify();
    command.args(["a.png", "--backbone", "resnet50"]);
    command.assert().code(1).stderr(contains("of `efficientnet_lite0`, not of `resnet50`"));
}
