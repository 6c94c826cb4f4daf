//! A second run over a folder that changed, or did not.

use std::fs;

use extract::run::Counts;
use schema::Split;

use super::fixture::{Fixture, counts, snapshot};

/// Twelve images, extracted.
fn extracted() -> Fixture {
    let fixture = Fixture::with_images(12);
    let run = fixture.run();
    assert_eq!(run.n_forwarded, 12);
    assert_eq!(run.outcome().counts, counts(12, 0, 0));
    fixture.checked_cache();
    fixture
}

/// The next run forwards `n_forwarded` images, and ends as one that begins with nothing.
fn runs_again(fixture: &Fixture, n_forwarded: usize) -> Counts {
    let run = fixture.run();
    assert_eq!(run.n_forwarded, n_forwarded);
    let outcome = run.outcome();
    assert!(!outcome.up_to_date);
    assert!(fixture.checked_cache() == fixture.cache_from_scratch());
    outcome.counts
}

#[test]
fn nothing_changed() {
    let fixture = extracted();
    let before = snapshot(fixture.beside("").as_path());
    let run = fixture.run();
    assert_eq!(run.n_forwarded, 0);
    let outcome = run.outcome();
    assert!(outcome.up_to_date);
    assert_eq!((outcome.counts, outcome.n_samples), (counts(0, 12, 0), 12));
    assert_eq!(snapshot(&fixture.job.out.with_file_name("")), before);
}

/// Bytes that are no image any more would be noticed, if they were looked at.
#[test]
fn what_has_not_changed_by_size_and_time_is_not_read() {
    let fixture = extracted();
    let file = fixture.file("cat/003.bmp");
    let (modified, len) = (fixture.modified("cat/003.bmp"), file.metadata().unwrap().len());
    fs::write(&file, vec![0; len as usize]).unwrap();
    fixture.set_modified("cat/003.bmp", modified);
    let outcome = fixture.run().outcome();
    assert!(outcome.up_to_date && outcome.unreadable.is_empty());
}

#[test]
fn ten_images_added() {
    let fixture = extracted();
    for i in 100..110 {
        fixture.put(&format!("{}/{i}.bmp", if i < 105 { "bird" } else { "dog" }), i);
    }
    assert_eq!(runs_again(&fixture, 10), counts(10, 12, 0));
    assert_eq!(fixture.cache().classes(), ["bird", "cat", "dog"]);
}

#[test]
fn images_renamed() {
    let fixture = extracted();
    for i in 0..5 {
        fixture.rename(&format!("cat/{i:03}.bmp"), &format!("cat/old-{i}.bmp"));
    }
    assert_eq!(runs_again(&fixture, 0), Counts { moved: 5, ..counts(0, 12, 0) });
}

#[test]
fn times_touched() {
    let fixture = extracted();
    for i in 0..12 {
        fixture.touch(&format!("cat/{i:03}.bmp"));
    }
    assert_eq!(runs_again(&fixture, 0), counts(0, 12, 0));
    assert!(fixture.run().outcome().up_to_date);
}

#[test]
fn duplicates_are_forwarded_once_whether_they_come_together_or_later() {
    let fixture = Fixture::new();
    for i in 0..12 {
        fixture.put(&format!("cat/{i:03}.bmp"), i % 3);
    }
    let run = fixture.run();
    assert_eq!((run.n_forwarded, run.outcome().counts), (3, counts(3, 0, 9)));
    fixture.checked_cache();
    fixture.put("dog/copy.bmp", 1);
    assert_eq!(runs_again(&fixture, 0), counts(0, 3, 10));
}

#[test]
fn images_removed() {
    let fixture = extracted();
    for i in 2..6 {
        fixture.remove(&format!("cat/{i:03}.bmp"));
    }
    assert_eq!(runs_again(&fixture, 0), Counts { dropped: 4, ..counts(0, 8, 0) });
    assert_eq!(fixture.cache().n_samples(), 8);
}

#[test]
fn an_image_replaced_by_another() {
    let fixture = extracted();
    fixture.put("cat/003.bmp", 77);
    fixture.touch("cat/003.bmp");
    assert_eq!(runs_again(&fixture, 1), counts(1, 11, 0));
}

#[test]
fn labels_and_splits_follow_the_folder() {
    let fixture = extracted();
    for i in 0..12 {
        let split = if i < 6 { "train/cat" } else { "test/dog" };
        fixture.rename(&format!("cat/{i:03}.bmp"), &format!("{split}/{i:03}.bmp"));
    }
    fs::remove_dir(fixture.file("cat")).unwrap();
    assert_eq!(runs_again(&fixture, 0), Counts { moved: 12, ..counts(0, 12, 0) });
    let cache = fixture.cache();
    assert_eq!(cache.classes(), ["cat", "dog"]);
    assert_eq!(cache.labels(), [[1; 6], [0; 6]].as_flattened());
    assert_eq!(cache.splits(), [[Split::Test; 6], [Split::Train; 6]].as_flattened());
}

#[test]
fn rehash_finds_what_size_and_time_hide() {
    let mut fixture = extracted();
    let modified = fixture.modified("cat/003.bmp");
    fixture.put("cat/003.bmp", 77);
    fixture.set_modified("cat/003.bmp", modified);
    assert!(fixture.run().outcome().up_to_date);
    fixture.job.rehash = true;
    assert_eq!(runs_again(&fixture, 1), counts(1, 11, 0));
}

#[test]
fn a_dry_run_tells_what_the_run_does_and_writes_nothing() {
    let fixture = extracted();
    fixture.rename("cat/000.bmp", "dog/000.bmp");
    fixture.remove("cat/001.bmp");
    fixture.put("dog/new.bmp", 50);
    fixture.put("dog/new-too.bmp", 50);
    let before = snapshot(fixture.beside("").as_path());
    let forecast = fixture.dry_run();
    assert_eq!(snapshot(fixture.beside("").as_path()), before);
    assert_eq!(forecast.counts, Counts { moved: 1, dropped: 1, ..counts(1, 11, 1) });
    assert_eq!(forecast.n_images, 13);
    assert!(!forecast.up_to_date);
    assert_eq!(runs_again(&fixture, 1), forecast.counts);
    let forecast = fixture.dry_run();
    assert!(forecast.up_to_date);
    assert_eq!(forecast.counts, counts(0, 12, 1));
}

#[test]
fn a_dry_run_before_the_first_run() {
    let fixture = Fixture::with_images(5);
    fixture.put("cat/copy.bmp", 0);
    let forecast = fixture.dry_run();
    assert_eq!(forecast.counts, counts(5, 0, 1));
    assert_eq!(forecast.unfinished, None);
    assert!(!fixture.job.out.exists());
}
