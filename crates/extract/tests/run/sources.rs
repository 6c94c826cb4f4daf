//! `--source`: published layouts in, annotated caches out.

use std::fs;
use std::path::Path;

use extract::run::RunError;
use feature_cache::{Annotations, Cache, verify};
use schema::{RetrievalProtocol, Split};

use super::engine::{SIDE, features};
use super::fixture::{Fixture, counts};

/// A fixture of this source, without files.
fn fixture(source: &str) -> Fixture {
    let mut fixture = Fixture::new();
    fixture.job.source = source.parse().unwrap();
    fixture
}

fn annotations(fixture: &Fixture) -> Annotations {
    assert_eq!(verify(&fixture.cache()).unwrap(), []);
    fixture.cache().annotations().unwrap()
}

/// An IDX file of gray images of the engine's size: the bytes of image `i` are `16 * i` and on.
fn put_idx(fixture: &Fixture, part: &str, labels: &[u8]) {
    let images: Vec<u8> = (0..16 * labels.len()).map(|byte| byte as u8).collect();
    let n = (labels.len() as u32).to_be_bytes();
    let side = SIDE.to_be_bytes();
    let file = [&[0, 0, 8, 3], &n[..], &side, &side, &images].concat();
    fixture.write(&format!("{part}-images-idx3-ubyte"), &file);
    let file = [&[0, 0, 8, 1], &n[..], labels].concat();
    fixture.write(&format!("{part}-labels-idx1-ubyte"), &file);
}

#[test]
fn records_are_images_known_by_their_own_content() {
    let fixture = fixture("idx");
    put_idx(&fixture, "train", &[7, 7, 3]);
    let outcome = fixture.run().outcome();
    assert_eq!((outcome.counts, outcome.classes), (counts(3, 0, 0), vec!["3".into(), "7".into()]));
    let cache = fixture.cache();
    let paths = [0, 1, 2].map(|i| format!("train-images-idx3-ubyte#000000{i}"));
    assert_eq!(cache.paths().unwrap(), paths);
    assert_eq!((cache.labels(), cache.splits()), (&[1, 1, 0][..], &[Split::Train; 3][..]));
    let pixels = cache.features("input:flatten").unwrap();
    for i in 0..3_u8 {
        let gray: Vec<u8> = (16 * i..16 * i + 16).collect();
        let netpbm = [format!("P5\n{SIDE} {SIDE}\n255\n").as_bytes(), &gray].concat();
        assert_eq!(
            cache.content_hashes().unwrap()[usize::from(i)],
            *blake3::hash(&netpbm).as_bytes()
        );
        let rgb: Vec<u8> = gray.iter().flat_map(|&byte| [byte; 3]).collect();
        assert_eq!(pixels.view().row(usize::from(i)).to_vec(), features(&rgb)[0]);
    }
    drop(cache);
    assert!(fixture.run().outcome().up_to_date);
    // Two of the four are the images that were there before, as the first of the training images.
    put_idx(&fixture, "t10k", &[3, 3, 3, 3]);
    assert_eq!(fixture.run().outcome().counts, counts(1, 3, 3));
    assert_eq!(fixture.dry_run().counts, counts(0, 4, 3));
}

/// Where a record lies, and how it is turned, its path alone must tell.
#[test]
fn records_are_verified_against_their_file() {
    let fixture = fixture("idx");
    put_idx(&fixture, "emnist-digits-train", &[7, 3]);
    fixture.run().outcome();
    let verify = || {
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_extract"));
        command.arg("verify").arg(&fixture.job.out).arg("--images").arg(&fixture.job.images);
        command.assert()
    };
    verify().code(0);
    let file = "emnist-digits-train-images-idx3-ubyte";
    let mut bytes = fs::read(fixture.file(file)).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fixture.write(file, &bytes);
    verify().code(3).stdout(predicates::str::contains(format!("`{file}#0000001` has changed")));
}

/// A data set of several labels an image, in a table.
fn multi_label() -> Fixture {
    let fixture = fixture("csv");
    for i in 0..6 {
        fixture.put(&format!("{i}.bmp"), i);
    }
    let table = "path,labels,split,x,y,width,height\n\
                 0.bmp,cat;dog,train,1,2,3,4\n1.bmp,?dog,test,,,,\n2.bmp,,,,,,\n\
                 3.bmp,cat,,,,,\n4.bmp,dog,,,,,\n5.bmp,dog;?cat,,0,0,1,1\n";
    fixture.write("samples.csv", table.as_bytes());
    fixture
}

const LABELS: [i8; 12] = [1, 1, -1, 0, -1, -1, 1, -1, -1, 1, 0, 1];

#[test]
fn several_labels_and_boxes_are_in_the_cache() {
    let fixture = multi_label();
    fixture.run().outcome();
    let annotations = annotations(&fixture);
    assert_eq!(annotations.labels.unwrap(), LABELS);
    let boxes = annotations.boxes.unwrap();
    let numbers = [boxes[0], boxes[5]].map(|in_box| in_box.unwrap().to_array());
    assert_eq!(numbers, [[1.0, 2.0, 3.0, 4.0], [0.0, 0.0, 1.0, 1.0]]);
    assert_eq!(boxes[1..5], [None; 4]);
    assert!(fixture.cache().labels().iter().all(|&label| label == -1));
    assert!(fixture.run().outcome().up_to_date);
}

#[test]
fn other_labels_are_another_cache_of_the_same_features() {
    let fixture = multi_label();
    fixture.run().outcome();
    let table = fs::read_to_string(fixture.file("samples.csv")).unwrap();
    for changed in [table.replace("?dog", "dog"), table.replace("1,2,3,4", "1,2,3,5")] {
        fixture.write("samples.csv", changed.as_bytes());
        let outcome = fixture.run().outcome();
        assert!(!outcome.up_to_date);
        assert_eq!(outcome.counts, counts(0, 6, 0));
        assert!(fixture.cache_from_scratch() == fs::read(&fixture.job.out).unwrap());
    }
}

#[test]
fn an_image_that_cannot_be_read_takes_its_labels_along() {
    let fixture = multi_label();
    fixture.write("1.bmp", b"no image");
    let outcome = fixture.run().outcome();
    assert_eq!((outcome.n_samples, outcome.unreadable.len()), (5, 1));
    let expected = [&LABELS[..2], &LABELS[4..]].concat();
    assert_eq!(annotations(&fixture).labels.unwrap(), expected);
}

#[test]
fn shards_of_an_annotated_data_set_are_merged_to_what_one_run_writes() {
    let mut fixture = multi_label();
    let whole = fixture.cache_from_scratch();
    let mut parts = Vec::new();
    for index in 1..=2 {
        fixture.job.out = fixture.beside(&format!("{index}.h5"));
        fixture.with_shard(&format!("{index}/2")).run().outcome();
        parts.push(fixture.cache());
    }
    let merged = fixture.beside("merged.h5");
    feature_cache::merge(&merged, &parts).unwrap();
    assert!(fs::read(merged).unwrap() == whole);
}

#[test]
fn queries_are_in_the_cache_of_every_shard() {
    let mut fixture = fixture("holidays");
    for (name, key) in [("100000", 0), ("100001", 1), ("100002", 2), ("100100", 3), ("100101", 4)] {
        fixture.put(&format!("{name}.bmp"), key);
    }
    for shard in ["1/2", "2/2"] {
        fixture.job.out = fixture.beside(&shard.replace('/', "-"));
        fixture.with_shard(shard).run().outcome();
        let truth = annotations(&fixture).ground_truth.unwrap();
        assert_eq!((truth.protocol, truth.queries.len()), (RetrievalProtocol::Holidays, 2));
        assert_eq!(truth.queries[0].good, ["100001.bmp", "100002.bmp"]);
    }
}

/// Two persons in one photograph of 8 x 6 pixels, one of whom the image cuts off.
fn persons() -> Fixture {
    let mut fixture = fixture("attributes");
    fixture.job.crop_box = true;
    let photo = image::RgbImage::from_fn(8, 6, |x, y| image::Rgb([x as u8, y as u8, 9]));
    let mut bytes = Vec::new();
    let mut writer = std::io::Cursor::new(&mut bytes);
    photo.write_to(&mut writer, image::ImageFormat::Bmp).unwrap();
    fixture.write("photo.jpg", &bytes);
    fixture.put("portrait.jpg", 1);
    let table = "path,x,y,width,height,male\nphoto.jpg,1,1,4,4,1\nphoto.jpg,3,2,4,4,-1\n\
                 portrait.jpg,,,,,1\n";
    fixture.write("attributes.csv", table.as_bytes());
    fixture
}

#[test]
fn boxes_are_cropped_to_and_images_without_one_are_whole() {
    let fixture = persons();
    assert_eq!(fixture.run().outcome().counts, counts(3, 0, 0));
    let cache = fixture.cache();
    assert_eq!(cache.paths().unwrap(), ["photo.jpg#0000001", "photo.jpg#0000002", "portrait.jpg"]);
    assert_eq!(cache.provenance().views, "box, center");
    let pixels = cache.features("input:flatten").unwrap();
    for (row, (left, top)) in [(1, 1), (3, 2)].into_iter().enumerate() {
        let crop: Vec<u8> =
            (0..16).flat_map(|i| [left + i as u8 % 4, top + i as u8 / 4, 9]).collect();
        assert_eq!(pixels.view().row(row).to_vec(), features(&crop)[0]);
    }
    let portrait = preprocess::decode(&fs::read(fixture.file("portrait.jpg")).unwrap()).unwrap();
    assert_eq!(pixels.view().row(2).to_vec(), features(&portrait.pixels)[0]);
    drop(cache);
    assert!(fixture.run().outcome().up_to_date);
}

#[test]
fn a_box_outside_its_image_is_told_with_the_size_of_that() {
    let fixture = persons();
    let table = "path,x,y,width,height,male\nphoto.jpg,8,1,4,4,1\nportrait.jpg,,,,,1\n";
    fixture.write("attributes.csv", table.as_bytes());
    let outcome = fixture.run().outcome();
    let [unreadable] = &outcome.unreadable[..] else { panic!("{:?}", outcome.unreadable) };
    let reason = "the box of the sample lies outside the image, which has 8x6 pixels";
    assert_eq!(unreadable.reason, reason);
}

/// Size and time of the file are the same, and so is the file.
#[test]
fn another_box_is_another_content() {
    let mut fixture = persons();
    fixture.run().outcome();
    fixture.job.source = "attributes:box=1.5".parse().unwrap();
    assert_eq!(fixture.run().outcome().counts, counts(2, 1, 0));
    assert!(fs::read(&fixture.job.out).unwrap() == fixture.cache_from_scratch());
}

#[test]
fn features_of_boxes_and_of_images_do_not_mix() {
    let mut fixture = persons();
    fixture.run().outcome();
    fixture.job.crop_box = false;
    let error = fixture.run().error();
    assert!(error.to_string().contains("views: expected `center`, found `box, center`"), "{error}");
    fixture.job.source = "folder".parse().unwrap();
    fixture.job.crop_box = true;
    let error = fixture.run().error();
    assert_eq!(error.to_string(), "the source `folder` has no boxes to crop to");
}

#[test]
fn boxes_are_verified_with_their_file() {
    let fixture = persons();
    fixture.run().outcome();
    let verify = || {
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_extract"));
        command.arg("verify").arg(&fixture.job.out).arg("--images").arg(&fixture.job.images);
        command.assert()
    };
    verify().code(0);
    let mut bytes = fs::read(fixture.file("photo.jpg")).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fixture.write("photo.jpg", &bytes);
    verify().code(3).stdout(predicates::str::contains("`photo.jpg#0000001` has changed"));
}

#[test]
fn a_box_outside_its_image_is_an_image_that_cannot_be_read() {
    let fixture = persons();
    let table = fs::read_to_string(fixture.file("attributes.csv")).unwrap();
    fixture.write("attributes.csv", table.replace("3,2,4,4", "8,2,4,4").as_bytes());
    let outcome = fixture.run().outcome();
    assert_eq!((outcome.n_samples, outcome.unreadable.len()), (2, 1));
    assert!(outcome.unreadable[0].reason.contains("8x6"), "{}", outcome.unreadable[0].reason);
}

/// A line of the file is at fault, and the message says which.
#[test]
fn a_layout_that_is_odd_is_refused_before_anything_is_made() {
    let fixture = multi_label();
    fixture.write("samples.csv", b"path,split\n0.bmp,sometimes\n");
    let error = fixture.run().error();
    assert!(matches!(error, RunError::Images(_)), "{error}");
    assert!(error.to_string().contains("line 2") && error.to_string().contains("hint:"), "{error}");
    assert!(!Path::exists(&fixture.job.out));
}

/// What one layout computed, another one need not compute again.
#[test]
fn features_do_not_depend_on_the_layout() {
    let mut fixture = multi_label();
    fixture.run().outcome();
    fixture.job.source = "folder".parse().unwrap();
    assert_eq!(fixture.run().outcome().counts, counts(0, 6, 0));
    assert!(!Cache::open(&fixture.job.out).unwrap().is_multilabel());
}

/// A pipe that nobody writes to: who opens it as a file waits for ever, and no signal ends that.
#[cfg(unix)]
#[test]
fn a_pipe_that_a_table_names_is_an_unreadable_image() {
    let fixture = fixture("csv");
    fixture.put("a.bmp", 1);
    let pipe = fixture.file("b.bmp");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    fixture.write("samples.csv", b"path\na.bmp\nb.bmp\n");
    let outcome = fixture.run().outcome();
    assert_eq!(outcome.counts, counts(1, 0, 0));
    let [image] = &outcome.unreadable[..] else { panic!("{:?}", outcome.unreadable) };
    assert_eq!(image.path, "b.bmp");
    assert!(image.reason.contains("it is a pipe, expected a regular file"), "{}", image.reason);
}
