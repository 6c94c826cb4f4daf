//! Ctrl-C and SIGTERM, on the program itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use super::super::programs::extract;
use super::images;

const N_IMAGES: usize = 100;

fn command(tree: &Path, out: &Path) -> Command {
    let mut command = Command::new(extract().get_program());
    command.arg("run").arg(tree).arg("--out").arg(out);
    command.args(["--tap", "block1_pool:gap", "--device", "cpu"]);
    command
}

/// Sends `signal` to a process.
pub(super) fn send(signal: &str, process: &Child) {
    let mut kill = Command::new("kill");
    assert!(kill.args(["-s", signal, &process.id().to_string()]).status().unwrap().success());
}

fn partial_of(out: &Path) -> PathBuf {
    out.with_extension("h5.partial")
}

#[test]
fn a_run_that_is_interrupted_keeps_its_rows_and_the_same_command_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let tree = folder.path().join("images");
    images::write_tree(&tree, N_IMAGES);
    let uninterrupted = folder.path().join("uninterrupted.h5");
    assert!(command(&tree, &uninterrupted).output().unwrap().status.success());

    for signal in ["INT", "TERM"] {
        let out = folder.path().join(format!("{signal}.h5"));
        let mut process = command(&tree, &out).stderr(Stdio::piped()).spawn().unwrap();
        while !partial_of(&out).join("provenance.json").exists() {
            assert!(process.try_wait().unwrap().is_none(), "it ends too early");
            thread::sleep(Duration::from_millis(1));
        }
        thread::sleep(Duration::from_millis(500)); // some batches
        send(signal, &process);
        let output = process.wait_with_output().unwrap();
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(130), "{message}");
        assert!(message.contains("interrupted") && message.contains("hint: "), "{message}");
        assert!(!out.exists());
        assert!(partial_of(&out).join("segment-000001.rows").exists(), "{message}");

        let output = command(&tree, &out).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(fs::read(&out).unwrap() == fs::read(&uninterrupted).unwrap(), "{signal}");
        assert!(!partial_of(&out).exists());
    }
}
