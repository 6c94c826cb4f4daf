//! Several engines in one run.

use std::fs;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use engine::{Engine, EngineError};
use preprocess::Rgb;

use super::engine::features;
use super::fixture::{Fixture, counts};

#[test]
fn the_number_of_engines_changes_no_byte() {
    let mut fixture = Fixture::with_images(30);
    fixture.run().outcome();
    let one = fixture.checked_cache();
    for n_engines in [2, 3, 8] {
        fs::remove_file(&fixture.job.out).unwrap();
        fixture.n_engines = n_engines;
        let run = fixture.run();
        assert_eq!(run.n_forwarded, 30);
        assert_eq!(run.outcome().counts, counts(30, 0, 0));
        assert!(fixture.checked_cache() == one, "{n_engines} engines");
    }
}

/// Equal contents go through one network only, even while the first is still under way.
#[test]
fn no_content_is_forwarded_twice() {
    let mut fixture = Fixture::new();
    for i in 0..40 {
        fixture.put(&format!("cat/{i:03}.bmp"), i % 10);
    }
    (fixture.n_engines, fixture.job.batch) = (3, 2);
    let run = fixture.run();
    assert_eq!(run.n_forwarded, 10);
    assert_eq!(run.outcome().counts, counts(10, 0, 30));
    fixture.checked_cache();
}

/// Works on a batch only after the other engine has finished its own, or as the other one does.
struct Late {
    go: Receiver<()>,
    done: Option<SyncSender<()>>,
}

impl Engine for Late {
    fn forward(&mut self, images: &[Rgb]) -> Result<Vec<Vec<f32>>, EngineError> {
        self.go.recv().expect("the other engine works too");
        if let Some(done) = &self.done {
            done.send(()).expect("the other engine listens");
        }
        let mut rows = vec![Vec::new(); 2];
        for image in images {
            for (rows, features) in rows.iter_mut().zip(features(&image.pixels)) {
                rows.extend(features);
            }
        }
        Ok(rows)
    }

    fn copying(&self) -> Duration {
        Duration::from_secs(2)
    }
}

/// Here the first batch is finished after the second one, and so are the third and the fourth.
#[test]
fn batches_that_finish_out_of_turn_are_kept_in_turn() {
    let fixture = Fixture::with_images(16);
    let (first, wait_for_first) = sync_channel(4);
    let (second, wait_for_second) = sync_channel(4);
    for _ in 0..2 {
        second.send(()).unwrap();
    }
    let engines: Vec<Box<dyn Engine>> = vec![
        Box::new(Late { go: wait_for_first, done: None }),
        Box::new(Late { go: wait_for_second, done: Some(first) }),
    ];
    let never = AtomicBool::new(false);
    let outcome =
        extract::run::run_with(&fixture.recipe, engines, &fixture.job, &never, &mut |_| ());
    assert_eq!(outcome.unwrap().spent.copying, Duration::from_secs(2), "the mean of both");
    assert!(fixture.checked_cache() == fixture.cache_from_scratch());
}

#[test]
#[should_panic = "there is an engine"]
fn a_run_needs_an_engine() {
    let fixture = Fixture::with_images(1);
    let never = AtomicBool::new(false);
    let _ = extract::run::run_with(&fixture.recipe, Vec::new(), &fixture.job, &never, &mut |_| ());
}
