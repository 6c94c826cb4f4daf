//! A folder of small images, and runs on it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use extract::run::{Counts, Forecast, Job, Outcome, RunError, Source};
use feature_cache::{Cache, Partial, SegmentLimits};
use network::Recipe;
use preprocess::{Limits, Views};
use schema::Shard;
use tempfile::TempDir;

use super::engine::{CountingEngine, SIDE, features, recipe};

/// A temporary folder with images in it, and beside them a cache.
pub(crate) struct Fixture {
    folder: TempDir,
    pub(crate) recipe: Recipe,
    pub(crate) job: Job,
    /// Engines that work side by side.
    pub(crate) n_engines: usize,
}

/// What a run gave, and how many images it forwarded.
pub(crate) struct Run {
    pub(crate) result: Result<Outcome, RunError>,
    pub(crate) n_forwarded: usize,
}

impl Run {
    pub(crate) fn outcome(self) -> Outcome {
        self.result.unwrap()
    }

    pub(crate) fn error(self) -> RunError {
        self.result.unwrap_err()
    }
}

impl Fixture {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let job = Job {
            images: folder.path().join("images"),
            source: Source::folder(),
            crop_box: false,
            out: folder.path().join("cache.h5"),
            batch: 4,
            shard: None,
            rehash: false,
            replace: false,
            any_engine: false,
            limits: Limits::default(),
            segments: SegmentLimits { rows: 3, ..SegmentLimits::default() },
        };
        fs::create_dir(&job.images).unwrap();
        Self { folder, recipe: recipe(Views::Center), job, n_engines: 1 }
    }

    /// The same with these views.
    pub(crate) fn with_views(mut self, views: &str) -> Self {
        self.recipe = recipe(views.parse().unwrap());
        self
    }

    /// As [`new`](Self::new), with images `cat/000.bmp` and so on, all different.
    pub(crate) fn with_images(n: u32) -> Self {
        let fixture = Self::new();
        for i in 0..n {
            fixture.put(&format!("cat/{i:03}.bmp"), i);
        }
        fixture
    }

    pub(crate) fn file(&self, path: &str) -> PathBuf {
        self.job.images.join(path)
    }

    /// Where a file beside the cache lies.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes an image: equal keys give equal images, and all images are of the same size.
    pub(crate) fn put(&self, path: &str, key: u32) {
        let mut pixels = vec![0; (SIDE * SIDE * 3) as usize];
        blake3::Hasher::new().update(&key.to_le_bytes()).finalize_xof().fill(&mut pixels);
        let image = image::RgbImage::from_raw(SIDE, SIDE, pixels).unwrap();
        let mut bytes = Vec::new();
        let mut writer = std::io::Cursor::new(&mut bytes);
        image.write_to(&mut writer, image::ImageFormat::Bmp).unwrap();
        self.write(path, &bytes);
    }

    pub(crate) fn write(&self, path: &str, bytes: &[u8]) {
        let file = self.file(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.file(path)).unwrap();
    }

    pub(crate) fn rename(&self, from: &str, to: &str) {
        fs::create_dir_all(self.file(to).parent().unwrap()).unwrap();
        fs::rename(self.file(from), self.file(to)).unwrap();
    }

    pub(crate) fn modified(&self, path: &str) -> SystemTime {
        self.file(path).metadata().unwrap().modified().unwrap()
    }

    pub(crate) fn set_modified(&self, path: &str, time: SystemTime) {
        File::options().append(true).open(self.file(path)).unwrap().set_modified(time).unwrap();
    }

    /// Makes a file a minute older.
    pub(crate) fn touch(&self, path: &str) {
        self.set_modified(path, self.modified(path) - Duration::from_secs(60));
    }

    pub(crate) fn run(&self) -> Run {
        self.run_until(usize::MAX)
    }

    /// A run that is told to stop once so many images were forwarded.
    pub(crate) fn run_until(&self, n_forwarded: usize) -> Run {
        self.run_job(&self.job, n_forwarded)
    }

    fn run_job(&self, job: &Job, stop_after: usize) -> Run {
        let engine = CountingEngine::new(stop_after);
        let engines = engine.engines(self.n_engines);
        let result = extract::run::run_with(&self.recipe, engines, job, &engine.stop, &mut |_| ());
        Run { result, n_forwarded: engine.n_forwarded() }
    }

    pub(crate) fn dry_run(&self) -> Forecast {
        self.try_dry_run().unwrap()
    }

    pub(crate) fn try_dry_run(&self) -> Result<Forecast, RunError> {
        extract::run::dry_run(&self.recipe, &self.job, &mut |_| ())
    }

    pub(crate) fn with_shard(&mut self, shard: &str) -> &Self {
        self.job.shard = Some(shard.parse::<Shard>().unwrap());
        self
    }

    /// The bytes of the cache, once it was checked that each row is of the image of its path.
    pub(crate) fn checked_cache(&self) -> Vec<u8> {
        let cache = self.cache();
        let [pixels, sums] = ["input:flatten", "input:sum"].map(|tap| cache.features(tap).unwrap());
        let n_views = self.recipe.views.n_views();
        assert_eq!([pixels.n_views(), sums.n_views()], [n_views; 2]);
        for (row, path) in cache.paths().unwrap().iter().enumerate() {
            let file = fs::read(self.file(path)).unwrap();
            let image = preprocess::decode(&file).unwrap();
            let views = self.recipe.views.pixels(&image, &self.recipe.preset, &self.job.limits);
            for (view, expected) in views.unwrap().iter().enumerate() {
                let row = row * n_views + view;
                let found = [pixels.view().row(row).to_vec(), sums.view().row(row).to_vec()];
                assert_eq!(found, features(&expected.pixels), "{path}, view {view}");
            }
            assert_eq!(cache.content_hashes().unwrap()[row], *blake3::hash(&file).as_bytes());
        }
        assert!(!Partial::folder_of(&self.job.out).exists(), "the unfinished run is gone");
        fs::read(&self.job.out).unwrap()
    }

    pub(crate) fn cache(&self) -> Cache {
        Cache::open(&self.job.out).unwrap()
    }

    /// The bytes of a cache made of the same images from nothing, without an interruption.
    pub(crate) fn cache_from_scratch(&self) -> Vec<u8> {
        let job = Job { out: self.beside("scratch.h5"), ..self.job.clone() };
        self.run_job(&job, usize::MAX).outcome();
        let bytes = fs::read(&job.out).unwrap();
        fs::remove_file(&job.out).unwrap();
        bytes
    }
}

/// Everything below a folder, with contents and times.
pub(crate) fn snapshot(folder: &Path) -> Vec<(PathBuf, SystemTime, Option<Vec<u8>>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let modified = path.metadata().unwrap().modified().unwrap();
        if path.is_dir() {
            found.extend(snapshot(&path));
        }
        let bytes = fs::read(&path).ok();
        found.push((path, modified, bytes));
    }
    found.sort();
    found
}

/// Counts of a run in which nothing moved and nothing went.
pub(crate) fn counts(computed: usize, reused: usize, duplicates: usize) -> Counts {
    Counts { computed, reused, duplicates, ..Counts::default() }
}
