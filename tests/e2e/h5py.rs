//! The cache as Python reads it, without a line of ours.

use super::programs::extract_run;
use super::python::python_with;
use super::tree::three_classes;

/// Asserts in Python, on the cache named by its argument.
const SCRIPT: &str = r#"
import hashlib, json, os, sys
import h5py, numpy as np
root, path = sys.argv[1:]
with h5py.File(path) as cache:
    assert cache.attrs["format"] == "offshelf" and cache.attrs["format_version"] == 1
    assert json.loads(cache.attrs["provenance"])["taps"] == ["block1_pool:gap", "block1_pool:max"]
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
