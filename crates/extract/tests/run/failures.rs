//! Engines that fail under way.

use std::cell::LazyCell;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use engine::{Engine, EngineError};
use extract::run::{Failure, NotFiniteCause, RunError, run_with};
use feature_cache::Partial;
use preprocess::Rgb;
use schema::Dtype;

use super::engine::CountingEngine;
use super::fixture::{Fixture, counts};

fn no_memory(n_images: Option<usize>) -> EngineError {
    EngineError {
        engine: "test",
        device: "cpu".to_owned(),
        n_images,
        is_out_of_memory: true,
        message: "no memory".to_owned(),
    }
}

/// Works as `working` does, but fails on one batch of all those that engines share the count of.
struct Failing<'a> {
    working: &'a CountingEngine,
    n_batches: &'a AtomicUsize,
    fails_at: usize,
}

impl Engine for Failing<'_> {
    fn forward(&mut self, images: &[Rgb]) -> Result<Vec<Vec<f32>>, EngineError> {
        if self.n_batches.fetch_add(1, Ordering::Relaxed) == self.fails_at {
            return Err(no_memory(Some(images.len())));
        }
        self.working.forward(images)
    }
}

/// What a run with these engines says, which must fail.
fn failure(fixture: &Fixture, engines: Vec<Box<dyn Engine + '_>>) -> Failure {
    let never = AtomicBool::new(false);
    match run_with(&fixture.recipe, engines, &fixture.job, &never, &mut |_| ()) {
        Err(RunError::Failed(failure)) => *failure,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_was_finished_is_kept_and_a_run_with_a_smaller_batch_ends_as_without_the_failure() {
    for (n_engines, fails_at) in
        [1, 2, 3].into_iter().flat_map(|n| [0, 1, 3, 7].map(|fails_at| (n, fails_at)))
    {
        let mut fixture = Fixture::with_images(32);
        let (working, n_batches) = (CountingEngine::new(usize::MAX), AtomicUsize::new(0));
        let engine = |_| -> Box<dyn Engine + '_> {
            Box::new(Failing { working: &working, n_batches: &n_batches, fails_at })
        };
        let failure = failure(&fixture, (0..n_engines).map(engine).collect());
        let n_kept = working.n_forwarded();
        assert!(n_kept < 32 && n_kept >= 4 * fails_at, "{n_kept} with a failure at {fails_at}");
        assert_eq!((failure.n_rows, failure.n_images, failure.batch), (n_kept, 32, 4));
        assert_eq!(failure.folder, Partial::folder_of(&fixture.job.out));
        assert_eq!(failure.folder.is_dir(), n_kept > 0);
        assert!(!fixture.job.out.exists());

        fixture.job.batch = 2;
        let second = fixture.run();
        assert_eq!(second.n_forwarded, 32 - n_kept, "none is forwarded twice");
        assert_eq!(second.outcome().counts, counts(32 - n_kept, n_kept, 0));
        assert!(fixture.checked_cache() == fixture.cache_from_scratch());
    }
}

#[test]
fn what_another_engine_has_begun_is_kept() {
    let fixture = Fixture::with_images(30);
    let (working, n_batches) = (CountingEngine::new(usize::MAX), AtomicUsize::new(0));
    let failing = Failing { working: &working, n_batches: &n_batches, fails_at: 0 };
    let failure = failure(&fixture, vec![Box::new(failing), Box::new(&working)]);
    assert_eq!(failure.error, no_memory(Some(4)));
    assert_eq!((failure.n_rows, working.n_forwarded()), (4, 4), "the second batch");
}

#[test]
fn a_network_that_cannot_be_loaded_leaves_nothing() {
    let fixture = Fixture::with_images(6);
    let engine = LazyCell::new(|| Err::<Box<dyn Engine>, _>(no_memory(None)));
    let failure = failure(&fixture, vec![Box::new(engine)]);
    assert_eq!((failure.error, failure.n_rows), (no_memory(None), 0));
    assert!(!failure.folder.exists() && !fixture.job.out.exists());
}

/// Gives a number that is none for the images that it counts as wrong.
struct Overflowing<'a> {
    working: &'a CountingEngine,
    /// The first pixel of the wrong image.
    wrong: u8,
    value: f32,
}

impl Engine for Overflowing<'_> {
    fn forward(&mut self, images: &[Rgb]) -> Result<Vec<Vec<f32>>, EngineError> {
        let mut features = self.working.forward(images)?;
        let is_wrong = |image: &Rgb| image.pixels[0] == self.wrong;
        if let Some(i) = images.iter().position(is_wrong) {
            features[1][i] = self.value;
        }
        Ok(features)
    }
}

/// What is no number stops the run and is told with its tap and image; no such row is written, and those
/// before it are kept.
#[test]
fn a_feature_that_is_no_number_stops_the_run_and_is_never_written() {
    for (value, dtype, n_engines) in [
        (f32::NAN, Dtype::F32, 1),
        (f32::INFINITY, Dtype::F32, 2),
        (f32::NEG_INFINITY, Dtype::F32, 3),
        (70000.0, Dtype::F16, 1),
    ] {
        let mut fixture = Fixture::with_images(32);
        fixture.recipe.taps.iter_mut().for_each(|tap| tap.dtype = dtype);
        fixture.recipe.provenance.dtype = dtype;
        let path = "cat/013.bmp";
        let image = preprocess::decode(&std::fs::read(fixture.file(path)).unwrap()).unwrap();
        let (working, never) = (CountingEngine::new(usize::MAX), AtomicBool::new(false));
        let engine = |_| -> Box<dyn Engine + '_> {
            Box::new(Overflowing { working: &working, wrong: image.pixels[0], value })
        };
        let engines = (0..n_engines).map(engine).collect();
        let error = run_with(&fixture.recipe, engines, &fixture.job, &never, &mut |_| ());
        let Err(RunError::NotFinite(error)) = error else { panic!("{error:?}") };
        assert_eq!((error.tap.as_str(), error.path.as_str()), ("input:sum", path));
        assert!(error.value.total_cmp(&value).is_eq());
        let is_stored = error.cause == NotFiniteCause::Stored;
        assert_eq!(is_stored, dtype == Dtype::F16);
        assert!(!fixture.job.out.exists());

        // The rows before it are there, and no other: the next run computes the rest.
        let rest = fixture.run();
        assert_eq!(rest.n_forwarded, 32 - 13, "{value}");
        let cache = fixture.cache();
        let sums = cache.features("input:sum").unwrap();
        rest.outcome();
        assert!(sums.view().iter().all(|sum| sum.is_finite()));
    }
}
