use std::fs;
use std::path::Path;

use feature_cache::{Cache, Checksums, Finding, OpenError, ReadError, verify};
use ndarray::Array2;
use schema::{Dtype, Unreadable};

use super::{header, samples, write};

fn findings(path: &Path) -> Vec<Finding> {
    verify(&Cache::open_with(path, Checksums::Ignore).unwrap()).unwrap()
}

fn checksum(dataset: &str) -> Finding {
    Finding::Checksum { dataset: dataset.to_owned() }
}

/// Whoever reads the dataset learns that it has changed, in place of what it holds.
fn assert_read_is_refused(path: &Path, dataset: &str) {
    let problem = "its checksum differs";
    match (Cache::open(path), dataset.strip_prefix("/features/")) {
        (Ok(cache), Some(damaged)) => {
            for tap in cache.taps() {
                match cache.features(&tap.name) {
                    Ok(_) => assert_ne!(tap.name, damaged),
                    Err(error) => {
                        assert!(matches!(error, ReadError::Damaged { .. }), "{error}");
                        assert_eq!(tap.name, damaged);
                        assert!(error.to_string().contains(problem), "{error}");
                    }
                }
            }
        }
        (Err(error @ OpenError::Damaged { .. }), None) => {
            let message = error.to_string();
            assert!(message.contains(dataset) && message.contains(problem), "{message}");
        }
        (opened, _) => panic!("{dataset}: {:?}", opened.err()),
    }
    let believed = Cache::open_with(path, Checksums::Ignore).unwrap();
    for tap in believed.taps() {
        believed.features(&tap.name).unwrap();
    }
}

/// Position of a dataset's numbers in the file.
fn offset(path: &Path, dataset: &str) -> usize {
    hdf5::File::open(path).unwrap().dataset(dataset).unwrap().offset().unwrap() as usize
}

#[test]
fn a_sound_cache_gives_no_findings() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.h5");
    write(&path, 100);
    assert_eq!(findings(&path), []);
}

#[test]
fn a_changed_bit_in_any_numbers_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.h5");
    write(&path, 5);
    let sound = fs::read(&path).unwrap();
    for dataset in [
        "/features/block1_pool:max",
        "/features/block5_pool:gap",
        "/samples/content_hash",
        "/samples/label",
        "/samples/mtime",
        "/samples/size",
        "/samples/split",
    ] {
        // The second sample's, whose label of 0 and split of 1 stay in their ranges.
        let second = if dataset.ends_with("split") { 1 } else { 4 };
        let mut bytes = sound.clone();
        bytes[offset(&path, dataset) + second] ^= 1;
        let damaged = folder.path().join("damaged.h5");
        fs::write(&damaged, bytes).unwrap();
        assert_eq!(findings(&damaged), [checksum(dataset)]);
        assert_read_is_refused(&damaged, dataset);
    }
}

#[test]
fn a_changed_letter_in_any_strings_is_found() {
    for (dataset, string) in [
        ("/classes/name", "dög"),
        ("/errors/path", "x.png"),
        ("/errors/reason", "torn"),
        ("/samples/path", "cat/004.jpg"),
        ("/created_by", "test 0"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cache.h5");
        write(&path, 5);
        let mut bytes = fs::read(&path).unwrap();
        let at = bytes.windows(string.len()).position(|window| window == string.as_bytes());
        bytes[at.unwrap()] += 1;
        fs::write(&path, bytes).unwrap();
        assert_eq!(findings(&path), [checksum(dataset)]);
        assert_read_is_refused(&path, dataset);
    }
}

#[test]
fn a_changed_checksum_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.h5");
    write(&path, 5);
    let mut bytes = fs::read(&path).unwrap();
    bytes[offset(&path, "checksums/blake3") + 32] ^= 1;
    fs::write(&path, bytes).unwrap();
    assert_eq!(findings(&path), [checksum("/created_by")]);
}

#[test]
fn numbers_that_are_not_finite_are_found_in_either_precision() {
    // 65520 is the least number that rounds to infinity in half precision.
    let large = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 65520.0];
    for (dtype, value) in [Dtype::F32, Dtype::F16].into_iter().flat_map(|d| large.map(|x| (d, x))) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cache.h5");
        let mut header = header();
        header.provenance.dtype = dtype;
        header.taps.iter_mut().for_each(|tap| tap.dtype = dtype);
        let gap = Array2::from_elem((4, 3), 65504.0);
        // The second view of the third sample.
        let mut max = Array2::zeros((8, 2));
        max[[5, 1]] = value;
        max[[7, 0]] = value;
        let features = [gap.view(), max.view()];
        feature_cache::write(&path, &header, &samples(4), &[], &features).unwrap();
        let finding = Finding::NotFinite { tap: "block1_pool:max".to_owned(), row: 2 };
        let is_finite = dtype == Dtype::F32 && value == 65520.0;
        let expected: &[Finding] = if is_finite { &[] } else { &[finding] };
        assert_eq!(findings(&path), expected, "{dtype} {value}");
    }
}

#[test]
fn paths_out_of_order_or_twice_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.h5");
    let mut samples = samples(4);
    samples.swap(1, 2);
    samples[3].path = samples[2].path.clone();
    let error = Unreadable { path: "x.png".to_owned(), reason: "torn".to_owned() };
    let (gap, max) = (Array2::zeros((4, 3)), Array2::zeros((8, 2)));
    let features = [gap.view(), max.view()];
    feature_cache::write(&path, &header(), &samples, &[error.clone(), error], &features).unwrap();
    let order = |path: &str| Finding::Order { path: path.to_owned() };
    assert_eq!(findings(&path), [order("cat/001.jpg"), order("cat/001.jpg"), order("x.png")]);
}

/// Rows are read in pieces of 4 MiB: a number in the third piece, and the last one of all.
#[test]
fn every_piece_of_large_features_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.h5");
    let mut header = header();
    header.provenance.taps.truncate(1);
    header.taps.truncate(1);
    header.taps[0].n_features = 500_000;
    let mut gap = Array2::zeros((7, 500_000));
    gap[[5, 499_999]] = f32::NAN;
    feature_cache::write(&path, &header, &samples(7), &[], &[gap.view()]).unwrap();
    let tap = "block5_pool:gap";
    let not_finite = Finding::NotFinite { tap: tap.to_owned(), row: 5 };
    assert_eq!(findings(&path), std::slice::from_ref(&not_finite));

    let mut bytes = fs::read(&path).unwrap();
    bytes[offset(&path, &format!("features/{tap}")) + 7 * 500_000 * 4 - 1] ^= 1;
    fs::write(&path, bytes).unwrap();
    assert_eq!(findings(&path), [not_finite, checksum("/features/block5_pool:gap")]);
}
