//! A folder tree of images.

use std::collections::BTreeSet;
use std::path::Path;

use schema::Split;

use crate::error::FolderError;
use crate::manifest::Manifest;
use crate::paths::Paths;
use crate::published::check_root;
use crate::samples::Samples;
use crate::store::{LocalFolder, Store, Walk};

/// Reads a folder tree of images. Three layouts are recognized by the folders on top:
///
/// - **splits**: every folder on top is called `train`, `valid`, `val`, `validation` or `test`
///   in any case, and one of them `train`. The folders below are the classes, one list for all
///   splits.
/// - **classes**: any other folders on top are the classes.
/// - **flat**: no folders: an unlabeled set.
///
/// Images at any depth below a class folder belong to that class. Images that lie beside class
/// or split folders are taken as unlabeled samples (nothing is lost without a word: count the
/// samples without a label). A class folder without an image is no class and is listed in
/// [`Manifest::empty_folders`].
///
/// Images are recognized by their extension ([`IMAGE_EXTENSIONS`](crate::IMAGE_EXTENSIONS));
/// other files are counted. Names that begin with a dot and `__MACOSX` are passed over. Symbolic
/// links are followed; a link that leads back to a folder above it, a dangling link and a folder
/// that cannot be listed become entries of [`Manifest::unreadable`].
///
/// # Examples
///
/// ```
/// let root = tempfile::tempdir()?;
/// for class in ["cat", "dog"] {
///     std::fs::create_dir(root.path().join(class))?;
///     std::fs::write(root.path().join(class).join("1.jpg"), "")?;
/// }
/// let manifest = dataset::folder(root.path())?;
/// assert_eq!(manifest.classes, ["cat", "dog"]);
/// assert_eq!(manifest.samples.get(1).path, "dog/1.jpg");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`FolderError`] when `root` is missing, is no folder, cannot be listed, or holds no image, and when more
/// than 100 ways lead to one folder, as links beside each other can make of a few folders.
pub fn folder(root: &Path) -> Result<Manifest, FolderError> {
    read_folder(&LocalFolder { root })
}

/// Reads the folder tree in a store.
pub(crate) fn read_folder(store: &dyn Store) -> Result<Manifest, FolderError> {
    let owned = || store.root().to_path_buf();
    check_root(store)?;
    let Walk { images, folders, unreadable, ignored } =
        store.walk().map_err(|reason| FolderError::Unreadable { root: owned(), reason })?;
    if images.len() == 0 {
        let unreadable = unreadable.len();
        return Err(FolderError::NoImage { root: owned(), ignored, unreadable });
    }

    let layout = Layout::of(&folders);
    let class_set: BTreeSet<&str> = images.iter().filter_map(|path| layout.class(path)).collect();
    let classes: Vec<String> = class_set.into_iter().map(str::to_owned).collect();
    let empty_folders = layout.empty_folders(&folders, &images);
    let samples = Samples::new(images, |path| {
        (layout.class(path).map(|class| label(&classes, class)), layout.split(path))
    });
    Ok(Manifest {
        root: owned(),
        classes,
        samples,
        ground_truth: None,
        unreadable,
        empty_folders,
        ignored,
        notes: Vec::new(),
    })
}

fn label(classes: &[String], class: &str) -> u32 {
    let index = classes
        .binary_search_by(|known| known.as_str().cmp(class))
        .expect("the list was made of the classes of all images");
    u32::try_from(index).expect("there are fewer than 2^32 classes")
}

/// What the first components of a path mean.
#[derive(Clone, Copy)]
enum Layout {
    /// `class/.../image`
    Classes,
    /// `split/class/.../image`
    Splits,
}

impl Layout {
    fn of(folders: &[String]) -> Self {
        let splits: Option<Vec<Split>> = folders
            .iter()
            .filter(|path| !path.contains('/'))
            .map(|name| Split::named(name))
            .collect();
        match splits {
            Some(splits) if splits.contains(&Split::Train) => Self::Splits,
            _ => Self::Classes,
        }
    }

    fn class(self, path: &str) -> Option<&str> {
        let mut folders = path.rsplit_once('/')?.0.split('/');
        match self {
            Self::Classes => folders.next(),
            Self::Splits => folders.nth(1),
        }
    }

    fn split(self, path: &str) -> Split {
        match (self, path.split_once('/')) {
            (Self::Splits, Some((top, _))) => Split::named(top).unwrap_or(Split::None),
            _ => Split::None,
        }
    }

    /// Those of the split and class folders that no image lies below.
    fn empty_folders(self, folders: &[String], images: &Paths) -> Vec<String> {
        let depth = match self {
            Self::Classes => 1,
            Self::Splits => 2,
        };
        let occupied: BTreeSet<&str> = images
            .iter()
            .flat_map(|path| path.match_indices('/').take(depth).map(|(end, _)| &path[..end]))
            .collect();
        folders
            .iter()
            .filter(|path| path.split('/').count() <= depth && !occupied.contains(path.as_str()))
            .cloned()
            .collect()
    }
}
