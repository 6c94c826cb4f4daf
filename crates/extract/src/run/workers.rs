//! Engines at work, a thread each, while images are loaded and rows are written.

use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

use engine::{Engine, EngineError};
use preprocess::Rgb;

use network::Passes;

/// What the engines took; of several the mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct WorkTimes {
    /// Without a batch to work on.
    pub(super) waiting: Duration,
    /// Moving pixels to a device and features back.
    pub(super) copying: Duration,
    /// Computing.
    pub(super) forward: Duration,
}

/// Engines that take turns. Each has one batch at a time, and features come back in the order of the
/// batches, so that rows are the same whatever the number of engines.
pub(super) struct Workers<'scope> {
    workers: Vec<Worker<'scope>>,
    n_given: usize,
    n_taken: usize,
}

struct Worker<'scope> {
    batches: SyncSender<Vec<Rgb>>,
    features: Receiver<Result<Vec<Vec<f32>>, EngineError>>,
    thread: ScopedJoinHandle<'scope, WorkTimes>,
}

impl<'scope> Workers<'scope> {
    /// Starts a thread for each engine.
    ///
    /// # Panics
    /// Without an engine.
    pub(super) fn start<'env>(
        scope: &'scope Scope<'scope, 'env>,
        engines: Vec<Box<dyn Engine + 'env>>,
        passes: Passes,
    ) -> Self {
        assert!(!engines.is_empty(), "there is an engine");
        let start = |engine| {
            // A worker has one batch at a time: neither side waits for room.
            let (batches, given) = sync_channel(1);
            let (done, features) = sync_channel(1);
            let thread = scope.spawn(move || work(engine, passes, &given, &done));
            Worker { batches, features, thread }
        };
        Self { workers: engines.into_iter().map(start).collect(), n_given: 0, n_taken: 0 }
    }

    /// Whether every engine has a batch, whose features must be taken before another is given.
    pub(super) fn are_busy(&self) -> bool {
        self.n_given - self.n_taken == self.workers.len()
    }

    /// Gives a batch to the engine whose turn it is, and does not wait for it.
    ///
    /// # Panics
    /// When all are busy, or the engine panicked.
    pub(super) fn give(&mut self, views: Vec<Rgb>) {
        assert!(!self.are_busy(), "features are taken first");
        let index = self.n_given % self.workers.len();
        self.n_given += 1;
        if self.workers[index].batches.send(views).is_err() {
            self.panic_of(index);
        }
    }

    /// The features of the earliest batch that was given and not taken, once they are there, or why there
    /// are none; `None` when all were taken.
    ///
    /// # Panics
    /// When the engine panicked.
    pub(super) fn take(&mut self) -> Option<Result<Vec<Vec<f32>>, EngineError>> {
        if self.n_taken == self.n_given {
            return None;
        }
        let index = self.n_taken % self.workers.len();
        self.n_taken += 1;
        Some(self.workers[index].features.recv().unwrap_or_else(|_| self.panic_of(index)))
    }

    /// Ends the threads. Features that were not taken are lost.
    ///
    /// # Panics
    /// When an engine panicked.
    pub(super) fn finish(self) -> WorkTimes {
        let n = u32::try_from(self.workers.len()).expect("a few threads");
        let mut sum = WorkTimes::default();
        for Worker { batches, features, thread } in self.workers {
            drop((batches, features));
            let times = thread.join().unwrap_or_else(|panic| resume_unwind(panic));
            sum.waiting += times.waiting;
            sum.copying += times.copying;
            sum.forward += times.forward;
        }
        let WorkTimes { waiting, copying, forward } = sum;
        WorkTimes { waiting: waiting / n, copying: copying / n, forward: forward / n }
    }

    /// Goes on here with the panic of an engine that answers no more.
    fn panic_of(&mut self, index: usize) -> ! {
        let Worker { batches, features, thread } = self.workers.swap_remove(index);
        drop((batches, features));
        let panic = thread.join().expect_err("a worker ends only when it is told to, or panics");
        resume_unwind(panic)
    }
}

/// Until there are no more batches.
fn work(
    mut engine: Box<dyn Engine + '_>,
    passes: Passes,
    batches: &Receiver<Vec<Rgb>>,
    done: &SyncSender<Result<Vec<Vec<f32>>, EngineError>>,
) -> WorkTimes {
    let (mut waiting, mut busy) = (Duration::ZERO, Duration::ZERO);
    loop {
        let start = Instant::now();
        let Ok(views) = batches.recv() else { break };
        let begin = Instant::now();
        waiting += begin - start;
        let features = passes.forward(&mut *engine, views);
        busy += begin.elapsed();
        if done.send(features).is_err() {
            break;
        }
    }
    let copying = engine.copying();
    WorkTimes { waiting, copying, forward: busy.saturating_sub(copying) }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::mpsc::{Receiver, SyncSender};
    use std::thread;

    use super::*;

    /// Gives the first byte of each image, with a number for the engine, once it is told to.
    struct Slow {
        number: f32,
        go: Receiver<()>,
    }

    impl Engine for Slow {
        fn forward(&mut self, images: &[Rgb]) -> Result<Vec<Vec<f32>>, EngineError> {
            self.go.recv().expect("told to go on");
            assert!(images[0].pixels[0] != 255, "an image that no engine bears");
            if images[0].pixels[0] == 254 {
                return Err(no_memory());
            }
            let row = |image: &Rgb| [f32::from(image.pixels[0]), self.number];
            Ok(vec![images.iter().flat_map(row).collect()])
        }

        fn copying(&self) -> Duration {
            Duration::from_nanos(6)
        }
    }

    fn no_memory() -> EngineError {
        EngineError {
            engine: "slow",
            device: "cpu".to_owned(),
            n_images: Some(1),
            is_out_of_memory: true,
            message: "no memory".to_owned(),
        }
    }

    fn slow(n: usize) -> (Vec<Box<dyn Engine>>, Vec<SyncSender<()>>) {
        let engine = |number| {
            let (sender, go) = sync_channel(8);
            let engine: Box<dyn Engine> = Box::new(Slow { number: number as f32, go });
            (engine, sender)
        };
        (0..n).map(engine).unzip()
    }

    fn image(value: u8) -> Vec<Rgb> {
        vec![Rgb { width: 1, height: 1, pixels: vec![value; 3] }]
    }

    #[test]
    fn features_come_in_the_order_of_batches_whoever_is_faster() {
        let (engines, go) = slow(2);
        thread::scope(|scope| {
            let mut workers = Workers::start(scope, engines, Passes::new(1, (1, 1), 1));
            assert_eq!(workers.take(), None);
            workers.give(image(10));
            workers.give(image(11));
            assert!(workers.are_busy());
            go[1].send(()).unwrap();
            go[0].send(()).unwrap();
            assert_eq!(workers.take(), Some(Ok(vec![vec![10.0, 0.0]])));
            assert!(!workers.are_busy());
            go[0].send(()).unwrap();
            workers.give(image(12));
            assert_eq!(workers.take(), Some(Ok(vec![vec![11.0, 1.0]])));
            assert_eq!(workers.take(), Some(Ok(vec![vec![12.0, 0.0]])));
            assert_eq!(workers.take(), None);
            assert_eq!(workers.finish().copying, Duration::from_nanos(6));
        });
    }

    #[test]
    fn engines_end_where_nobody_takes_their_features() {
        let (engines, go) = slow(2);
        thread::scope(|scope| {
            let mut workers = Workers::start(scope, engines, Passes::new(1, (1, 1), 1));
            workers.give(image(1));
            go[0].send(()).unwrap();
        });
    }

    #[test]
    fn an_error_comes_in_the_place_of_features_and_disturbs_no_other_batch() {
        let (engines, go) = slow(2);
        thread::scope(|scope| {
            let mut workers = Workers::start(scope, engines, Passes::new(1, (1, 1), 1));
            workers.give(image(254));
            workers.give(image(11));
            go.iter().for_each(|go| go.send(()).unwrap());
            assert_eq!(workers.take(), Some(Err(no_memory())));
            assert_eq!(workers.take(), Some(Ok(vec![vec![11.0, 1.0]])));
            assert_eq!(workers.take(), None);
        });
    }

    /// The panic of an engine is the panic of whoever waits for it, with its message.
    #[test]
    fn a_panic_goes_through() {
        let (engines, go) = slow(2);
        let panic = catch_unwind(AssertUnwindSafe(|| {
            thread::scope(|scope| {
                let mut workers = Workers::start(scope, engines, Passes::new(1, (1, 1), 1));
                workers.give(image(255));
                go[0].send(()).unwrap();
                workers.take();
            });
        }));
        let message = *panic.unwrap_err().downcast::<&str>().unwrap();
        assert_eq!(message, "an image that no engine bears");
    }
}
