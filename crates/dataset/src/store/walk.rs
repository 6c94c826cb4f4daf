//! Everything below a folder, before it is given a meaning.

use std::path::Path;

use schema::Unreadable;

use super::Kind;
use crate::encoded_path::encode;
use crate::file_name::is_image;
use crate::paths::Paths;

/// What lies below a folder. Paths are encoded, relative to it and in byte order.
#[derive(Default)]
pub(crate) struct Walk {
    /// Image files.
    pub(crate) images: Paths,
    /// Folders down to the second level: nothing below names a split or a class.
    pub(crate) folders: Vec<String>,
    /// Folders and links that could not be read.
    pub(crate) unreadable: Vec<Unreadable>,
    /// Number of files that are no images by their extension.
    pub(crate) ignored: usize,
}

impl Walk {
    /// Adds what was found `depth` levels below the folder.
    pub(crate) fn add(&mut self, relative: &Path, kind: Kind, depth: usize) {
        let Some(path) = encode(relative) else {
            self.add_unreadable(relative, "its name is not Unicode".to_owned());
            return;
        };
        match kind {
            Kind::Folder if (1..=2).contains(&depth) => self.folders.push(path),
            Kind::Folder => {}
            Kind::File if relative.file_name().is_some_and(is_image) => self.images.push(&path),
            Kind::File | Kind::Other => self.ignored += 1,
        }
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
