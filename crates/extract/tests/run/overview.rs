//! What a run tells of the folder that it read, and what the cache keeps of it.

use std::fs;

use dataset::{FolderError, FolderOptions, LayoutError};
use extract::overview::Overview;
use extract::run::{Event, RunError, Source};
use feature_cache::merge;

use super::engine::CountingEngine;
use super::fixture::Fixture;

/// Splits with everything beside them that may be.
fn fixture() -> Fixture {
    let fixture = Fixture::new();
    for (path, key) in [
        ("data/train/cat/1.bmp", 1),
        ("data/train/cat/2.bmp", 2),
        ("data/train/dog/3.bmp", 3),
        ("data/train/loose.bmp", 4),
        ("data/test/cat/5.bmp", 1),
        ("data/test/dog/6.bmp", 2),
        ("data/test/emu/7.bmp", 7),
    ] {
        fixture.put(path, key);
    }
    fixture.write("data/train/list.txt", b"");
    fixture.write("data/train/dog/1.svg", b"<svg/>");
    fixture.write("data/test/dog/README", b"nothing");
    fs::create_dir(fixture.file("data/train/fox")).unwrap();
    fixture
}

fn dataset_warnings() -> Vec<String> {
    [
        "the folder `data` holds all others: it is taken for the top",
        "the folder `data/train/fox` holds no image",
        "1 image lies in `data/train`, and in no class folder there (`data/train/loose.bmp`): it has no label",
        "in the split train there is no image of `emu`",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn leak_warnings() -> Vec<String> {
    [
        "4 images lie in different splits and are equal to the byte: `data/test/cat/5.bmp` = \
         `data/train/cat/1.bmp`, `data/test/dog/6.bmp` = `data/train/cat/2.bmp`",
        "2 images lie under different labels and are equal to the byte: `data/test/dog/6.bmp` = \
         `data/train/cat/2.bmp`",
    ]
    .map(str::to_owned)
    .to_vec()
}

#[test]
fn it_is_told_before_the_images_are_read_and_kept_in_the_cache() {
    let fixture = fixture();
    let (mut told, mut warned) = (Vec::new(), Vec::new());
    let engine = CountingEngine::new(usize::MAX);
    let outcome = extract::run::run_with(
        &fixture.recipe,
        engine.engines(1),
        &fixture.job,
        &engine.stop,
        &mut |event| match event {
            Event::Overview(overview) => {
                told.push((overview.to_string(), overview.warnings.clone()));
            }
            Event::Warning(warning) => warned.push(warning.to_owned()),
            _ => {}
        },
    )
    .unwrap();
    let text = "  splits: train 4, test 3\n  3 classes: cat 3, dog 2, emu 1\n  without a label: 1\n  \
                passed over: 1 without an extension, 1 .svg, 1 .txt\n";
    assert_eq!(told, [(text.to_owned(), dataset_warnings())]);
    assert_eq!(warned, leak_warnings());
    let all = [dataset_warnings(), leak_warnings()].concat();
    assert_eq!((outcome.overview.to_string(), &outcome.overview.warnings), (text.to_owned(), &all));

    let cache = fixture.cache();
    let of_cache = Overview::of_cache(&cache, None).unwrap();
    assert_eq!((of_cache.to_string(), of_cache.warnings), (text.to_owned(), all.clone()));
    assert_eq!(of_cache.class_counts, outcome.overview.class_counts);
    assert_eq!(cache.source().unwrap().unwrap().source, "folder");
    let forecast = fixture.dry_run();
    assert!(forecast.up_to_date);
    assert_eq!((forecast.overview.to_string(), forecast.overview.warnings), (text.to_owned(), all));
}

#[test]
fn a_file_that_is_passed_over_is_counted_by_the_next_run() {
    let fixture = fixture();
    fixture.run().outcome();
    assert!(fixture.run().outcome().up_to_date);
    fixture.write("data/train/more.txt", b"");
    let run = fixture.run();
    assert_eq!(run.n_forwarded, 0);
    assert!(!run.outcome().up_to_date);
    assert_eq!(fixture.cache().source().unwrap().unwrap().passed_over["txt"], 2);
    assert!(fixture.checked_cache() == fixture.cache_from_scratch());
}

#[test]
fn shards_keep_what_is_told_of_all_and_give_it_to_the_merged_cache() {
    let mut fixture = fixture();
    fixture.run().outcome();
    let whole = fixture.checked_cache();
    let parts = [1, 2].map(|index| {
        fixture.job.out = fixture.beside(&format!("{index}.h5"));
        fixture.with_shard(&format!("{index}/2")).run().outcome();
        fixture.cache()
    });
    let merged = fixture.beside("merged.h5");
    merge(&merged, &parts).unwrap();
    assert!(fs::read(merged).unwrap() == whole);
}

#[test]
fn a_folder_that_can_be_read_in_two_ways_is_refused_until_one_is_chosen() {
    let mut fixture = Fixture::new();
    for (path, key) in [("bus/1.bmp", 1), ("car/2.bmp", 2), ("train/3.bmp", 3)] {
        fixture.put(path, key);
    }
    let error = fixture.run().error();
    assert!(
        matches!(&error, RunError::Images(LayoutError::Folder(FolderError::Ambiguous { .. }))),
        "{error}"
    );
    let message = error.to_string();
    assert!(
        message.contains("2 classes (bus, car); splits train 1; 1 of 3 images without a class"),
        "{message}"
    );
    assert!(message.contains("3 classes (bus, car, train); no splits"), "{message}");
    assert!(!fixture.job.out.exists());

    let splits = Some("none".parse().unwrap());
    fixture.job.source = Source::folder_as(FolderOptions { splits, classes: None });
    assert_eq!(fixture.run().outcome().classes, ["bus", "car", "train"]);
    assert_eq!(fixture.cache().source().unwrap().unwrap().source, "folder, splits none");
}
