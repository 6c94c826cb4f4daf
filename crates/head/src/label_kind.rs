//! How many classes a row has.

use serde::{Deserialize, Serialize};

/// How many classes a row has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelKind {
    /// One each.
    #[default]
    OneClass,
    /// Any number of classes or attributes each.
    #[serde(rename = "multilabel")]
    MultiLabel,
}

impl LabelKind {
    /// Whether this is [`LabelKind::OneClass`], of which files say nothing.
    pub fn is_one_class(&self) -> bool {
        *self == Self::OneClass
    }
}
