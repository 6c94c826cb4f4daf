//! A second copy of a data set in a folder of its own, as archives have it that were made carelessly.

use std::io::{self, Read as _};
use std::path::PathBuf;

use folders::{Tree, below, join};

use crate::encoded_path::decode;
use crate::paths::Paths;
use crate::store::Store;

/// Files of a copy whose bytes are compared. Of the others the sizes are.
const COMPARED: usize = 16;
/// Bytes of a file that are compared at most.
const COMPARED_BYTES: u64 = 16 << 20;

/// A folder that holds once more what lies beside it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CopyFolder {
    pub(crate) folder: String,
    pub(crate) n_images: usize,
}

/// Takes folders out of the `tree` that hold folders and images of the same names, sizes and bytes as the folder
/// that they lie in: the root, or one that all images lie in.
pub(crate) fn take_copies(store: &dyn Store, images: &Paths, tree: &mut Tree) -> Vec<CopyFolder> {
    let mut found = Vec::new();
    let mut folder = String::new();
    loop {
        for name in tree.names(&folder).to_vec() {
            let inside = join(&folder, &name);
            let is_copy = !tree.has_images(&inside) && is_copy(store, images, &folder, &inside);
            if is_copy && tree.names(&folder).len() > 1 {
                tree.remove(&inside);
                let n_images = images.iter().filter(|path| below(path, &inside).is_some()).count();
                found.push(CopyFolder { folder: inside, n_images });
            }
        }
        match tree.names(&folder) {
            [only] => folder = join(&folder, only),
            _ => return found,
        }
    }
}

/// Whether each image in `inside`, a folder in `folder`, lies there at the same path as well.
fn is_copy(store: &dyn Store, images: &Paths, folder: &str, inside: &str) -> bool {
    let range = images.range_below(inside);
    let twin = |i: usize| {
        let twin = join(folder, below(images.get(i), inside)?);
        (below(&twin, inside).is_none() && images.contains(&twin)).then_some(twin)
    };
    let twins: Option<Vec<String>> = range.clone().map(twin).collect();
    let Some(twins) = twins else { return false };
    let pairs: Vec<(&str, &str)> =
        range.map(|i| images.get(i)).zip(twins.iter().map(String::as_str)).collect();
    let compared = pairs.iter().step_by(pairs.len().div_ceil(COMPARED));
    pairs.iter().all(|pair| same(pair, |path| size(store, path)))
        && compared.into_iter().all(|pair| same(pair, |path| bytes(store, path)))
}

/// Whether both of a pair can be read, and give the same.
fn same<T: PartialEq>(pair: &(&str, &str), read: impl Fn(&str) -> io::Result<T>) -> bool {
    matches!((read(pair.0), read(pair.1)), (Ok(a), Ok(b)) if a == b)
}

fn size(store: &dyn Store, path: &str) -> io::Result<u64> {
    Ok(store.stat(&file(path))?.len)
}

fn bytes(store: &dyn Store, path: &str) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    store.open(&file(path))?.take(COMPARED_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn file(path: &str) -> PathBuf {
    decode(path).expect("the walk encoded it")
}
