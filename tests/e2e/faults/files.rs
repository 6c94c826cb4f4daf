//! All that lies below a folder, to be looked at, compared, and put back.

use std::collections::BTreeMap;
use std::fs::{self, File, FileTimes};
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde_json::Value;

/// Files by their paths below a folder; folders have no content.
#[derive(Clone, Default)]
pub(super) struct Files(pub(super) BTreeMap<String, Option<Vec<u8>>>);

impl Files {
    /// What lies below `root`.
    pub(super) fn read(root: &Path) -> Self {
        let mut files = Self::default();
        files.add(root, "");
        files
    }

    fn add(&mut self, root: &Path, folder: &str) {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            if entry.file_type().unwrap().is_dir() {
                self.0.insert(path.clone(), None);
                self.add(root, &path);
            } else {
                self.0.insert(path, Some(fs::read(entry.path()).unwrap()));
            }
        }
    }

    /// Makes `root` anew, with these files in it and nothing else. All get one time of change, by which
    /// a run knows pictures.
    pub(super) fn write(&self, root: &Path) {
        if root.exists() {
            fs::remove_dir_all(root).unwrap();
        }
        fs::create_dir_all(root).unwrap();
        let times = FileTimes::new()
            .set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000));
        for (path, bytes) in &self.0 {
            let path = root.join(path);
            match bytes {
                None => fs::create_dir_all(path).unwrap(),
                Some(bytes) => {
                    fs::write(&path, bytes).unwrap();
                    File::options().write(true).open(path).unwrap().set_times(times).unwrap();
                }
            }
        }
    }

    pub(super) fn insert(&mut self, path: &str, bytes: &[u8]) {
        if let Some((folder, _)) = path.rsplit_once('/') {
            self.insert_folder(folder);
        }
        self.0.insert(path.to_owned(), Some(bytes.to_owned()));
    }

    pub(super) fn insert_folder(&mut self, path: &str) {
        for (end, _) in path.match_indices('/') {
            self.0.insert(path[..end].to_owned(), None);
        }
        self.0.insert(path.to_owned(), None);
    }

    /// Puts everything below `root` into the folder `path`.
    pub(super) fn insert_tree(&mut self, path: &str, root: &Path) {
        self.insert_folder(path);
        for (name, bytes) in Self::read(root).0 {
            self.0.insert(format!("{path}/{name}"), bytes);
        }
    }

    /// Paths of files that were under way; the folder of a run is there to keep them.
    pub(super) fn unfinished(&self) -> Vec<&str> {
        let paths = self.0.keys().map(String::as_str);
        paths.filter(|path| is_unfinished(path) && !path.contains(".partial/")).collect()
    }

    pub(super) fn without_unfinished(mut self) -> Self {
        self.0.retain(|path, _| !is_unfinished(path) || path.contains(".partial/"));
        self
    }

    /// Whether the same lies at `path` in both, but for the times of fits.
    pub(super) fn agree_at(&self, other: &Self, path: &str) -> bool {
        let [ours, theirs] = [self, other].map(|files| files.0.get(path));
        let is_record = path.rsplit('/').next() == Some("fits.jsonl");
        match (ours, theirs) {
            (Some(Some(ours)), Some(Some(theirs))) if is_record => {
                without_times(ours) == without_times(theirs)
            }
            _ => ours == theirs,
        }
    }

    /// The paths at which they do not agree.
    pub(super) fn differences(&self, other: &Self) -> Vec<String> {
        let paths = self.0.keys().chain(other.0.keys().filter(|path| !self.0.contains_key(*path)));
        paths.filter(|path| !self.agree_at(other, path)).cloned().collect()
    }
}

fn is_unfinished(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.starts_with("unfinished-"))
}

/// The lines of `fits.jsonl` in a fixed order and without times, which alone differ between sweeps. A
/// last line that was cut short stays as it is.
fn without_times(fits: &[u8]) -> Vec<u8> {
    let line = |line: &[u8]| -> Vec<u8> {
        let Ok(mut value) = serde_json::from_slice::<Value>(line) else { return line.to_owned() };
        if let Some(seconds) = value.pointer_mut("/score/fit_seconds") {
            *seconds = Value::Null;
        }
        value.to_string().into_bytes()
    };
    let mut lines: Vec<Vec<u8>> = fits.split(|&byte| byte == b'\n').map(line).collect();
    lines.sort();
    lines.join(&b'\n')
}
