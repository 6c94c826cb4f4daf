//! Features that NumPy, h5py, pandas and pyarrow wrote (`reference/make_features.py`), imported.

#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};

use feature_cache::{Cache, verify};
use feature_import::{ImportError, ImportReport, ImportRequest, import};
use schema::{Dtype, Split};
use tempfile::TempDir;

fn reference(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference").join(name)
}

fn named(name: &str) -> Option<String> {
    Some(name.to_owned())
}

fn file(name: &str) -> Option<String> {
    named(reference(name).to_str().unwrap())
}

/// What `change` makes of a request for a file of the reference, imported.
fn imported(
    source: &str,
    change: impl FnOnce(&mut ImportRequest),
) -> Result<(TempDir, ImportReport, Cache), ImportError> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.h5");
    let mut request = ImportRequest::new(reference(source), &out, "numbers by hand");
    change(&mut request);
    let report = import(&request);
    assert_eq!(out.exists(), report.is_ok());
    let report = report?;
    let cache = Cache::open(&out).unwrap();
    assert_eq!(verify(&cache).unwrap(), []);
    Ok((folder, report, cache))
}

fn refused(source: &str, change: impl FnOnce(&mut ImportRequest)) -> String {
    let error = imported(source, change).map(drop).unwrap_err();
    let causes = std::iter::successors(Some(&error as &dyn std::error::Error), |e| e.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// The features of the table, its rows in this order.
fn features(order: [usize; 5], factor: f32) -> Vec<f32> {
    let row = |row: usize| (0..3).map(move |j| ((3 * row + j) as f32 - 4.0) / 8.0 * factor);
    order.into_iter().flat_map(row).collect()
}

fn stored(cache: &Cache) -> Vec<f32> {
    cache.features("features").unwrap().view().iter().copied().collect()
}

const AS_THEY_ARE: [usize; 5] = [0, 1, 2, 3, 4];
/// Rows by path: a, b/ü, c 100%, d, e.
const BY_PATH: [usize; 5] = [1, 3, 2, 0, 4];

/// Checks the rows where they have paths, labels and splits.
fn assert_described(name: &str, cache: &Cache) {
    assert_eq!(stored(cache), features(BY_PATH, 1.0), "{name}");
    let paths = ["a.jpg", "b/ü.jpg", "c 100%25.jpg", "d.jpg", "e.jpg"];
    assert_eq!(cache.paths().unwrap(), paths, "{name}");
    let label = |label: &i32| usize::try_from(*label).map(|at| cache.classes()[at].as_str());
    let labels: Vec<&str> = cache.labels().iter().map(|l| label(l).unwrap_or("")).collect();
    assert_eq!(labels, ["jay", "owl", "", "owl", "dög"], "{name}");
    let splits = [Split::Train, Split::Validation, Split::None, Split::Train, Split::Test];
    assert_eq!(cache.splits(), splits, "{name}");
}

#[test]
fn matrices_of_numpy_in_every_type_and_order() {
    for name in ["f2", "f4", "f8", "big", "fortran", "pooled", "fortran-pooled"] {
        let (_folder, report, cache) = imported(&format!("{name}.npy"), |_| ()).unwrap();
        assert_eq!(stored(&cache), features(AS_THEY_ARE, 1.0), "{name}");
        assert_eq!(cache.paths().unwrap(), ["0", "1", "2", "3", "4"]);
        assert_eq!((report.n_samples, report.n_features, report.n_labelled), (5, 3, 0));
        assert!(cache.provenance().is_imported() && cache.taps()[0].dtype == Dtype::F32);
        assert!(cache.created_by().contains(&format!("imported from {name}.npy (BLAKE3 ")));
        assert!(cache.created_by().contains(&report.source_digest));
    }
    let (_folder, _, cache) = imported("i2.npy", |request| request.dtype = Dtype::F16).unwrap();
    assert_eq!(stored(&cache), features(AS_THEY_ARE, 8.0));
    assert_eq!(cache.taps()[0].dtype, Dtype::F16);
}

#[test]
fn labels_paths_and_splits_beside_a_matrix() {
    for (labels, names) in [
        ("labels.npy", None),
        ("labels-bytes.npy", None),
        ("numbers.npy", Some("names.txt")),
        ("numbers-f8.npy", Some("names.txt")),
    ] {
        let (_folder, report, cache) = imported("f4.npy", |request| {
            request.labels = file(labels);
            request.class_names = names.and_then(file);
            request.paths = file("paths.npy");
            request.splits = file("splits.txt");
        })
        .unwrap();
        assert_described(labels, &cache);
        assert_eq!((report.n_labelled, report.splits), (4, [2, 1, 1, 1]));
    }
    let (_folder, report, _) =
        imported("f4.npy", |request| request.labels = file("numbers.npy")).unwrap();
    assert_eq!(report.classes, ["0", "1", "2"]);
}

#[test]
fn archives_tables_and_hdf5_files() {
    let columns = ["f0", "f1", "f2"].as_slice();
    for (name, features, labels, class_names) in [
        ("plain.npz", &["emb"][..], "species", None),
        ("compressed.npz", &[], "y", Some("names")),
        ("features.h5", &["a/emb"], "species", None),
        ("features.h5", &[], "y", Some("names")),
        ("lists.parquet", &[], "species", None),
        ("columns.parquet", columns, "species", None),
        ("category.parquet", columns, "species", None),
        ("columns.csv", columns, "species", None),
        ("index.csv", columns, "species", None),
        ("semicolons.csv", columns, "species", None),
    ] {
        let (_folder, _, cache) = imported(name, |request| {
            request.features = features.iter().map(|&name| name.to_owned()).collect();
            request.labels = named(labels);
            request.class_names = class_names.map(str::to_owned);
            request.paths = named("files");
            request.splits = named("split");
        })
        .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_described(name, &cache);
    }
    let (_folder, report, cache) =
        imported("fixed.parquet", |request| request.labels = named("y")).unwrap();
    assert_eq!((stored(&cache), report.features), (features(AS_THEY_ARE, 1.0), vec!["emb".into()]));
    let (_folder, report, _) =
        imported("columns.csv", |request| request.features = vec!["f0".into(), "f1*".into()])
            .unwrap();
    assert_eq!(report.features, ["f0", "f1"]);
    let (_folder, report, cache) = imported("matlab.mat", |request| {
        (request.features, request.labels) = (vec!["emb".to_owned()], named("y"));
    })
    .unwrap();
    assert_eq!((stored(&cache), report.n_labelled), (features(AS_THEY_ARE, 1.0), 4));
    let transposed = |request: &mut ImportRequest| {
        (request.transpose, request.labels) = (true, file("numbers.npy"));
    };
    let (_folder, _, cache) = imported("columns.npy", transposed).unwrap();
    assert_eq!(stored(&cache), features(AS_THEY_ARE, 1.0));
}

/// The index of pandas is no feature; what is not used is said.
#[test]
fn all_columns_of_numbers_but_the_index() {
    let (_folder, report, cache) =
        imported("index.csv", |request| request.labels = named("y")).unwrap();
    assert_eq!(stored(&cache), features(AS_THEY_ARE, 1.0));
    assert_eq!(report.features, ["f0", "f1", "f2"]);
    assert_eq!(report.ignored, ["", "species", "files", "split"]);
}

#[test]
fn what_cannot_be_meant_or_used_is_told() {
    let of = |source: &str| refused(source, |_| ());
    assert!(
        of("two.npz")
            .contains("several matrices that could be the features: `train [5, 3]`, `test")
    );
    assert!(of("objects.npy").starts_with("cannot import from `"));
    assert!(of("map.npy").contains("has shape [5, 1, 3], expected rows and features"));
    assert!(of("labels.npy").contains("holds no matrix of numbers"));
    assert!(of("numbers.npy").contains("has shape [5], expected rows and features"));
    assert!(of("objects.npy").contains("objects are Python's own, and are not read"));
    assert!(of("structure.npy").contains("its type `a structure` is not read"));
    assert!(
        of("nan.npy").contains("row 3, column 1 of the features of")
            && of("nan.npy").contains("is NaN")
    );
    assert!(of("names.txt").contains("is none of the files that are read"));
    assert!(of("uneven.parquet").contains("row 0 of `emb` has 2 numbers, and row 1 has 1"));
    let zstd = of("zstd.parquet");
    assert!(zstd.contains("cannot be read") && zstd.to_lowercase().contains("zstd"), "{zstd}");
    let large = refused("large.npy", |request| request.dtype = Dtype::F16);
    assert!(large.contains("f16 ends at 65504"), "{large}");
    let missing = refused("plain.npz", |request| request.labels = named("label"));
    assert!(
        missing.contains("there is no `label` in") && missing.contains("`species`"),
        "{missing}"
    );
    let missing = refused("plain.npz", |request| request.features = vec!["x".to_owned()]);
    assert!(missing.contains("`emb [5, 3]`"), "{missing}");
    let longer = refused("two.npz", |request| {
        request.features = vec!["test".to_owned()];
        request.labels = file("labels.npy");
    });
    assert!(longer.contains("there are 5 labels (`") && longer.contains("and 2 rows"), "{longer}");
    let split = refused("f4.npy", |request| request.splits = file("labels.npy"));
    assert!(split.contains("row 0 is in the split `owl`"), "{split}");
    let numbered = refused("f4.npy", |request| {
        request.labels = file("labels.npy");
        request.class_names = file("names.txt");
    });
    assert!(numbered.contains("row 0 is labelled owl, and there are 3 names"), "{numbered}");
    let twice = refused("f4.npy", |request| request.paths = file("numbers.npy"));
    assert!(twice.contains("rows 0 and 3 both have the path `2`"), "{twice}");
    let alone = refused("f4.npy", |request| request.class_names = file("names.txt"));
    assert!(alone.contains("names of classes, but no labels"), "{alone}");
}

#[test]
fn rows_without_a_name_and_classes_of_one_name_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let list = |name: &str, lines: &str| {
        let path = folder.path().join(name);
        fs::write(&path, lines).unwrap();
        named(path.to_str().unwrap())
    };
    let paths = list("paths.txt", "a.jpg\nb.jpg\n\nd.jpg\ne.jpg\n");
    let nameless = refused("f4.npy", |request| request.paths = paths);
    assert!(nameless.contains("row 2 has an empty path"), "{nameless}");
    let names = list("names.txt", "owl\njay\nowl\n");
    let twice = refused("f4.npy", |request| {
        request.labels = file("numbers.npy");
        request.class_names = names;
    });
    assert!(twice.contains("two classes are called `owl`"), "{twice}");
}

#[test]
fn tables_that_are_not_as_they_should_be() {
    let folder = tempfile::tempdir().unwrap();
    let of = |text: &[u8]| {
        let source = folder.path().join("table.csv");
        fs::write(&source, text).unwrap();
        refused(source.to_str().unwrap(), |_| ())
    };
    assert!(of(b"1,2\n3,4\n").contains("its first line holds numbers"));
    assert!(of(b"a,a\n3,4\n").contains("two columns are called `a`"));
    assert!(of(b"a,b\n3,4\n5\n").contains("line"));
    assert!(of(b"\xff\xfea").contains("UTF-16"));
    assert!(of(b"a,b\n1,\n").contains("row 0, column 1 of the features"));
    assert!(of(b"a,b\nx,y\n").contains("holds no matrix of numbers; there are `a`, `b`"));
}

/// Damaged files of all kinds are refused or read, without a panic.
#[test]
fn damaged_files() {
    for name in ["f4.npy", "compressed.npz", "features.h5", "lists.parquet", "columns.csv"] {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join(name);
        let sound = fs::read(reference(name)).unwrap();
        hostile::damaged(&[sound], 60, |bytes| {
            let out = folder.path().join("out.h5");
            fs::write(&source, bytes).unwrap();
            let mut request = ImportRequest::new(&source, &out, "x");
            request.labels = (name != "f4.npy").then(|| "y".to_owned());
            let is_taken = import(&request).is_ok();
            let _ = fs::remove_file(out);
            is_taken
        });
    }
}
