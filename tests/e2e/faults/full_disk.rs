//! No space on the disk, at any stage; a folder that cannot be written.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::cheap_run::{CheapRun, failure};
use super::images;
use super::tmpfs::Tmpfs;

const N_IMAGES: usize = 60;
/// 4 KiB a row.
const N_FEATURES: usize = 1024;
const FEATURE_BYTES: u64 = (N_IMAGES * N_FEATURES * 4) as u64;

/// Images, and the cache of them that a run with all the space it wants writes.
struct Case {
    folder: TempDir,
    expected: Vec<u8>,
}

impl Case {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        images::write_tree(&folder.path().join("images"), N_IMAGES);
        let case = Self { folder, expected: Vec::new() };
        let run = case.run(&case.folder.path().join("out"));
        run.complete();
        Self { expected: run.bytes(), ..case }
    }

    fn run(&self, folder: &Path) -> CheapRun {
        let mut run = CheapRun::new(&self.folder.path().join("images"), folder);
        (run.n_features, run.batch) = (N_FEATURES, 4);
        run
    }

    /// Nothing is left but the cache, and it is the one that an undisturbed run writes.
    fn is_complete(&self, run: &CheapRun) {
        assert!(run.bytes() == self.expected);
        assert_eq!(run.leftovers(), [""; 0]);
    }
}

/// Megabytes that a message asks for.
fn megabytes_named(message: &str) -> u64 {
    assert!(message.contains("the disk is full"), "{message}");
    let (_, after) = message.split_once("hint: free ").expect(message);
    let (number, _) = after.split_once(" MB on this disk").expect(message);
    number.parse().unwrap()
}

#[test]
fn a_disk_full_of_segments_names_the_space_and_the_run_goes_on_when_it_is_there() {
    let case = Case::new();
    let mut size = FEATURE_BYTES / 2;
    let Some(disk) = Tmpfs::new(size) else { return };
    let run = case.run(disk.path());
    let message = run.fail();
    let kept = run.n_forwarded();
    assert!(!run.out().exists() && run.partial().exists());

    size += megabytes_named(&message) * 1_000_000;
    disk.resize(size);
    run.complete();
    case.is_complete(&run);
    assert!(kept > N_IMAGES / 4);
    // Of the segment that found no place, of the batch that it was filled from, and of the one that the
    // engine had meanwhile.
    let most = run.segment_rows + 2 * run.batch;
    assert!(run.n_repeated() <= most, "{} rows were computed again", run.n_repeated());
}

#[test]
fn a_disk_with_no_place_for_the_finished_file_names_the_space_and_nothing_is_computed_again() {
    let case = Case::new();
    let size = FEATURE_BYTES * 3 / 2;
    let Some(disk) = Tmpfs::new(size) else { return };
    let run = case.run(disk.path());
    let message = run.fail();
    assert_eq!(run.n_forwarded(), N_IMAGES, "the segments fit");
    assert_eq!(run.unfinished(), [""; 0]);
    assert!(!run.out().exists() && run.partial().exists());

    disk.resize(size + megabytes_named(&message) * 1_000_000);
    run.complete();
    case.is_complete(&run);
    assert_eq!(run.n_repeated(), 0);
}

#[test]
fn a_disk_that_grows_by_little_fails_at_every_stage_and_loses_nothing_at_any() {
    const STEP: u64 = 16 << 10;
    let case = Case::new();
    let mut size = STEP;
    let Some(disk) = Tmpfs::new(size) else { return };
    // So that there is no place for a single byte at first.
    fs::write(disk.path().join("full"), vec![0; STEP as usize]).unwrap();
    let run = case.run(&disk.path().join("out"));
    let mut kept = 0;
    let mut n_failures = 0;
    loop {
        let output = run.command().output().unwrap();
        if output.status.success() {
            break;
        }
        assert!(megabytes_named(&failure(&output)) > 0, "{size} bytes");
        assert_eq!(run.unfinished(), [""; 0], "{size} bytes");
        assert!(run.kept().bytes >= kept, "{size} bytes");
        kept = run.kept().bytes;
        n_failures += 1;
        size += STEP;
        disk.resize(size);
    }
    case.is_complete(&run);
    assert!(n_failures > 20, "{n_failures}");
    println!("{n_failures} times no space, and complete with {size} bytes");
}

#[test]
fn the_space_that_is_named_is_what_the_rest_of_the_run_takes() {
    /// 64 KiB a row, so that a megabyte is not much.
    const N_FEATURES: usize = 16 << 10;
    const ROW: u64 = 4 * N_FEATURES as u64;
    const FULL: u64 = 16 << 10;
    let case = Case::new();
    let n_images = N_IMAGES as u64;
    let mut run = case.run(&case.folder.path().join("roomy"));
    run.n_features = N_FEATURES;
    run.complete();
    let expected = run.bytes();

    // Full at the first byte, in the middle of the images, and after the last segment.
    for (size, filler) in [(FULL, FULL), (n_images / 2 * ROW, 0), (n_images * 5 / 4 * ROW, 0)] {
        let Some(disk) = Tmpfs::new(size) else { return };
        fs::write(disk.path().join("filler"), vec![0; filler as usize]).unwrap();
        let mut run = case.run(&disk.path().join("out"));
        run.n_features = N_FEATURES;
        let named = megabytes_named(&run.fail()) * 1_000_000;
        let rest = (n_images - run.kept().rows as u64) * ROW + n_images * ROW;
        assert!((rest..rest + 3_000_000).contains(&named), "{named} for {rest} on {size}");

        disk.resize(size + named);
        run.complete();
        assert!(run.bytes() == expected);
        assert_eq!(run.leftovers(), [""; 0]);
    }
}

/// Unlike a full disk it needs no rights: files end at `bytes`.
fn with_short_files(run: &CheapRun, bytes: u64) -> Command {
    let attempt = run.command();
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; exec prlimit --fsize=\"$0\" -- \"$@\""]);
    command.arg(bytes.to_string()).arg(attempt.get_program()).args(attempt.get_args());
    command
}

#[test]
fn a_write_that_the_system_refuses_is_told_and_the_run_goes_on_later() {
    let case = Case::new();
    let run = case.run(&case.folder.path().join("limited"));
    // The log of forwarded images is a file as well, and 65 bytes a line.
    let room_for_a_segment = 8 * 4096 + 1024;
    for bytes in [16 << 10, room_for_a_segment] {
        let message = failure(&with_short_files(&run, bytes).output().unwrap());
        assert!(
            message.contains("cannot write") && message.contains("File too large"),
            "{message}"
        );
        assert!(!run.out().exists());
        assert_eq!(run.unfinished(), [""; 0]);
    }
    let n_forwarded = run.n_forwarded();
    run.complete();
    case.is_complete(&run);
    assert_eq!(run.n_forwarded(), n_forwarded, "all segments were written under the second limit");
}

#[test]
fn a_folder_that_cannot_be_written_is_told_and_nothing_is_computed() {
    let case = Case::new();
    let Some(disk) = Tmpfs::new(FEATURE_BYTES * 4) else { return };
    disk.remount("ro");
    let run = case.run(disk.path());
    let message = run.fail();
    assert!(message.contains("Read-only file system"), "{message}");
    assert!(message.contains(&disk.path().display().to_string()), "{message}");
    assert_eq!(run.n_forwarded(), 0);

    disk.remount("rw");
    run.complete();
    case.is_complete(&run);
}
