//! Everything below a folder, before it is given a meaning.

use std::io::{self, Read as _};
use std::path::Path;

use schema::{PassedOver, Unreadable};

use super::{Kind, ReadSeek};
use crate::encoded_path::encode;
use crate::file_name::Extension;
use crate::first_bytes::{N_BYTES, is_picture};
use crate::numbered_path;
use crate::paths::Paths;

/// What lies below a folder. Paths are encoded, relative to it and in byte order.
#[derive(Default)]
pub(crate) struct Walk {
    /// Image files.
    pub(crate) images: Paths,
    /// Folders down to the fourth level: below, nothing names a split or a class of which it is told that it is
    /// empty.
    pub(crate) folders: Vec<String>,
    /// Folders and links that could not be read.
    pub(crate) unreadable: Vec<Unreadable>,
    /// Files that are no images, by their extension.
    pub(crate) passed_over: PassedOver,
}

impl Walk {
    /// Adds what was found `depth` levels below the folder. `open` opens it, where it is a file whose name does
    /// not tell what it is.
    pub(crate) fn add(
        &mut self,
        relative: &Path,
        kind: Kind,
        depth: usize,
        open: impl FnOnce() -> io::Result<Box<dyn ReadSeek>>,
    ) {
        let Some(path) = encode(relative) else {
            self.add_unreadable(relative, "its name is not Unicode".to_owned());
            return;
        };
        match kind {
            Kind::Folder if (1..=4).contains(&depth) => self.folders.push(path),
            Kind::Folder => {}
            Kind::File | Kind::Other => {
                match Extension::of(relative.file_name().unwrap_or_default()) {
                    Extension::Image if kind == Kind::File => self.images.push(&path),
                    Extension::Missing
                        if kind == Kind::File
                            && numbered_path::split(&path).is_none()
                            && begins_as_a_picture(open) =>
                    {
                        self.images.push(&path);
                    }
                    Extension::Other(extension) => self.pass_over(extension),
                    Extension::Image | Extension::Missing => self.pass_over(String::new()),
                }
            }
        }
    }

    fn pass_over(&mut self, extension: String) {
        *self.passed_over.entry(extension).or_default() += 1;
    }

    /// Adds a folder or link that could not be read.
    pub(crate) fn add_unreadable(&mut self, relative: &Path, reason: String) {
        let path = encode(relative).unwrap_or_else(|| relative.to_string_lossy().into_owned());
        self.unreadable.push(Unreadable { path, reason });
    }

    /// The same in byte order.
    pub(crate) fn sorted(mut self) -> Self {
        self.images = self.images.sorted();
        self.folders.sort_unstable();
        self.unreadable.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        self
    }
}

/// Whether the first bytes of a file are those of a picture. A file that cannot be read is none: it is counted.
fn begins_as_a_picture(open: impl FnOnce() -> io::Result<Box<dyn ReadSeek>>) -> bool {
    let mut bytes = Vec::new();
    let read = open().and_then(|file| file.take(N_BYTES as u64).read_to_end(&mut bytes));
    read.is_ok() && is_picture(&bytes)
}
