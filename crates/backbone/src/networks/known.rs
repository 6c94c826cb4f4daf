//! Backbones by name.

use std::sync::{Arc, LazyLock};

use super::{alexnet, efficientnet_lite0, inception_v3, mobilenet_v2, resnet, vgg};
use crate::graph::Backbone;

static BACKBONES: LazyLock<Vec<Arc<Backbone>>> = LazyLock::new(|| {
    let mut all = vec![alexnet::alexnet(), efficientnet_lite0::efficientnet_lite0()];
    all.extend([inception_v3::inception_v3(), mobilenet_v2::mobilenet_v2()]);
    all.extend(resnet::family());
    all.extend(vgg::family());
    all.into_iter().map(Arc::new).collect()
});

/// Every backbone there is, sorted by family.
pub fn backbones() -> &'static [Arc<Backbone>] {
    &BACKBONES
}

/// No backbone has that name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown backbone `{name}`\nhint: known are {}", known_backbones())]
pub struct UnknownBackbone {
    /// The name asked for.
    pub name: String,
}

fn known_backbones() -> String {
    let names: Vec<_> = backbones().iter().map(|backbone| format!("`{}`", backbone.name)).collect();
    names.join(", ")
}

impl Backbone {
    /// The backbone called `name`.
    ///
    /// # Errors
    /// [`UnknownBackbone`], with the names that are known.
    ///
    /// # Examples
    /// ```
    /// use backbone::Backbone;
    ///
    /// assert_eq!(Backbone::named("inception_v3")?.side, 299);
    /// assert!(Backbone::named("vgg61").is_err());
    /// # Ok::<(), backbone::UnknownBackbone>(())
    /// ```
    pub fn named(name: &str) -> Result<Arc<Self>, UnknownBackbone> {
        backbones()
            .iter()
            .find(|backbone| backbone.name == name)
            .cloned()
            .ok_or_else(|| UnknownBackbone { name: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn an_unknown_backbone_is_named_beside_the_known_ones() {
        let error = Backbone::named("vgg61").unwrap_err().to_string();
        assert!(
            error.starts_with("unknown backbone `vgg61`\nhint: known are `alexnet`"),
            "{error}"
        );
        assert!(error.contains("`resnet50`") && error.ends_with("`vgg19_bn`"), "{error}");
    }

    #[test]
    fn a_name_means_one_node_and_one_layer() {
        for backbone in backbones() {
            let names = backbone.nodes.iter().flat_map(|node| &node.names);
            let layers = || backbone.nodes.iter().filter_map(|node| node.operation.layer());
            let mut seen = HashSet::new();
            names.for_each(|name| assert!(seen.insert(name), "{}: tap {name}", backbone.name));
            let mut seen = HashSet::new();
            for layer in layers() {
                assert!(seen.insert(&layer.name), "{}: layer {}", backbone.name, layer.name);
            }
            let mut seen = HashSet::new();
            for layer in layers() {
                assert!(seen.insert(&layer.module), "{}: module {}", backbone.name, layer.module);
            }
        }
    }

    /// `meta["num_params"]` of torchvision's weights, which counts what training changes: no running
    /// mean and variance, and for inception_v3 no auxiliary classifier (3,326,696); for
    /// efficientnet_lite0 the sum over timm's `model.parameters()`.
    #[test]
    fn learned_numbers_are_as_many_as_torchvision_says() {
        let expected = [
            ("alexnet", 61_100_840),
            ("efficientnet_lite0", 4_652_008),
            ("inception_v3", 27_161_264 - 3_326_696),
            ("mobilenet_v2", 3_504_872),
            ("resnet18", 11_689_512),
            ("resnet34", 21_797_672),
            ("resnet50", 25_557_032),
            ("resnet101", 44_549_160),
            ("resnet152", 60_192_808),
            ("vgg11", 132_863_336),
            ("vgg11_bn", 132_868_840),
            ("vgg13", 133_047_848),
            ("vgg13_bn", 133_053_736),
            ("vgg16", 138_357_544),
            ("vgg16_bn", 138_365_992),
            ("vgg19", 143_667_240),
            ("vgg19_bn", 143_678_248),
        ];
        let counts: Vec<(&str, usize)> = backbones()
            .iter()
            .map(|backbone| {
                let parameters = backbone.parameters().map(|(_, parameter)| parameter);
                let trained = parameters.filter(|p| !p.suffix.starts_with("running_"));
                (&backbone.name[..], trained.map(|p| p.len()).sum())
            })
            .collect();
        assert_eq!(counts, expected);
    }

    #[test]
    fn inputs_come_before_what_takes_them() {
        for backbone in backbones() {
            for (id, node) in backbone.nodes.iter().enumerate() {
                assert!(node.inputs.iter().all(|&input| input < id), "{}: {id}", backbone.name);
            }
        }
    }
}
