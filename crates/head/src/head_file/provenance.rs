//! A head is for features that were made as its training features were.

use std::fmt;

use schema::{Difference, Provenance, TapProvenance};
use serde::{Deserialize, Serialize};

/// The features of a cache are not what a head was trained on.
#[derive(Debug, PartialEq, thiserror::Error)]
pub struct ProvenanceMismatch {
    /// The fields that differ: the head's value is expected, the cache's is found.
    pub differences: Vec<Difference>,
    /// What made the features that the head was trained on.
    pub expected: Box<TapProvenance>,
}

/// Which engines' features a head may be given: they differ in the last bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engines {
    /// The one that computed the features that it was trained on.
    #[default]
    Same,
    /// Any.
    Any,
}

const ENGINE: &str = "engine";

impl fmt::Display for ProvenanceMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the head was trained on other features:")?;
        f.write_str(&Difference::lines(&self.differences))
    }
}

/// Checks that features of the provenance `found` are those that `expected` describes.
///
/// # Errors
/// [`ProvenanceMismatch`], with every field that differs.
///
/// # Examples
///
/// ```
/// use head::{Engines, check_provenance, load};
/// use schema::Provenance;
///
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/head-1.safetensors");
/// let expected = load(path.as_ref())?.description.origin.provenance;
/// let found = Provenance {
///     backbone: expected.backbone.clone(),
///     weights: expected.weights.clone(),
///     taps: vec![expected.tap.clone()],
///     preprocessing: expected.preprocessing.clone(),
///     views: expected.views.clone(),
///     engine: "another".to_owned(),
///     dtype: expected.dtype,
/// };
/// let mismatch = check_provenance(&expected, &found, Engines::Same).unwrap_err();
/// assert_eq!(mismatch.differences[0].field, "engine");
/// assert!(check_provenance(&expected, &found, Engines::Any).is_ok());
/// # Ok::<(), head::LoadError>(())
/// ```
pub fn check_provenance(
    expected: &TapProvenance,
    found: &Provenance,
    engines: Engines,
) -> Result<(), ProvenanceMismatch> {
    let Provenance { taps, .. } = found;
    let tap = if taps.contains(&expected.tap) { &expected.tap } else { &taps.join(", ") };
    let mut differences = expected.differences(&found.of_tap(tap));
    differences.retain(|difference| engines == Engines::Same || difference.field != ENGINE);
    if differences.is_empty() {
        return Ok(());
    }
    Err(ProvenanceMismatch { differences, expected: Box::new(expected.clone()) })
}
