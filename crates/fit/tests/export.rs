//! `fit export`; what ONNX Runtime and numpy make of it is a test of the package `e2e`.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::fixture::{Cache, Folder, TAP};

fn trained(options: &str) -> Folder {
    let folder = Folder::with(&Cache::of(20));
    folder.fit(&format!("train a.h5 --out h.safetensors {options}")).ok();
    folder
}

#[test]
fn every_target_is_written_and_is_the_same_each_time() {
    let folder = trained("--head softmax --calibrate");
    for target in ["onnx", "npz", "safetensors"] {
        for name in ["one", "two"] {
            let run =
                folder.fit(&format!("export h.safetensors --to {target} --out {name}.{target}"));
            assert_eq!((run.code, run.stdout.as_str()), (0, ""));
            assert!(run.stderr.contains(&format!("written to `{name}.{target}`")));
        }
        assert_eq!(folder.bytes(&format!("one.{target}")), folder.bytes(&format!("two.{target}")));
    }
    assert_eq!(folder.bytes("one.safetensors"), folder.bytes("h.safetensors"));
}

#[test]
fn an_npz_archive_has_the_arrays_of_head_transform_and_calibration() {
    let folder = trained("--head svm --normalize l2,standardize --calibrate");
    folder.fit("export h.safetensors --to npz --out h.npz");
    let mut archive = ZipArchive::new(Cursor::new(folder.bytes("h.npz"))).unwrap();
    let mut names: Vec<_> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    names.sort();
    let expected = [
        "calibration.intercept.npy",
        "calibration.slope.npy",
        "classes.npy",
        "coef.npy",
        "intercept.npy",
        "link.npy",
        "transform.1.mean.npy",
        "transform.1.scale.npy",
        "transform.npy",
    ];
    assert_eq!(names, expected);
    let mut coef = Vec::new();
    archive.by_name("coef.npy").unwrap().read_to_end(&mut coef).unwrap();
    assert!(coef.starts_with(b"\x93NUMPY\x01\x00"));
    // A header of 128 bytes, then 3 classes of 6 features.
    assert_eq!(coef.len(), 128 + 4 * 3 * 6);
}

#[test]
fn existing_files_are_kept_and_bad_heads_refused() {
    let folder = trained("--head svm");
    folder
        .fit("export h.safetensors --to npz --out h.safetensors")
        .refused(1, &["`h.safetensors` exists", "--force"]);
    folder.fit("export a.h5 --to npz --out h.npz").refused(1, &["not a whole safetensors file"]);
    folder.fit("export h.safetensors --to pickle --out h").refused(2, &["pickle", "onnx"]);
    folder.fit("export h.safetensors --to onnx").refused(2, &["--out"]);
}

#[test]
fn a_cache_is_written_as_a_table_of_its_images() {
    let mut cache = Cache::with_splits();
    cache.taps = vec![TAP, "block4_pool:gap"];
    cache.rows[1].0 = -1;
    let folder = Folder::with(&cache);
    folder.fit("export a.h5 --to parquet --out a.parquet").noted("fit: written to `a.parquet`");
    let whole = folder.bytes("a.parquet");
    assert!(whole.starts_with(b"PAR1") && whole.ends_with(b"PAR1"));
    folder.fit("export a.h5 --to parquet --out a.parquet").refused(1, &["a.parquet", "--force"]);
    // What is written is read back with the same features, labels and splits.
    let line =
        format!("import a.parquet --features {TAP} --labels label --paths path --splits split");
    let run = folder.fit(&format!("{line} --made-by test --out b.h5"));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let [ours, theirs] = ["a.h5", "b.h5"].map(|name| {
        let cache = feature_cache::Cache::open(&folder.path(name)).unwrap();
        let tap = if name == "a.h5" { TAP } else { "features" };
        let features = cache.features(tap).unwrap().view().to_owned();
        let classes = cache.classes().to_vec();
        let label = |label: &i32| usize::try_from(*label).ok().map(|at| classes[at].clone());
        let labels: Vec<_> = cache.labels().iter().map(label).collect();
        (features, labels, cache.splits().to_vec(), cache.paths().unwrap())
    });
    assert!(ours == theirs);

    folder.fit(&format!("export a.h5 --to parquet --out one.parquet --tap {TAP}"));
    assert!(folder.bytes("one.parquet").len() < whole.len());
    folder.fit("export a.h5 --to parquet --out b --tap x").refused(3, &["no tap `x`"]);
    folder.fit("export h --to onnx --out b --tap x").refused(2, &["`--tap` and `--views`"]);
    folder.write("v.h5", &Cache { n_views: 2, views: "flip", ..Cache::of(4) });
    folder.fit("export v.h5 --to parquet --out v").refused(3, &["2 views", "--views average"]);
    assert_eq!(folder.fit("export v.h5 --to parquet --out v --views stack").code, 0);
}

#[test]
fn a_network_goes_before_onnx_only_and_is_looked_for() {
    let folder = trained("--head svm");
    folder
        .fit("export h.safetensors --to npz --with-network vgg16-keras-notop --out h.npz")
        .refused(2, &["`--with-network` is for `--to onnx`"]);
    folder
        .fit("export h.safetensors --to onnx --with-network nobody --out h.onnx")
        .refused(1, &["`nobody` is neither a file", "hint: extract weights list"]);
    folder
        .fit("export h.safetensors --to onnx --with-network a.h5 --out h.onnx")
        .refused(1, &["`a.h5` must be converted first", "hint: extract weights convert a.h5"]);
    assert!(!folder.path("h.onnx").exists());
}
