//! `--shard I/N`.

use extract::run::{ExistingError, RunError};

use super::fixture::{Fixture, counts};

fn paths(fixture: &Fixture) -> Vec<String> {
    fixture.cache().paths().unwrap()
}

#[test]
fn every_image_is_in_one_shard_and_stays_there() {
    let mut fixture = Fixture::with_images(40);
    fixture.put("dog/0.bmp", 100);
    let mut all = Vec::new();
    for index in 1..=3 {
        fixture.job.out = fixture.beside(&format!("{index}.h5"));
        fixture.with_shard(&format!("{index}/3")).run().outcome();
        fixture.checked_cache();
        let cache = fixture.cache();
        assert_eq!(cache.shard(), fixture.job.shard);
        assert_eq!(cache.classes(), ["cat", "dog"], "all classes, whichever the shard has");
        all.extend(paths(&fixture));
    }
    all.sort();
    fixture.job.shard = None;
    fixture.job.out = fixture.beside("all.h5");
    fixture.run().outcome();
    assert_eq!(all, paths(&fixture));

    fixture.job.out = fixture.beside("2.h5");
    fixture.with_shard("2/3");
    let before = paths(&fixture);
    for i in 200..220 {
        fixture.put(&format!("bird/{i}.bmp"), i);
    }
    let run = fixture.run();
    let after = paths(&fixture);
    assert_eq!(run.n_forwarded, after.len() - before.len());
    assert!(before.iter().all(|path| after.contains(path)));
}

#[test]
fn what_cannot_be_read_is_in_one_shard_too() {
    let mut fixture = Fixture::with_images(40);
    for i in 0..10 {
        fixture.write(&format!("cat/bad-{i}.bmp"), b"no image");
    }
    let mut unreadable = Vec::new();
    for index in 1..=3 {
        fixture.job.out = fixture.beside(&format!("{index}.h5"));
        let outcome = fixture.with_shard(&format!("{index}/3")).run().outcome();
        unreadable.extend(outcome.unreadable.into_iter().map(|image| image.path));
    }
    unreadable.sort();
    assert_eq!(unreadable, (0..10).map(|i| format!("cat/bad-{i}.bmp")).collect::<Vec<_>>());
}

#[test]
fn a_cache_of_another_shard_is_refused_unless_replaced_and_gives_its_rows() {
    let mut fixture = Fixture::with_images(40);
    fixture.run().outcome();
    let error = fixture.with_shard("1/2").run().error();
    let words = "shard: expected `1/2`, found `all images`";
    assert!(error.to_string().contains(words), "{error}");
    assert!(matches!(error, RunError::Existing(ExistingError::OtherFeatures { .. })));
    fixture.job.replace = true;
    let run = fixture.run();
    assert_eq!(run.n_forwarded, 0);
    let outcome = run.outcome();
    assert_eq!(outcome.counts.reused, outcome.n_samples);
    assert_eq!(outcome.counts.dropped, 40 - outcome.n_samples);
    assert!(fixture.checked_cache() == fixture.cache_from_scratch());
}

#[test]
fn a_shard_without_an_image_is_refused() {
    let mut fixture = Fixture::with_images(1);
    let errors: Vec<RunError> = (1..=2)
        .filter_map(|index| {
            fixture.job.out = fixture.beside(&format!("{index}.h5"));
            fixture.with_shard(&format!("{index}/2")).run().result.err()
        })
        .collect();
    assert_eq!(errors.len(), 1);
    assert!(errors[0].to_string().contains("use fewer shards"), "{}", errors[0]);
}

#[test]
fn an_interrupted_shard_goes_on() {
    let mut fixture = Fixture::with_images(40);
    let first = fixture.with_shard("1/2").run_until(4);
    let second = fixture.run();
    let n_samples = fixture.cache().n_samples();
    let n_kept = first.n_forwarded;
    assert_eq!(second.n_forwarded, n_samples - n_kept);
    assert_eq!(second.outcome().counts, counts(n_samples - n_kept, n_kept, 0));
    assert!(fixture.checked_cache() == fixture.cache_from_scratch());
}
