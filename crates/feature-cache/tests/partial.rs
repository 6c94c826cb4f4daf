use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use feature_cache::{Cache, Partial, PartialError, SegmentLimits, SpaceEstimate};
use schema::Sample;

use super::{assert_same_bytes, errors, features, header, sample, samples, write};

/// Segments of `rows` rows.
fn limits(rows: usize) -> SegmentLimits {
    SegmentLimits { rows, bytes: usize::MAX, age: Duration::MAX }
}

pub(crate) fn open(out: &Path, rows: usize) -> Partial {
    Partial::open(out, &header().provenance, &header().taps, limits(rows), SpaceEstimate::default())
        .unwrap()
}

pub(crate) fn try_open(out: &Path) -> Result<Partial, PartialError> {
    let space = SpaceEstimate::default();
    Partial::open(out, &header().provenance, &header().taps, limits(2), space)
}

pub(crate) fn push(partial: &mut Partial, i: u8) {
    let (a, b) = features(i);
    partial.push(sample(i).content_hash, &[&a, &b]).unwrap();
}

pub(crate) fn segments(out: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(Partial::folder_of(out))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rows"))
        .collect();
    paths.sort();
    paths
}

/// What a run without interruption writes.
fn uninterrupted(n: u8) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.h5");
    write(&path, n);
    fs::read(path).unwrap()
}

#[test]
fn a_run_in_one_go_equals_a_cache_written_from_memory() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("cache.h5");
    let mut partial = open(&out, 3);
    (0..10).for_each(|i| push(&mut partial, i));
    partial.finish(&header(), samples(10).iter().map(Sample::borrowed), &errors()).unwrap();
    assert_same_bytes(&fs::read(&out).unwrap(), &uninterrupted(10));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "the folder of the run is gone");
}

#[test]
fn a_run_that_died_loses_the_open_segment_only() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("cache.h5");
    let mut partial = open(&out, 3);
    (0..8).for_each(|i| push(&mut partial, i));
    drop(partial); // dies: rows 6 and 7 were in an open segment

    let mut partial = open(&out, 100);
    let known = partial.known();
    assert_eq!(partial.n_rows(), 6);
    assert!((0..6).all(|i| known.contains(&sample(i).content_hash)));
    assert!(!known.contains(&sample(6).content_hash));
    // In another order than they are wanted: rows are found by content.
    [9, 7, 8, 6].into_iter().for_each(|i| push(&mut partial, i));
    partial.finish(&header(), samples(10).iter().map(Sample::borrowed), &errors()).unwrap();
    assert_same_bytes(&fs::read(&out).unwrap(), &uninterrupted(10));
}

#[test]
fn a_segment_is_closed_by_rows_bytes_or_age() {
    let folder = tempfile::tempdir().unwrap();
    let n_segments = |name: &str, limits| {
        let out = folder.path().join(name);
        let mut partial = Partial::open(
            &out,
            &header().provenance,
            &header().taps,
            limits,
            SpaceEstimate::default(),
        )
        .unwrap();
        (0..4).for_each(|i| push(&mut partial, i));
        segments(&out).len()
    };
    assert_eq!(n_segments("a", limits(2)), 2);
    assert_eq!(n_segments("b", SegmentLimits { bytes: 1, ..limits(100) }), 4);
    assert_eq!(n_segments("c", SegmentLimits { age: Duration::ZERO, ..limits(100) }), 4);
    assert_eq!(n_segments("d", limits(100)), 0);
}

#[test]
fn rows_of_a_finished_cache_are_reused() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("cache.h5");
    write(&out, 6);
    let old = Cache::open(&out).unwrap();
    let mut partial = open(&out, 2);
    partial.reuse(&old).unwrap();
    assert_eq!(partial.n_rows(), 6);
    (6..10).for_each(|i| push(&mut partial, i));
    partial.finish(&header(), samples(10).iter().map(Sample::borrowed), &errors()).unwrap();
    assert_same_bytes(&fs::read(&out).unwrap(), &uninterrupted(10));
}

#[test]
fn one_row_serves_equal_images() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("cache.h5");
    let mut partial = open(&out, 2);
    push(&mut partial, 1);
    let mut twins = [sample(1), sample(1)];
    twins[1].path = "cat/twin.jpg".to_owned();
    partial.finish(&header(), twins.iter().map(Sample::borrowed), &[]).unwrap();
    let cache = Cache::open(&out).unwrap();
    let gap = cache.features("block5_pool:gap").unwrap();
    assert_eq!(gap.view().row(0), gap.view().row(1));
}

/// After `damage` to the second of three segments, it is set aside, and the run goes on.
fn damaged_segment(damage: impl FnOnce(&Path), reason: &str) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("cache.h5");
    let mut partial = open(&out, 2);
    (0..6).for_each(|i| push(&mut partial, i));
    drop(partial);
    damage(&segments(&out)[1]);

    let mut partial = open(&out, 2);
    assert_eq!(partial.n_rows(), 4);
    let [damaged] = partial.set_aside() else { panic!("{:?}", partial.set_aside()) };
    assert!(damaged.reason.contains(reason), "{}", damaged.reason);
    assert!(damaged.path.exists());
    (2..4).for_each(|i| push(&mut partial, i));
    partial.finish(&header(), samples(6).iter().map(Sample::borrowed), &errors()).unwrap();
    assert_same_bytes(&fs::read(&out).unwrap(), &uninterrupted(6));
}

fn edit(path: &Path, edit: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    edit(&mut bytes);
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_truncated_segment_is_computed_again() {
    let reason = ": it was truncated or extended";
    damaged_segment(|path| edit(path, |bytes| bytes.truncate(bytes.len() - 1)), reason);
    damaged_segment(|path| edit(path, Vec::clear), "has 0 bytes, expected 76");
}

#[test]
fn a_flipped_bit_anywhere_is_found() {
    for at in [2, 60, 100] {
        let reason = if at == 2 { "is no segment" } else { "does not match its digest" };
        damaged_segment(|path| edit(path, |bytes| bytes[at] ^= 4), reason);
    }
    damaged_segment(|path| edit(path, |bytes| *bytes.last_mut().unwrap() ^= 1), "digest");
    damaged_segment(|path| edit(path, |bytes| bytes[8] ^= 1), "truncated");
}

#[test]
fn a_foreign_segment_is_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.h5");
    let mut provenance = header().provenance;
    provenance.weights.digest = "4567".to_owned();
    let mut partial =
        Partial::open(&other, &provenance, &header().taps, limits(2), SpaceEstimate::default())
            .unwrap();
    (2..4).for_each(|i| push(&mut partial, i));
    let foreign = segments(&other)[0].clone();
    damaged_segment(
        |path| fs::copy(foreign, path).map(|_| ()).unwrap(),
        "features of another origin",
    );
}

#[test]
fn a_run_of_other_features_is_refused_with_the_difference() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("cache.h5");
    let mut partial = open(&out, 2);
    (0..2).for_each(|i| push(&mut partial, i));
    drop(partial);
    let mut provenance = header().provenance;
    provenance.weights.digest = "4567".to_owned();
    let error =
        Partial::open(&out, &provenance, &header().taps, limits(2), SpaceEstimate::default())
            .err()
            .unwrap();
    let PartialError::OtherProvenance { ref differences, .. } = error else { panic!("{error}") };
    assert_eq!(differences.len(), 1);
    let message = error.to_string();
    assert!(
        message.contains("weights: expected `random (4567)`, found `random (0123)`"),
        "{message}"
    );

    Partial::discard_any(&out).unwrap();
    Partial::open(&out, &provenance, &header().taps, limits(2), SpaceEstimate::default()).unwrap();
}

#[test]
fn the_name_of_the_weights_is_no_difference() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("cache.h5");
    let mut partial = open(&out, 1);
    push(&mut partial, 0);
    drop(partial);
    let mut provenance = header().provenance;
    provenance.weights.name = "renamed".to_owned();
    let partial =
        Partial::open(&out, &provenance, &header().taps, limits(1), SpaceEstimate::default())
            .unwrap();
    assert_eq!((partial.n_rows(), partial.set_aside().len()), (1, 0));
}

#[test]
fn a_second_process_is_refused_while_the_first_lives() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("cache.h5");
    let first = open(&out, 2);
    let second = Partial::open(
        &out,
        &header().provenance,
        &header().taps,
        limits(2),
        SpaceEstimate::default(),
    );
    let error = second.err().unwrap();
    assert!(matches!(error, PartialError::Locked { .. }), "{error}");
    assert!(matches!(Partial::discard_any(&out), Err(PartialError::Locked { .. })));
    drop(first);
    open(&out, 2);
}

#[test]
fn what_a_dead_process_left_unfinished_is_cleared() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("cache.h5");
    drop(open(&out, 2));
    let leftover = Partial::folder_of(&out).join("unfinished-abc");
    fs::write(&leftover, "half a segment").unwrap();
    open(&out, 2);
    assert!(!leftover.exists());
}

#[test]
fn a_look_finds_what_the_next_run_finds_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("cache.h5");
    let peek = || Partial::peek(&out, &header().provenance, &header().taps).unwrap();
    assert_eq!(peek(), [[0; 32]; 0]);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "no folder was made");

    let mut partial = open(&out, 2);
    assert_eq!(peek(), [[0; 32]; 0]);
    (0..7).for_each(|i| push(&mut partial, i));
    let six: Vec<[u8; 32]> = samples(6).iter().map(|sample| sample.content_hash).collect();
    assert_eq!(peek(), six, "while another one holds the lock");
    drop(partial);

    edit(&segments(&out)[1], |bytes| bytes[100] ^= 1);
    let unfinished = Partial::folder_of(&out).join("unfinished-abc");
    fs::write(&unfinished, "half a segment").unwrap();
    assert_eq!(peek(), [&six[..2], &six[4..]].concat(), "without the damaged segment");
    assert!(unfinished.exists() && segments(&out).len() == 3);
    assert_eq!(open(&out, 2).n_rows(), 4);
}

#[test]
fn a_look_at_a_run_of_other_features_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("cache.h5");
    let mut partial = open(&out, 1);
    push(&mut partial, 0);
    let mut provenance = header().provenance;
    provenance.weights.digest = "4567".to_owned();
    let error = Partial::peek(&out, &provenance, &header().taps).unwrap_err();
    assert!(matches!(error, PartialError::OtherProvenance { .. }), "{error}");

    fs::write(Partial::folder_of(&out).join("provenance.json"), "{").unwrap();
    let error = Partial::peek(&out, &provenance, &header().taps).unwrap_err();
    assert!(matches!(error, PartialError::Read { .. }), "{error}");
    assert!(error.to_string().contains("provenance.json"), "{error}");
}
