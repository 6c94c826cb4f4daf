use std::path::{Path, PathBuf};

use feature_cache::{
    Annotations, Cache, Checksums, Finding, Header, MergeError, OpenError, ReadError, merge, verify,
};
use hdf5::types::FixedUnicode;
use ndarray::Array2;
use schema::{
    BoundingBox, GroundTruth, Query, RetrievalProtocol, Sample, Shard, SourceRecord, Unlabelled,
};
use tempfile::TempDir;

use super::{assert_same_bytes, errors, header, samples};

/// The annotations of the rows `rows`, for two classes.
fn annotations(rows: impl Iterator<Item = u8> + Clone) -> Annotations {
    let labels = |i: u8| [i % 3, (i + 1) % 3].map(|label| label as i8 - 1);
    let in_box = |i: u8| BoundingBox::from_size([i.into(), 0.5, 2.0, 1e6]).filter(|_| i % 4 != 1);
    let query = |i: u8| Query {
        name: format!("query {i}"),
        image: format!("cat/{i:03}.jpg"),
        bounding_box: (i == 1)
            .then(|| BoundingBox::from_size([1.5, 2.0, 3.0, 4.0]).expect("a box")),
        good: vec!["cat/002.jpg".to_owned(), "x.png".to_owned()],
        ok: Vec::new(),
        junk: if i == 0 { vec!["cat/003.jpg".to_owned()] } else { Vec::new() },
    };
    let ground_truth =
        GroundTruth { protocol: RetrievalProtocol::Holidays, queries: vec![query(0), query(1)] };
    let source = SourceRecord {
        source: "folder".to_owned(),
        passed_over: [(String::new(), 1), ("txt".to_owned(), 3)].into(),
        empty_folders: vec!["train/ö".to_owned()],
        unlabelled: vec![Unlabelled {
            folder: "test".to_owned(),
            n_images: 2,
            example: "test/1.jpg".to_owned(),
        }],
        notes: vec!["a note".to_owned()],
    };
    Annotations {
        labels: Some(rows.clone().flat_map(labels).collect()),
        boxes: Some(rows.map(in_box).collect()),
        ground_truth: Some(ground_truth),
        source: Some(source),
    }
}

/// A cache of the samples `rows` with annotations.
fn write(path: &Path, header: &Header, rows: &[u8], annotations: &Annotations) {
    let samples: Vec<Sample> = rows.iter().map(|&i| super::sample(i)).collect();
    let samples: Vec<Sample> = samples.into_iter().map(|s| Sample { label: -1, ..s }).collect();
    let gap = Array2::from_shape_fn((rows.len(), 3), |(i, j)| f32::from(rows[i]) + j as f32);
    let max = Array2::zeros((2 * rows.len(), 2));
    let features = [gap.view(), max.view()];
    feature_cache::write_annotated(path, header, &samples, annotations, &errors(), &features)
        .unwrap();
}

fn cache(n: u8) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.h5");
    let rows: Vec<u8> = (0..n).collect();
    write(&path, &header(), &rows, &annotations(0..n));
    (folder, path)
}

#[test]
fn labels_boxes_and_queries_come_back() {
    let (_folder, path) = cache(9);
    let cache = Cache::open(&path).unwrap();
    let read = cache.annotations().unwrap();
    assert_eq!(read, annotations(0..9));
    assert!(cache.is_multilabel());
    assert_eq!(verify(&cache).unwrap(), []);
    drop(cache);
    // As any HDF5 reader sees them.
    let file = hdf5::File::open(&path).unwrap();
    assert_eq!(file.dataset("samples/labels").unwrap().shape(), [9, 2]);
    let boxes = file.dataset("samples/box").unwrap().read_2d::<f32>().unwrap();
    assert_eq!(boxes.row(4).to_vec(), [4.0, 0.5, 2.0, 1e6]);
    assert!(boxes.row(5).iter().all(|number| number.is_nan()));
}

/// More rows than are handed to HDF5 at a time.
#[test]
fn long_columns_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.h5");
    let rows: Vec<u8> = (0..9000).map(|i| (i % 251) as u8).collect();
    let annotations = annotations(rows.iter().copied());
    write(&path, &header(), &rows, &annotations);
    assert_eq!(Cache::open(&path).unwrap().annotations().unwrap(), annotations);
}

#[test]
fn each_of_them_may_be_there_alone() {
    let folder = tempfile::tempdir().unwrap();
    let Annotations { labels, boxes, ground_truth, source } = annotations(0..5);
    let none = Annotations::default();
    for (name, annotations) in [
        ("none", none.clone()),
        ("labels", Annotations { labels, ..none.clone() }),
        ("boxes", Annotations { boxes, ..none.clone() }),
        ("queries", Annotations { ground_truth, ..none.clone() }),
        ("source", Annotations { source, ..none }),
    ] {
        let path = folder.path().join(name);
        write(&path, &header(), &[0, 1, 2, 3, 4], &annotations);
        let cache = Cache::open(&path).unwrap();
        assert_eq!(cache.annotations().unwrap(), annotations, "{name}");
        assert_eq!(cache.is_multilabel(), annotations.labels.is_some());
        assert_eq!(verify(&cache).unwrap(), [], "{name}");
    }
}

fn damage(path: &Path, dataset: &str, with: impl FnOnce(&hdf5::File)) {
    let file = hdf5::File::open_rw(path).unwrap();
    file.unlink(dataset).unwrap();
    with(&file);
    file.close().unwrap();
}

fn open_message(path: &Path) -> String {
    let error = Cache::open(path).err().expect("the file must be refused");
    assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
    error.to_string()
}

#[test]
fn annotations_of_another_shape_or_type_are_refused() {
    let (_folder, path) = cache(5);
    damage(&path, "samples/labels", |_| ());
    assert!(open_message(&path).contains("`/checksums/name`"));
    let (_folder, path) = cache(5);
    damage(&path, "samples/labels", |file| {
        let labels = Array2::<i8>::ones((5, 3));
        file.new_dataset_builder().with_data(&labels).create("samples/labels").unwrap();
    });
    assert!(open_message(&path).contains("has shape [5, 3], expected [5, 2]"));
    let (_folder, path) = cache(5);
    damage(&path, "samples/labels", |file| {
        file.new_dataset::<i8>().no_chunk().shape([5, 0]).create("samples/labels").unwrap();
        file.unlink("classes/name").unwrap();
        file.new_dataset::<FixedUnicode<1>>().no_chunk().shape([0]).create("classes/name").unwrap();
    });
    assert!(open_message(&path).contains("`/samples/labels` is there, but there is no class"));
    let (_folder, path) = cache(5);
    damage(&path, "samples/box", |file| {
        let boxes = Array2::<f64>::ones((5, 3));
        file.new_dataset_builder().with_data(&boxes).create("samples/box").unwrap();
    });
    let message = open_message(&path);
    assert!(message.contains("`/samples/box` has shape [5, 3], expected [5, 4]"), "{message}");
}

#[test]
fn annotations_that_the_format_does_not_have_are_refused_when_they_are_read() {
    let read_error = |path: &Path| {
        let cache = Cache::open_with(path, Checksums::Ignore).unwrap();
        let error = cache.annotations().unwrap_err();
        assert!(matches!(error, ReadError::Damaged { .. }), "{error}");
        error.to_string()
    };
    let (_folder, path) = cache(5);
    let file = hdf5::File::open_rw(&path).unwrap();
    let mut labels = annotations(0..5).labels.unwrap();
    labels[3] = 2;
    file.dataset("samples/labels").unwrap().write_raw(&labels).unwrap();
    file.close().unwrap();
    let message = read_error(&path);
    assert!(message.contains("`/samples/labels` holds 2, not 1, -1 or 0"), "{message}");

    let (_folder, path) = cache(5);
    let file = hdf5::File::open_rw(&path).unwrap();
    let no_box = ndarray::array![[1.0_f32, 2.0, 0.0, 3.0]];
    file.dataset("samples/box").unwrap().write_slice(&no_box, (2..3, ..)).unwrap();
    file.close().unwrap();
    let message = read_error(&path);
    assert!(message.contains("`/samples/box` holds four numbers that are no box"), "{message}");

    for dataset in ["ground_truth", "source"] {
        let (_folder, path) = cache(5);
        damage(&path, dataset, |file| {
            let text: FixedUnicode<2> = "{}".parse().unwrap();
            file.new_dataset_builder().no_chunk().with_data(&[text]).create(dataset).unwrap();
        });
        let message = read_error(&path);
        let item = format!("/{dataset}");
        assert!(message.contains(&format!("`{item}` is not understood")), "{message}");
        let findings = verify(&Cache::open_with(&path, Checksums::Ignore).unwrap()).unwrap();
        let content = |finding: &Finding| matches!(finding, Finding::Content { dataset, .. } if *dataset == item);
        assert!(findings.iter().any(content), "{findings:?}");
    }
}

#[test]
fn a_changed_annotation_is_found_by_its_checksum() {
    for dataset in ["/samples/labels", "/samples/box"] {
        let (_folder, path) = cache(5);
        let offset = hdf5::File::open(&path).unwrap().dataset(dataset).unwrap().offset().unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[offset as usize + 1] ^= 1;
        std::fs::write(&path, bytes).unwrap();
        let cache = Cache::open_with(&path, Checksums::Ignore).unwrap();
        let findings = verify(&cache).unwrap();
        assert_eq!(findings, [Finding::Checksum { dataset: dataset.to_owned() }]);
    }
}

/// The shards of twelve samples, every one with the whole ground truth.
fn shards(folder: &Path, change: impl Fn(u32, &mut Annotations)) -> Vec<Cache> {
    let shard = |index| {
        let path = folder.join(format!("part-{index}.h5"));
        let rows: Vec<u8> = (0..12).filter(|i| u32::from(*i) % 3 == index - 1).collect();
        let header = Header { shard: Some(Shard { index, count: 3 }), ..header() };
        let mut annotations = annotations(rows.iter().copied());
        change(index, &mut annotations);
        let samples: Vec<Sample> =
            rows.iter().map(|&i| Sample { label: -1, ..super::sample(i) }).collect();
        let gap = Array2::from_shape_fn((rows.len(), 3), |(i, j)| f32::from(rows[i]) + j as f32);
        let max = Array2::zeros((2 * rows.len(), 2));
        let errors = if index == 1 { errors().to_vec() } else { Vec::new() };
        let features = [gap.view(), max.view()];
        feature_cache::write_annotated(&path, &header, &samples, &annotations, &errors, &features)
            .unwrap();
        Cache::open(&path).unwrap()
    };
    [3, 1, 2].map(shard).into()
}

#[test]
fn merged_shards_are_byte_for_byte_what_one_run_writes() {
    let (folder, whole) = cache(12);
    let out = folder.path().join("merged.h5");
    merge(&out, &shards(folder.path(), |_, _| ())).unwrap();
    assert_same_bytes(&std::fs::read(out).unwrap(), &std::fs::read(whole).unwrap());
}

#[test]
fn shards_with_other_annotations_are_refused() {
    let without_boxes = |index: u32, annotations: &mut Annotations| {
        if index == 2 {
            annotations.boxes = None;
        }
    };
    let with_other_queries = |index: u32, annotations: &mut Annotations| {
        if index == 2 {
            annotations.ground_truth.as_mut().unwrap().queries.pop();
        }
    };
    for change in [&without_boxes as &dyn Fn(u32, &mut Annotations), &with_other_queries] {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("merged.h5");
        let error = merge(&out, &shards(folder.path(), change)).unwrap_err();
        assert!(matches!(error, MergeError::OtherAnnotations { .. }), "{error}");
        assert!(
            error.to_string().contains("has not the labels, boxes or queries") && !out.exists()
        );
    }
}

#[test]
fn unfinished_runs_are_finished_with_annotations() {
    use feature_cache::{Partial, SegmentLimits, SpaceEstimate};

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.h5");
    let header = header();
    let mut partial = Partial::open(
        &path,
        &header.provenance,
        &header.taps,
        SegmentLimits::default(),
        SpaceEstimate::default(),
    )
    .unwrap();
    let samples = samples(4).into_iter().map(|sample| Sample { label: -1, ..sample });
    let samples: Vec<Sample> = samples.collect();
    for sample in &samples {
        partial.push(sample.content_hash, &[&[0.0; 3], &[0.0; 4]]).unwrap();
    }
    let annotations = annotations(0..4);
    partial
        .finish_annotated(&header, samples.iter().map(Sample::borrowed), &annotations, &[])
        .unwrap();
    assert_eq!(Cache::open(&path).unwrap().annotations().unwrap(), annotations);
}
