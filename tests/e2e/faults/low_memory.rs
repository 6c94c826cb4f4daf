//! libtorch without the memory that a batch needs: on the CPU, where a limit on addresses is one on memory.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use super::super::programs::extract;
use super::{images, peak};

/// Width and height of what the network is given.
const SIDE: u64 = 512;
/// An activation of the first layers of VGG16, of which there are two at a time: 64 channels in f32.
const ACTIVATION_KIB: u64 = SIDE * SIDE * 64 * 4 / 1024;
const N_IMAGES: usize = 8;

/// A run with that many images in a batch, in as many KiB of addresses.
fn command(tree: &Path, out: &Path, batch: usize, limit_kib: Option<u64>) -> Command {
    let limit = limit_kib.map_or("unlimited".to_owned(), |kib| kib.to_string());
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -v \"$0\" && exec \"$@\"", &limit]);
    command.arg(extract().get_program()).arg("run").arg(tree).arg("--out").arg(out);
    command.args(["--engine", "libtorch", "--device", "cpu", "--tap", "block1_pool:gap"]);
    command.args(["--squash", &SIDE.to_string(), "--batch", &batch.to_string()]);
    // Each thread takes addresses of its own.
    command.envs([("OMP_NUM_THREADS", "2"), ("RAYON_NUM_THREADS", "2")]);
    command
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The batch that a message proposes.
fn proposed_batch(message: &str) -> usize {
    let (_, after) = message.split_once("hint: with `--batch ").expect(message);
    let (number, _) = after.split_once("` it takes less memory").expect(message);
    number.parse().unwrap()
}

#[test]
fn a_batch_that_memory_does_not_hold_is_an_error_that_names_one_that_it_does() {
    let folder = tempfile::tempdir().unwrap();
    let tree = folder.path().join("images");
    images::write_tree(&tree, N_IMAGES);
    // Enough for two images, and for the first activation of four.
    let of_one = command(&tree, &folder.path().join("one.h5"), 1, None);
    let limit = peak::run(of_one, "VmPeak") + 3 * ACTIVATION_KIB;

    let out = folder.path().join("limited.h5");
    let mut batch = N_IMAGES;
    loop {
        let output = command(&tree, &out, batch, Some(limit)).output().unwrap();
        if output.status.success() {
            break;
        }
        let message = stderr(&output);
        println!("{message}");
        assert_eq!(output.status.code(), Some(1), "{message}");
        let tried = format!("`libtorch` ran out of memory on `cpu`, with a batch of {batch}: ");
        assert!(message.contains(&tried) && !message.contains("panicked"), "{message}");
        assert!(message.contains("DefaultCPUAllocator: can't allocate memory"), "{message}");
        assert!(!out.exists());
        batch = proposed_batch(&message);
    }
    assert!(batch < N_IMAGES, "it was refused at first");

    let unlimited = folder.path().join("unlimited.h5");
    let output = command(&tree, &unlimited, batch, None).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(fs::read(&out).unwrap() == fs::read(&unlimited).unwrap());
}
