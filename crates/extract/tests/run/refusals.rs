//! What a run does not touch.

use std::fs;

use extract::run::{ExistingError, RunError};
use feature_cache::{Header, Partial, PartialError, SegmentLimits, SpaceEstimate, WriteError};
use schema::{Dtype, Provenance, Sample, Split, Tap, Weights};

use super::fixture::{Fixture, counts, snapshot};

/// Another engine computes other features.
fn of_another_engine(mut fixture: Fixture) -> Fixture {
    fixture.recipe.provenance.engine = "other".to_owned();
    fixture
}

/// The run fails, says `words`, and changes nothing.
fn refused(fixture: &Fixture, words: &[&str]) -> RunError {
    let before = snapshot(&fixture.beside(""));
    let run = fixture.run();
    assert_eq!(run.n_forwarded, 0);
    let error = run.error();
    for words in words {
        assert!(error.to_string().contains(words), "{words}: {error}");
    }
    assert_eq!(snapshot(&fixture.beside("")), before);
    error
}

#[test]
fn a_cache_of_other_features_unless_replace_is_given() {
    let fixture = Fixture::with_images(5);
    fixture.run().outcome();
    let mut fixture = of_another_engine(fixture);
    fixture.recipe.provenance.weights.digest = "1".repeat(64);
    let words = ["engine: expected `other`, found `test`", "weights:"];
    let error = refused(&fixture, &words);
    let RunError::Existing(ExistingError::OtherFeatures { differences, .. }) = error else {
        panic!("{error}")
    };
    let fields: Vec<&str> =
        differences.iter().map(|difference| difference.field.as_str()).collect();
    assert_eq!(fields, ["weights", "engine"]);

    fixture.job.replace = true;
    assert_eq!(fixture.run().n_forwarded, 5);
    assert!(fixture.checked_cache() == fixture.cache_from_scratch());
    assert_eq!(fixture.cache().provenance().engine, "other");
    assert!(fixture.run().outcome().up_to_date, "`replace` is an allowance, not a wish");
}

#[test]
fn a_cache_of_imported_features_unless_replace_is_given() {
    let mut fixture = Fixture::with_images(5);
    let made_by = Weights { name: "numbers by hand".to_owned(), digest: "0123".to_owned() };
    let provenance = Provenance::imported(made_by, "features", Dtype::F32);
    let tap = Tap { name: "features".to_owned(), n_views: 1, n_features: 2, dtype: Dtype::F32 };
    let (classes, created_by) = (Vec::new(), "test".to_owned());
    let header = Header { provenance, classes, created_by, taps: vec![tap], shard: None };
    let (limits, space) = (SegmentLimits::default(), SpaceEstimate::default());
    let (out, taps) = (&fixture.job.out, &header.taps);
    let mut imported = Partial::open(out, &header.provenance, taps, limits, space).unwrap();
    imported.push([7; 32], &[&[1.0, 2.0]]).unwrap();
    let (path, content_hash) = ("a.png".to_owned(), [7; 32]);
    let sample = Sample { path, content_hash, size: 1, mtime_ns: 0, label: -1, split: Split::None };
    imported.finish(&header, [sample.borrowed()].into_iter(), &[]).unwrap();
    let words = ["holds features that were imported (`numbers by hand`)", "no network is known"];
    let error = refused(&fixture, &words);
    assert!(matches!(error, RunError::Existing(ExistingError::Imported { .. })), "{error}");

    fixture.job.replace = true;
    assert_eq!(fixture.run().n_forwarded, 5);
}

#[test]
fn an_unfinished_run_of_other_features_unless_replace_is_given() {
    let fixture = Fixture::with_images(12);
    fixture.run_until(4).error();
    let mut fixture = of_another_engine(fixture);
    let error = refused(&fixture, &["engine: expected `other`, found `test`"]);
    assert!(matches!(error, RunError::Partial(PartialError::OtherProvenance { .. })));
    let error = fixture.try_dry_run().unwrap_err();
    assert!(matches!(error, RunError::Partial(PartialError::OtherProvenance { .. })));
    fixture.job.replace = true;
    assert_eq!(fixture.dry_run().counts, counts(12, 0, 0));
    assert_eq!(fixture.run().n_forwarded, 12);
    fixture.checked_cache();
}

#[test]
fn a_run_with_replace_goes_on_where_it_was_interrupted() {
    let fixture = Fixture::with_images(12);
    fixture.run().outcome();
    let mut fixture = of_another_engine(fixture);
    fixture.job.replace = true;
    let first = fixture.run_until(4);
    assert_eq!(fixture.run().n_forwarded, 12 - first.n_forwarded);
    fixture.checked_cache();
}

#[test]
fn a_file_that_is_no_cache_even_with_replace() {
    let mut fixture = Fixture::with_images(3);
    fixture.job.replace = true;
    fs::write(&fixture.job.out, "mine").unwrap();
    refused(&fixture, &["exists already, and is no feature cache\nhint: name another"]);
    // An HDF5 file of another format: a cache but for the attribute that says so.
    fs::remove_file(&fixture.job.out).unwrap();
    fixture.run().outcome();
    let mut bytes = fs::read(&fixture.job.out).unwrap();
    let format = bytes.windows(8).position(|window| window == b"offshelf").unwrap();
    bytes[format..][..8].copy_from_slice(b"elsewise");
    fs::write(&fixture.job.out, bytes).unwrap();
    let error = refused(&fixture, &["exists already, and is no feature cache\nhint: name another"]);
    assert!(matches!(error, RunError::Existing(ExistingError::NotACache { .. })));
}

#[test]
fn a_damaged_cache_unless_replace_is_given() {
    let mut fixture = Fixture::with_images(3);
    fixture.run().outcome();
    let mut bytes = fs::read(&fixture.job.out).unwrap();
    let name = bytes.windows(10).position(|window| window == b"provenance").unwrap();
    bytes[name] = b'i';
    fs::write(&fixture.job.out, bytes).unwrap();
    let error = refused(&fixture, &["damaged"]);
    assert!(matches!(error, RunError::Existing(ExistingError::Damaged(_))));
    fixture.job.replace = true;
    assert_eq!(fixture.run().n_forwarded, 3);
    fixture.checked_cache();
}

#[test]
fn another_process_at_work() {
    let fixture = Fixture::with_images(3);
    let (recipe, job) = (&fixture.recipe, &fixture.job);
    let held = {
        let space = SpaceEstimate::default();
        Partial::open(&job.out, &recipe.provenance, &recipe.taps, job.segments, space).unwrap()
    };
    let error = refused(&fixture, &["another process"]);
    assert!(matches!(error, RunError::Partial(PartialError::Locked { .. })));
    drop(held);
    fixture.run().outcome();
    fixture.checked_cache();
}

#[test]
fn a_folder_that_is_not_there() {
    let mut fixture = Fixture::with_images(3);
    fixture.job.out = fixture.beside("missing/cache.h5");
    let error = refused(&fixture, &["missing", "does not exist"]);
    assert!(matches!(error, RunError::Partial(PartialError::Write(WriteError::NoFolder { .. }))));
}

/// Neither with `replace` nor where no image can be read.
#[test]
fn a_folder_of_somebody_else_in_the_place_of_the_unfinished_run() {
    for n_images in [0, 3] {
        let mut fixture = Fixture::with_images(n_images);
        fs::write(fixture.job.images.join("torn.png"), "no image").unwrap();
        fixture.job.replace = n_images > 0;
        let partial = Partial::folder_of(&fixture.job.out);
        let victim = fixture.beside("victim");
        fs::create_dir(&victim).unwrap();
        fs::write(victim.join("segment-000001.rows"), "mine").unwrap();
        std::os::unix::fs::symlink(&victim, &partial).unwrap();
        let error = refused(&fixture, &["is not a folder of an unfinished run"]);
        assert!(matches!(error, RunError::Partial(PartialError::NotAFolder { .. })));

        fs::remove_file(&partial).unwrap();
        fs::rename(&victim, &partial).unwrap();
        fs::write(partial.join("notes.txt"), "mine").unwrap();
        let error = refused(&fixture, &["which no unfinished run has put there"]);
        assert!(matches!(error, RunError::Partial(PartialError::Foreign { .. })));
    }
}

/// Its rows would be copied, and get a checksum that is right.
#[test]
fn a_cache_whose_features_have_changed_unless_replace_is_given() {
    let mut fixture = Fixture::with_images(3);
    fixture.run().outcome();
    let cache = fixture.cache();
    let features = cache.features(&cache.taps()[0].name).unwrap();
    let row: Vec<u8> = features.view().row(1).iter().flat_map(|x| x.to_le_bytes()).collect();
    let mut bytes = fs::read(&fixture.job.out).unwrap();
    let at = bytes.windows(row.len()).position(|window| window == row).unwrap();
    bytes[at] ^= 1;
    fs::write(&fixture.job.out, bytes).unwrap();

    fixture.put("new.png", 77);
    let error = fixture.run().error();
    assert!(matches!(error, RunError::Write(WriteError::Rows(_))), "{error}");
    fixture.job.replace = true;
    assert_eq!(fixture.run().n_forwarded, 3, "that of the new image was kept");
    assert!(fixture.checked_cache() == fixture.cache_from_scratch());
}
