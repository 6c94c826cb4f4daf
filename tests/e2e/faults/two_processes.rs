//! The same cache written by two processes at once.

use std::process::Stdio;
use std::thread;
use std::time::Duration;

use super::cheap_run::{CheapRun, failure};
use super::signals::send;
use super::{images, setting};

#[test]
fn a_second_process_is_refused_and_the_first_one_is_not_disturbed() {
    let folder = tempfile::tempdir().unwrap();
    let tree = folder.path().join("images");
    images::write_tree(&tree, 40);
    let mut first = CheapRun::new(&tree, &folder.path().join("out"));
    (first.batch, first.batch_ms) = (4, 100);
    let mut process = first.start();
    while first.kept().rows == 0 {
        thread::sleep(Duration::from_millis(1));
    }
    // However long the second one takes to start, the first one is there.
    send("STOP", &process);
    let second = CheapRun::new(&tree, &folder.path().join("out"));
    let message = second.fail();
    send("CONT", &process);
    assert!(message.contains("another process is writing"), "{message}");
    assert!(message.contains("cache.h5.partial"), "{message}");
    assert_eq!(second.n_forwarded(), 0);

    assert!(process.wait().unwrap().success());
    assert_eq!((first.n_forwarded(), first.leftovers().len()), (40, 0));
    assert_eq!(second.complete()["up_to_date"], true);
}

#[test]
fn processes_that_start_together_and_again_and_again_finish_or_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let tree = folder.path().join("images");
    images::write_tree(&tree, 4);
    let mut n_refused = 0;
    for round in 0..setting("OFFSHELF_KILLS", 10) {
        let run = CheapRun::new(&tree, &folder.path().join(format!("round-{round}")));
        let start = || run.command().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        for process in [start(), start(), start()] {
            let output = process.wait_with_output().unwrap();
            if !output.status.success() {
                let message = failure(&output);
                assert!(message.contains("another process is writing"), "{message}");
                n_refused += 1;
            }
        }
        assert_eq!(run.complete()["up_to_date"], true);
        assert_eq!((run.n_forwarded(), run.leftovers().len()), (4, 0));
    }
    println!("{n_refused} processes were refused");
}
