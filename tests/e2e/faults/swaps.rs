//! Another valid cache takes the place of the one that a command reads, before each call that names it:
//! what comes out is of the one or of the other, never of both.

use std::path::Path;
use std::process::Output;

use super::cases::{Case, Inputs};
use super::disturb::{Disturber, Plan};
use super::files::Files;

/// Where the second cache waits.
const WITH: &str = "with.h5";
const TABLE: &str = "out/table.csv";
const HEAD: &str = "out/head.safetensors";

/// What a command printed, and all files after it but those that were swapped.
struct Outcome(Vec<u8>, Files);

impl Outcome {
    fn new(output: Output, mut files: Files, swapped: &str) -> Self {
        files.0.remove(WITH);
        files.0.remove(swapped);
        Self(output.stdout, files)
    }

    fn is(&self, other: &Self, case: &Case) -> bool {
        (self.0 == other.0 || !case.prints_the_same) && self.1.differences(&other.1).is_empty()
    }
}

/// Swaps the file `swapped` of `case` for `second`, at each call that names it.
fn swap_everywhere(disturber: &Disturber, case: &Case, swapped: &str, second: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap().join("root");
    let mut before = case.before.clone();
    before.insert(WITH, second);
    let undisturbed = |before: &Files| {
        before.write(&root);
        let output = case.command(&root).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Outcome::new(output, Files::read(&root), swapped)
    };
    let mut other = before.clone();
    other.insert(swapped, second);
    let (of_first, of_second) = (undisturbed(&before), undisturbed(&other));
    assert!(!of_first.is(&of_second, case), "the caches are told apart");

    let run = |at: usize| {
        before.write(&root);
        let plan = Plan::Swap { at, path: root.join(swapped), with: root.join(WITH) };
        disturber.run(&case.command(&root), &root, &plan)
    };
    let n_calls = run(0).calls.len();
    assert!(n_calls > 0);
    let mut tally = [0; 3];
    for at in 1..=n_calls {
        let ran = run(at);
        let said = String::from_utf8_lossy(&ran.output.stderr).into_owned();
        let what = format!("{} at {at}, {:?}: {said}", case.name, ran.calls.get(at - 1));
        match ran.output.status.code() {
            Some(0) => {
                let outcome = Outcome::new(ran.output, Files::read(&root), swapped);
                let is = [&of_first, &of_second].map(|expected| outcome.is(expected, case));
                assert!(is[0] || is[1], "of neither: {what}");
                tally[usize::from(is[1])] += 1;
            }
            Some(1 | 3) => {
                assert!(said.contains("error: ") && said.contains(swapped), "{what}");
                tally[2] += 1;
            }
            _ => panic!("{}: {what}", ran.output.status),
        }
    }
    let [first, second, refused] = tally;
    println!(
        "{}: swapped at {n_calls} calls: {first} times of the first, {second} of the second, \
         {refused} refused",
        case.name
    );
}

#[test]
fn a_cache_that_is_replaced_while_it_is_used_gives_results_of_one_cache() {
    let Some(disturber) = Disturber::new() else { return };
    let inputs = Inputs::new();
    let (_, trained) = {
        let scratch = tempfile::tempdir().unwrap();
        inputs.train().complete(&scratch.path().join("scratch"))
    };
    let of_head = |name, words| inputs.fit(name, Some(&trained), words, TABLE);
    let predict =
        of_head("fit predict", "predict @/out/head.safetensors @/cache.h5 --out @/out/table.csv");
    let eval = of_head("fit eval", "eval @/out/head.safetensors @/cache.h5 --json");
    let layers = inputs.fit("fit layers", None, "layers @/cache.h5 --json", TABLE);
    let cases = [inputs.sweep(), inputs.train(), predict, eval, layers];
    // Other pictures with the same labels; and the same pictures with other labels.
    for second in ["second", "relabelled"] {
        let second = inputs.cache(second, None);
        for case in &cases {
            swap_everywhere(&disturber, case, "cache.h5", &second);
        }
    }
}

#[test]
fn a_part_that_is_replaced_while_it_is_merged_is_taken_whole_or_refused() {
    let Some(disturber) = Disturber::new() else { return };
    let inputs = Inputs::new();
    let second = inputs.cache("second", Some("1/2"));
    swap_everywhere(&disturber, &inputs.merge(), "part-1.h5", &second);
}

#[test]
fn a_head_that_is_replaced_while_it_is_used_gives_results_of_one_head() {
    let Some(disturber) = Disturber::new() else { return };
    let inputs = Inputs::new();
    let scratch = tempfile::tempdir().unwrap();
    let scratch = scratch.path().join("scratch");
    let (_, trained) = inputs.train().complete(&scratch);
    let harder = "train @/cache.h5 --head softmax --c 0.01 --out @/out/head.safetensors";
    let (_, other) = inputs.fit("fit train", None, harder, HEAD).complete(&scratch);
    let second = other.0[HEAD].clone().unwrap();
    for (name, words, output) in [
        ("fit predict", "predict @/out/head.safetensors @/cache.h5", TABLE),
        ("fit export", "export @/out/head.safetensors --to npz", "out/head.npz"),
    ] {
        let words = format!("{words} --out @/{output}");
        let case = inputs.fit(name, Some(&trained), &words, output);
        swap_everywhere(&disturber, &case, HEAD, &second);
    }
}

/// The cache that a run replaces: rows are taken from it, by the content of their pictures.
#[test]
fn a_cache_that_is_replaced_while_a_run_takes_rows_from_it_lends_no_others() {
    let Some(disturber) = Disturber::new() else { return };
    let inputs = Inputs::new();
    let (old, second) = (inputs.cache("some", None), inputs.cache("second", None));
    let case = inputs.run("extract run over a cache", Some(&old));
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap().join("root");
    let (_, expected) = case.complete(&root);
    let out = Path::new("out/cache.h5");
    let mut before = case.before.clone();
    before.insert(WITH, &second);
    let run = |at: usize| {
        before.write(&root);
        let plan = Plan::Swap { at, path: root.join(out), with: root.join(WITH) };
        disturber.run(&case.command(&root), &root, &plan)
    };
    let n_calls = run(0).calls.len();
    for at in 1..=n_calls {
        let ran = run(at);
        let said = String::from_utf8_lossy(&ran.output.stderr).into_owned();
        let what = format!("at {at}, {:?}: {said}", ran.calls.get(at - 1));
        let after = Files::read(&root);
        let is_second = after.0["out/cache.h5"].as_deref() == Some(&second);
        // What is put there after the new cache stays, of course.
        let is_late = || {
            let mut calls = ran.calls.iter();
            calls.by_ref().any(|call| call.name.starts_with("rename"))
                && calls.any(|call| call.disturbed)
        };
        match ran.output.status.code() {
            Some(0) if is_second => assert!(is_late(), "nothing was written: {what}"),
            Some(0) => assert!(after.agree_at(&expected, "out/cache.h5"), "other rows: {what}"),
            Some(1) => assert!(is_second && said.contains("cache.h5"), "{what}"),
            _ => panic!("{}: {what}", ran.output.status),
        }
    }
    println!("extract run: swapped at {n_calls} calls");
}
