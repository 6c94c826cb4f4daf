//! What goes wrong: each a message that says what to do, and an exit code.

use std::fs;
use std::path::{Path, PathBuf};

use feature_cache::Cache;
use predicates::prelude::PredicateBooleanExt as _;
use predicates::str::contains;
use tempfile::TempDir;

use super::programs::{PACKAGE, extract, extract_run, fit};
use super::tree::{picture, three_classes};

/// A folder for images, and `extract run` on it at the shallowest tap.
struct Run {
    folder: TempDir,
}

impl Run {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("images")).unwrap();
        Self { folder }
    }

    fn images(&self) -> PathBuf {
        self.folder.path().join("images")
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("cache.h5")
    }

    fn command(&self) -> assert_cmd::Command {
        let mut command = extract();
        command.arg("run").arg(self.images()).arg("--out").arg(self.out());
        command.args(["--tap", "block1_pool:gap"]);
        command
    }

    /// The run ends with 1 and leaves no cache.
    fn fails(&self, message: &str) {
        self.command().assert().code(1).stderr(contains(message).and(contains("hint:")));
        assert!(!self.out().exists());
    }

    /// The run ends with 4: one good image in the cache, and `path` among the errors.
    fn leaves_out(&self, path: &str, reason: &str) {
        picture(0, 0).save(self.images().join("good.png")).unwrap();
        self.command().assert().code(4).stderr(contains(path).and(contains(reason)));
        let cache = Cache::open(&self.out()).unwrap();
        assert_eq!(cache.paths().unwrap(), ["good.png"]);
        let errors = cache.errors().unwrap();
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].path, path);
        assert!(errors[0].reason.contains(reason), "{}", errors[0].reason);
    }
}

#[test]
fn folder_that_is_not_there() {
    let run = Run::new();
    fs::remove_dir(run.images()).unwrap();
    run.fails("images");
}

#[test]
fn empty_folder() {
    Run::new().fails("no image");
}

#[test]
fn folder_of_text_files() {
    let run = Run::new();
    for name in ["a.txt", "b.csv"] {
        fs::write(run.images().join(name), "text").unwrap();
    }
    run.fails("no image");
}

#[test]
fn zero_byte_file() {
    let run = Run::new();
    fs::write(run.images().join("bad.png"), "").unwrap();
    run.leaves_out("bad.png", "empty");
}

#[test]
fn truncated_jpeg() {
    let run = Run::new();
    let jpeg = Path::new(PACKAGE).join("reference/images/09-quality-90.jpg");
    let bytes = fs::read(jpeg).unwrap();
    fs::write(run.images().join("bad.jpg"), &bytes[..bytes.len() / 2]).unwrap();
    run.leaves_out("bad.jpg", "truncated");
}

#[test]
fn every_image_unreadable() {
    let run = Run::new();
    fs::write(run.images().join("bad.png"), "").unwrap();
    run.command().assert().code(1).stderr(contains("no image could be read"));
    assert!(!run.out().exists());
}

#[cfg(unix)]
#[test]
fn folder_without_permission() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let run = Run::new();
    let locked = run.images().join("locked");
    fs::create_dir(&locked).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read_dir(&locked).is_ok() {
        // Nothing is forbidden to root: a link that loops is what a walk fails at then.
        fs::remove_dir(&locked).unwrap();
        symlink("../images", &locked).unwrap();
        run.leaves_out("locked", "link back to the root");
    } else {
        run.leaves_out("locked", "ermission denied");
    }
}

#[test]
fn output_that_exists() {
    let run = Run::new();
    picture(0, 0).save(run.images().join("good.png")).unwrap();
    fs::write(run.out(), "mine").unwrap();
    run.command().assert().code(1).stderr(contains("exists already").and(contains("hint:")));
    assert_eq!(fs::read(run.out()).unwrap(), b"mine");
}

#[test]
fn unknown_names() {
    let run = Run::new();
    picture(0, 0).save(run.images().join("good.png")).unwrap();
    for (arguments, message) in [
        (["--tap", "block9_pool"], "block1_pool, features.5, block2_conv1"),
        (["--preset", "caffe"], "keras"),
        (["--weights", "vgg99"], "vgg16-keras-notop"),
        (["--backbone", "vgg99"], "vgg16"),
        (["--device", "tpu"], "auto, cpu, cuda"),
    ] {
        run.command().args(arguments).assert().code(1).stderr(contains(message));
        assert!(!run.out().exists());
    }
}

#[test]
fn folders_that_can_be_read_in_two_ways() {
    let run = Run::new();
    for (channel, name) in ["bus", "car", "train"].into_iter().enumerate() {
        fs::create_dir(run.images().join(name)).unwrap();
        picture(channel, 0).save(run.images().join(name).join("0.png")).unwrap();
    }
    run.fails("can be read in 2 ways");
    run.fails("hint: for 2: `--splits none`");
    let assert = run.command().args(["--splits", "none"]).assert().success();
    assert.stdout(contains("3 classes: bus 1, car 1, train 1"));
}

#[test]
fn one_class_only() {
    let run = Run::new();
    fs::create_dir(run.images().join("cat")).unwrap();
    for i in 0..6 {
        picture(0, i).save(run.images().join(format!("cat/{i}.png"))).unwrap();
    }
    run.command().assert().success();
    fit().arg("sweep").arg(run.out()).assert().code(1).stderr(contains("class"));
}

#[test]
fn cache_of_another_format_version() {
    let run = Run::new();
    three_classes(&run.images(), 2);
    run.command().assert().success();
    let file = hdf5::File::open_rw(run.out()).unwrap();
    file.attr("format_version").unwrap().write_scalar(&7_u32).unwrap();
    file.close().unwrap();
    let message = contains("format version 7").and(contains("hint:"));
    fit().arg("sweep").arg(run.out()).assert().code(3).stderr(message);
}

#[test]
fn head_on_a_cache_of_another_tap() {
    let run = Run::new();
    three_classes(&run.images(), 4);
    run.command().assert().success();
    let head = run.folder.path().join("head.safetensors");
    let mut train = fit();
    train.arg("train").arg(run.out()).args(["--head", "svm", "--out"]).arg(&head);
    train.assert().success();
    let other = run.folder.path().join("other.h5");
    extract_run(&run.images(), &other, &["--tap", "block2_pool:gap"]);
    let message =
        contains("block1_pool:gap").and(contains("block2_pool:gap")).and(contains("hint:"));
    fit().arg("eval").arg(&head).arg(&other).assert().code(3).stderr(message);
}
