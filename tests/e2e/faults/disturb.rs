//! Commands whose system calls are interfered with: `disturb.c`, compiled.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{fmt, fs};

use tempfile::TempDir;

use super::super::programs::PACKAGE;

/// What a call fails with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Error {
    /// No space on the disk. Of calls that can need some.
    NoSpace,
    /// The disk does not work. Of all calls, those that read as well.
    Device,
}

/// What is done. Calls are numbered from 1 on; at 0 they are counted, and that is all.
#[derive(Clone, Debug)]
pub(super) enum Plan {
    /// Call number `at` of those that can fail with `error` does so; and all others from there on, if
    /// `lasting`.
    Fail { at: usize, error: Error, lasting: bool },
    /// Before call number `at` of those that name `path`, `with` is renamed to it.
    Swap { at: usize, path: PathBuf, with: PathBuf },
    /// Before call number `at`, the second half of `path` is cut off.
    Cut { at: usize, path: PathBuf },
}

/// A command that was interfered with.
pub(super) struct Disturbed {
    pub(super) output: Output,
    /// The calls that were counted, in order.
    pub(super) calls: Vec<Call>,
}

/// A system call.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Call {
    pub(super) name: String,
    /// The files that it concerns, with a blank between them.
    pub(super) paths: String,
    /// Whether it was failed, or preceded by a swap.
    pub(super) disturbed: bool,
}

/// The program that interferes.
pub(super) struct Disturber(TempDir);

impl Disturber {
    /// `None`, and a line that says so, where there is no C compiler, or the system does not let a
    /// process look at the calls of another.
    pub(super) fn new() -> Option<Self> {
        let new = Self(tempfile::tempdir().unwrap());
        let mut compile = Command::new("cc");
        compile.arg("-O1").arg(Path::new(PACKAGE).join("e2e/faults/disturb.c")).arg("-o");
        let compiled = compile.arg(new.program()).status();
        if !compiled.is_ok_and(|status| status.success()) {
            eprintln!("system calls do not fail here: there is no C compiler, or none for Linux");
            return None;
        }
        let plan = Plan::Fail { at: 0, error: Error::Device, lasting: false };
        let tried = new.command(&Command::new("true"), Path::new("/"), &plan).output().unwrap();
        if !tried.status.success() {
            let why = String::from_utf8_lossy(&tried.stderr);
            eprintln!("system calls do not fail here: {why}");
            return None;
        }
        Some(new)
    }

    /// Runs a command, whose calls on files below `root` are counted; `root` has no symbolic links.
    pub(super) fn run(&self, command: &Command, root: &Path, plan: &Plan) -> Disturbed {
        let output = self.command(command, root, plan).output().unwrap();
        let report = String::from_utf8_lossy(&fs::read(self.report()).unwrap()).into_owned();
        Disturbed { output, calls: report.lines().map(Call::of_line).collect() }
    }

    fn command(&self, command: &Command, root: &Path, plan: &Plan) -> Command {
        let mut disturbed = Command::new(self.program());
        disturbed.arg(self.report()).arg(root);
        match plan {
            Plan::Fail { at, error, lasting } => {
                let error = if *error == Error::NoSpace { "ENOSPC" } else { "EIO" };
                let lasting = if *lasting { "lasting" } else { "once" };
                disturbed.args(["fail", &at.to_string(), error, lasting]);
            }
            Plan::Swap { at, path, with } => {
                disturbed.args(["swap", &at.to_string()]).arg(path).arg(with);
            }
            Plan::Cut { at, path } => {
                disturbed.args(["cut", &at.to_string()]).arg(path).arg("-");
            }
        }
        disturbed.arg("--").arg(command.get_program()).args(command.get_args());
        disturbed.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        disturbed
    }

    fn program(&self) -> PathBuf {
        self.0.path().join("disturb")
    }

    fn report(&self) -> PathBuf {
        self.0.path().join("report")
    }
}

/// Whether every fault is asked for, rather than a few.
pub(super) fn is_whole_form() -> bool {
    std::env::var("OFFSHELF_FAULTS").is_ok_and(|value| value == "all")
}

/// `n` of `all`, or all where there are no more, at equal distances.
pub(super) fn spread<T: Clone>(all: &[T], n: usize) -> Vec<T> {
    let n = n.min(all.len());
    (0..n).map(|i| all[i * all.len() / n].clone()).collect()
}

impl Call {
    fn of_line(line: &str) -> Self {
        let disturbed = line.starts_with("! ");
        let line = line.trim_start_matches("! ");
        let (name, paths) = line.split_once(' ').unwrap_or((line, ""));
        Self { name: name.to_owned(), paths: paths.to_owned(), disturbed }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{} {}", if self.disturbed { "! " } else { "" }, self.name, self.paths)
    }
}

#[test]
fn calls_are_failed_preceded_and_counted_as_planned() {
    let Some(disturber) = Disturber::new() else { return };
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let [a, b, c] = ["a", "b", "c"].map(|name| root.join(name));
    let mut command = Command::new("sh");
    command.args(["-c", r#"cd "$0"; echo one > a; echo two > b; cat a; cat b"#]).arg(&root);
    let run = |plan: &Plan| {
        let ran = disturber.run(&command, &root, plan);
        let disturbed = ran.calls.iter().position(|call| call.disturbed);
        let printed = String::from_utf8(ran.output.stdout).unwrap();
        (printed, ran.calls.len(), disturbed.map(|at| ran.calls[at].to_string()))
    };
    let fail = |at, error, lasting| Plan::Fail { at, error, lasting };

    // Two files are made and written.
    let undisturbed = ("one\ntwo\n".to_owned(), 4, None);
    assert_eq!(run(&fail(0, Error::NoSpace, false)), undisturbed);
    let (_, n_calls, _) = run(&fail(0, Error::Device, false));
    assert!(n_calls > 4, "those that read as well: {n_calls}");
    let written = format!("! write {}", a.display());
    let (printed, n_calls, disturbed) = run(&fail(2, Error::NoSpace, false));
    assert_eq!((&*printed, n_calls, disturbed.as_ref()), ("two\n", 4, Some(&written)));
    let (printed, _, disturbed) = run(&fail(2, Error::NoSpace, true));
    assert_eq!((&*printed, disturbed.as_ref()), ("two\n", Some(&written)), "b is of the last run");

    fs::write(&c, "three\n").unwrap();
    let plan = Plan::Swap { at: 2, path: a.clone(), with: c.clone() };
    assert_eq!(run(&plan).0, "three\ntwo\n", "a is opened to be written, then to be read");
    assert!(!c.exists());
    let (_, n_calls, _) = run(&Plan::Cut { at: 0, path: b.clone() });
    let (printed, _, _) = run(&Plan::Cut { at: n_calls, path: b });
    assert!(printed.starts_with("one\n"), "{printed}");
}
