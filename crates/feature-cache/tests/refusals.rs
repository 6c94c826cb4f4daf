use std::path::{Path, PathBuf};

use feature_cache::{Cache, OpenError, ReadError};
use hdf5::types::{FixedAscii, FixedUnicode, VarLenAscii, VarLenUnicode};
use tempfile::TempDir;

use super::write;

/// A valid cache, then changed by `damage`.
fn damaged(damage: impl FnOnce(&hdf5::File)) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.h5");
    write(&path, 5);
    let file = hdf5::File::open_rw(&path).unwrap();
    damage(&file);
    file.close().unwrap();
    (folder, path)
}

fn open_error(path: &Path) -> OpenError {
    let error = Cache::open(path).err().expect("the file must be refused");
    let message = error.to_string();
    assert!(message.contains("cache.h5"), "{message}");
    error
}

/// The message about what `damage` does, which must be found out.
fn damage_message(damage: impl FnOnce(&hdf5::File)) -> String {
    let (_folder, path) = damaged(damage);
    let error = open_error(&path);
    assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
    error.to_string()
}

/// The message about what `store` does, which this program does not read.
fn stored_error(store: impl FnOnce(&hdf5::File)) -> String {
    let (_folder, path) = damaged(store);
    let error = open_error(&path);
    assert!(matches!(error, OpenError::Stored { .. }), "{error}");
    error.to_string()
}

fn replace<T: hdf5::H5Type>(file: &hdf5::File, name: &str, data: &[T]) {
    file.unlink(name).unwrap();
    file.new_dataset_builder().with_data(data).create(name).unwrap();
}

#[test]
fn an_undamaged_cache_opens() {
    let (_folder, path) = damaged(|_| ());
    assert_eq!(Cache::open(&path).unwrap().n_samples(), 5);
}

#[test]
fn missing_file() {
    let error = open_error(Path::new("no/such/cache.h5"));
    assert!(matches!(error, OpenError::Missing { .. }), "{error}");
}

#[test]
fn not_hdf5() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.h5");
    for contents in [&b""[..], b"text", &[0x89; 4096]] {
        std::fs::write(&path, contents).unwrap();
        assert!(matches!(open_error(&path), OpenError::NotHdf5 { .. }));
    }
}

#[test]
fn hdf5_of_another_kind() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.h5");
    hdf5::File::create(&path).unwrap().close().unwrap();
    let error = open_error(&path);
    assert!(matches!(error, OpenError::NotACache { .. }));
    assert!(error.to_string().contains("it has no attribute `format`"), "{error}");
}

#[test]
fn a_cache_that_lost_its_attributes() {
    let (_folder, path) = damaged(|file| file.delete_attr("format").unwrap());
    let error = open_error(&path);
    assert!(matches!(error, OpenError::NoFormat { .. }), "{error}");
    assert!(error.to_string().contains("hint: give the root group `format` = \"offshelf\""));
}

/// A valid cache whose attribute `format` is this.
fn with_format<T: hdf5::H5Type>(format: &T) -> (TempDir, PathBuf) {
    damaged(|file| {
        file.delete_attr("format").unwrap();
        file.new_attr::<T>().create("format").unwrap().write_scalar(format).unwrap();
    })
}

/// Longer and shorter texts, and no text at all.
#[test]
fn another_format() {
    fn refuse<T: hdf5::H5Type>(format: &T, told: &str) {
        let (_folder, path) = with_format(format);
        let error = open_error(&path);
        assert!(matches!(error, OpenError::NotACache { .. }));
        assert!(error.to_string().contains(told), "{error}");
    }
    refuse(&"offshelf-other".parse::<FixedUnicode<14>>().unwrap(), r#"is "offshelf-other", not"#);
    refuse(&"offshel".parse::<VarLenUnicode>().unwrap(), r#"is "offshel", not "offshelf""#);
    refuse(&1_u32, "is of the type uint32, not");
}

/// The right one in each type of text that HDF5 has, also longer than it.
#[test]
fn the_format_in_any_type_of_text() {
    fn take<T: hdf5::H5Type>(format: &T) {
        let (_folder, path) = with_format(format);
        assert_eq!(Cache::open(&path).unwrap().n_samples(), 5);
    }
    take(&"offshelf".parse::<FixedUnicode<9>>().unwrap());
    take(&"offshelf".parse::<VarLenUnicode>().unwrap());
    take(&FixedAscii::<8>::from_ascii("offshelf").unwrap());
    take(&VarLenAscii::from_ascii("offshelf").unwrap());
}

#[test]
fn another_format_version() {
    let (_folder, path) = damaged(|file| {
        file.attr("format_version").unwrap().write_scalar(&2_u32).unwrap();
    });
    let error = open_error(&path);
    assert!(matches!(error, OpenError::Version { found: 2, .. }), "{error}");
    assert!(error.to_string().contains("reads 1\n"), "{error}");
}

#[test]
fn provenance_that_is_not_understood() {
    let message = damage_message(|file| {
        replace(file, "provenance", &["{}".parse::<FixedUnicode<2>>().unwrap()]);
    });
    assert!(message.contains("`/provenance` is not understood"), "{message}");
}

#[test]
fn each_dataset_missing() {
    for name in [
        "features/block5_pool:gap",
        "samples/path",
        "samples/content_hash",
        "samples/size",
        "samples/mtime",
        "samples/label",
        "samples/split",
        "classes/name",
        "errors/path",
        "errors/reason",
        "created_by",
        "provenance",
        "checksums/name",
        "checksums/blake3",
    ] {
        let message = damage_message(|file| file.unlink(name).unwrap());
        assert!(message.contains("damaged"), "{name}: {message}");
    }
}

#[test]
fn a_tap_that_the_provenance_does_not_name() {
    let message = damage_message(|file| {
        file.new_dataset_builder().with_data(&[0_f32; 5]).create("features/fc7:gap").unwrap();
    });
    assert!(message.contains("fc7:gap"), "{message}");
}

#[test]
fn a_column_of_another_length() {
    let message = damage_message(|file| replace(file, "samples/split", &[0_u8; 4]));
    assert!(message.contains("has shape [4], expected [5]"), "{message}");
}

#[test]
fn a_column_of_another_type() {
    let error = stored_error(|file| replace(file, "samples/label", &[0.5_f64; 5]));
    assert!(error.contains("`/samples/label` holds 0.5, which is no int32"), "{error}");
    let error = stored_error(|file| replace(file, "samples/path", &[0_i64; 5]));
    assert!(error.contains("`/samples/path` holds int64, expected strings"), "{error}");
}

#[test]
fn labels_and_splits_out_of_range() {
    let message = damage_message(|file| replace(file, "samples/label", &[0, 1, 2, 0, 0]));
    assert!(message.contains("holds 2, but there are 2 classes"), "{message}");
    let message = damage_message(|file| replace(file, "samples/label", &[0, 1, -2, 0, 0]));
    assert!(message.contains("holds -2"), "{message}");
    let message = damage_message(|file| replace(file, "samples/split", &[0_u8, 1, 2, 3, 4]));
    assert!(message.contains("unknown split"), "{message}");
}

#[test]
fn features_the_other_way_round() {
    let message = damage_message(|file| {
        file.unlink("features/block5_pool:gap").unwrap();
        let features = ndarray::Array2::<f32>::ones((3, 5));
        let builder = file.new_dataset_builder().with_data(&features);
        builder.create("features/block5_pool:gap").unwrap();
    });
    let told = "has shape [3, 5], expected [5, ...]: MATLAB counts dimensions in reverse";
    assert!(message.contains(told), "{message}");
}

#[test]
fn features_that_cannot_be_mapped() {
    let error = stored_error(|file| {
        file.unlink("features/block5_pool:gap").unwrap();
        let builder = file.new_dataset_builder().chunk((1, 3)).empty::<f32>().shape((5, 3));
        builder.create("features/block5_pool:gap").unwrap();
    });
    assert!(error.contains("has chunks that were never written\nhint: "), "{error}");
}

/// Cut anywhere, the file is refused or, where only HDF5's own slack is lost, still whole.
#[test]
fn a_truncated_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.h5");
    write(&path, 5);
    let bytes = std::fs::read(&path).unwrap();
    for tenth in 0..10 {
        let rest = &bytes[..bytes.len() * tenth / 10];
        std::fs::write(&path, rest).unwrap();
        assert!(Cache::open(&path).is_err(), "{tenth} tenths of the file were taken for a cache");
        // What begins as a cache was one, and may be made anew; anything else may be somebody's.
        let is_damaged = matches!(open_error(&path), OpenError::Damaged { .. });
        let begins_as_one = rest.windows(8).any(|window| window == b"offshelf");
        assert_eq!(is_damaged, begins_as_one, "{tenth}");
        assert_eq!(begins_as_one, tenth > 0, "{tenth}");
    }
}

#[test]
fn an_unknown_tap_is_answered_with_the_known_ones() {
    let (_folder, path) = damaged(|_| ());
    let error = Cache::open(&path).unwrap().features("fc7").err().unwrap();
    assert!(matches!(error, ReadError::NoSuchTap { .. }));
    assert!(error.to_string().contains("`block5_pool:gap`, `block1_pool:max`"), "{error}");
}

#[test]
fn a_class_twice() {
    let message = damage_message(|file| {
        let name: FixedUnicode<4> = "cat".parse().unwrap();
        replace(file, "classes/name", &[name, name]);
    });
    assert!(message.contains("`/classes/name` holds \"cat\" twice"), "{message}");
}

#[test]
fn a_class_beside_labels_of_all_classes() {
    let message = damage_message(|file| {
        let labels = ndarray::Array2::<i8>::ones((5, 2));
        file.new_dataset_builder().with_data(&labels).create("samples/labels").unwrap();
    });
    assert!(message.contains("holds a class beside the labels"), "{message}");
}

/// Links that lead anywhere else, whether they are read or not: into another file, to a pipe that nobody
/// writes to, to another name.
#[test]
fn a_link_that_leads_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let other = folder.path().join("other.h5");
    write(&other, 5);
    for name in
        ["features", "features/block5_pool:gap", "samples/label", "provenance", "samples/box"]
    {
        for target in [pipe.to_str().unwrap(), other.to_str().unwrap()] {
            let message = damage_message(|file| {
                let _ = file.unlink(name);
                file.link_external(target, name, name).unwrap();
            });
            assert!(message.contains("which leads elsewhere"), "{message}");
        }
        let message = damage_message(|file| {
            let _ = file.unlink(name);
            file.link_soft("/samples/size", name).unwrap();
        });
        assert!(message.contains("which leads elsewhere"), "{message}");
    }
}

#[test]
fn what_is_no_regular_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.h5");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    assert!(matches!(open_error(&path), OpenError::Io { .. }));
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    assert!(matches!(open_error(&path), OpenError::Io { .. }));
}
