use predicates::prelude::PredicateBooleanExt as _;
use predicates::str::contains;

use super::{extract, json};

/// What Keras 3 prints; the script of the same name made it.
const OF_KERAS: &str = include_str!("../reference/keras_vgg16_summary.txt");

/// Layer, output shape and parameters of each row, and the three totals, from a table printed by Keras
/// (where bars stand between columns) or by us (where spaces do).
fn rows(table: &str) -> Vec<Vec<String>> {
    let is_content = |line: &&str| line.contains(" (None, ") || line.contains(" params: ");
    let cells = |line: &str| {
        let line = line.replace('│', "  ");
        let cells = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty());
        cells.map(str::to_owned).collect()
    };
    table.lines().filter(is_content).map(|line| cells(line.trim_end())).collect()
}

#[test]
fn the_tables_of_vgg16_are_those_of_keras_row_for_row() {
    let keras: Vec<&str> = OF_KERAS.split("Model: ").skip(1).collect();
    assert_eq!(keras.len(), 2);
    for (keras, flag, n_rows) in [(keras[0], None, 19), (keras[1], Some("--include-top"), 23)] {
        let ours = extract().arg("summary").args(flag).assert().success();
        let ours = rows(str::from_utf8(&ours.get_output().stdout).unwrap());
        assert_eq!(ours, rows(keras));
        assert_eq!(ours.len(), n_rows + 3);
        assert!(ours[..n_rows].iter().all(|row| row.len() == 3), "three columns");
    }
}

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
