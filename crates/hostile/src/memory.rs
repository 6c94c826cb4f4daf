//! Tests in a process of their own that has little memory.

use std::env;
use std::process::Command;

/// Which test the process is for.
const CHILD: &str = "OFFSHELF_TEST_WITH_LITTLE_MEMORY";

/// Runs `body`, which is all of the test called `test` (with its modules, `module::name`), in a process of at
/// most `mib` MiB of address space. Whatever asks for more gets none, and ends the process unless it bears
/// that. The process takes a few hundred MiB for itself.
///
/// Only Linux counts address space; elsewhere `body` runs as it is.
///
/// # Panics
/// When `body` does, or its process dies.
pub fn with_memory(test: &str, mib: u64, body: impl FnOnce()) {
    if !cfg!(target_os = "linux") || env::var(CHILD).as_deref() == Ok(test) {
        return body();
    }
    let itself = env::current_exe().expect("a test has a program");
    let output = Command::new("sh")
        .args(["-c", &format!("ulimit -v {} && exec \"$0\" \"$@\"", mib * 1024)])
        .arg(itself)
        .args(["--exact", test, "--test-threads=1", "--nocapture"])
        .env(CHILD, test)
        .output()
        .expect("a shell runs");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success(), "{}\n{said}", output.status);
    assert!(said.contains("1 passed"), "there is no test `{test}`\n{said}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_passes() {
        with_memory("memory::tests::what_fits_passes", 512, || {
            assert_eq!(vec![1_u8; 64 << 20].len(), 64 << 20);
        });
    }

    #[cfg(target_os = "linux")]
    #[test]
    #[should_panic(expected = "memory allocation of 1073741824 bytes failed")]
    fn what_takes_more_fails() {
        with_memory("memory::tests::what_takes_more_fails", 512, || {
            assert_eq!(vec![1_u8; 1 << 30].len(), 1 << 30);
        });
    }
}
