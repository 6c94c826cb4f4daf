//! `scripts/mini-sets`, by which pictures become four published data sets: what it writes is what the
//! readers expect.

use std::path::Path;
use std::process::Command;

use dataset::Manifest;
use schema::Split;

use crate::tree::{boxes, put, read, tree};

/// The beginning of a PNG file of 50x40 pixels: more is not read of it.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x32\0\0\0\x28";

/// How many samples each part has: train, validation, test.
fn parts(manifest: &Manifest) -> [usize; 3] {
    [Split::Train, Split::Validation, Split::Test]
        .map(|split| manifest.samples.iter().filter(|sample| sample.split == split).count())
}

#[test]
fn pictures_become_four_data_sets() {
    let root = tree([]);
    for number in 0..9 {
        put(root.path(), &format!("images/fish/{number}.png"), PNG);
        put(root.path(), &format!("images/tools/saws/{number}.png"), PNG);
        put(root.path(), &format!("images/tools/z{number}.png"), PNG);
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/mini-sets");
    let mini_sets = |arguments: &[&str]| {
        let mut python = Command::new("python3");
        python.arg(&script).args(arguments).current_dir(root.path());
        python.output().expect("scripts need Python").status.success()
    };
    assert!(mini_sets(&["images", "sets"]));
    let set = |name: &str, source: &str| read(source, &root.path().join("sets").join(name));

    let mit = set("mit67", "mit67");
    assert_eq!(
        (mit.classes.as_slice(), parts(&mit)),
        (["fish", "tools"].map(str::to_owned).as_slice(), [18, 0, 9])
    );
    let birds = set("cub200", "cub200");
    assert_eq!((birds.classes.len(), parts(&birds)), (2, [18, 0, 9]));
    assert_eq!(boxes(&birds)[0].1, Some([10.0, 8.0, 30.0, 24.0]));
    let flowers = set("flowers102", "flowers102");
    assert_eq!(parts(&flowers), [9, 9, 9]);
    let voc = set("voc2007", "voc2007");
    assert_eq!(parts(&voc), [9, 9, 9]);
    let n_present = |value: i8| {
        let labels = |sample: dataset::Sample<'_>| sample.labels.unwrap().to_vec();
        voc.samples.iter().flat_map(labels).filter(|label| *label == value).count()
    };
    // Fish, tools and saws; every 13th is difficult.
    assert_eq!((n_present(1), n_present(0)), (34, 2));

    assert!(!mini_sets(&["images", "sets"]), "it exists");
    assert!(!mini_sets(&["nothing", "other"]));
    assert!(mini_sets(&["images", "few", "3"]));
    let few = read("mit67", &root.path().join("few/mit67"));
    assert_eq!(parts(&few), [4, 0, 2]);
}
