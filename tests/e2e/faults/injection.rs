//! Each system call that a command makes on its files fails in turn, once or from there on: the command
//! says so or does without, leaves nothing half done, and does the same as ever when it is given again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::cases::{Case, Inputs};
use super::disturb::{Call, Disturbed, Disturber, Error, Plan, is_whole_form, spread};
use super::files::Files;

/// Faults of each command, unless all are asked for.
const FEW: usize = 12;

#[test]
fn extract_survives_the_failure_of_any_call_on_its_files() {
    survives(Inputs::extract_cases);
}

#[test]
fn fit_survives_the_failure_of_any_call_on_its_files() {
    survives(Inputs::fit_cases);
}

fn survives(cases: fn(&Inputs) -> Vec<Case>) {
    let Some(disturber) = Disturber::new() else { return };
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap().join("root");
    let inputs = Inputs::new();
    let (mut n_injected, mut n_calls, mut wrong) = (0, 0, Vec::new());
    for case in cases(&inputs) {
        let trial = Trial::new(&case, &root);
        let calls = [Error::NoSpace, Error::Device].map(|error| trial.calls(&disturber, error));
        n_calls += calls[1].len();
        let plans = plans(&calls, is_whole_form());
        let wrong_before = wrong.len();
        if let Some(path) = case.touched(&trial.expected) {
            wrong.push(format!("{}: `{path}` was changed without a fault", case.name));
        }
        let mut n_here = 0;
        for plan in &plans {
            match trial.attempt(&disturber, plan) {
                Ok(injected) => n_here += usize::from(injected),
                Err(what) => {
                    println!("{}: {plan:?}: {what}", case.name);
                    wrong.push(format!("{}: {plan:?}: {what}", case.name));
                }
            }
        }
        n_here += wrong.len() - wrong_before;
        n_injected += n_here;
        println!(
            "{}: {n_here} faults injected in {} calls on files, {} of which can need space: {} wrong",
            case.name,
            calls[1].len(),
            calls[0].len(),
            wrong.len() - wrong_before
        );
    }
    println!("{n_injected} faults injected in {n_calls} calls on files");
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// The faults to inject: all of them, or a few that are spread over the kinds of calls and files.
fn plans(calls: &[Vec<Call>; 2], all: bool) -> Vec<Plan> {
    let mut plans = Vec::new();
    for (calls, error) in calls.iter().zip([Error::NoSpace, Error::Device]) {
        let numbers: Vec<usize> =
            if all { (1..=calls.len()).collect() } else { one_of_each_kind(calls) };
        for lasting in [false, true] {
            plans.extend(numbers.iter().map(|&at| Plan::Fail { at, error, lasting }));
        }
    }
    if all { plans } else { spread(&plans, FEW) }
}

/// Numbers of the first and the last call of each name on files that are named alike.
fn one_of_each_kind(calls: &[Call]) -> Vec<usize> {
    let mut kinds: BTreeMap<(&str, String), (usize, usize)> = BTreeMap::new();
    for (number, call) in (1..).zip(calls) {
        let kind = kinds.entry((&call.name, kind_of(&call.paths))).or_insert((number, number));
        kind.1 = number;
    }
    let mut numbers: Vec<usize> = kinds.into_values().flat_map(|(a, b)| [a, b]).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// Paths without the numbers and random letters in them.
fn kind_of(paths: &str) -> String {
    let parts = paths.split('/').map(|name| match name.split_once("unfinished-") {
        Some((before, _)) => format!("{before}unfinished-"),
        None => name.replace(|c: char| c.is_ascii_digit(), "#"),
    });
    parts.collect::<Vec<_>>().join("/")
}

/// A command, and what it does undisturbed.
struct Trial<'a> {
    case: &'a Case,
    root: PathBuf,
    printed: Vec<u8>,
    expected: Files,
}

impl<'a> Trial<'a> {
    fn new(case: &'a Case, root: &Path) -> Self {
        let (output, expected) = case.complete(root);
        Self { case, root: root.to_owned(), printed: output.stdout, expected }
    }

    /// The calls that can fail with `error`.
    fn calls(&self, disturber: &Disturber, error: Error) -> Vec<Call> {
        let ran = self.run(disturber, &Plan::Fail { at: 0, error, lasting: false });
        assert!(ran.output.status.success(), "{}", said(&ran));
        assert_eq!(Files::read(&self.root).differences(&self.expected), [""; 0]);
        ran.calls
    }

    fn run(&self, disturber: &Disturber, plan: &Plan) -> Disturbed {
        self.case.before.write(&self.root);
        disturber.run(&self.case.command(&self.root), &self.root, plan)
    }

    /// Runs the command with a fault, and once more without one. Says whether there was one: the number of
    /// calls may differ where threads wait for each other.
    ///
    /// # Errors
    /// What is wrong.
    fn attempt(&self, disturber: &Disturber, plan: &Plan) -> Result<bool, String> {
        let ran = self.run(disturber, plan);
        let call = ran.calls.iter().find(|call| call.disturbed);
        match self.judge(&ran) {
            Ok(()) => Ok(call.is_some()),
            Err(what) => {
                let call = call.map_or("no call".to_owned(), ToString::to_string);
                Err(format!("{what}: {call}: {}: {}", ran.output.status, said(&ran)))
            }
        }
    }

    fn judge(&self, ran: &Disturbed) -> Result<(), String> {
        let said = said(ran);
        // What cannot be removed stays.
        let is_removal = |call: &Call| ["unlink", "unlinkat", "rmdir"].contains(&&*call.name);
        let may_stay = ran.calls.iter().any(|call| call.disturbed && is_removal(call));
        let after = Files::read(&self.root);
        if !may_stay && !after.unfinished().is_empty() {
            return Err(format!("left behind {:?}", after.unfinished()));
        }
        let succeeded = ran.output.status.success();
        if succeeded {
            self.judge_success(ran, &after.without_unfinished())?;
        } else if !matches!(ran.output.status.code(), Some(1 | 3)) || said.contains("panicked") {
            return Err("no error of ours".to_owned());
        } else if !said.contains("error: ") || !said.contains(self.root.to_str().unwrap()) {
            return Err("a message without a file".to_owned());
        } else if let Some(path) = self.unnamed(ran, &said) {
            return Err(format!("a message without `{path}`"));
        } else {
            self.judge_failure(&after)?;
        }
        if succeeded && !self.case.repeatable {
            return Ok(());
        }
        self.judge_repetition(may_stay)
    }

    /// The file that the one call that failed was to read, if it is not in the message.
    fn unnamed<'b>(&self, ran: &'b Disturbed, said: &str) -> Option<&'b str> {
        let mut failed = ran.calls.iter().filter(|call| call.disturbed);
        let (path, None) = (&*failed.next()?.paths, failed.next()) else { return None };
        let name = path.strip_prefix(self.root.to_str()?)?.strip_prefix('/')?;
        let is_there = matches!(self.case.before.0.get(name), Some(Some(_)));
        (is_there && !self.case.writes(name) && !said.contains(path)).then_some(path)
    }

    /// What was there before is there; of a sweep at least the fits, and results that belong together.
    fn judge_failure(&self, after: &Files) -> Result<(), String> {
        let Case { before, output, .. } = self.case;
        if let Some(path) = self.case.touched(after)
            && self.case.touched(&self.expected).is_none()
        {
            return Err(format!("`{path}` was changed"));
        }
        let [was, is] = [before, after].map(|files| files.0.get(&format!("{output}/fits.jsonl")));
        if was.is_some_and(|was| !is.is_some_and(|is| begins_with(is, was))) {
            return Err("fits were lost".to_owned());
        }
        let result = |path: &&String| self.case.writes(path) && !path.ends_with("fits.jsonl");
        let are_of = |files: &Files| {
            let mut results = before.0.keys().chain(self.expected.0.keys()).filter(result);
            results.all(|path| after.agree_at(files, path))
        };
        // The file that says what a sweep was is gone first, and comes last.
        let record = format!("{output}/sweep.json");
        let has_results = !self.expected.0.contains_key(&record) || after.0.contains_key(&record);
        if has_results && !are_of(before) && !are_of(&self.expected) {
            return Err("the output is neither the old one nor the new one".to_owned());
        }
        Ok(())
    }

    /// A success is one in full, unless it says what it has not.
    fn judge_success(&self, ran: &Disturbed, after: &Files) -> Result<(), String> {
        if ran.output.stdout.windows(15).any(|window| window == b"\"unreadable\":[\"") {
            return Ok(());
        }
        let mut differences = after.differences(&self.expected);
        // What the next run removes.
        if said(ran).contains(".partial` could not be removed") {
            differences.retain(|path| !path.contains(".partial"));
        }
        if !differences.is_empty() {
            return Err(format!("a success with other files: {differences:?}"));
        }
        if self.case.prints_the_same && ran.output.stdout != self.printed {
            return Err("a success that printed something else".to_owned());
        }
        Ok(())
    }

    /// The same command once more, undisturbed.
    fn judge_repetition(&self, may_stay: bool) -> Result<(), String> {
        let output = self.case.command(&self.root).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        let is_there = Files::read(&self.root).agree_at(&self.expected, self.case.output);
        if may_stay && is_there && said.contains("exists") {
            // It could not be taken away when it was not sure that it would last.
            return Ok(());
        }
        if !output.status.success() {
            return Err(format!("the next run failed: {}: {said}", output.status));
        }
        let mut after = Files::read(&self.root);
        if may_stay {
            after = after.without_unfinished();
        }
        let differences = after.differences(&self.expected);
        if differences.is_empty() {
            Ok(())
        } else {
            Err(format!("after the next run other files: {differences:?}"))
        }
    }
}

fn begins_with(bytes: &Option<Vec<u8>>, start: &Option<Vec<u8>>) -> bool {
    bytes.as_deref().unwrap_or_default().starts_with(start.as_deref().unwrap_or_default())
}

fn said(ran: &Disturbed) -> String {
    String::from_utf8_lossy(&ran.output.stderr).into_owned()
}
