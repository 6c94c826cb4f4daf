//! `cheap-extract`, as the tests here start it.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::NamedTempFile;

/// A cache that may take several attempts: where its images lie, where it goes, and how.
pub(super) struct CheapRun {
    images: PathBuf,
    out_folder: PathBuf,
    /// A line for each image that went through the network.
    log: NamedTempFile,
    pub(super) n_features: usize,
    pub(super) batch: usize,
    pub(super) batch_ms: u64,
    pub(super) segment_rows: usize,
}

impl CheapRun {
    /// A run whose cache goes into `out_folder`, which is made where it is not there.
    pub(super) fn new(images: &Path, out_folder: &Path) -> Self {
        fs::create_dir_all(out_folder).unwrap();
        Self {
            images: images.to_owned(),
            out_folder: out_folder.to_owned(),
            log: NamedTempFile::new().unwrap(),
            n_features: 64,
            batch: 16,
            batch_ms: 0,
            segment_rows: 8,
        }
    }

    pub(super) fn out(&self) -> PathBuf {
        self.out_folder.join("cache.h5")
    }

    /// The folder of the unfinished run.
    pub(super) fn partial(&self) -> PathBuf {
        self.out_folder.join("cache.h5.partial")
    }

    /// One attempt.
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cheap-extract"));
        command.arg(&self.images).arg("--out").arg(self.out());
        command.arg("--forwarded").arg(self.log.path());
        let numbers = [
            ("--n-features", self.n_features),
            ("--batch", self.batch),
            ("--batch-ms", self.batch_ms as usize),
            ("--segment-rows", self.segment_rows),
        ];
        for (name, number) in numbers {
            command.arg(name).arg(number.to_string());
        }
        command
    }

    /// Starts an attempt; what it says is dropped.
    pub(super) fn start(&self) -> Child {
        self.command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// An attempt that must succeed, and what it reports.
    pub(super) fn complete(&self) -> Value {
        report(&self.command().output().unwrap())
    }

    /// An attempt that must fail with code 1, and what it says.
    pub(super) fn fail(&self) -> String {
        failure(&self.command().output().unwrap())
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        fs::read(self.out()).unwrap()
    }

    /// The images that went through the network in all attempts, one line each.
    pub(super) fn forwarded(&self) -> Vec<String> {
        let log = fs::read_to_string(self.log.path()).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }

    pub(super) fn n_forwarded(&self) -> usize {
        self.forwarded().len()
    }

    /// How many of the passes were of an image that had been through before.
    pub(super) fn n_repeated(&self) -> usize {
        let forwarded = self.forwarded();
        forwarded.len() - forwarded.iter().collect::<HashSet<_>>().len()
    }

    /// Names of files that are under way.
    pub(super) fn unfinished(&self) -> Vec<String> {
        let all = [names(&self.out_folder), names(&self.partial())].concat();
        let is_unfinished =
            |n: &String| n.starts_with(".offshelf-") || n.starts_with("unfinished-");
        all.into_iter().filter(is_unfinished).collect()
    }

    /// Rows in closed segments, and the bytes that these take.
    pub(super) fn kept(&self) -> Kept {
        let mut kept = Kept::default();
        for name in names(&self.partial()).iter().filter(|name| name.ends_with(".rows")) {
            let mut file = File::open(self.partial().join(name)).unwrap();
            let mut header = [0; 12]; // magic, then the number of rows
            file.read_exact(&mut header).unwrap();
            kept.rows += u32::from_le_bytes(*header.last_chunk().unwrap()) as usize;
            kept.bytes += file.metadata().unwrap().len();
        }
        kept
    }

    /// Whatever lies beside the cache.
    pub(super) fn leftovers(&self) -> Vec<String> {
        names(&self.out_folder).into_iter().filter(|name| name != "cache.h5").collect()
    }
}

/// What an interrupted run left.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) rows: usize,
    pub(super) bytes: u64,
}

/// The document that a run printed, which must have succeeded.
pub(super) fn report(output: &Output) -> Value {
    assert!(output.status.success(), "{}: {}", output.status, stderr(output));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What a run said, which must have ended with code 1.
pub(super) fn failure(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{}: {}", output.status, stderr(output));
    stderr(output)
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Names of the files in a folder; none where there is no such folder.
pub(super) fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let name = |entry: std::io::Result<fs::DirEntry>| Some(entry.ok()?.file_name());
    entries.filter_map(name).map(|name| name.to_string_lossy().into_owned()).collect()
}
