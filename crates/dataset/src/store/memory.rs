//! A folder in memory: for tests of what happens while files are read.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, Cursor, ErrorKind};
use std::path::{Path, PathBuf};

use super::{Kind, ReadSeek, Stat, Store, Walk};

/// Files by their path below the root, without empty folders, links or hidden names.
pub(crate) struct MemoryFolder {
    root: PathBuf,
    files: RefCell<BTreeMap<PathBuf, Vec<u8>>>,
    /// A file that somebody removes after it was looked at for the first time.
    vanishing: Option<PathBuf>,
}

impl MemoryFolder {
    pub(crate) fn new<'a>(
        root: &Path,
        files: impl IntoIterator<Item = (&'a str, Vec<u8>)>,
    ) -> Self {
        let files = files.into_iter().map(|(path, bytes)| (path.into(), bytes)).collect();
        Self { root: root.to_owned(), files: RefCell::new(files), vanishing: None }
    }

    /// The same, of which `path` vanishes.
    pub(crate) fn losing(self, path: &str) -> Self {
        Self { vanishing: Some(path.into()), ..self }
    }

    /// Everything below the root, the root included.
    fn entries(&self) -> BTreeMap<PathBuf, Kind> {
        let files = self.files.borrow();
        let folders = files.keys().flat_map(|path| path.ancestors().skip(1));
        let folders = folders.map(|path| (path.to_owned(), Kind::Folder));
        folders.chain(files.keys().map(|path| (path.clone(), Kind::File))).collect()
    }
}

impl Store for MemoryFolder {
    fn root(&self) -> &Path {
        &self.root
    }

    fn stat(&self, path: &Path) -> io::Result<Stat> {
        let kind = *self.entries().get(path).ok_or(ErrorKind::NotFound)?;
        let mut files = self.files.borrow_mut();
        let len = files.get(path).map_or(0, Vec::len) as u64;
        if self.vanishing.as_deref() == Some(path) {
            files.remove(path);
        }
        Ok(Stat { kind, len })
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadSeek>> {
        let bytes = self.files.borrow().get(path).cloned().ok_or(ErrorKind::NotFound)?;
        Ok(Box::new(Cursor::new(bytes)))
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        let entries = self.entries();
        let inside = entries.keys().filter(|path| path.parent() == Some(folder));
        Ok(inside.filter_map(|path| path.file_name()).map(OsString::from).collect())
    }

    fn walk(&self) -> io::Result<Walk> {
        let mut found = Walk::default();
        for (path, kind) in self.entries() {
            found.add(&path, kind, path.components().count(), || self.open(&path));
        }
        Ok(found.sorted())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use folders::FolderOptions;

    use super::*;
    use crate::folder::{folder, read_folder};

    #[test]
    fn a_tree_in_memory_gives_the_manifest_of_the_same_tree_on_disk() {
        let root = tempfile::tempdir().unwrap();
        let paths =
            ["train/cat/b.jpg", "train/cat/deep/a.png", "valid/dog/1.jpg", "train/notes.txt"];
        for path in paths {
            let file = root.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, b"").unwrap();
        }
        let store = MemoryFolder::new(root.path(), paths.map(|path| (path, Vec::new())));
        let manifest = read_folder(&store, &FolderOptions::default()).unwrap();
        assert_eq!(manifest, folder(root.path()).unwrap());
        assert_eq!((manifest.samples.len(), manifest.passed_over.values().sum()), (3, 1));
        assert_eq!(manifest.classes, ["cat", "dog"]);
    }
}
