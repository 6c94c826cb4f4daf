//! The cache as Python reads it, without a line of ours.

use std::fs;

use super::programs::extract_run;
use super::python::python_with;
use super::tree::{picture, three_classes};

/// Asserts in Python, on the cache named by its argument.
const SCRIPT: &str = r#"
import hashlib, json, os, sys
import h5py, numpy as np
root, path = sys.argv[1:]
with h5py.File(path) as cache:
    assert cache.attrs["format"] == b"offshelf" and cache.attrs["format_version"] == 1
    assert json.loads(cache["provenance"].asstr()[0])["taps"] == ["block1_pool:gap", "block1_pool:max"]
    paths = list(cache["samples/path"].asstr())
    assert paths == sorted(paths) and len(paths) == 9, paths
    classes = list(cache["classes/name"].asstr())
    assert classes == ["blue", "green", "red"], classes
    labels = cache["samples/label"][:]
    assert labels.dtype == np.int32
    assert all(p.split("/")[0] == classes[l] for p, l in zip(paths, labels, strict=True))
    assert all(os.path.getsize(os.path.join(root, p)) == s for p, s in zip(paths, cache["samples/size"]))
    gap, top = cache["features/block1_pool:gap"][:], cache["features/block1_pool:max"][:]
    assert gap.shape == top.shape == (9, 64) and gap.dtype == np.float32
    assert np.isfinite(gap).all() and (gap >= 0).all() and (top >= gap).all() and gap.max() > 1
    assert len(np.unique(gap, axis=0)) == 9
    assert cache["errors/path"].shape == (0,)
print("read by h5py", h5py.__version__)
"#;

#[test]
fn h5py_reads_paths_labels_and_features() {
    let Some(mut python) = python_with("h5py") else { return };
    let folder = tempfile::tempdir().unwrap();
    let images = folder.path().join("images");
    three_classes(&images, 3);
    let out = folder.path().join("cache.h5");
    extract_run(&images, &out, &["--tap", "block1_pool:gap", "--tap", "block1_pool:max"]);
    let output = python.args(["-c", SCRIPT]).arg(&images).arg(&out).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Asserts in Python, on a cache of format 2.
const ANNOTATED: &str = r#"
import json, sys
import h5py, numpy as np
with h5py.File(sys.argv[1]) as cache:
    assert cache.attrs["format_version"] == 1
    assert json.loads(cache["provenance"].asstr()[0])["views"] == "box, center"
    assert list(cache["samples/path"].asstr()) == ["a.png#0000001", "a.png#0000002", "b.png"]
    assert list(cache["classes/name"].asstr()) == ["male", "long hair"]
    labels = cache["samples/labels"][:]
    assert labels.dtype == np.int8 and labels.tolist() == [[1, -1], [-1, 0], [0, 1]], labels
    assert (cache["samples/label"][:] == -1).all()
    assert cache["samples/split"][:].tolist() == [1, 3, 0]
    boxes = cache["samples/box"][:]
    assert boxes.dtype == np.float32 and boxes[:2].tolist() == [[1, 2, 8, 6], [10.5, 0, 20, 30]], boxes
    assert np.isnan(boxes[2]).all()
    assert len(np.unique(cache["features/block1_pool:gap"][:], axis=0)) == 3
"#;

#[test]
fn h5py_reads_labels_and_boxes() {
    let Some(mut python) = python_with("h5py") else { return };
    let folder = tempfile::tempdir().unwrap();
    let images = folder.path().join("images");
    fs::create_dir(&images).unwrap();
    picture(0, 1).save(images.join("a.png")).unwrap();
    picture(1, 2).save(images.join("b.png")).unwrap();
    let table = "path,x,y,width,height,split,male,long hair\na.png,1,2,8,6,train,1,-1\n\
                 b.png,,,,,,0,1\na.png,10.5,0,20,30,test,-1,0\n";
    fs::write(images.join("attributes.csv"), table).unwrap();
    let out = folder.path().join("cache.h5");
    let arguments = ["--source", "attributes", "--crop-box", "--tap", "block1_pool:gap"];
    extract_run(&images, &out, &arguments);
    let output = python.args(["-c", ANNOTATED]).arg(&out).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
