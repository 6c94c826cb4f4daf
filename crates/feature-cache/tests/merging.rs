use std::fs;
use std::path::{Path, PathBuf};

use feature_cache::{Cache, Header, MergeError, merge};
use ndarray::Array2;
use schema::{Sample, Shard, Unreadable};

use super::{assert_same_bytes, errors, features, header, sample, samples, write};

/// The part of twelve samples that `shard` is: every `count`-th one, and the error in the last.
fn write_part(path: &Path, shard: Shard, header: &Header) {
    let mine = |i: &u8| u32::from(*i) % shard.count == shard.index - 1;
    let rows: Vec<u8> = (0..12).filter(mine).collect();
    let samples: Vec<Sample> = rows.iter().map(|&i| sample(i)).collect();
    let errors: &[Unreadable] = if shard.index == shard.count { &errors() } else { &[] };
    let (n_views, n_features) = (header.taps[0].n_views, header.taps[0].n_features);
    let gap = Array2::from_shape_fn((rows.len() * n_views, n_features), |(i, j)| {
        features(rows[i / n_views]).0[j]
    });
    let max = Array2::from_shape_fn((2 * rows.len(), 2), |(row, j)| {
        features(rows[row / 2]).1[2 * (row % 2) + j]
    });
    let header = Header { shard: Some(shard), ..header.clone() };
    feature_cache::write(path, &header, &samples, errors, &[gap.view(), max.view()]).unwrap();
}

/// The named shards of twelve samples.
fn parts(folder: &Path, shards: &[&str]) -> Vec<PathBuf> {
    let write = |(i, shard): (usize, &&str)| {
        let path = folder.join(format!("part-{i}.h5"));
        write_part(&path, shard.parse().unwrap(), &header());
        path
    };
    shards.iter().enumerate().map(write).collect()
}

fn merge_files(out: &Path, parts: &[PathBuf]) -> Result<(), MergeError> {
    let parts: Vec<Cache> = parts.iter().map(|path| Cache::open(path).unwrap()).collect();
    merge(out, &parts)
}

/// The message about parts that must be refused.
fn refusal(parts: &[PathBuf]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let message = merge_files(&folder.path().join("merged.h5"), parts).unwrap_err().to_string();
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "nothing is written");
    message
}

#[test]
fn merged_shards_are_byte_for_byte_what_one_run_writes() {
    for shards in [&["3/4", "2/4", "1/4", "4/4"][..], &["2/2", "1/2"], &["1/1"]] {
        let folder = tempfile::tempdir().unwrap();
        let (whole, out) = (folder.path().join("whole.h5"), folder.path().join("merged.h5"));
        write(&whole, 12);
        merge_files(&out, &parts(folder.path(), shards)).unwrap();
        assert_same_bytes(&fs::read(&out).unwrap(), &fs::read(&whole).unwrap());
        assert_eq!(Cache::open(&out).unwrap().shard(), None);
    }
}

#[test]
fn missing_shards_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let message = refusal(&parts(folder.path(), &["1/4", "3/4"]));
    assert!(message.contains("shards 2/4, 4/4 are missing"), "{message}");
}

#[test]
fn a_part_that_claims_billions_of_shards_is_answered_in_short() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("part.h5");
    let header = Header { shard: Some(Shard { index: 7, count: u32::MAX }), ..header() };
    let (gap, max) = (Array2::zeros((1, 3)), Array2::zeros((2, 2)));
    let features = [gap.view(), max.view()];
    feature_cache::write(&path, &header, &samples(1), &[], &features).unwrap();
    let message = refusal(&[path]);
    assert!(message.contains("10/4294967295, 11/4294967295, ... are missing"), "{message}");
}

#[test]
fn no_parts() {
    let folder = tempfile::tempdir().unwrap();
    let error = merge(&folder.path().join("merged.h5"), &[]).unwrap_err();
    assert_eq!(error.to_string(), "there are no parts to merge");
}

#[test]
fn a_shard_that_came_twice_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let message = refusal(&parts(folder.path(), &["1/2", "2/2", "2/2"]));
    assert!(message.contains("part-1.h5") && message.contains("part-2.h5"), "{message}");
    assert!(message.contains("both shard 2/2"), "{message}");
}

#[test]
fn shards_of_another_count_or_none_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut parts = parts(folder.path(), &["1/2", "2/3"]);
    let message = refusal(&parts);
    assert!(message.contains("part-1.h5` is shard 2/3, but"), "{message}");
    assert!(message.contains("part-0.h5` is one of 2"), "{message}");
    parts[1] = folder.path().join("whole.h5");
    write(&parts[1], 12);
    let message = refusal(&parts);
    assert!(message.contains("whole.h5` is no shard: it holds all images"), "{message}");
}

/// The message about a second shard whose header is changed.
fn foreign(change: impl FnOnce(&mut Header)) -> String {
    let folder = tempfile::tempdir().unwrap();
    let parts = [parts(folder.path(), &["1/2"])[0].clone(), folder.path().join("foreign.h5")];
    let mut header = header();
    change(&mut header);
    write_part(&parts[1], Shard { index: 2, count: 2 }, &header);
    let message = refusal(&parts);
    assert!(message.contains("foreign.h5` ") && message.contains("part-0.h5"), "{message}");
    message
}

#[test]
fn a_foreign_shard_is_refused_with_every_difference() {
    let message = foreign(|header| {
        header.provenance.weights.digest = "4567".to_owned();
        header.provenance.engine = "abacus".to_owned();
    });
    let differences = "\n  weights: expected `random (0123)`, found `random (4567)`\
                       \n  engine: expected `test`, found `abacus`";
    assert!(message.ends_with(differences), "{message}");
}

#[test]
fn a_shard_of_other_classes_is_refused() {
    let message = foreign(|header| header.classes = vec!["cat".to_owned(), "elk".to_owned()]);
    assert!(message.contains("has other classes") && message.contains("cat, elk"), "{message}");
}

#[test]
fn a_shard_with_rows_of_another_length_is_refused() {
    let message = foreign(|header| header.taps[0].n_features = 2);
    let difference = "shape: expected `block5_pool:gap [1, 3]`, found `block5_pool:gap [1, 2]`";
    assert!(message.contains(difference), "{message}");
}

#[test]
fn a_damaged_part_gets_no_new_checksum() {
    let folder = tempfile::tempdir().unwrap();
    let parts = parts(folder.path(), &["1/2", "2/2"]);
    let dataset = "features/block5_pool:gap";
    let offset = hdf5::File::open(&parts[1]).unwrap().dataset(dataset).unwrap().offset().unwrap();
    let mut bytes = fs::read(&parts[1]).unwrap();
    bytes[offset as usize] ^= 1;
    fs::write(&parts[1], bytes).unwrap();
    let message = refusal(&parts);
    assert!(message.contains("part-1.h5` is damaged: `/features/block5_pool:gap`"), "{message}");
}

/// What one run would have written, too; `extract verify` reports it.
#[test]
fn features_that_are_not_finite_are_merged() {
    let folder = tempfile::tempdir().unwrap();
    let (path, out) = (folder.path().join("part.h5"), folder.path().join("merged.h5"));
    let header = Header { shard: Some(Shard { index: 1, count: 1 }), ..header() };
    let (gap, max) = (Array2::from_elem((1, 3), f32::NAN), Array2::zeros((2, 2)));
    let features = [gap.view(), max.view()];
    feature_cache::write(&path, &header, &samples(1), &[], &features).unwrap();
    merge_files(&out, &[path]).unwrap();
    assert!(
        Cache::open(&out).unwrap().features("block5_pool:gap").unwrap().view()[[0, 0]].is_nan()
    );
}

/// Two shards, each of the same samples and the same errors.
fn overlapping(n_samples: [u8; 2], errors: [&[Unreadable]; 2]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let parts = [folder.path().join("a.h5"), folder.path().join("b.h5")];
    for (i, path) in parts.iter().enumerate() {
        let shard = Shard { index: i as u32 + 1, count: 2 };
        let header = Header { shard: Some(shard), ..header() };
        // The second part begins with its own samples.
        let samples: Vec<Sample> = match i {
            0 => samples(n_samples[0]),
            _ => (0..n_samples[1]).map(|i| sample(5 - i)).rev().collect(),
        };
        let n = samples.len();
        let (gap, max) = (Array2::zeros((n, 3)), Array2::zeros((2 * n, 2)));
        let features = [gap.view(), max.view()];
        feature_cache::write(path, &header, &samples, errors[i], &features).unwrap();
    }
    let message = refusal(&parts);
    assert!(message.contains("a.h5") && message.contains("b.h5"), "{message}");
    message
}

#[test]
fn an_image_in_two_parts_is_refused() {
    let message = overlapping([4, 3], [&[], &[]]);
    assert!(message.contains("the image `cat/003.jpg` is in"), "{message}");
    let message = overlapping([1, 1], [&errors(), &errors()]);
    assert!(message.contains("the image `x.png` is in"), "{message}");
    let read =
        Unreadable { path: sample(0).path, reason: "unreadable in the second run".to_owned() };
    let message = overlapping([1, 1], [&[], &[read]]);
    assert!(message.contains("the image `cat/000.jpg` is in"), "{message}");
}

#[test]
fn an_existing_output_is_never_touched() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("merged.h5");
    fs::write(&out, "mine").unwrap();
    let error = merge_files(&out, &parts(folder.path(), &["1/2", "2/2"])).unwrap_err();
    assert!(error.to_string().contains("exists already"), "{error}");
    assert_eq!(fs::read(&out).unwrap(), b"mine");
}

#[test]
fn a_missing_output_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("no/merged.h5");
    let error = merge_files(&out, &parts(folder.path(), &["1/2", "2/2"])).unwrap_err();
    assert!(error.to_string().contains("does not exist"), "{error}");
}
