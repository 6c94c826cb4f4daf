use feature_cache::WriteError;
use ndarray::Array2;

use super::{header, samples, write};

#[test]
fn an_existing_file_is_never_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.h5");
    std::fs::write(&path, "mine").unwrap();
    let (gap, max) = (Array2::zeros((1, 3)), Array2::zeros((2, 2)));
    let features = [gap.view(), max.view()];
    let error = feature_cache::write(&path, &header(), &samples(1), &[], &features).unwrap_err();
    assert!(matches!(error, WriteError::Exists { .. }), "{error}");
    assert!(error.to_string().contains("hint:"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), b"mine");
}

#[test]
fn a_missing_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("no/cache.h5");
    let (gap, max) = (Array2::zeros((1, 3)), Array2::zeros((2, 2)));
    let features = [gap.view(), max.view()];
    let error = feature_cache::write(&path, &header(), &samples(1), &[], &features).unwrap_err();
    let error = error.to_string();
    assert!(error.contains("no` does not exist"), "{error}");
}

#[test]
fn a_cache_of_nothing_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.h5");
    let (gap, max) = (Array2::zeros((0, 3)), Array2::zeros((0, 2)));
    let features = [gap.view(), max.view()];
    let error = feature_cache::write(&path, &header(), &[], &[], &features).unwrap_err();
    assert!(matches!(error, WriteError::NoSamples { .. }), "{error}");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
}

#[test]
fn a_matrix_of_another_shape_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.h5");
    let (gap, max) = (Array2::zeros((1, 3)), Array2::zeros((1, 2)));
    let features = [gap.view(), max.view()];
    let error = feature_cache::write(&path, &header(), &samples(1), &[], &features).unwrap_err();
    assert_eq!(error.to_string(), "tap `block1_pool:max` has 2 numbers a row, expected 4");
}

#[test]
fn nothing_but_the_cache_is_left_behind() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("cache.h5"), 3);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn others_may_read_what_the_umask_lets_them() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let (cache, other) = (folder.path().join("cache.h5"), folder.path().join("other"));
    write(&cache, 1);
    std::fs::write(&other, "").unwrap();
    let mode = |path| std::fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&cache), mode(&other));
}
