//! `fit export`; what ONNX Runtime and numpy make of it is a test of the package `e2e`.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::fixture::{Cache, Folder};

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
