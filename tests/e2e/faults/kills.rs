//! SIGKILL at random moments.

use std::fmt;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use rand::Rng as _;
use rand::SeedableRng as _;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::cheap_run::CheapRun;
use super::{images, setting};

const SEGMENT_ROWS: usize = 8;
/// Time between two looks at what a run does.
const LOOK_EVERY: Duration = Duration::from_micros(50);

#[test]
fn a_killed_run_goes_on_to_the_same_bytes_and_repeats_no_more_than_the_segment_at_hand() {
    let n_kills = setting("OFFSHELF_KILLS", 25);
    let folder = tempfile::tempdir().unwrap();
    let tree = folder.path().join("images");
    images::write_messy_tree(&tree, 240);

    let uninterrupted = run(&tree, &folder.path().join("uninterrupted"));
    let started = Instant::now();
    uninterrupted.complete();
    let duration = started.elapsed();
    let expected = uninterrupted.bytes();
    let n_contents = uninterrupted.n_forwarded();
    assert_eq!((n_contents, uninterrupted.n_repeated()), (240, 0));

    let mut random = Xoshiro256PlusPlus::seed_from_u64(3);
    let mut tally = Tally::default();
    for round in 0.. {
        if tally.n_kills() >= n_kills {
            break;
        }
        let mut run = run(&tree, &folder.path().join(format!("round-{round}")));
        for _ in 0..random.gen_range(1..=8) {
            run.batch = random.gen_range(1..=16);
            if !kill_once(&run, duration, &mut random, &mut tally) {
                break;
            }
        }
        run.complete();
        tally.rounds += 1;
        tally.repeats += run.n_repeated();
        assert!(run.bytes() == expected, "round {round}: other bytes");
        assert_eq!(run.leftovers(), [""; 0], "round {round}");
        assert_eq!(run.n_forwarded() - run.n_repeated(), n_contents, "round {round}");
    }
    println!("{tally}");
    assert_eq!(tally.repeats, tally.lost, "what was lost is computed once more, nothing else is");
}

fn run(images: &Path, folder: &Path) -> CheapRun {
    let mut run = CheapRun::new(images, folder);
    (run.batch, run.batch_ms, run.segment_rows) = (8, 5, SEGMENT_ROWS);
    run
}

/// Starts the run and kills it. False when it was too fast.
fn kill_once(
    run: &CheapRun,
    duration: Duration,
    random: &mut Xoshiro256PlusPlus,
    tally: &mut Tally,
) -> bool {
    let before = State::of(run);
    let mut process = run.start();
    wait_for_a_moment(run, &mut process, duration, random);
    process.kill().unwrap();
    if process.wait().unwrap().signal() != Some(9) {
        return false;
    }
    let after = State::of(run);
    let lost = after.n_forwarded - before.n_forwarded - (after.n_kept - before.n_kept);
    // Rows of an open segment, a batch that was not pushed yet, and one that the engine had meanwhile.
    assert!(lost < SEGMENT_ROWS + 2 * run.batch, "{lost} rows were lost at once");
    tally.lost += lost;
    tally.kills[after.stage as usize] += 1;
    true
}

/// A moment: a random time after something happened.
enum After {
    Start,
    FirstImage,
    /// A segment is being written.
    Segment,
    /// The finished file is being written.
    Cache,
}

/// Waits for a random moment of a run that takes about `duration`. Returns at once when it ends.
fn wait_for_a_moment(
    run: &CheapRun,
    process: &mut Child,
    duration: Duration,
    random: &mut Xoshiro256PlusPlus,
) {
    let (event, delay) = match random.gen_range(0..8) {
        0 => (After::Start, duration),
        1..4 => (After::FirstImage, duration / 2),
        4 => (After::Segment, Duration::ZERO),
        _ => (After::Cache, Duration::from_millis(4)),
    };
    let delay = delay.mul_f64(random.r#gen());
    let (n_forwarded, unfinished) = (run.n_forwarded(), run.unfinished());
    let appears = |kind: fn(&str) -> bool| {
        run.unfinished().iter().any(|name| kind(name) && !unfinished.contains(name))
    };
    let mut happened = None;
    while process.try_wait().unwrap().is_none() {
        let happens = || match event {
            After::Start => true,
            After::FirstImage => run.n_forwarded() > n_forwarded,
            After::Segment => appears(is_segment),
            After::Cache => appears(is_cache),
        };
        if happened.is_none() && happens() {
            happened = Some(Instant::now());
        }
        if happened.is_some_and(|then| then.elapsed() >= delay) {
            return;
        }
        thread::sleep(LOOK_EVERY);
    }
}

/// Whether an unfinished file of this name becomes the cache.
fn is_cache(name: &str) -> bool {
    name.ends_with(".h5")
}

/// Whether it becomes a segment.
fn is_segment(name: &str) -> bool {
    !is_cache(name)
}

/// What a run has done so far, as its files tell.
struct State {
    stage: Stage,
    /// Images that went through the network.
    n_forwarded: usize,
    /// Rows that the next attempt will find.
    n_kept: usize,
}

#[derive(Clone, Copy)]
enum Stage {
    Start,
    Images,
    Segment,
    Finalise,
    CleanUp,
}

impl State {
    fn of(run: &CheapRun) -> Self {
        let unfinished = run.unfinished();
        let stage = if run.out().exists() {
            Stage::CleanUp
        } else if unfinished.iter().any(|name| is_cache(name)) {
            Stage::Finalise
        } else if unfinished.iter().any(|name| is_segment(name)) {
            Stage::Segment
        } else if run.n_forwarded() == 0 {
            Stage::Start
        } else {
            Stage::Images
        };
        // Once the cache is there, nothing is needed of the segments.
        let n_kept =
            if run.out().exists() { run.n_forwarded() - run.n_repeated() } else { run.kept().rows };
        Self { stage, n_forwarded: run.n_forwarded(), n_kept }
    }
}

/// What happened.
#[derive(Default)]
struct Tally {
    rounds: usize,
    /// By stage.
    kills: [usize; 5],
    /// Rows that were computed and not kept.
    lost: usize,
    /// Images that went through the network again.
    repeats: usize,
}

impl Tally {
    fn n_kills(&self) -> usize {
        self.kills.iter().sum()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [start, images, segment, finalise, clean_up] = self.kills;
        write!(
            f,
            "{} kills in {} runs ({start} at the start, {images} in decode and forward, \
             {segment} in a segment's write, {finalise} in finalise, {clean_up} after it): \
             {} rows lost, {} repeated",
            self.n_kills(),
            self.rounds,
            self.lost,
            self.repeats
        )
    }
}
