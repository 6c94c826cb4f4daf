//! Images that cannot be read.

use extract::run::RunError;
use feature_cache::{Partial, WriteError};

use super::fixture::{Fixture, counts};

fn unreadable_paths(fixture: &Fixture) -> Vec<String> {
    fixture.cache().errors().unwrap().into_iter().map(|image| image.path).collect()
}

#[test]
fn they_are_listed_and_tried_again_by_every_run() {
    let fixture = Fixture::with_images(6);
    fixture.write("cat/bad.bmp", b"no image");
    fixture.write("ant/empty.bmp", b"");
    let outcome = fixture.run().outcome();
    let paths: Vec<&str> = outcome.unreadable.iter().map(|image| image.path.as_str()).collect();
    assert_eq!(paths, ["ant/empty.bmp", "cat/bad.bmp"]);
    assert_eq!(unreadable_paths(&fixture), paths);
    fixture.checked_cache();

    let outcome = fixture.run().outcome();
    assert!(outcome.up_to_date);
    assert_eq!(outcome.unreadable.len(), 2, "listed although the cache is up to date");

    fixture.put("cat/bad.bmp", 50);
    let run = fixture.run();
    assert_eq!(run.n_forwarded, 1);
    assert_eq!(run.outcome().counts, counts(1, 6, 0));
    assert_eq!(unreadable_paths(&fixture), ["ant/empty.bmp"]);
    assert!(fixture.checked_cache() == fixture.cache_from_scratch());
}

#[test]
fn an_image_that_becomes_unreadable_loses_its_row() {
    let fixture = Fixture::with_images(6);
    fixture.run().outcome();
    fixture.write("cat/002.bmp", b"no image");
    let run = fixture.run();
    assert_eq!(run.n_forwarded, 0);
    assert_eq!(run.outcome().counts, counts(0, 5, 0));
    assert_eq!(unreadable_paths(&fixture), ["cat/002.bmp"]);
    assert!(fixture.checked_cache() == fixture.cache_from_scratch());
}

#[test]
fn a_folder_of_nothing_but_them_leaves_no_trace() {
    let fixture = Fixture::new();
    fixture.write("cat/bad.bmp", b"no image");
    let error = fixture.run().error();
    assert!(matches!(error, RunError::Write(WriteError::NoSamples { .. })), "{error}");
    assert!(!fixture.job.out.exists());
    assert!(!Partial::folder_of(&fixture.job.out).exists());
}

/// Linux' process files are never of the size that they claim, as a file that is being written.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_does_not_stand_still() {
    let fixture = Fixture::with_images(3);
    std::os::unix::fs::symlink("/proc/self/status", fixture.file("cat/link.bmp")).unwrap();
    let outcome = fixture.run().outcome();
    assert_eq!(outcome.unreadable.len(), 1);
    assert_eq!(outcome.unreadable[0].path, "cat/link.bmp");
    assert!(outcome.unreadable[0].reason.contains("changed while it was read, 3 times"));
    fixture.checked_cache();
}

#[test]
fn a_dry_run_lists_the_files_that_cannot_be_opened() {
    let fixture = Fixture::with_images(3);
    fixture.write("cat/bad.bmp", b"only decoding would tell");
    std::os::unix::fs::symlink("nowhere", fixture.file("cat/link.bmp")).unwrap();
    let forecast = fixture.dry_run();
    let paths: Vec<&str> = forecast.unreadable.iter().map(|image| image.path.as_str()).collect();
    assert_eq!(paths, ["cat/link.bmp"]);
    assert_eq!(forecast.counts, counts(4, 0, 0));
}
