//! How the memory of `extract` itself, with its real engines, grows with the number of images.

use std::path::Path;
use std::process::Command;

use super::super::programs::extract;
use super::{images, peak, setting};

/// Difference in peak memory between a tenth of the images and all of them. A run has buffers that
/// fill up once: batches on their way, 64 MiB of rows before a segment is closed (here 256 bytes a row).
const MEMORY_KIB: u64 = 20_000;

/// Peak memory in KiB of a run over the first layers of VGG16 on small images.
fn measure(tree: &Path, out: &Path, engine: &str) -> u64 {
    let mut command = Command::new(extract().get_program());
    command.arg("run").arg(tree).arg("--out").arg(out).args(["--engine", engine, "--json"]);
    command.args(["--device", "cpu", "--tap", "block1_pool:gap", "--squash", "32"]);
    peak::run(command, "VmHWM")
}

#[test]
fn memory_does_not_grow_with_the_number_of_images() {
    let n_images = setting("OFFSHELF_SCALE", 1000);
    let folder = tempfile::tempdir().unwrap();
    let [few, many] = [n_images / 10, n_images].map(|n| {
        let tree = folder.path().join(n.to_string());
        images::write_tree(&tree, n);
        tree
    });
    for engine in ["winograd", "libtorch"] {
        let peaks = [&few, &many]
            .map(|tree| measure(tree, &tree.with_extension(format!("{engine}.h5")), engine));
        let growth = peaks[1].saturating_sub(peaks[0]);
        println!(
            "{engine}: {} MB for {} images, {} MB for {n_images}",
            peaks[0] / 1000,
            n_images / 10,
            peaks[1] / 1000
        );
        assert!(growth < MEMORY_KIB, "{engine}: {peaks:?}");
    }
}
