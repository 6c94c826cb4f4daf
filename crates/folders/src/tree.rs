//! The folders that images lie in.

use std::collections::BTreeMap;

/// Every folder with an image in it or below it, by its path; the root is the empty path.
#[derive(Debug, Default)]
pub struct Tree {
    folders: BTreeMap<String, Folder>,
}

#[derive(Debug, Default)]
struct Folder {
    /// Whether images lie in it, not only below.
    has_images: bool,
    /// Names of the folders in it that have images, in byte order.
    names: Vec<String>,
}

impl Tree {
    /// The folders of images at these paths, which are relative to the root and joined by `/`.
    pub fn new<'p>(paths: impl Iterator<Item = &'p str>) -> Self {
        let mut tree = Self::default();
        tree.folders.insert(String::new(), Folder::default());
        for path in paths {
            tree.enter(parent(path)).has_images = true;
        }
        for folder in tree.folders.values_mut() {
            folder.names.sort_unstable();
        }
        tree
    }

    /// The folder at a path, made with those above it where it is not there.
    fn enter(&mut self, path: &str) -> &mut Folder {
        if !self.folders.contains_key(path) {
            self.enter(parent(path)).names.push(name(path).to_owned());
            self.folders.insert(path.to_owned(), Folder::default());
        }
        self.folders.get_mut(path).expect("it was made above")
    }

    /// Names of the folders with images in a folder, in byte order.
    pub fn names(&self, folder: &str) -> &[String] {
        self.folders.get(folder).map_or(&[], |folder| &folder.names)
    }

    /// Whether images lie in a folder, not only below.
    pub fn has_images(&self, folder: &str) -> bool {
        self.folders.get(folder).is_some_and(|folder| folder.has_images)
    }

    /// Whether images lie below a path.
    pub fn has(&self, folder: &str) -> bool {
        self.folders.contains_key(folder)
    }

    /// Whether images lie below this path, or below a folder of this name anywhere.
    pub fn has_any(&self, folder: &str) -> bool {
        self.has(folder)
            || self.folders.values().any(|above| above.names.iter().any(|name| name == folder))
    }

    /// Takes a folder out of the one that it lies in.
    pub fn remove(&mut self, folder: &str) {
        let above = self.folders.get_mut(parent(folder)).expect("every folder lies in one");
        above.names.retain(|known| known != name(folder));
    }
}

/// The path of what lies in a folder under a name.
pub fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// The folder that something lies in.
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last part of a path.
pub(crate) fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// How many folders a path leads through, its own included; 0 for the root.
pub fn depth(folder: &str) -> usize {
    if folder.is_empty() { 0 } else { folder.split('/').count() }
}

/// The path below a folder; `None` where it leads elsewhere.
pub fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_have_their_names_in_order_and_know_where_images_lie() {
        let mut tree = Tree::new(["b/x/1.jpg", "a/1.jpg", "b/a/y/1.jpg", "b/x/2.jpg"].into_iter());
        assert_eq!(
            (tree.names(""), tree.names("b")),
            (&["a", "b"].map(String::from)[..], &["a", "x"].map(String::from)[..])
        );
        assert!(tree.has_images("b/x") && !tree.has_images("b") && !tree.has_images(""));
        assert!(tree.has("b/a/y") && !tree.has("b/y"));
        tree.remove("b/a");
        assert_eq!(tree.names("b"), ["x"]);
    }

    #[test]
    fn parts_of_paths() {
        assert_eq!((parent("a/b/c"), parent("a"), name("a/b"), name("a")), ("a/b", "", "b", "a"));
        assert_eq!((depth(""), depth("a"), depth("a/b")), (0, 1, 2));
        assert_eq!(
            (below("a/b", "a"), below("ab", "a"), below("a", "")),
            (Some("b"), None, Some("a"))
        );
        assert_eq!((join("", "a"), join("a", "b")), ("a".to_owned(), "a/b".to_owned()));
    }
}
