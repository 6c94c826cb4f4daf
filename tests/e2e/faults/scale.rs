//! What a second run costs, and how memory grows with the number of images.

use std::fs::{self, File, FileTimes};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use tempfile::TempDir;

use super::cheap_run::CheapRun;
use super::{images, setting};

/// Difference in peak memory between a tenth of the images and all of them.
const MEMORY_KIB: u64 = 20_000;

/// Images, and a run over them.
struct Case {
    folder: TempDir,
    n_images: usize,
    run: CheapRun,
}

impl Case {
    /// A row takes 8 KiB: segments of the usual size fill up.
    fn new(n_images: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let tree = folder.path().join("images");
        images::write_tree(&tree, n_images);
        let mut run = CheapRun::new(&tree, &folder.path().join("out"));
        (run.n_features, run.segment_rows) = (2048, usize::MAX);
        Self { folder, n_images, run }
    }

    fn tree(&self) -> std::path::PathBuf {
        self.folder.path().join("images")
    }

    fn image(&self, i: usize) -> std::path::PathBuf {
        images::path(&self.tree(), self.n_images, i)
    }

    /// How many images go through the network in one more run.
    fn n_forwarded_now(&self) -> usize {
        let before = self.run.n_forwarded();
        self.run.complete();
        self.run.n_forwarded() - before
    }
}

/// Peak memory in KiB of a first run over `n_images`, and of a second one, with its cost printed.
fn measure(n_images: usize) -> [u64; 2] {
    let case = Case::new(n_images);
    let first = case.run.complete();
    assert_eq!(case.run.n_forwarded(), n_images);
    // Of any image that was decoded now, or only read, there would be a word.
    (0..n_images.min(1000)).for_each(|i| spoil(&case.image(i)));

    let written = fs::metadata(case.run.out()).unwrap().modified().unwrap();
    let started = Instant::now();
    let second = case.run.complete();
    let rerun = started.elapsed();
    assert_eq!(second["up_to_date"], true);
    assert_eq!(case.run.n_forwarded(), n_images);
    assert_eq!(fs::metadata(case.run.out()).unwrap().modified().unwrap(), written);

    let started = Instant::now();
    assert_eq!(walk(&case.tree()), n_images);
    let walk = started.elapsed();
    let peak = [&first, &second].map(|report| report["peak_rss_kib"].as_u64().unwrap());
    println!(
        "{n_images} images: first run {:.1} s, {} MB; second run {:.2} s, {} MB: \
         {:.1} times a walk with stat ({:.3} s)",
        first["seconds"].as_f64().unwrap(),
        peak[0] / 1000,
        rerun.as_secs_f64(),
        peak[1] / 1000,
        rerun.as_secs_f64() / walk.as_secs_f64(),
        walk.as_secs_f64()
    );
    peak
}

/// Other bytes, under the size and the time of those that were there.
fn spoil(path: &Path) {
    let metadata = fs::metadata(path).unwrap();
    fs::write(path, vec![0; metadata.len() as usize]).unwrap();
    set_modified(path, metadata.modified().unwrap());
}

fn set_modified(path: &Path, time: SystemTime) {
    let times = FileTimes::new().set_modified(time);
    File::options().write(true).open(path).unwrap().set_times(times).unwrap();
}

/// Counts the files below a folder, and looks at each.
fn walk(folder: &Path) -> usize {
    let mut n = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let metadata = entry.metadata().unwrap();
        n += if metadata.is_dir() { walk(&entry.path()) } else { 1 };
    }
    n
}

#[test]
fn a_second_run_over_the_same_images_reads_none_of_them_in_memory_that_hardly_grows() {
    let n_images = setting("OFFSHELF_SCALE", 2000);
    let few = measure(n_images / 10);
    let many = measure(n_images);
    let growth = [0, 1].map(|run| many[run].saturating_sub(few[run]));
    println!(
        "ten times the images: {} KiB more for the first run, {} KiB for the second",
        growth[0], growth[1]
    );
    // Below the full size, buffers that do not fill up differ by more than tables do.
    if n_images >= 100_000 {
        assert!(growth.iter().all(|&kib| kib < MEMORY_KIB), "{growth:?}");
    }
}

#[test]
fn only_what_is_new_goes_through_the_network() {
    let case = Case::new(setting("OFFSHELF_SCALE", 2000) / 10);
    let n = case.n_images;
    assert_eq!(case.n_forwarded_now(), n);

    for i in 0..10 {
        images::write(&case.tree().join(format!("class-1/new-{i}.png")), n + i);
    }
    assert_eq!(case.n_forwarded_now(), 10, "10 images were added");

    for i in 0..n / 10 {
        fs::rename(case.image(i), case.tree().join(format!("class-2/renamed-{i}.png"))).unwrap();
    }
    assert_eq!(case.n_forwarded_now(), 0, "{} images were renamed", n / 10);

    let past = SystemTime::now() - Duration::from_secs(1_000_000);
    (n / 10..n).for_each(|i| set_modified(&case.image(i), past));
    assert_eq!(case.n_forwarded_now(), 0, "{} images were touched", n - n / 10);

    (n / 2..n).for_each(|i| fs::remove_file(case.image(i)).unwrap());
    assert_eq!(case.n_forwarded_now(), 0, "{} images were removed", n - n / 2);
}
