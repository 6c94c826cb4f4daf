//! SIGKILL at random moments of commands that make something of caches. Each is given again until it ends.

use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use rand::Rng as _;
use rand::SeedableRng as _;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::cases::{Case, Inputs};
use super::files::Files;
use super::setting;

/// When a process is killed.
enum Moment {
    /// So long after its start.
    After(Duration),
    /// So long after the first change of the names in a folder.
    AfterChange(Duration),
}

/// Kills `case` until it was killed `n_kills` times. Up to five kills, one after the other, hit the work
/// on one output, which must then be what an undisturbed run writes. `folder` is where it is written.
fn kill(case: &Case, n_kills: usize, folder: &str, seed: u64) {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("root");
    let started = Instant::now();
    let (_, expected) = case.complete(&root);
    let duration = started.elapsed();

    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let (mut killed, mut rounds, mut half_done, mut left) = (0, 0, 0, 0);
    while killed < n_kills {
        case.before.write(&root);
        for _ in 0..random.gen_range(1..=5) {
            let moment = if random.r#gen() {
                Moment::After(duration.mul_f64(random.r#gen()))
            } else {
                Moment::AfterChange(Duration::from_micros(random.gen_range(0..20_000)))
            };
            if !kill_once(case, &root, folder, &moment) {
                break;
            }
            killed += 1;
            let after = Files::read(&root);
            half_done += usize::from(!after.differences(&case.before).is_empty());
            assert_eq!(case.touched(&after), None);
        }
        let after = Files::read(&root).without_unfinished();
        if !after.differences(&expected).is_empty() {
            let output = case.command(&root).output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "after a kill: {}: {said}", output.status);
        }
        let after = Files::read(&root);
        left += after.unfinished().len();
        assert_eq!(after.without_unfinished().differences(&expected), [""; 0]);
        rounds += 1;
    }
    println!(
        "{}: {killed} kills in {rounds} rounds, {half_done} of them with files under way; {left} \
         unfinished files were left",
        case.name
    );
}

/// Runs the command and kills it. False when it was too fast.
fn kill_once(case: &Case, root: &Path, folder: &str, moment: &Moment) -> bool {
    let names = || super::cheap_run::names(&root.join(folder));
    let before = names();
    let mut command = case.command(root);
    let mut process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut from = Instant::now();
    let (delay, mut waits) = match *moment {
        Moment::After(delay) => (delay, false),
        Moment::AfterChange(delay) => (delay, true),
    };
    while process.try_wait().unwrap().is_none() && (waits || from.elapsed() < delay) {
        if waits && names() != before {
            (from, waits) = (Instant::now(), false);
        }
        thread::sleep(Duration::from_micros(50));
    }
    process.kill().unwrap();
    process.wait().unwrap().signal() == Some(9)
}

#[test]
fn a_killed_sweep_goes_on_to_the_same_results() {
    let case = Inputs::new().long_sweep();
    kill(&case, setting("OFFSHELF_KILLS", 5), "out/sweep", 5);
}

#[test]
fn a_killed_merge_can_be_given_again_and_writes_the_same_bytes() {
    let case = Inputs::new().merge();
    kill(&case, setting("OFFSHELF_KILLS", 5), "out", 6);
}
