use predicates::prelude::PredicateBooleanExt as _;
use predicates::str::contains;

use super::{extract, json};

#[test]
fn the_table_of_vgg16_ends_with_the_number_that_keras_prints() {
    let table = contains("block5_pool (MaxPooling2D)  (None, 7, 7, 512)")
        .and(contains("block1_conv1 (Conv2D)       (None, 224, 224, 64)       1,792\n"))
        .and(contains("Total params: 14,714,688 (56.13 MB)"))
        .and(contains("fc1").not());
    extract().arg("summary").assert().success().stdout(table);
    let table = contains("predictions (Dense)         (None, 1000)             4,097,000\n")
        .and(contains("Total params: 138,357,544 (527.79 MB)"));
    extract().args(["summary", "--include-top"]).assert().success().stdout(table);
}

#[test]
fn the_document_has_shapes_and_taps() {
    let arguments = ["summary", "--backbone", "resnet18", "--input", "128", "--json"];
    let document = json(&extract().args(arguments).assert().success().get_output().stdout);
    assert_eq!(document["format"], "offshelf-extract-summary");
    let layers = document["layers"].as_array().unwrap();
    assert_eq!(layers.last().unwrap()["output_shape"], serde_json::json!([4, 4, 512]));
    let taps = document["taps"].as_array().unwrap();
    assert!(taps.contains(&serde_json::json!(["layer4.1", "layer4.1.relu_1", "layer4"])));
}

#[test]
fn what_cannot_be_shown_is_an_error_with_a_hint() {
    let mut command = extract();
    command.args(["summary", "--backbone", "vgg61"]);
    command.assert().code(1).stderr(contains("unknown backbone `vgg61`").and(contains("hint:")));
    let mut command = extract();
    command.args(["summary", "--input", "31"]);
    command.assert().code(1).stderr(contains("left at `block5_pool`").and(contains("hint:")));
}
