use feature_cache::Cache;
use ndarray::Array2;
use proptest::prelude::*;
use schema::{Dtype, Shard};

use super::{assert_same_bytes, features, header, sample, samples, write};

#[test]
fn everything_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.h5");
    write(&path, 9);

    let cache = Cache::open(&path).unwrap();
    assert_eq!(cache.path(), path);
    assert_eq!(cache.provenance(), &header().provenance);
    assert_eq!(cache.created_by(), "test 0");
    assert_eq!(cache.classes(), header().classes);
    assert_eq!(cache.taps(), header().taps);
    assert_eq!(cache.n_samples(), 9);
    let samples: Vec<_> = (0..9).map(sample).collect();
    assert!(cache.labels().iter().eq(samples.iter().map(|s| &s.label)));
    assert!(cache.splits().iter().eq(samples.iter().map(|s| &s.split)));
    assert!(cache.paths().unwrap().iter().eq(samples.iter().map(|s| &s.path)));
    assert!(cache.content_hashes().unwrap().iter().eq(samples.iter().map(|s| &s.content_hash)));
    let errors = cache.errors().unwrap();
    assert_eq!(
        (errors.len(), errors[0].path.as_str(), errors[0].reason.as_str()),
        (1, "x.png", "torn")
    );

    let gap = cache.features("block5_pool:gap").unwrap();
    let max = cache.features("block1_pool:max").unwrap();
    assert_eq!((gap.view().dim(), gap.n_views(), gap.n_features()), ((9, 3), 1, 3));
    assert_eq!((max.view().dim(), max.n_views(), max.n_features()), ((18, 2), 2, 2));
    for i in 0..9 {
        let (a, b) = features(i);
        let i = usize::from(i);
        assert_eq!(gap.view().row(i).to_vec(), a);
        assert_eq!(max.view().row(2 * i).to_vec(), b[..2]);
        assert_eq!(max.view().row(2 * i + 1).to_vec(), b[2..]);
    }
}

#[test]
fn large_blocks_begin_at_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.h5");
    let mut header = header();
    header.provenance.taps.truncate(1);
    header.taps.truncate(1);
    header.taps[0].n_features = 2048;
    let row = Array2::from_elem((1, 2048), 0.5);
    feature_cache::write(&path, &header, &samples(1), &[], &[row.view()]).unwrap();
    let offset =
        hdf5::File::open(&path).unwrap().dataset("features/block5_pool:gap").unwrap().offset();
    assert_eq!(offset.unwrap() % 4096, 0);
}

#[test]
fn checksums_cover_every_dataset_as_the_format_defines_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.h5");
    write(&path, 3);
    let checksums = Cache::open(&path).unwrap().checksums().unwrap();
    assert_eq!(checksums.len(), 13);
    let digest = |name| checksums.iter().find(|(n, _)| n == name).unwrap().1;
    let bytes: Vec<u8> = (0..3).flat_map(|i| features(i).0).flat_map(f32::to_le_bytes).collect();
    assert_eq!(digest("/features/block5_pool:gap"), *blake3::hash(&bytes).as_bytes());
    assert_eq!(digest("/classes/name"), *blake3::hash("cat\0dög".as_bytes()).as_bytes());
}

#[test]
fn the_same_contents_give_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (folder.path().join("a.h5"), folder.path().join("b.h5"));
    write(&a, 50);
    // HDF5 counts time in seconds.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    write(&b, 50);
    assert_same_bytes(&std::fs::read(a).unwrap(), &std::fs::read(b).unwrap());
}

#[test]
fn samples_are_read_piece_by_piece() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.h5");
    // More than one piece of 4096.
    let samples: Vec<_> = (0..9000).map(|i| sample((i % 251) as u8)).collect();
    let (gap, max) = (Array2::zeros((9000, 3)), Array2::zeros((18_000, 2)));
    feature_cache::write(&path, &header(), &samples, &[], &[gap.view(), max.view()]).unwrap();
    let cache = Cache::open(&path).unwrap();
    let read: Vec<_> = cache.samples().collect::<Result<_, _>>().unwrap();
    assert_eq!(read, samples);
}

#[test]
fn half_precision_is_stored_as_such_and_read_as_f32() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.h5");
    let mut header = header();
    header.provenance.dtype = Dtype::F16;
    header.taps.iter_mut().for_each(|tap| tap.dtype = Dtype::F16);
    header.shard = Some(Shard { index: 2, count: 4 });
    let gap = Array2::from_shape_fn((200, 3), |(i, j)| (i * 3 + j) as f32 / 7.0);
    let max = Array2::from_elem((400, 2), 0.1);
    feature_cache::write(&path, &header, &samples(200), &[], &[gap.view(), max.view()]).unwrap();
    let cache = Cache::open(&path).unwrap();
    assert_eq!(cache.taps()[0].dtype, Dtype::F16);
    assert_eq!(cache.shard(), header.shard);
    let read = cache.features("block5_pool:gap").unwrap();
    let rounded = gap.mapv(|x| half::f16::from_f32(x).to_f32());
    assert_eq!(read.view(), rounded);
    assert!((&rounded - &gap).iter().any(|&x| x != 0.0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn any_rows_come_back_bit_for_bit(
        rows in prop::collection::vec(prop::array::uniform3(any::<f32>()), 1..40),
        name in "[^\0]{1,40}",
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cache.h5");
        let mut header = header();
        header.classes = vec![name.clone(), "b".to_owned()];
        let matrix = Array2::from_shape_fn((rows.len(), 3), |(i, j)| rows[i][j]);
        let zeros = Array2::zeros((2 * rows.len(), 2));
        let samples = vec![sample(1); rows.len()];
        let features = [matrix.view(), zeros.view()];
        feature_cache::write(&path, &header, &samples, &[], &features).unwrap();
        let cache = Cache::open(&path).unwrap();
        prop_assert_eq!(&cache.classes()[0], &name);
        let gap = cache.features("block5_pool:gap").unwrap();
        let bits = |x: &f32| x.to_bits();
        prop_assert!(gap.view().iter().map(bits).eq(rows.iter().flatten().map(bits)));
    }
}
