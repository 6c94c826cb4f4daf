//! A running `serve`.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

use super::super::programs::{extract_run, fit, program};
use super::super::tree::three_classes;
use super::client::{Reply, ask};

/// `serve` with a head of three colors, a cache and its pictures.
pub(super) struct Served {
    pub(super) folder: TempDir,
    process: Child,
    /// Address and port.
    pub(super) address: String,
}

impl Served {
    pub(super) fn new() -> Self {
        Self::with(&[], &[])
    }

    /// With further arguments, and variables of its environment.
    pub(super) fn with(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        prepare(&folder);
        let at = |name: &str| folder.path().join(name);
        let mut command = Command::new(program("serve"));
        command.arg(at("head.safetensors")).arg("--cache").arg(at("cache.h5"));
        command.arg("--images").arg(at("images"));
        if !arguments.contains(&"--listen") {
            command.args(["--listen", "127.0.0.1:0"]);
        }
        command.args(arguments).envs(environment.iter().copied());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("http://").and_then(|line| line.strip_suffix('/'));
        let address = address.unwrap_or_else(|| panic!("it says {line:?}")).to_owned();
        Self { folder, process, address }
    }

    pub(super) fn images(&self) -> PathBuf {
        self.folder.path().join("images")
    }

    pub(super) fn head(&self) -> PathBuf {
        self.folder.path().join("head.safetensors")
    }

    pub(super) fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Reply {
        ask(&self.address, method, path, headers, body).unwrap()
    }

    pub(super) fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, &[], b"")
    }

    pub(super) fn post(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        self.ask("POST", path, headers, body)
    }

    pub(super) fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// Waits until it ends; gives its exit code.
    #[cfg(unix)]
    pub(super) fn wait(&mut self) -> Option<i32> {
        self.process.wait().unwrap().code()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Puts pictures, their cache and a head into `folder`; they are computed once.
fn prepare(folder: &TempDir) {
    static PREPARED: OnceLock<TempDir> = OnceLock::new();
    let prepared = PREPARED.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        three_classes(&at("images"), 6);
        extract_run(
            &at("images"),
            &at("cache.h5"),
            &["--tap", "block1_pool:gap", "--device", "cpu"],
        );
        let mut train = fit();
        train.arg("train").arg(at("cache.h5")).args(["--head", "softmax", "--c", "0.1"]);
        train.arg("--out").arg(at("head.safetensors")).assert().success();
        folder
    });
    three_classes(&folder.path().join("images"), 6);
    for name in ["cache.h5", "head.safetensors"] {
        std::fs::copy(prepared.path().join(name), folder.path().join(name)).unwrap();
    }
}
