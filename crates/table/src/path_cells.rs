//! How the cells of a table lead to images.

/// What is to be done to the cells of a column before they are paths below the folder of images.
///
/// # Examples
///
/// ```
/// use table::PathCells;
///
/// let ids = PathCells { extension: Some(".jpg".into()), folder: Some("train".into()), ..PathCells::default() };
/// assert_eq!(ids.relative("1f").as_deref(), Some("train/1f.jpg"));
/// let windows = PathCells { root: Some(r"C:\pets".into()), ..PathCells::default() };
/// assert_eq!(windows.relative(r"C:\pets\.\cat\1.jpg").as_deref(), Some("cat/1.jpg"));
/// assert_eq!(windows.relative("../1.jpg"), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PathCells {
    /// What is added to a cell that does not end so, such as `.jpg`.
    pub extension: Option<String>,
    /// The folder, below that of the images, that the cells are relative to.
    pub folder: Option<String>,
    /// The folder that absolute paths begin with, where the table was made.
    pub root: Option<String>,
}

impl PathCells {
    /// The path that `cell` means, relative to the folder of images and with `/` between its parts. Without
    /// `.` and doubled `/`; a `\` is a `/`. `None` for a path that leads elsewhere: absolute, but not below the
    /// root that was given, or with `..` in it.
    pub fn relative(&self, cell: &str) -> Option<String> {
        self.below(&cell.replace('\\', "/"))
    }

    /// As [`relative`](Self::relative), where a `\` is a character of a name like any other.
    pub fn literal(&self, cell: &str) -> Option<String> {
        self.below(cell)
    }

    fn below(&self, cell: &str) -> Option<String> {
        let cell = match &self.root {
            Some(root) if is_absolute(cell) => without_root(cell, &root.replace('\\', "/"))?,
            _ if is_absolute(cell) => return None,
            _ => cell,
        };
        let names = parts(cell)?;
        if names.is_empty() {
            return None;
        }
        let folder = parts(self.folder.as_deref().unwrap_or_default())?;
        let mut path = [folder, names].concat().join("/");
        if let Some(extension) = &self.extension {
            let dot = if extension.starts_with('.') { "" } else { "." };
            let extension = format!("{dot}{extension}");
            if !ends_with(&path, &extension) {
                path.push_str(&extension);
            }
        }
        Some(path)
    }
}

/// The names of a path, without `.`; `None` when it leads out of the folder that it is relative to.
fn parts(path: &str) -> Option<Vec<&str>> {
    let names = path.split('/').filter(|name| !matches!(*name, "" | "."));
    names.map(|name| (name != "..").then_some(name)).collect()
}

/// Whether a path begins at the root of a system, on a drive of Windows, or on a server.
fn is_absolute(path: &str) -> bool {
    let has_drive =
        |path: &[u8]| matches!(path, [letter, b':', b'/', ..] if letter.is_ascii_alphabetic());
    path.starts_with('/') || has_drive(path.as_bytes()) || path.contains("://")
}

fn without_root<'c>(cell: &'c str, root: &str) -> Option<&'c str> {
    let below = cell.strip_prefix(root.trim_end_matches('/'))?;
    below.starts_with('/').then_some(below)
}

/// Without regard to the case of letters.
fn ends_with(path: &str, extension: &str) -> bool {
    let start = path.len().checked_sub(extension.len());
    start.and_then(|start| path.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(extension: &str, folder: &str, root: &str) -> PathCells {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        PathCells { extension: given(extension), folder: given(folder), root: given(root) }
    }

    #[test]
    fn paths_are_brought_into_one_form() {
        let none = PathCells::default();
        for (cell, expected) in [
            ("cat/1.jpg", "cat/1.jpg"),
            ("./cat//1.jpg", "cat/1.jpg"),
            (r"cat\1.jpg", "cat/1.jpg"),
            (r".\cat\.\1.jpg", "cat/1.jpg"),
            ("a:b.jpg", "a:b.jpg"),
            ("..cat/1...jpg", "..cat/1...jpg"),
        ] {
            assert_eq!(none.relative(cell).as_deref(), Some(expected), "{cell}");
        }
        assert_eq!(none.literal(r"a\b.jpg").as_deref(), Some(r"a\b.jpg"));
        for cell in ["", ".", "../a", "a/../b", "/a/b", r"C:\a", "https://host/a.jpg", "./"] {
            assert_eq!(none.relative(cell), None, "{cell}");
        }
    }

    #[test]
    fn extensions_folders_and_roots_are_added_and_removed() {
        for extension in [".jpg", "jpg"] {
            let ids = cells(extension, "train/", "");
            assert_eq!(ids.relative("7").as_deref(), Some("train/7.jpg"));
            assert_eq!(ids.relative("7.JPG").as_deref(), Some("train/7.JPG"));
            assert_eq!(ids.relative("7.5").as_deref(), Some("train/7.5.jpg"));
            assert_eq!(ids.relative("ü").as_deref(), Some("train/ü.jpg"));
        }
        for root in ["/data/pets", "/data/pets/", r"\data\pets"] {
            let absolute = cells("", "", root);
            assert_eq!(absolute.relative("/data/pets/cat/1.jpg").as_deref(), Some("cat/1.jpg"));
            assert_eq!(absolute.relative("cat/1.jpg").as_deref(), Some("cat/1.jpg"));
            assert_eq!(absolute.relative("/data/pets2/1.jpg"), None);
        }
    }
}
