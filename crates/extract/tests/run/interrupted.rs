//! Runs that are told to stop, and those that go on.

use std::fs;

use extract::run::{Event, RunError};
use feature_cache::Partial;

use super::engine::CountingEngine;
use super::fixture::{Fixture, counts};

#[test]
fn resumed_it_ends_as_without_an_interruption() {
    for (n_engines, stop_after) in
        [1, 2, 3].into_iter().flat_map(|n| [1, 4, 5, 12, 30].map(|stop| (n, stop)))
    {
        let mut fixture = Fixture::with_images(30);
        fixture.n_engines = n_engines;
        let first = fixture.run_until(stop_after);
        let n_kept = first.n_forwarded;
        assert!((stop_after..=30).contains(&n_kept), "{n_kept} after {stop_after}");
        let RunError::Interrupted { n_rows, n_images, folder } = first.error() else {
            panic!("it was told to stop")
        };
        assert_eq!((n_rows, n_images), (n_kept, 30));
        assert_eq!(folder, Partial::folder_of(&fixture.job.out));
        assert!(folder.is_dir() && !fixture.job.out.exists());

        let second = fixture.run();
        assert_eq!(second.n_forwarded, 30 - n_kept, "none is forwarded twice");
        assert_eq!(second.outcome().counts, counts(30 - n_kept, n_kept, 0));
        assert!(fixture.checked_cache() == fixture.cache_from_scratch());
    }
}

#[test]
fn the_message_says_how_to_go_on() {
    let fixture = Fixture::with_images(30);
    let first = fixture.run_until(4);
    let kept = format!("features of {} images", first.n_forwarded);
    let error = first.error().to_string();
    for words in [kept.as_str(), "cache.h5.partial", "of 30 images", "the same command"] {
        assert!(error.contains(words), "{words}: {error}");
    }
}

#[test]
fn the_batch_may_change_when_a_run_goes_on() {
    let mut fixture = Fixture::with_images(30);
    let first = fixture.run_until(8);
    fixture.job.batch = 7;
    assert_eq!(fixture.run().n_forwarded, 30 - first.n_forwarded);
    assert!(fixture.checked_cache() == fixture.cache_from_scratch());
}

#[test]
fn a_run_that_goes_on_says_so() {
    let fixture = Fixture::with_images(10);
    let n_kept = fixture.run_until(4).n_forwarded;
    let engine = CountingEngine::new(usize::MAX);
    let mut resumed = None;
    let engines = engine.engines(1);
    extract::run::run_with(&fixture.recipe, engines, &fixture.job, &engine.stop, &mut |event| {
        if let Event::Resumed { n_rows, .. } = event {
            resumed = Some(n_rows);
        }
    })
    .unwrap();
    assert_eq!(resumed, Some(n_kept));
}

#[test]
fn stopped_before_the_first_image_nothing_is_left() {
    let fixture = Fixture::with_images(3);
    let run = fixture.run_until(0);
    assert_eq!(run.n_forwarded, 0);
    assert!(matches!(run.error(), RunError::Interrupted { n_rows: 0, .. }));
    assert!(!Partial::folder_of(&fixture.job.out).exists());
}

#[test]
fn an_interrupted_second_run_leaves_the_cache_as_it_is() {
    let fixture = Fixture::with_images(12);
    fixture.run().outcome();
    let before = fs::read(&fixture.job.out).unwrap();
    for i in 12..24 {
        fixture.put(&format!("dog/{i}.bmp"), i);
    }
    let first = fixture.run_until(4);
    assert!(fs::read(&fixture.job.out).unwrap() == before);
    assert_eq!(fixture.run().n_forwarded, 12 - first.n_forwarded);
    assert!(fixture.checked_cache() == fixture.cache_from_scratch());
}

/// What an interrupted run computed counts even where the images changed their names meanwhile.
#[test]
fn images_renamed_between_interruption_and_resumption() {
    let fixture = Fixture::with_images(12);
    let first = fixture.run_until(8);
    for i in 0..12 {
        fixture.rename(&format!("cat/{i:03}.bmp"), &format!("dog/{:03}.bmp", 50 - i));
    }
    assert_eq!(fixture.run().n_forwarded, 12 - first.n_forwarded);
    assert!(fixture.checked_cache() == fixture.cache_from_scratch());
}

#[test]
fn a_dry_run_counts_the_rows_of_the_unfinished_run_as_reused_and_leaves_it_alone() {
    let fixture = Fixture::with_images(12);
    let n_kept = fixture.run_until(4).n_forwarded;
    let folder = Partial::folder_of(&fixture.job.out);
    let before = super::fixture::snapshot(&folder);
    let forecast = fixture.dry_run();
    assert_eq!(forecast.unfinished, Some(folder.clone()));
    assert_eq!(forecast.counts, counts(12 - n_kept, n_kept, 0));
    assert_eq!(super::fixture::snapshot(&folder), before);
    let run = fixture.run();
    assert_eq!(run.n_forwarded, 12 - n_kept);
    assert_eq!(run.outcome().counts, forecast.counts);
}

/// The rows of both count, and what both have counts once.
#[test]
fn a_dry_run_over_a_cache_and_an_unfinished_run() {
    let fixture = Fixture::with_images(6);
    fixture.run().outcome();
    for i in 6..18 {
        fixture.put(&format!("dog/{i}.bmp"), i);
    }
    fixture.put("dog/copy.bmp", 0);
    let n_kept = fixture.run_until(4).n_forwarded;
    let forecast = fixture.dry_run();
    assert_eq!(forecast.counts, counts(12 - n_kept, 6 + n_kept, 1));
    assert!(!forecast.up_to_date);
    assert_eq!(fixture.run().outcome().counts, forecast.counts);
}

#[test]
fn a_damaged_segment_is_reported_and_its_images_computed_again() {
    let fixture = Fixture::with_images(12);
    let n_kept = fixture.run_until(8).n_forwarded;
    let segment = Partial::folder_of(&fixture.job.out).join("segment-000001.rows");
    let mut bytes = fs::read(&segment).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&segment, bytes).unwrap();

    let engine = CountingEngine::new(usize::MAX);
    let mut warnings = Vec::new();
    let engines = engine.engines(1);
    extract::run::run_with(&fixture.recipe, engines, &fixture.job, &engine.stop, &mut |event| {
        if let Event::Warning(text) = event {
            warnings.push(text.to_owned());
        }
    })
    .unwrap();
    assert_eq!(engine.n_forwarded(), 12 - n_kept + 3, "a segment holds three rows");
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].contains("segment-000001"), "{}", warnings[0]);
    assert!(fixture.checked_cache() == fixture.cache_from_scratch());
}
