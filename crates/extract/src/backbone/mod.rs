//! The networks: a table of layers each, without a number in it that is learned.

mod layer;
mod vgg;

pub use layer::{Convolution, Layer, MaxPool};
pub use vgg::VGG16;

/// A network as far as features are taken from it: its layers from the input on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backbone {
    /// Its name: `vgg16`.
    pub name: &'static str,
    /// Its layers, each fed by the one before.
    pub layers: &'static [Layer],
}

/// Every backbone there is.
pub const BACKBONES: &[Backbone] = &[VGG16];

/// No backbone has that name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown backbone `{name}`\nhint: known are {}", known_backbones())]
pub struct UnknownBackbone {
    /// The name asked for.
    pub name: String,
}

fn known_backbones() -> String {
    let names: Vec<_> = BACKBONES.iter().map(|backbone| format!("`{}`", backbone.name)).collect();
    names.join(", ")
}

impl Backbone {
    /// The backbone called `name`.
    ///
    /// # Errors
    /// [`UnknownBackbone`], with the names that are known.
    pub fn named(name: &str) -> Result<&'static Self, UnknownBackbone> {
        BACKBONES
            .iter()
            .find(|backbone| backbone.name == name)
            .ok_or_else(|| UnknownBackbone { name: name.to_owned() })
    }

    /// Its convolutions, from the input on.
    pub fn convolutions(&self) -> impl Iterator<Item = &'static Convolution> + use<> {
        self.layers.iter().filter_map(|layer| match layer {
            Layer::Convolution(convolution) => Some(convolution),
            Layer::MaxPool(_) => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_backbone_is_named_beside_the_known_ones() {
        let error = Backbone::named("vgg61").unwrap_err();
        assert_eq!(error.to_string(), "unknown backbone `vgg61`\nhint: known are `vgg16`");
    }
}
