//! The images below a folder, whatever they mean there.

use std::path::{Path, PathBuf};

use schema::Unreadable;

use crate::encoded_path::decode;
use crate::error::FolderError;
use crate::published::check_root;
use crate::store::{LocalFolder, Store as _};

/// The images at any depth below `folder`, in the byte order of their paths, and what could not be read there.
/// Images are recognized as [`folder`](crate::folder()) recognizes them.
///
/// # Errors
/// [`FolderError`] when `folder` is missing, is no folder, cannot be listed, or holds no image.
pub fn image_files(folder: &Path) -> Result<(Vec<PathBuf>, Vec<Unreadable>), FolderError> {
    let store = LocalFolder { root: folder };
    check_root(&store)?;
    let root = || folder.to_path_buf();
    let walk = store.walk().map_err(|reason| FolderError::Unreadable { root: root(), reason })?;
    if walk.images.len() == 0 {
        let (passed_over, unreadable) = (walk.passed_over, walk.unreadable.len());
        return Err(FolderError::NoImage { root: root(), passed_over, unreadable });
    }
    let file = |path| folder.join(decode(path).expect("the walk encoded it"));
    Ok((walk.images.iter().map(file).collect(), walk.unreadable))
}
