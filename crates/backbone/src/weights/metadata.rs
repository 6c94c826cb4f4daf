//! What a weight file says about itself. Specified in [`super`].

use std::collections::{BTreeMap, HashMap};

const FORMAT: &str = "offshelf-weights";

/// What weights are called, and where they come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// What a user calls these weights: `vgg16-keras-notop`.
    pub name: String,
    /// Name of the preprocessing that they were trained with: `keras`, `torchvision`.
    pub preset: String,
    /// The file that they were converted from, with its SHA-256.
    pub origin: String,
    /// The terms they are published under, or `unknown`.
    pub licence: String,
}

/// The string map of a weight file, without `format` and `version`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// Name of the backbone.
    pub(super) backbone: String,
    /// The digest of the tensors.
    pub(super) digest: String,
    pub(super) metadata: Metadata,
}

/// Why a string map is not that of a weight file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum HeaderError {
    /// `format` is absent or another: a file of someone else's.
    Format,
    /// A version that this program does not read.
    Version(String),
    /// A key is absent.
    Key(&'static str),
}

impl Header {
    /// The version that [`Header::from_map`] accepts.
    pub(super) const VERSION: &'static str = "1";

    pub(super) fn to_map(&self) -> BTreeMap<&'static str, &str> {
        let Self { backbone, digest, metadata: Metadata { name, preset, origin, licence } } = self;
        BTreeMap::from([
            ("format", FORMAT),
            ("version", Self::VERSION),
            ("backbone", backbone),
            ("name", name),
            ("preset", preset),
            ("digest", digest),
            ("origin", origin),
            ("licence", licence),
        ])
    }

    pub(super) fn from_map(map: &HashMap<String, String>) -> Result<Self, HeaderError> {
        let get = |key| map.get(key).cloned().ok_or(HeaderError::Key(key));
        if map.get("format").map(String::as_str) != Some(FORMAT) {
            return Err(HeaderError::Format);
        }
        let version = get("version")?;
        if version != Self::VERSION {
            return Err(HeaderError::Version(version));
        }
        Ok(Self {
            backbone: get("backbone")?,
            digest: get("digest")?,
            metadata: Metadata {
                name: get("name")?,
                preset: get("preset")?,
                origin: get("origin")?,
                licence: get("licence")?,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        let metadata = Metadata {
            name: "mine".into(),
            preset: "keras".into(),
            origin: "somewhere".into(),
            licence: "unknown".into(),
        };
        Header { backbone: "vgg16".into(), digest: "00".into(), metadata }
    }

    fn map() -> HashMap<String, String> {
        header().to_map().into_iter().map(|(key, value)| (key.into(), value.into())).collect()
    }

    #[test]
    fn what_is_written_is_read_back() {
        assert_eq!(Header::from_map(&map()), Ok(header()));
    }

    #[test]
    fn a_foreign_map_another_version_and_an_absent_key_are_told_apart() {
        let mut foreign = map();
        foreign.insert("format".into(), "pt".into());
        assert_eq!(Header::from_map(&foreign), Err(HeaderError::Format));

        let mut newer = map();
        newer.insert("version".into(), "2".into());
        assert_eq!(Header::from_map(&newer), Err(HeaderError::Version("2".into())));

        let mut incomplete = map();
        incomplete.remove("origin");
        assert_eq!(Header::from_map(&incomplete), Err(HeaderError::Key("origin")));
    }
}
