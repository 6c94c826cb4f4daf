//! Everything below a folder, before it is given a meaning.

use std::io;
use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use crate::encoded_path::encode;
use crate::file_name::{is_hidden, is_image};
use crate::manifest::Unreadable;
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

/// Lists everything below `root`, following symbolic links. What cannot be read below `root`
/// becomes an entry of the result; an error means that `root` itself could not be listed.
pub(crate) fn walk(root: &Path) -> io::Result<Walk> {
    let mut found = Walk::default();
    let visible = |entry: &DirEntry| entry.depth() == 0 || !is_hidden(entry.file_name());
    for entry in WalkDir::new(root).follow_links(true).into_iter().filter_entry(visible) {
        match entry {
            Ok(entry) => found.add(root, &entry),
            Err(error) if error.depth() == 0 => return Err(error.into()),
            Err(error) => found.add_error(root, &error),
        }
    }
    found.images = found.images.sorted();
    found.folders.sort_unstable();
    found.unreadable.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

impl Walk {
    fn add(&mut self, root: &Path, entry: &DirEntry) {
        let relative = entry.path().strip_prefix(root).expect("the walk stays below its root");
        let kind = entry.file_type();
        let Some(path) = encode(relative) else {
            self.unreadable.push(Unreadable {
                path: relative.to_string_lossy().into_owned(),
                reason: "its name is not Unicode".to_owned(),
            });
            return;
        };
        if kind.is_dir() {
            if (1..=2).contains(&entry.depth()) {
                self.folders.push(path);
            }
        } else if kind.is_file() && is_image(entry.file_name()) {
            self.images.push(&path);
        } else {
            // Pipes and sockets land here too: opening one could wait for ever.
            self.ignored += 1;
        }
    }

    fn add_error(&mut self, root: &Path, error: &walkdir::Error) {
        let path = error.path().unwrap_or(root);
        if path.file_name().is_some_and(is_hidden) {
            return;
        }
        let relative = path.strip_prefix(root).unwrap_or(path);
        let reason = match (error.loop_ancestor(), error.io_error()) {
            (Some(ancestor), _) if ancestor == root => "a link back to the root".to_owned(),
            (Some(ancestor), _) => {
                let ancestor = ancestor.strip_prefix(root).unwrap_or(ancestor);
                format!("a link back to `{}`", ancestor.display())
            }
            (None, Some(io)) => io.to_string(),
            (None, None) => error.to_string(),
        };
        let path = encode(relative).unwrap_or_else(|| relative.to_string_lossy().into_owned());
        self.unreadable.push(Unreadable { path, reason });
    }
}
