//! The most memory that a program takes.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// What a process had most of so far, as Linux tells it under `name`; `None` once it has ended.
fn peak_kib(process: &Child, name: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", process.id())).ok()?;
    let value = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    value.trim().strip_suffix(" kB")?.parse().ok()
}

/// Runs a program, which must succeed, and tells how many KiB it had at most: of memory with the name
/// `VmHWM`, of addresses with `VmPeak`.
pub(super) fn run(mut command: Command, name: &str) -> u64 {
    let mut process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut peak = 0;
    while process.try_wait().unwrap().is_none() {
        peak = peak_kib(&process, name).unwrap_or(peak);
        thread::sleep(Duration::from_millis(2));
    }
    assert!(process.wait().unwrap().success() && peak > 0, "{peak}");
    peak
}
