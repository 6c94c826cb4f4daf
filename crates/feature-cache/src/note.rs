//! What a program may tell its user of reading a cache.

use std::path::Path;
use std::sync::OnceLock;

static ON_COPY: OnceLock<fn(&Path)> = OnceLock::new();

/// From now on `on_copy` is called with the name of each cache that was stored in another way than `extract`
/// stores it, and had to be copied to be read. A program calls this, as it begins; a library should not.
pub fn when_a_cache_is_copied(on_copy: fn(&Path)) {
    // The first one stays.
    let _ = ON_COPY.set(on_copy);
}

/// Says that a cache was copied to be read.
pub(crate) fn note_copy(path: &Path) {
    if let Some(on_copy) = ON_COPY.get() {
        on_copy(path);
    }
}
