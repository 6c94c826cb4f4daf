//! Which caches of a folder serve which rows of the table.

use std::path::{Path, PathBuf};

use super::published::PUBLISHED;
use super::{PROTOCOLS, Protocol, Variant};

/// A row that the table has or could have.
#[derive(Clone, Debug, PartialEq)]
pub struct TableRow {
    /// The protocol.
    pub protocol: &'static Protocol,
    /// The variant.
    pub variant: Variant,
    /// The cache; `None` where there is none by one of the names.
    pub cache: Option<PathBuf>,
}

/// The rows of the table of `folder`: every one that has a published number, and every other one whose
/// cache is there.
///
/// A cache is found by its name: `<protocol>-<variant>.h5`, or `<protocol>.h5` for the variants that have
/// none of their own. The latter serves only variants with a published number.
pub fn rows_of(folder: &Path) -> Vec<TableRow> {
    let mut rows = Vec::new();
    for protocol in &PROTOCOLS {
        for variant in Variant::ALL {
            let is_published =
                PUBLISHED.iter().any(|p| p.protocol == protocol.name && p.variant == variant);
            let own = folder.join(format!("{protocol}-{variant}.h5"));
            let shared = folder.join(format!("{protocol}.h5"));
            let cache = match (own.is_file(), is_published && shared.is_file()) {
                (true, _) => Some(own),
                (false, true) => Some(shared),
                (false, false) => None,
            };
            if is_published || cache.is_some() {
                rows.push(TableRow { protocol, variant, cache });
            }
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caches_are_found_by_their_names_and_published_rows_are_never_dropped() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["mit67.h5", "voc2007-vissl.h5", "mit67-cnnaug-svm.h5", "holidays.h5"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let rows = rows_of(folder.path());
        let cache_of = |protocol: &str, variant| {
            let of_row = |row: &&TableRow| row.protocol.name == protocol && row.variant == variant;
            rows.iter().find(of_row).map(|row| {
                row.cache.as_ref().map(|path| path.file_name().unwrap().to_str().unwrap())
            })
        };
        assert_eq!(cache_of("mit67", Variant::CnnSvm), Some(Some("mit67.h5")));
        assert_eq!(cache_of("mit67", Variant::CnnaugSvm), Some(Some("mit67-cnnaug-svm.h5")));
        assert_eq!(cache_of("voc2007", Variant::Vissl), Some(Some("voc2007-vissl.h5")));
        assert_eq!(cache_of("voc2007", Variant::CnnSvm), Some(None));
        assert_eq!(cache_of("mit67", Variant::Vgg), None);
        assert_eq!(rows.len(), PUBLISHED.len() + 1);
    }
}
