//! What a weight file says about itself. Specified in [`super`].

use std::collections::{BTreeMap, HashMap};

const FORMAT: &str = "offshelf-weights";
const VERSION: &str = "1";

/// The string map of a weight file, without `format` and `version`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// Name of the backbone: `vgg16`.
    pub backbone: String,
    /// What a user calls these weights: `vgg16-keras-notop`.
    pub name: String,
    /// Name of the preprocessing that they were trained with: `keras`, `torchvision`.
    pub preset: String,
    /// The digest of the tensors, 64 lowercase hexadecimal digits.
    pub digest: String,
    /// The file that they were converted from, with its SHA-256.
    pub origin: String,
    /// The terms they are published under, or `unknown`.
    pub licence: String,
}

/// Why a string map is not that of a weight file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum MetadataError {
    /// `format` is absent or another: a file of someone else's.
    Format,
    /// A version that this program does not read.
    Version(String),
    /// A key is absent.
    Key(&'static str),
}

impl Metadata {
    /// The version that [`Metadata::from_map`] accepts.
    pub(super) const VERSION: &'static str = VERSION;

    pub(super) fn to_map(&self) -> BTreeMap<&'static str, &str> {
        BTreeMap::from([
            ("format", FORMAT),
            ("version", VERSION),
            ("backbone", &self.backbone),
            ("name", &self.name),
            ("preset", &self.preset),
            ("digest", &self.digest),
            ("origin", &self.origin),
            ("licence", &self.licence),
        ])
    }

    pub(super) fn from_map(map: &HashMap<String, String>) -> Result<Self, MetadataError> {
        let get = |key| map.get(key).cloned().ok_or(MetadataError::Key(key));
        if map.get("format").map(String::as_str) != Some(FORMAT) {
            return Err(MetadataError::Format);
        }
        let version = get("version")?;
        if version != VERSION {
            return Err(MetadataError::Version(version));
        }
        Ok(Self {
            backbone: get("backbone")?,
            name: get("name")?,
            preset: get("preset")?,
            digest: get("digest")?,
            origin: get("origin")?,
            licence: get("licence")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map() -> HashMap<String, String> {
        let metadata = Metadata {
            backbone: "vgg16".into(),
            name: "mine".into(),
            preset: "keras".into(),
            digest: "00".into(),
            origin: "somewhere".into(),
            licence: "unknown".into(),
        };
        metadata.to_map().into_iter().map(|(key, value)| (key.into(), value.into())).collect()
    }

    #[test]
    fn what_is_written_is_read_back() {
        let metadata = Metadata::from_map(&map()).unwrap();
        assert_eq!(metadata.name, "mine");
        assert_eq!(metadata.licence, "unknown");
    }

    #[test]
    fn a_foreign_map_another_version_and_an_absent_key_are_told_apart() {
        let mut foreign = map();
        foreign.insert("format".into(), "pt".into());
        assert_eq!(Metadata::from_map(&foreign), Err(MetadataError::Format));

        let mut newer = map();
        newer.insert("version".into(), "2".into());
        assert_eq!(Metadata::from_map(&newer), Err(MetadataError::Version("2".into())));

        let mut incomplete = map();
        incomplete.remove("origin");
        assert_eq!(Metadata::from_map(&incomplete), Err(MetadataError::Key("origin")));
    }
}
