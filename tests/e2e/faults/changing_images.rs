//! Images replaced while they are read, and clocks that go backwards.

use std::collections::HashSet;
use std::fs::{self, File, FileTimes};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use feature_cache::Cache;
use tempfile::TempDir;

use super::cheap_run::CheapRun;
use super::images;

const N_IMAGES: usize = 40;

struct Case {
    folder: TempDir,
    run: CheapRun,
}

impl Case {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let tree = folder.path().join("images");
        images::write_tree(&tree, N_IMAGES);
        let run = CheapRun::new(&tree, &folder.path().join("out"));
        Self { folder, run }
    }

    /// Where image `i` lies.
    fn image(&self, i: usize) -> PathBuf {
        images::path(&self.folder.path().join("images"), N_IMAGES, i)
    }

    /// Puts picture `picture` in the place of image `i`, at once.
    fn replace(&self, i: usize, picture: usize) {
        let new = self.folder.path().join(format!("new-{picture}.png"));
        images::write(&new, picture);
        fs::rename(new, self.image(i)).unwrap();
    }

    /// The features of image `i`, which belong to the content that the cache names.
    fn features(&self, i: usize) -> Vec<f32> {
        features(&self.run, i)
    }
}

/// The features in row `i`.
fn features(run: &CheapRun, i: usize) -> Vec<f32> {
    let cache = Cache::open(&run.out()).unwrap();
    cache.features("pixels:digest").unwrap().view().row(i).to_vec()
}

/// The BLAKE3 in row `i`.
fn content_hash(run: &CheapRun, i: usize) -> [u8; 32] {
    Cache::open(&run.out()).unwrap().samples().nth(i).unwrap().unwrap().content_hash
}

fn hash(path: &Path) -> [u8; 32] {
    blake3::hash(&fs::read(path).unwrap()).into()
}

fn set_modified(path: &Path, time: SystemTime) {
    let times = FileTimes::new().set_modified(time);
    File::options().write(true).open(path).unwrap().set_times(times).unwrap();
}

#[test]
fn an_image_replaced_before_it_is_read_and_one_replaced_after_both_end_right() {
    let mut case = Case::new();
    (case.run.batch, case.run.batch_ms) = (4, 100);
    let (first, last) = (0, N_IMAGES - 1);
    let mut process = case.run.start();
    while case.run.kept().rows == 0 {
        thread::sleep(Duration::from_millis(1));
    }
    case.replace(first, 1000);
    case.replace(last, 1001);
    assert!(process.wait().unwrap().success());
    assert_ne!(content_hash(&case.run, first), hash(&case.image(first)), "read before");
    assert_eq!(content_hash(&case.run, last), hash(&case.image(last)), "read after");

    let n_forwarded = case.run.n_forwarded();
    let old = case.features(first);
    case.run.complete();
    assert_eq!(case.run.n_forwarded(), n_forwarded + 1, "the image that had been read before");
    assert_eq!(content_hash(&case.run, first), hash(&case.image(first)));
    assert_ne!(case.features(first), old);
}

#[test]
fn features_belong_to_the_content_of_their_row_however_fast_an_image_changes() {
    let mut case = Case::new();
    case.run.batch = 1;
    // What the features of the two pictures are.
    let i = N_IMAGES / 2;
    let known: Vec<([u8; 32], Vec<f32>)> = [2000, 2001]
        .map(|picture| {
            case.replace(i, picture);
            case.run.complete();
            (content_hash(&case.run, i), case.features(i))
        })
        .into();

    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                case.replace(i, 2000);
                case.replace(i, 2001);
            }
        });
        for round in 0..10 {
            let out = case.folder.path().join(format!("round-{round}"));
            let mut run = CheapRun::new(&case.folder.path().join("images"), &out);
            run.batch = 1;
            let report = run.complete();
            // Given up after several attempts, the image is in the table of errors.
            if report["unreadable"].as_array().unwrap().is_empty() {
                let row = (content_hash(&run, i), features(&run, i));
                assert!(known.contains(&row), "round {round}");
            }
        }
        over.store(true, Ordering::Relaxed);
    });
}

#[test]
fn times_of_the_future_and_of_before_1970_are_times_as_any_other() {
    let case = Case::new();
    let century = Duration::from_secs(100 * 365 * 24 * 3600);
    let times = [UNIX_EPOCH, UNIX_EPOCH - century / 2, SystemTime::now() + century];
    for (i, time) in times.into_iter().enumerate() {
        set_modified(&case.image(i), time);
    }
    case.run.complete();
    let bytes = case.run.bytes();
    assert_eq!(case.run.complete()["up_to_date"], true);
    assert_eq!(case.run.n_forwarded(), N_IMAGES);
    assert!(case.run.bytes() == bytes);
}

#[test]
fn a_change_under_a_clock_that_went_backwards_is_seen() {
    let case = Case::new();
    case.run.complete();
    // The same number of bytes: bitmaps of one size.
    let bitmap = |picture: usize| {
        let png = case.folder.path().join("picture.png");
        images::write(&png, picture);
        image::open(&png).unwrap().save(case.folder.path().join("images/class-0/a.bmp")).unwrap();
    };
    let path = case.folder.path().join("images/class-0/a.bmp");
    bitmap(3000);
    case.run.complete();
    let before = (fs::metadata(&path).unwrap().len(), content_hash(&case.run, N_IMAGES / 3));
    bitmap(3001);
    set_modified(&path, SystemTime::now() - Duration::from_secs(3600));
    assert_eq!(fs::metadata(&path).unwrap().len(), before.0);
    case.run.complete();
    assert_eq!(case.run.n_forwarded(), N_IMAGES + 2);
    let hashes: HashSet<[u8; 32]> =
        Cache::open(&case.run.out()).unwrap().samples().map(|s| s.unwrap().content_hash).collect();
    assert!(hashes.contains(&hash(&path)));
}
