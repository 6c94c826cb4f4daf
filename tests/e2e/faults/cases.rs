//! Small commands of all kinds that write files, each in a folder of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use super::super::programs::{extract_without_weights, fit};
use super::cheap_run::CheapRun;
use super::files::Files;
use super::images;

const N_IMAGES: usize = 18;
/// A file that somebody put into the folder of a sweep.
const MINE: &str = "mine.safetensors";
/// Where things are written.
const CACHE: &str = "out/cache.h5";
const SWEEP: &str = "out/sweep";
const HEAD: &str = "out/head.safetensors";

/// A command, and the files that it finds.
pub(super) struct Case {
    pub(super) name: &'static str,
    /// What lies below the folder before.
    pub(super) before: Files,
    program: PathBuf,
    /// `@` stands for the folder.
    arguments: Vec<String>,
    /// Whether the same is printed each time: no times.
    pub(super) prints_the_same: bool,
    /// Whether the command may be given again when it has succeeded.
    pub(super) repeatable: bool,
    /// The file that it writes, or the folder of a sweep.
    pub(super) output: &'static str,
}

impl Case {
    fn new(
        name: &'static str,
        before: Files,
        program: &Path,
        arguments: &str,
        output: &'static str,
    ) -> Self {
        Self {
            name,
            before,
            program: program.to_owned(),
            arguments: arguments.split_whitespace().map(str::to_owned).collect(),
            prints_the_same: true,
            repeatable: false,
            output,
        }
    }

    /// The command in the folder `root`.
    pub(super) fn command(&self, root: &Path) -> Command {
        let mut command = Command::new(&self.program);
        let root = root.to_str().unwrap();
        command.args(self.arguments.iter().map(|argument| argument.replace('@', root)));
        command
    }

    /// Runs the command undisturbed in a new `root`. It must succeed.
    pub(super) fn complete(&self, root: &Path) -> (Output, Files) {
        self.before.write(root);
        let output = self.command(root).output().unwrap();
        let (name, said) = (self.name, String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{name}: {}: {said}", output.status);
        (output, Files::read(root))
    }

    /// A file that was there before, is none that the command writes, and has changed.
    pub(super) fn touched(&self, after: &Files) -> Option<&str> {
        let mut paths = self.before.0.keys().map(String::as_str);
        paths.find(|path| !self.writes(path) && !after.agree_at(&self.before, path))
    }

    /// Whether a path is the command's output, or one of an earlier sweep.
    pub(super) fn writes(&self, path: &str) -> bool {
        path.starts_with(self.output) && !path.ends_with(MINE)
    }
}

/// What the commands are about: folders of pictures. `first`; `second` with others under the same names;
/// `relabelled` with those of `first` in other classes; `some` with half of those of `first`.
pub(super) struct Inputs {
    folder: TempDir,
    /// Numbers a row.
    n_features: usize,
}

impl Inputs {
    pub(super) fn new() -> Self {
        Self::of_width(8)
    }

    pub(super) fn of_width(n_features: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let inputs = Self { folder, n_features };
        for name in ["first", "second", "relabelled", "some"] {
            images::write_tree(&inputs.images(name), N_IMAGES);
        }
        for i in 0..N_IMAGES {
            let path = |name| images::path(&inputs.images(name), N_IMAGES, i);
            images::write(&path("second"), i + N_IMAGES);
            images::write(&path("relabelled"), i * 7 % N_IMAGES);
            if i % 2 == 0 {
                fs::remove_file(path("some")).unwrap();
            }
        }
        inputs
    }

    /// The folder of pictures with this name.
    fn images(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The cache of a folder of pictures, or part `shard` of it.
    pub(super) fn cache(&self, images: &str, shard: Option<&str>) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let mut run = CheapRun::new(&self.images(images), folder.path());
        run.n_features = self.n_features;
        let mut command = run.command();
        if let Some(shard) = shard {
            command.args(["--shard", shard]);
        }
        assert!(command.output().unwrap().status.success());
        run.bytes()
    }

    /// Files that no command is about, with the names of those that are.
    fn bystanders() -> Files {
        let mut files = Files::default();
        for path in ["notes.txt", "out/other.h5", "out/model.safetensors", "out/unfinished"] {
            files.insert(path, path.as_bytes());
        }
        files
    }

    /// Bystanders, and the cache of the first pictures.
    fn with_cache(&self) -> Files {
        let mut files = Self::bystanders();
        files.insert("cache.h5", &self.cache("first", None));
        files
    }

    /// `extract run`, with a cache at its place, or none.
    pub(super) fn run(&self, name: &'static str, existing: Option<&[u8]>) -> Case {
        let mut files = Self::bystanders();
        files.insert_tree("images", &self.images("first"));
        if let Some(existing) = existing {
            files.insert(CACHE, existing);
        }
        let log = self.folder.path().join("forwarded");
        let arguments = format!(
            "@/images --out @/out/cache.h5 --forwarded {} --n-features {} --batch 4 --segment-rows 6",
            log.display(),
            self.n_features
        );
        let program = Path::new(env!("CARGO_BIN_EXE_cheap-extract"));
        let case = Case::new(name, files, program, &arguments, CACHE);
        Case { prints_the_same: false, repeatable: true, ..case }
    }

    /// `extract merge` of two parts.
    pub(super) fn merge(&self) -> Case {
        let mut files = Self::bystanders();
        for (part, shard) in [("part-1.h5", "1/2"), ("part-2.h5", "2/2")] {
            files.insert(part, &self.cache("first", Some(shard)));
        }
        let program = PathBuf::from(extract_without_weights().get_program());
        let arguments = "merge @/out/cache.h5 @/part-1.h5 @/part-2.h5";
        Case::new("extract merge", files, &program, arguments, CACHE)
    }

    /// A command of `fit` on the cache of the first pictures and what an earlier one made.
    /// Gives `output`.
    pub(super) fn fit(
        &self,
        name: &'static str,
        made: Option<&Files>,
        arguments: &str,
        output: &'static str,
    ) -> Case {
        let files = made.cloned().unwrap_or_else(|| self.with_cache());
        Case::new(name, files, Path::new(fit().get_program()), arguments, output)
    }

    fn sweep_of(&self, name: &'static str, made: Option<&Files>, arguments: &str) -> Case {
        let case =
            self.fit(name, made, &format!("sweep @/cache.h5 {arguments} --out @/{SWEEP}"), SWEEP);
        Case { prints_the_same: false, repeatable: true, ..case }
    }

    pub(super) fn sweep(&self) -> Case {
        let arguments = "--head softmax,svm --c 0.1,1 --folds 2 --hold-out 0.25";
        self.sweep_of("fit sweep", None, arguments)
    }

    /// A sweep that takes some time.
    pub(super) fn long_sweep(&self) -> Case {
        let arguments = "--head softmax,svm,mlp --layers dense:8,relu,softmax --layers dense128 \
                         --loss hinge --c 1e-3..1e2:10 --normalize none --normalize l2 \
                         --folds 3";
        self.sweep_of("fit sweep", None, arguments)
    }

    pub(super) fn train(&self) -> Case {
        let arguments = "train @/cache.h5 --head softmax --c 1 --out @/out/head.safetensors";
        self.fit("fit train", None, arguments, HEAD)
    }

    /// One case of each command of `extract` that writes a cache.
    pub(super) fn extract_cases(&self) -> Vec<Case> {
        vec![
            self.run("extract run", None),
            self.run("extract run over a cache", Some(&self.cache("some", None))),
            self.merge(),
        ]
    }

    /// One case of each command of `fit` that writes a file, and of each kind of file.
    pub(super) fn fit_cases(&self) -> Vec<Case> {
        let scratch = tempfile::tempdir().unwrap();
        let scratch = scratch.path().join("scratch");
        let (_, trained) = self.train().complete(&scratch);
        let (_, mut swept) = self.sweep().complete(&scratch);
        swept.insert(&format!("{SWEEP}/{MINE}"), b"of somebody else");
        let larger = "--head softmax,svm,ridge --c 0.01,0.1,1 --folds 2 --hold-out 0.25";
        let larger = self.sweep_of("fit sweep that goes on", Some(&swept), larger);
        let mut cases = vec![self.sweep(), larger, self.train()];
        let of_heads = [
            ("fit train --force", "train @/cache.h5 --head svm --calibrate --force", HEAD),
            ("fit export to onnx", "export @/out/head.safetensors --to onnx", "out/head.onnx"),
            ("fit export to npz", "export @/out/head.safetensors --to npz", "out/head.npz"),
            ("fit predict to csv", "predict @/out/head.safetensors @/cache.h5", "out/table.csv"),
            (
                "fit predict to parquet",
                "predict @/out/head.safetensors @/cache.h5",
                "out/table.parquet",
            ),
        ];
        cases.extend(of_heads.map(|(name, words, output)| {
            self.fit(name, Some(&trained), &format!("{words} --out @/{output}"), output)
        }));
        let eval = "eval @/out/head.safetensors @/cache.h5 --json";
        cases.push(self.fit("fit eval", Some(&trained), eval, "nothing"));
        cases
    }
}
