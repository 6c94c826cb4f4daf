//! Tables that pandas wrote (`reference/make_tables.py`): each is read as pandas reads it, or refused.

use std::path::Path;

use dataset::Manifest;
use schema::Split;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::tree::{put, read, refused, tree};

fn tables() -> Vec<Value> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/tables.json");
    serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

/// The table, and the images that it names.
fn unpacked(table: &Value) -> TempDir {
    let root = tree(texts(&table["files"]));
    let bytes: Vec<u8> = table["bytes"].as_str().unwrap().chars().map(|c| c as u8).collect();
    put(root.path(), "samples.csv", bytes);
    root
}

/// The rows as the script writes them.
fn rows(manifest: &Manifest, are_attributes: bool) -> Vec<Value> {
    let name = |index: usize| manifest.classes[index].as_str();
    let split = |split| match split {
        Split::None => "",
        Split::Train => "train",
        Split::Validation => "val",
        Split::Test => "test",
    };
    let row = |sample: dataset::Sample<'_>| {
        let labels = match sample.labels {
            Some(labels) if are_attributes => json!(labels),
            Some(labels) => {
                let present = labels.iter().enumerate().filter(|(_, label)| **label == 1);
                json!(present.map(|(class, _)| name(class)).collect::<Vec<_>>())
            }
            None => json!(sample.label.map(|class| name(class as usize))),
        };
        json!([sample.path, labels, split(sample.split)])
    };
    manifest.samples.iter().map(row).collect()
}

#[test]
fn what_pandas_writes_is_read_as_pandas_reads_it() {
    let mut n_read = 0;
    for table in tables().iter().filter(|table| table["rows"].is_array()) {
        let (root, source) = (unpacked(table), table["source"].as_str().unwrap());
        let mut expected = table["rows"].as_array().unwrap().clone();
        expected.sort_by_key(|row| row[0].as_str().unwrap().to_owned());
        let manifest = read(source, root.path());
        assert_eq!(
            rows(&manifest, source.starts_with("attributes")),
            expected,
            "{}",
            table["name"]
        );
        n_read += 1;
    }
    assert!(n_read > 30);
}

#[test]
fn what_can_be_read_in_two_ways_is_refused() {
    for table in tables().iter().filter(|table| table["words"].is_array()) {
        let root = unpacked(table);
        refused(table["source"].as_str().unwrap(), root.path(), &texts(&table["words"]));
    }
}
