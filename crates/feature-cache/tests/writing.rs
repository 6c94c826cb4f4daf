use feature_cache::{CacheWriter, WriteError};

use super::{features, header, sample, write};

#[test]
fn an_existing_file_is_never_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.h5");
    std::fs::write(&path, "mine").unwrap();
    let error = CacheWriter::create(&path, header()).err().unwrap();
    assert!(matches!(error, WriteError::Exists { .. }), "{error}");
    assert!(error.to_string().contains("hint:"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), b"mine");
}

#[test]
fn a_file_that_appears_during_the_run_is_never_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.h5");
    let mut writer = CacheWriter::create(&path, header()).unwrap();
    let (a, b) = features(0);
    writer.push(sample(0), &[&a, &b]).unwrap();
    std::fs::write(&path, "mine").unwrap();
    assert!(matches!(writer.finish(), Err(WriteError::Exists { .. })));
    assert_eq!(std::fs::read(&path).unwrap(), b"mine");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "the unfinished file is gone");
}

#[test]
fn a_missing_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("no/cache.h5");
    let error = CacheWriter::create(&path, header()).err().unwrap().to_string();
    assert!(error.contains("no` does not exist") && error.contains("mkdir -p"), "{error}");
}

#[test]
fn a_cache_of_nothing_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.h5");
    let writer = CacheWriter::create(&path, header()).unwrap();
    assert!(matches!(writer.finish(), Err(WriteError::NoSamples { .. })));
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
}

#[test]
fn a_row_of_another_length_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = CacheWriter::create(&folder.path().join("cache.h5"), header()).unwrap();
    let error = writer.push(sample(7), &[&[0.0; 3], &[0.0; 3]]).unwrap_err().to_string();
    assert_eq!(error, "`cat/007.jpg`: tap `block1_pool:max` has 3 numbers a row, expected 4");
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
