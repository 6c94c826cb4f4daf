//! Caches as other programs store them (`reference/make_foreign.py`): what is in them is what is in the golden file
//! that they are a copy of.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use feature_cache::{Cache, Checksums, Finding, OpenError, ReadError, verify};
use flate2::read::GzDecoder;
use tempfile::TempDir;

fn manifest(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The files whose names begin like this, unpacked, with their names.
fn unpacked(prefix: &str) -> (TempDir, Vec<(String, PathBuf)>) {
    let folder = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for entry in fs::read_dir(manifest("tests/reference/foreign")).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if let Some(name) = name.strip_suffix(".h5.gz").filter(|name| name.starts_with(prefix)) {
            let mut bytes = Vec::new();
            let file = fs::File::open(entry.path()).unwrap();
            GzDecoder::new(file).read_to_end(&mut bytes).unwrap();
            let path = folder.path().join(format!("{name}.h5"));
            fs::write(&path, bytes).unwrap();
            files.push((name.to_owned(), path));
        }
    }
    (folder, files)
}

fn unpacked_one(name: &str) -> (TempDir, PathBuf) {
    let (folder, mut files) = unpacked(name);
    (folder, files.pop().unwrap().1)
}

/// Everything that two caches hold, but what they say of themselves.
fn assert_same(name: &str, found: &Cache, expected: &Cache) {
    assert_eq!(found.provenance(), expected.provenance(), "{name}");
    assert_eq!(found.created_by(), expected.created_by(), "{name}");
    assert_eq!(found.classes(), expected.classes(), "{name}");
    assert_eq!(found.shard(), expected.shard(), "{name}");
    assert_eq!(found.taps(), expected.taps(), "{name}");
    assert_eq!(found.errors().unwrap(), expected.errors().unwrap(), "{name}");
    assert_eq!(found.annotations().unwrap(), expected.annotations().unwrap(), "{name}");
    let samples = |cache: &Cache| cache.samples().collect::<Result<Vec<_>, _>>().unwrap();
    assert_eq!(samples(found), samples(expected), "{name}");
    for tap in expected.taps() {
        let (found, expected) =
            [found, expected].map(|cache| cache.features(&tap.name).unwrap()).into();
        let bits = |x: &f32| x.to_bits();
        assert!(found.view().iter().map(bits).eq(expected.view().iter().map(bits)), "{name}");
    }
    assert_eq!(found.checksums().unwrap(), expected.checksums().unwrap(), "{name}");
}

#[test]
fn caches_that_others_stored_hold_what_was_copied() {
    for (golden, n_files) in [("f32", 19), ("f16", 3), ("annotated", 4)] {
        let (_folder, files) = unpacked(&format!("{golden}-"));
        assert_eq!(files.len(), n_files);
        let expected =
            Cache::open(&manifest(&format!("../../tests/golden/format-1b-{golden}.h5"))).unwrap();
        for (name, path) in files.iter().filter(|(name, _)| name != "f32-no-checksums") {
            let found = Cache::open(path).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_same(name, &found, &expected);
            assert_eq!(verify(&found).unwrap(), [], "{name}");
        }
    }
}

/// Where nothing says what was written, nothing is read but by those who ask for that.
#[test]
fn a_cache_without_checksums() {
    let (_folder, path) = unpacked_one("f32-no-checksums");
    assert!(matches!(Cache::open(&path), Err(OpenError::NoChecksums { .. })));
    let found = Cache::open_with(&path, Checksums::Ignore).unwrap();
    let golden = Cache::open(&manifest("../../tests/golden/format-1b-f32.h5")).unwrap();
    assert_same("no-checksums", &found, &golden);
    let findings = verify(&found).unwrap();
    assert!(matches!(&findings[..], [Finding::Content { dataset, .. }] if dataset == "/checksums"));
}

#[test]
fn what_is_not_read_is_told_with_the_reason() {
    let (_folder, files) = unpacked("refused-");
    assert_eq!(files.len(), 6);
    for (name, path) in files {
        let error = Cache::open(&path).err().unwrap();
        assert!(matches!(error, OpenError::Stored { .. }), "{name}: {error}");
        let told = match name.as_str() {
            "refused-compact" => "`/samples/label` is stored in the header of its object",
            "refused-external" => "`/samples/label` lies in another file",
            "refused-nbit" => "`/samples/label` is compressed with the filter scale-offset",
            "refused-out-of-range" => "`/samples/label` holds 1099511627776, which is no int32",
            "refused-szip" => "`/samples/label` is compressed with szip",
            "refused-virtual" => "`/samples/label` is a view of other datasets",
            other => panic!("{other}"),
        };
        let error = error.to_string();
        assert!(error.contains(told) && error.contains("h5repack -l CONTI -f NONE"), "{error}");
    }
}

/// A number that somebody changed is found, in features and elsewhere, by readers and by `verify`.
#[test]
fn checksums_hold_through_chunks_and_filters() {
    let change = |item: &str, path: &Path| {
        let file = hdf5::File::open_rw(path).unwrap();
        let dataset = file.dataset(item).unwrap();
        let mut numbers: Vec<f64> = dataset.read_raw().unwrap();
        numbers[1] = if item == "/samples/label" { 0.0 } else { 17.0 };
        dataset.write_raw(&numbers).unwrap();
    };
    let (_folder, path) = unpacked_one("f32-matlab");
    change("/features/block5_pool:gap", &path);
    let cache = Cache::open(&path).unwrap();
    assert!(matches!(cache.features("block5_pool:gap"), Err(ReadError::Damaged { .. })));
    assert!(cache.features("block4_pool:max").is_ok());
    let findings = verify(&Cache::open_with(&path, Checksums::Ignore).unwrap()).unwrap();
    assert_eq!(findings, [Finding::Checksum { dataset: "/features/block5_pool:gap".to_owned() }]);

    let (_folder, path) = unpacked_one("f32-matlab");
    change("/samples/label", &path);
    let error = Cache::open(&path).err().unwrap();
    assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
}

/// Damage of any kind is refused or read, without a panic.
#[test]
fn damaged_ones() {
    for name in ["f32-gzip", "f32-types", "f32-lzf", "annotated-matlab"] {
        let (folder, path) = unpacked_one(name);
        let sound = fs::read(&path).unwrap();
        let case = folder.path().join("case.h5");
        hostile::damaged(&[sound], 60, |bytes| {
            fs::write(&case, bytes).unwrap();
            let Ok(cache) = Cache::open_with(&case, Checksums::Ignore) else { return false };
            for tap in cache.taps() {
                let _ = cache.features(&tap.name);
            }
            let _ = (cache.annotations(), cache.errors(), verify(&cache));
            true
        });
    }
}
