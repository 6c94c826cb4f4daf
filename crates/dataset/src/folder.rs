//! A folder tree of images.

use std::path::Path;

use folders::{
    Chooser, ClassDepth, FolderOptions, Reading, SplitFolders, Tree, below, depth, distinct, parent,
};

use crate::copies::{CopyFolder, take_copies};
use crate::error::{FolderError, PossibleReading};
use crate::manifest::Manifest;
use crate::paths::Paths;
use crate::published::check_root;
use crate::samples::Samples;
use crate::store::{LocalFolder, Store, Walk};

/// Reads a folder tree of images. What the folders mean is told by their names and by where images lie:
///
/// - **splits**: folders on top, or in each class folder, that are named like splits: `train`, `Training`,
///   `training_set`, `val`, `dev`, `test1`, `seg_train` beside `seg_test` and so on. A folder of the same name
///   in them, or one called `images`, is passed through.
/// - **classes**: the folders in the splits, or those on top where there are no splits. Images at any depth
///   below a class folder belong to that class.
/// - A folder that all others lie in, such as `dataset`, is passed through, and one that holds a second copy of
///   what lies beside it is passed over. Both are told in [`Manifest::notes`].
///
/// Where the folders can be read in several ways nothing is read, and the error shows the ways. Images
/// that lie beside class or split folders are taken as unlabeled samples
/// ([`Manifest::unlabelled`]). A class folder without an image is no class and is listed in
/// [`Manifest::empty_folders`].
///
/// Images are recognized by their extension ([`IMAGE_EXTENSIONS`](crate::IMAGE_EXTENSIONS)), those without one by
/// their first bytes; other files are counted. Names that begin with a dot and `__MACOSX` are passed over. Symbolic
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
/// [`FolderError`] when `root` is missing, is no folder, cannot be listed, holds no image, or can be read in
/// several ways, and when more than 100 ways lead to one folder, as links beside each other can make of a few
/// folders.
pub fn folder(root: &Path) -> Result<Manifest, FolderError> {
    read_folder(&LocalFolder { root }, &FolderOptions::default())
}

/// Reads the folder tree in a store, as far as the options say how.
pub(crate) fn read_folder(
    store: &dyn Store,
    options: &FolderOptions,
) -> Result<Manifest, FolderError> {
    let owned = || store.root().to_path_buf();
    check_root(store)?;
    let Walk { images, folders, unreadable, passed_over } =
        store.walk().map_err(|reason| FolderError::Unreadable { root: owned(), reason })?;
    if images.len() == 0 {
        let unreadable = unreadable.len();
        return Err(FolderError::NoImage { root: owned(), passed_over, unreadable });
    }

    let mut tree = Tree::new(images.iter());
    let copies = take_copies(store, &images, &mut tree);
    let is_copied = |path: &str| copies.iter().any(|copy| below(path, &copy.folder).is_some());
    let images = if copies.is_empty() { images } else { images.retained(|path| !is_copied(path)) };

    let chooser = Chooser::new(&tree, options);
    check(store.root(), options, &tree, &images)?;
    let readings = distinct(chooser.readings(), images.iter());
    let reading = only(store.root(), readings, options, &images)?;
    let classes: Vec<String> = reading.classes(images.iter()).into_iter().collect();
    let unlabelled =
        if classes.is_empty() { Vec::new() } else { reading.unlabelled(images.iter()) };
    let empty_folders = reading.empty_folders(&folders, &tree);
    let notes = notes(chooser.base(), &copies, &images);
    let samples = Samples::new(images, |path| {
        let (class, split) = reading.meaning(path);
        (class.map(|class| label(&classes, class)), split)
    });
    Ok(Manifest {
        root: owned(),
        classes,
        samples,
        ground_truth: None,
        unreadable,
        empty_folders,
        passed_over,
        unlabelled,
        notes,
    })
}

/// The only reading there is.
fn only(
    root: &Path,
    readings: Vec<Reading>,
    options: &FolderOptions,
    images: &Paths,
) -> Result<Reading, FolderError> {
    let root = root.to_path_buf();
    let possible = |reading: &Reading| PossibleReading {
        words: reading.words(images.iter()),
        choices: reading.choices.clone(),
    };
    let shown: Vec<PossibleReading> = readings.iter().map(possible).collect();
    match (<[Reading; 1]>::try_from(readings), given(options).next()) {
        (Ok([reading]), _) => Ok(reading),
        (Err(readings), _) if !readings.is_empty() => {
            Err(FolderError::Ambiguous { root, readings: shown })
        }
        (Err(_), Some(folder)) => {
            Err(FolderError::NoSuchFolder { root, folder: folder.to_owned() })
        }
        (Err(_), None) => Err(FolderError::NoSplits { root }),
    }
}

/// The folders that the options say are splits.
fn given(options: &FolderOptions) -> impl Iterator<Item = &str> {
    let given = match &options.splits {
        Some(SplitFolders::Given(given)) => Some(given),
        _ => None,
    };
    given.into_iter().flat_map(|given| given.keys().map(String::as_str))
}

/// Refuses options that name what is not there.
fn check(
    root: &Path,
    options: &FolderOptions,
    tree: &Tree,
    images: &Paths,
) -> Result<(), FolderError> {
    let root = || root.to_path_buf();
    if let Some(folder) = given(options).find(|folder| !tree.has_any(folder)) {
        return Err(FolderError::NoSuchFolder { root: root(), folder: folder.to_owned() });
    }
    let deepest = images.iter().map(|path| depth(parent(path))).max().unwrap_or_default();
    match options.classes {
        Some(ClassDepth(class_depth)) if deepest < class_depth => {
            Err(FolderError::TooShallow { root: root(), class_depth, deepest })
        }
        _ => Ok(()),
    }
}

/// What a user should know of folders that were not taken for splits or classes.
fn notes(base: &str, copies: &[CopyFolder], images: &Paths) -> Vec<String> {
    let mut notes = Vec::new();
    if !base.is_empty() {
        notes.push(format!("the folder `{base}` holds all others: it is taken for the top"));
    }
    notes.extend(copies.iter().map(|CopyFolder { folder, n_images }| {
        format!("the folder `{folder}` is a second copy of what lies beside it: its {n_images} images are passed over")
    }));
    let mut backslashes = images.iter().filter(|path| path.contains('\\'));
    if let Some(example) = backslashes.next() {
        let n = backslashes.count() + 1;
        notes.push(format!(
            "{n} images have a backslash in their names, such as `{example}`: that divides no folders here, and an \
             archive may have to be unpacked by another program"
        ));
    }
    notes
}

fn label(classes: &[String], class: &str) -> u32 {
    let index = classes
        .binary_search_by(|known| known.as_str().cmp(class))
        .expect("the list was made of the classes of all images");
    u32::try_from(index).expect("there are fewer than 2^32 classes")
}
