//! The programs under test, built as this test was, and the weights they need.

use std::path::{Path, PathBuf};
use std::process;
use std::sync::OnceLock;

use assert_cmd::Command;

/// Folder of this package.
pub(crate) const PACKAGE: &str = env!("CARGO_MANIFEST_DIR");

/// `extract`, with the weights of its default fetched.
pub(crate) fn extract() -> Command {
    static WEIGHTS: OnceLock<()> = OnceLock::new();
    WEIGHTS.get_or_init(|| {
        let fetch = ["weights", "fetch", "vgg16-keras-notop"];
        Command::new(program("extract")).args(fetch).assert().success();
    });
    Command::new(program("extract"))
}

/// `extract`, for what needs no weights.
pub(crate) fn extract_without_weights() -> Command {
    Command::new(program("extract"))
}

/// `fit`.
pub(crate) fn fit() -> Command {
    Command::new(program("fit"))
}

/// Extracts `images` with further arguments, which must succeed.
pub(crate) fn extract_run(images: &Path, out: &Path, arguments: &[&str]) {
    let mut command = extract();
    command.arg("run").arg(images).arg("--out").arg(out).args(arguments);
    command.assert().success();
}

/// Path of a program of this workspace. Cargo builds only the programs of the package that is
/// tested, so both are built here, in the profile of this test; with the whole workspace, because
/// another choice of packages is another choice of features, and would compile HDF5 once more.
pub(crate) fn program(name: &str) -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let test = std::env::current_exe().expect("a test knows where it is");
        let folder = test.parent().and_then(Path::parent).expect("target/<profile>/deps/test");
        let mut build = process::Command::new(env!("CARGO"));
        build.current_dir(PACKAGE).args(["build", "--workspace", "--locked", "--quiet", "--bins"]);
        if folder.ends_with("release") {
            build.arg("--release");
        }
        assert!(build.status().unwrap().success(), "the programs do not build");
        folder.to_owned()
    });
    folder.join(name)
}
