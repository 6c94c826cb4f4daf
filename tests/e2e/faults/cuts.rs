//! Somebody cuts a cache in two while a command uses it, before each call on a file: whatever was checked
//! before, and even where the file is mapped into memory, the command says so, or was done with it.

use std::path::Path;

use super::cases::{Case, Inputs};
use super::disturb::{Disturber, Plan, is_whole_form, spread};
use super::files::Files;

/// Cuts of each command, unless all are asked for.
const FEW: usize = 10;

#[test]
fn a_cache_that_is_cut_short_while_it_is_used_ends_in_an_error_that_names_it() {
    let Some(disturber) = Disturber::new() else { return };
    // Rows of several pages.
    let inputs = Inputs::of_width(4096);
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap().join("root");
    let (_, trained) = inputs.train().complete(&root);
    let predict = "predict @/out/head.safetensors @/cache.h5 --out @/out/table.csv";
    let predict = inputs.fit("fit predict", Some(&trained), predict, "out/table.csv");
    let over = inputs.run("extract run over a cache", Some(&inputs.cache("some", None)));
    for (case, path) in [
        (inputs.sweep(), "cache.h5"),
        (inputs.train(), "cache.h5"),
        (predict, "cache.h5"),
        (inputs.merge(), "part-1.h5"),
        (over, "out/cache.h5"),
    ] {
        let (_, expected) = case.complete(&root);
        let run = |at: usize| {
            case.before.write(&root);
            let plan = Plan::Cut { at, path: root.join(path) };
            disturber.run(&case.command(&root), &root, &plan)
        };
        let calls: Vec<usize> = (1..=run(0).calls.len()).collect();
        let (mut n_cuts, mut n_refused) = (0, 0);
        for at in if is_whole_form() { calls } else { spread(&calls, FEW) } {
            let ran = run(at);
            let said = String::from_utf8_lossy(&ran.output.stderr).into_owned();
            let call = ran.calls.iter().find(|call| call.disturbed);
            let what = format!("{} at {at}, {call:?}: {}: {said}", case.name, ran.output.status);
            n_cuts += 1;
            match ran.output.status.code() {
                Some(0) => {
                    let others = other_results(&case, &expected, &root, path);
                    assert_eq!(others, [""; 0], "{what}");
                }
                Some(1 | 3) => {
                    assert!(said.contains("error: ") && said.contains(path), "{what}");
                    n_refused += 1;
                }
                _ => panic!("{what}"),
            }
        }
        println!("{}: cut at {n_cuts} of its calls, {n_refused} times refused", case.name);
    }
}

/// Paths at which a command that succeeded left something else than an undisturbed one: none but that of
/// the file that was cut, which is cut now, or was replaced whole.
fn other_results(case: &Case, expected: &Files, root: &Path, cut: &str) -> Vec<String> {
    let mut differences = Files::read(root).differences(expected);
    let is_cut = |path: &String| path == cut && !case.writes(cut);
    differences.retain(|path| !is_cut(path));
    differences
}
