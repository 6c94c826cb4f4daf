use std::fs;
use std::path::{Path, PathBuf};

use predicates::prelude::PredicateBooleanExt as _;
use predicates::str::contains;
use schema::Shard;

use super::{PATHS, extract, write_cache, write_cache_as};

fn shards(folder: &Path, count: u32) -> Vec<PathBuf> {
    let write = |index| {
        let path = folder.join(format!("part-{index}.h5"));
        write_cache(&path, Some(Shard { index, count }), 0.5);
        path
    };
    (1..=count).map(write).collect()
}

#[test]
fn the_shards_in_any_order_become_the_cache_of_one_run() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, out) = (folder.path().join("whole.h5"), folder.path().join("out.h5"));
    write_cache(&whole, None, 0.5);
    let parts = shards(folder.path(), 3);
    let mut command = extract();
    command.arg("merge").arg(&out).args(parts.iter().rev());
    command.assert().success().stdout(contains("4 images from 3 shards"));
    assert_eq!(fs::read(out).unwrap(), fs::read(whole).unwrap());
}

#[test]
fn parts_that_do_not_make_a_whole_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.h5");
    let parts = shards(folder.path(), 3);
    let mut command = extract();
    command.arg("merge").arg(&out).args(&parts[..2]);
    command.assert().code(3).stderr(contains("shards 3/3 are missing").and(contains("hint:")));
    let mut command = extract();
    command.arg("merge").arg(&out).args(&parts).arg(&parts[0]);
    command.assert().code(3).stderr(contains("are both shard 1/3").and(contains("part-1.h5")));
    assert!(!out.exists());
}

/// The hint makes the features of the next part equal to those of the first.
#[test]
fn a_part_of_other_features_is_refused_with_the_options_that_make_them_equal() {
    let folder = tempfile::tempdir().unwrap();
    let parts = shards(folder.path(), 2);
    write_cache_as(&parts[1], PATHS, Some(Shard { index: 2, count: 2 }), 0.5, |provenance| {
        provenance.views = "flip".to_owned();
    });
    let mut command = extract();
    let out = folder.path().join("out.h5");
    let differences = contains("part-2.h5` does not belong with `")
        .and(contains("views: expected `center`, found `flip`"));
    let hint = contains("\nhint: the same features are made with `--views center`");
    command.arg("merge").arg(&out).args(&parts).assert().code(3).stderr(differences.and(hint));
    assert!(!out.exists());
}

#[test]
fn a_part_that_is_no_cache_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut parts = shards(folder.path(), 2);
    fs::write(&parts[1], "no cache").unwrap();
    let mut command = extract();
    command.arg("merge").arg(folder.path().join("out.h5")).args(&parts);
    command.assert().code(3).stderr(contains("part-2.h5"));
    parts[1] = folder.path().join("no.h5");
    let mut command = extract();
    command.arg("merge").arg(folder.path().join("out.h5")).args(&parts);
    command.assert().code(1).stderr(contains("no.h5"));
}

#[test]
fn an_existing_output_is_never_touched() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.h5");
    fs::write(&out, "mine").unwrap();
    let mut command = extract();
    command.arg("merge").arg(&out).args(shards(folder.path(), 2));
    command.assert().code(1).stderr(contains("exists already"));
    assert_eq!(fs::read(out).unwrap(), b"mine");
}

#[test]
fn no_parts_are_a_usage_error() {
    extract().args(["merge", "out.h5"]).assert().code(2);
}
