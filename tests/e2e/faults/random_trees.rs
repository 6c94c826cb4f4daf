//! Whatever the tree, its changes, what cannot be read in it, and the interruptions: each row is of
//! the image of its path. Read by h5py, without a line of ours.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::thread;
use std::time::Duration;

use rand::Rng as _;
use rand::SeedableRng as _;
use rand::seq::SliceRandom as _;
use rand_xoshiro::Xoshiro256PlusPlus;
use serde_json::{Value, json};

use super::cheap_run::CheapRun;
use super::{images, setting};
use crate::python::python_with;

const N_FEATURES: usize = 64;

/// Asserts in Python, on the caches of the file named by its argument.
const SCRIPT: &str = r#"
import json, sys
import h5py, numpy as np
n_rows = 0
for case in json.load(open(sys.argv[1])):
    seed, rows = f"seed {case['seed']}", case["rows"]
    with h5py.File(case["cache"]) as cache:
        assert list(cache["samples/path"].asstr()) == [row["path"] for row in rows], seed
        hashes = [bytes(row).hex() for row in cache["samples/content_hash"][:]]
        classes = list(cache["classes/name"].asstr())
        features = cache["features/pixels:digest"][:]
        assert len(hashes) == len(features) == len(cache["samples/label"]) == len(rows), seed
        for row, hash, label, numbers in zip(rows, hashes, cache["samples/label"], features):
            assert hash == row["content_hash"], (seed, row["path"])
            assert classes[label] == row["class"], (seed, row["path"])
            assert numbers.tolist() == row["features"], (seed, row["path"])
        assert list(cache["errors/path"].asstr()) == case["unreadable"], seed
    n_rows += len(rows)
print(n_rows, "rows read by h5py", h5py.__version__)
"#;

/// What stands at a path.
#[derive(Clone, Copy)]
enum Content {
    /// The picture of this number.
    Picture(usize),
    Text,
    Nothing,
    /// The first half of a picture.
    Torn(usize),
    DanglingLink,
}

/// Few paths and few contents, so that trees overlap and images are duplicates.
fn random_tree(random: &mut Xoshiro256PlusPlus) -> BTreeMap<String, Content> {
    let mut tree = BTreeMap::from([("always/there.png".to_owned(), Content::Picture(1000))]);
    for _ in 0..random.gen_range(0..60) {
        let class = ["cat", "cat/young", "50% dog", "Größe"].choose(random).unwrap();
        let content = match random.gen_range(0..12) {
            0 => Content::Text,
            1 => Content::Nothing,
            2 => Content::Torn(random.gen_range(0..40)),
            3 => Content::DanglingLink,
            _ => Content::Picture(random.gen_range(0..40)),
        };
        tree.insert(format!("{class}/{}.png", random.gen_range(0..20)), content);
    }
    tree
}

fn lay_out(root: &Path, tree: &BTreeMap<String, Content>) {
    let _ = fs::remove_dir_all(root);
    for (path, content) in tree {
        let file = root.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        match *content {
            Content::Picture(i) => images::write(&file, i),
            Content::Text => fs::write(file, path).unwrap(),
            Content::Nothing => fs::write(file, "").unwrap(),
            Content::Torn(i) => {
                images::write(&file, i);
                let bytes = fs::read(&file).unwrap();
                fs::write(file, &bytes[..bytes.len() / 2]).unwrap();
            }
            Content::DanglingLink => symlink("nowhere", file).unwrap(),
        }
    }
}

/// An attempt that is killed once so many more images went through the network, if there are so
/// many. True when it was.
fn kill_after(run: &CheapRun, n_images: usize) -> bool {
    let enough = run.n_forwarded() + n_images;
    let mut process = run.start();
    while run.n_forwarded() < enough && process.try_wait().unwrap().is_none() {
        thread::sleep(Duration::from_micros(200));
    }
    process.kill().unwrap();
    !process.wait().unwrap().success()
}

/// What the cache must say of a tree, found without a line of the pipeline.
fn expectation(seed: usize, cache: &Path, root: &Path, tree: &BTreeMap<String, Content>) -> Value {
    let encoded = |path: &String| path.replace('%', "%25");
    let row = |path: &String| {
        let bytes = fs::read(root.join(path)).unwrap();
        let pixels = image::load_from_memory(&bytes).unwrap().into_rgb8().into_raw();
        let mut digest = [0; 2 * N_FEATURES];
        blake3::Hasher::new().update(&pixels).finalize_xof().fill(&mut digest);
        let features: Vec<u16> =
            digest.as_chunks::<2>().0.iter().map(|&bytes| u16::from_le_bytes(bytes)).collect();
        json!({
            "path": encoded(path),
            "content_hash": blake3::hash(&bytes).to_hex().as_str(),
            "class": encoded(path).split('/').next(),
            "features": features,
        })
    };
    let (mut rows, mut unreadable) = (BTreeMap::new(), Vec::new());
    for (path, content) in tree {
        if matches!(content, Content::Picture(_)) {
            rows.insert(encoded(path), row(path));
        } else {
            unreadable.push(encoded(path));
        }
    }
    unreadable.sort();
    let rows: Vec<Value> = rows.into_values().collect();
    json!({ "seed": seed, "cache": cache, "rows": rows, "unreadable": unreadable })
}

#[test]
fn each_row_is_of_the_image_of_its_path_as_h5py_reads_it() {
    let Some(mut python) = python_with("h5py") else { return };
    let folder = tempfile::tempdir().unwrap();
    let first = setting("OFFSHELF_SEED", 0);
    let mut cases = Vec::new();
    for seed in first..first + setting("OFFSHELF_TREES", 6) {
        println!("seed {seed}");
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed as u64);
        let root = folder.path().join(format!("images-{seed}"));
        let mut run = CheapRun::new(&root, &folder.path().join(format!("out-{seed}")));
        (run.n_features, run.batch_ms) = (N_FEATURES, 2);
        let mut tree = BTreeMap::new();
        let mut n_kills = 0;
        for _ in 0..random.gen_range(1..=5) {
            tree = random_tree(&mut random);
            lay_out(&root, &tree);
            run.batch = random.gen_range(1..=6);
            run.segment_rows = random.gen_range(1..=6);
            if random.gen_bool(0.8) {
                n_kills += usize::from(kill_after(&run, random.gen_range(0..20)));
            } else {
                run.complete();
            }
        }
        let report = run.complete();
        assert_eq!(run.leftovers(), [""; 0], "seed {seed}");
        cases.push(expectation(seed, &run.out(), &root, &tree));
        println!("{n_kills} kills, {} rows", report["n_samples"]);
    }
    let file = folder.path().join("cases.json");
    fs::write(&file, Value::from(cases).to_string()).unwrap();
    let output = python.args(["-c", SCRIPT]).arg(&file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    println!("{}", String::from_utf8_lossy(&output.stdout));
}
