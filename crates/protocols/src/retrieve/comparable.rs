//! Features of two caches that may be compared.

use std::fmt;
use std::path::PathBuf;

use feature_cache::Cache;
use head::Engines;
use schema::Difference;

/// The features of a second cache are of another kind than those that are searched.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub struct NotComparable {
    /// The second cache.
    pub path: PathBuf,
    /// The fields that differ: the searched cache's value is expected, the second one's is found.
    pub differences: Vec<Difference>,
}

impl fmt::Display for NotComparable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` holds other features than those that are searched:", self.path.display())?;
        f.write_str(&Difference::lines(&self.differences))
    }
}

/// Checks that vectors of `tap` mean the same in `other` as in `searched`: all that made them is equal, but
/// which views of an image they are of, and the precision that they are stored in.
///
/// # Errors
/// [`NotComparable`].
pub fn check_comparable(
    searched: &Cache,
    other: &Cache,
    tap: &str,
    engines: Engines,
) -> Result<(), NotComparable> {
    let of = |cache: &Cache| cache.taps().iter().find(|known| known.name == tap).cloned();
    let taps: Vec<&str> = other.taps().iter().map(|tap| tap.name.as_str()).collect();
    let found = if taps.contains(&tap) { tap.to_owned() } else { taps.join(", ") };
    let expected = searched.provenance().of_tap(tap);
    let mut differences = expected.differences(&other.provenance().of_tap(&found));
    differences.retain(|difference| match difference.field.as_str() {
        "views" | "dtype" => false,
        "engine" => engines == Engines::Same,
        _ => true,
    });
    if let (Some(expected), Some(found)) = (of(searched), of(other)) {
        let (expected, found) = (expected.n_features, found.n_features);
        if expected != found {
            differences.push(Difference::new("features", expected.to_string(), found.to_string()));
        }
    }
    if differences.is_empty() {
        return Ok(());
    }
    Err(NotComparable { path: other.path().to_owned(), differences })
}
