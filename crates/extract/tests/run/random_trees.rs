//! Whatever the tree, its changes and the interruptions: each row is of the image of its path.

use std::collections::BTreeMap;
use std::fs;

use dataset::FolderOptions;
use extract::run::Source;
use proptest::prelude::*;
use proptest::test_runner::Config;

use super::fixture::Fixture;

/// What stands at a path: an image, or a file that is none.
#[derive(Clone, Copy, Debug)]
enum Content {
    Image(u32),
    Unreadable,
}

/// A tree, and how a run over it goes.
#[derive(Clone, Debug)]
struct Round {
    files: BTreeMap<String, Content>,
    stop_after: Option<usize>,
    batch: usize,
}

fn round() -> impl Strategy<Value = Round> {
    // Few paths and few contents, so that trees overlap and images are duplicates.
    let path = ("(train|test|cat)", "(cat|dog)", 0..6_u32)
        .prop_map(|(top, class, i)| format!("{top}/{class}/{i}.bmp"));
    let content = prop_oneof![
        4 => (0..12_u32).prop_map(Content::Image),
        1 => Just(Content::Unreadable),
    ];
    let files = proptest::collection::btree_map(path, content, 0..20);
    (files, proptest::option::of(0..12_usize), 1..6_usize)
        .prop_map(|(files, stop_after, batch)| Round { files, stop_after, batch })
}

/// Some of the trees could be read in other ways.
fn splits_and_classes() -> FolderOptions {
    let (splits, classes) = ("top".parse().unwrap(), "depth=2".parse().unwrap());
    FolderOptions { splits: Some(splits), classes: Some(classes) }
}

fn lay_out(fixture: &Fixture, files: &BTreeMap<String, Content>) {
    fs::remove_dir_all(&fixture.job.images).unwrap();
    fixture.put("train/cat/always.bmp", 1000);
    for (path, content) in files {
        match content {
            Content::Image(key) => fixture.put(path, *key),
            Content::Unreadable => fixture.write(path, path.as_bytes()),
        }
    }
}

proptest! {
    #![proptest_config(Config { cases: 24, failure_persistence: None, ..Config::default() })]

    #[test]
    fn rows_belong_to_their_images(rounds in proptest::collection::vec(round(), 1..5)) {
        let mut fixture = Fixture::new();
        fixture.job.source = Source::folder_as(splits_and_classes());
        for Round { files, stop_after, batch } in &rounds {
            lay_out(&fixture, files);
            fixture.job.batch = *batch;
            if let Some(n) = stop_after {
                // It may be done before it has seen so many.
                let _ = fixture.run_until(*n).result;
            }
        }
        let outcome = fixture.run().outcome();
        prop_assert!(fixture.checked_cache() == fixture.cache_from_scratch());

        let files = &rounds[rounds.len() - 1].files;
        let (readable, unreadable): (Vec<_>, Vec<_>) =
            files.iter().partition(|(_, content)| matches!(content, Content::Image(_)));
        prop_assert_eq!(outcome.n_samples, readable.len() + 1);
        let listed: Vec<&String> = outcome.unreadable.iter().map(|image| &image.path).collect();
        prop_assert_eq!(listed, unreadable.iter().map(|(path, _)| *path).collect::<Vec<_>>());
        let counts = outcome.counts;
        prop_assert_eq!(counts.computed + counts.reused + counts.duplicates, outcome.n_samples);
    }
}
