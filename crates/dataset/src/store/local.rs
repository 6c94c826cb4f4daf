//! A folder of this machine.

use std::ffi::OsString;
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

use atomic_file::open_regular;
use walkdir::{DirEntry, WalkDir};

use super::visits::Visits;
use super::{Kind, ReadSeek, Stat, Store, Walk};
use crate::file_name::is_hidden;

/// A folder of this machine.
pub(crate) struct LocalFolder<'a> {
    pub(crate) root: &'a Path,
}

impl From<FileType> for Kind {
    fn from(kind: FileType) -> Self {
        match kind {
            kind if kind.is_file() => Self::File,
            kind if kind.is_dir() => Self::Folder,
            _ => Self::Other,
        }
    }
}

impl Store for LocalFolder<'_> {
    fn root(&self) -> &Path {
        self.root
    }

    fn stat(&self, path: &Path) -> io::Result<Stat> {
        let metadata = fs::metadata(self.at(path))?;
        Ok(Stat { kind: metadata.file_type().into(), len: metadata.len() })
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadSeek>> {
        Ok(Box::new(open_regular(&self.at(path))?))
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        fs::read_dir(self.at(folder))?.map(|entry| Ok(entry?.file_name())).collect()
    }

    fn walk(&self) -> io::Result<Walk> {
        let (mut found, mut visits) = (Walk::default(), Visits::default());
        let visible = |entry: &DirEntry| entry.depth() == 0 || !is_hidden(entry.file_name());
        for entry in WalkDir::new(self.root).follow_links(true).into_iter().filter_entry(visible) {
            match entry {
                Ok(entry) => {
                    if entry.file_type().is_dir() {
                        visits.add(entry.path(), &entry.metadata()?)?;
                    }
                    let relative = entry.path().strip_prefix(self.root);
                    let relative = relative.expect("the walk stays below its root");
                    let open = || self.open(relative);
                    found.add(relative, entry.file_type().into(), entry.depth(), open);
                }
                Err(error) if error.depth() == 0 => return Err(error.into()),
                Err(error) => self.add_error(&mut found, &error),
            }
        }
        Ok(found.sorted())
    }
}

impl LocalFolder<'_> {
    /// Where a path lies. The root stays as it was given: a `/` behind it would make a folder of it.
    fn at(&self, path: &Path) -> PathBuf {
        if path.as_os_str().is_empty() { self.root.to_owned() } else { self.root.join(path) }
    }

    fn add_error(&self, found: &mut Walk, error: &walkdir::Error) {
        let relative = |path: &Path| path.strip_prefix(self.root).unwrap_or(path).to_path_buf();
        let path = error.path().unwrap_or(self.root);
        if path.file_name().is_some_and(is_hidden) {
            return;
        }
        let reason = match (error.loop_ancestor(), error.io_error()) {
            (Some(ancestor), _) if ancestor == self.root => "a link back to the root".to_owned(),
            (Some(ancestor), _) => format!("a link back to `{}`", relative(ancestor).display()),
            (None, Some(io)) => io.to_string(),
            (None, None) => error.to_string(),
        };
        found.add_unreadable(&relative(path), reason);
    }
}
