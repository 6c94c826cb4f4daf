//! Several views of each image.

use std::fs;

use extract::run::{ExistingError, RunError};
use image::RgbImage;
use image::imageops::{crop_imm, flip_horizontal};

use super::engine::SIDE;
use super::fixture::{Fixture, counts};

/// Noise of another size than the network's.
fn noise(width: u32, height: u32) -> RgbImage {
    let mut pixels = vec![0; (width * height * 3) as usize];
    blake3::Hasher::new().update(b"noise").finalize_xof().fill(&mut pixels);
    RgbImage::from_raw(width, height, pixels).unwrap()
}

/// The rows of a cache: for each image all views.
fn rows(fixture: &Fixture) -> Vec<Vec<f32>> {
    let features = fixture.cache().features("input:flatten").unwrap();
    features.view().rows().into_iter().map(|row| row.to_vec()).collect()
}

#[test]
fn each_view_has_a_row_whatever_the_batch() {
    for views in ["flip", "razavian16", "patches:3", "scales:4"] {
        let mut fixture = Fixture::with_images(7).with_views(views);
        let n_views = fixture.recipe.views.n_views();
        let run = fixture.run();
        assert_eq!(run.n_forwarded, 7 * n_views, "{views}");
        let outcome = run.outcome();
        assert_eq!((outcome.n_samples, outcome.taps[0].n_views), (7, n_views));
        let bytes = fixture.checked_cache();
        assert_eq!(fixture.cache().provenance().views, fixture.recipe.views.to_string());
        for batch in [1, 3, 16, 100] {
            fixture.job.batch = batch;
            assert!(fixture.cache_from_scratch() == bytes, "{views}, batch {batch}");
        }
    }
}

/// What `center` makes of sub-windows that were cut out and saved as files, and of what lies mirrored in
/// one, is what the views are.
#[test]
fn views_are_those_of_files_that_hold_them() {
    let image = noise(9, 7);
    let fixture = Fixture::new().with_views("razavian16:10");
    image.save(fixture.file("image.png")).unwrap();
    fixture.run().outcome();
    let views = rows(&fixture);
    assert_eq!(views.len(), 16);

    // 2/3 of 9 and 7: 6 and 5. The center begins at 1.5, which is rounded to 2, and at 1.
    let parts = [(0, 0), (3, 0), (0, 2), (3, 2), (2, 1)].map(|(x, y)| crop_imm(&image, x, y, 6, 5));
    let parts = [image.clone()].into_iter().chain(parts.map(|part| part.to_image()));
    for (view, part) in parts.enumerate() {
        let alone = Fixture::new();
        part.save(alone.file("part.png")).unwrap();
        alone.run().outcome();
        assert_eq!(rows(&alone)[0], views[view], "view {view}");

        let seen = views[view].iter().map(|&value| value as u8).collect();
        let seen = RgbImage::from_raw(SIDE, SIDE, seen).unwrap();
        let mirrored = Fixture::new();
        flip_horizontal(&seen).save(mirrored.file("mirror.png")).unwrap();
        mirrored.run().outcome();
        assert_eq!(rows(&mirrored)[0], views[8 + view], "the mirror of view {view}");
    }
}

#[test]
fn an_interrupted_run_goes_on_and_new_images_are_all_that_is_computed() {
    let fixture = Fixture::with_images(12).with_views("flip");
    // 4 views are a pass, and 3 images a segment.
    let first = fixture.run_until(8);
    // The engine may have had its next pass when it was told to stop: that is kept, too.
    let (n_forwarded, n_kept) = (first.n_forwarded, first.n_forwarded / 2);
    assert!((8..=16).contains(&n_forwarded) && n_forwarded % 4 == 0, "{n_forwarded}");
    let RunError::Interrupted { n_rows, n_images, .. } = first.error() else {
        panic!("it was told to stop")
    };
    assert_eq!((n_rows, n_images), (n_kept, 12));
    assert_eq!(fixture.dry_run().counts, counts(12 - n_kept, n_kept, 0));
    assert_eq!(fixture.run().n_forwarded, 24 - n_forwarded);
    assert!(fixture.checked_cache() == fixture.cache_from_scratch());

    fixture.put("dog/new.bmp", 100);
    fixture.put("dog/copy.bmp", 3);
    let run = fixture.run();
    assert_eq!(run.n_forwarded, 2);
    assert_eq!(run.outcome().counts, counts(1, 12, 1));
    assert!(fixture.checked_cache() == fixture.cache_from_scratch());
    assert!(fixture.run().outcome().up_to_date);
}

#[test]
fn another_angle_is_another_cache() {
    let mut fixture = Fixture::with_images(3).with_views("razavian16:10");
    fixture.run().outcome();
    let before = fs::read(&fixture.job.out).unwrap();
    for other in ["razavian16:12", "flip", "center"] {
        fixture = fixture.with_views(other);
        let error = fixture.run().error();
        let RunError::Existing(ExistingError::OtherFeatures { differences, .. }) = &error else {
            panic!("{error}")
        };
        assert!(differences.iter().any(|difference| difference.field == "views"), "{error}");
        assert!(error.to_string().contains(&format!("expected `{other}`, found `razavian16:10`")));
        assert!(fs::read(&fixture.job.out).unwrap() == before);
    }
}

#[test]
fn views_of_a_box_are_those_of_the_box_alone() {
    let image = noise(12, 10);
    let mut fixture = Fixture::new().with_views("razavian16");
    image.save(fixture.file("a.png")).unwrap();
    fixture.write("samples.csv", b"path,label,x,y,width,height\na.png,cat,2,1,9,7\n");
    fixture.job.source = "csv".parse().unwrap();
    fixture.job.crop_box = true;
    fixture.run().outcome();
    assert_eq!(fixture.cache().provenance().views, "box, razavian16:10");

    let alone = Fixture::new().with_views("razavian16");
    crop_imm(&image, 2, 1, 9, 7).to_image().save(alone.file("box.png")).unwrap();
    alone.run().outcome();
    assert_eq!(rows(&fixture), rows(&alone));
}

#[test]
fn shards_are_merged_to_what_one_run_writes() {
    let mut fixture = Fixture::with_images(9).with_views("flip");
    let whole = fixture.cache_from_scratch();
    let parts = [1, 2].map(|index| {
        fixture.job.out = fixture.beside(&format!("{index}.h5"));
        fixture.with_shard(&format!("{index}/2")).run().outcome();
        fixture.cache()
    });
    let merged = fixture.beside("merged.h5");
    feature_cache::merge(&merged, &parts).unwrap();
    assert!(fs::read(merged).unwrap() == whole);
}

#[test]
fn an_image_that_no_view_can_be_made_of_is_told_of() {
    let fixture = Fixture::with_images(2).with_views("scales:4");
    RgbImage::new(1, 300_000).save(fixture.file("cat/ribbon.png")).unwrap();
    let outcome = fixture.run().outcome();
    assert_eq!(outcome.n_samples, 2);
    let unreadable = &outcome.unreadable[0];
    assert_eq!(unreadable.path, "cat/ribbon.png");
    assert!(unreadable.reason.contains("4x1200000 pixels"), "{}", unreadable.reason);
    fixture.checked_cache();
}
