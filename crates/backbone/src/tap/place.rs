//! A place in a backbone, with its pooling.

use std::fmt;

use super::error::TapError;
use super::pooling::Pooling;
use crate::graph::{Backbone, NodeId};

/// A node whose output is read, with its pooling. Displayed as `block5_pool:gap`.
#[derive(Clone, Debug, PartialEq)]
pub struct Tap {
    /// Index into the backbone's nodes.
    pub node: NodeId,
    /// The node's name.
    pub name: String,
    /// What is done to its activation map.
    pub pooling: Pooling,
}

impl Tap {
    /// Parses `NAME[:POOL]`. NAME is any name of a node: Keras' (`block5_pool`), torchvision's or
    /// timm's (`features.30`, `layer4.2`); POOL as [`Pooling::parse`] has it, by default `gap`.
    ///
    /// # Errors
    /// [`TapError`] when the backbone has no such tap, or there is no such pooling.
    ///
    /// # Examples
    /// ```
    /// use backbone::{Backbone, Tap};
    ///
    /// let vgg16 = Backbone::named("vgg16")?;
    /// let tap = Tap::parse("features.30:max", &vgg16)?;
    /// assert_eq!(tap.to_string(), "block5_pool:max");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse(text: &str, backbone: &Backbone) -> Result<Self, TapError> {
        let (name, pooling) = match text.split_once(':') {
            Some((name, pooling)) => (name, Pooling::parse(pooling, name)?),
            None => (text, Pooling::Gap),
        };
        let node = backbone.node(name).ok_or_else(|| TapError::UnknownLayer {
            backbone: backbone.name.clone(),
            name: name.to_owned(),
            taps: backbone.block_names().map(str::to_owned).collect(),
        })?;
        Ok(Self::of_node(node, backbone, pooling))
    }

    /// The tap that is read where none is asked for: the last map before the classifier, averaged.
    ///
    /// # Panics
    /// When that map has no name. In [`backbones`](crate::backbones) it always has one.
    pub fn default_of(backbone: &Backbone) -> Self {
        Self::of_node(backbone.features, backbone, Pooling::Gap)
    }

    fn of_node(node: NodeId, backbone: &Backbone, pooling: Pooling) -> Self {
        Self { node, name: backbone.nodes[node].names[0].clone(), pooling }
    }

    /// Length of the feature vector for an input of that many pixels.
    ///
    /// # Errors
    /// [`TapError::InputTooSmall`] when nothing of the input reaches the tap.
    pub fn n_features(
        &self,
        backbone: &Backbone,
        width: usize,
        height: usize,
    ) -> Result<usize, TapError> {
        let shapes = backbone.shapes(width, height, self.node).map_err(|_| {
            let smallest = backbone.smallest_side(self.node).unwrap_or(backbone.side);
            TapError::InputTooSmall { tap: self.to_string(), width, height, smallest }
        })?;
        let shape = shapes[self.node];
        Ok(self.pooling.n_features(shape.channels, shape.height, shape.width))
    }

    /// Length of the feature vector for inputs of any proportions whose shorter side has one of these
    /// numbers of pixels, at least one.
    ///
    /// # Errors
    /// [`TapError::InputTooSmall`] when nothing of the smallest reaches the tap, [`TapError::LengthVaries`] when the
    /// length is not the same for all.
    pub fn n_features_of_any(
        &self,
        backbone: &Backbone,
        shorter_sides: &[u32],
    ) -> Result<usize, TapError> {
        let smallest = shorter_sides.iter().copied().min().unwrap_or(1) as usize;
        let n_features = self.n_features(backbone, smallest, smallest)?;
        // What does not depend on the size of an input is the same for one that is so much longer.
        if self.n_features(backbone, 32 * smallest, smallest)? == n_features {
            Ok(n_features)
        } else {
            Err(TapError::LengthVaries { tap: self.to_string() })
        }
    }
}

impl fmt::Display for Tap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.name, self.pooling)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn vgg16() -> Arc<Backbone> {
        Backbone::named("vgg16").unwrap()
    }

    fn parse(text: &str) -> Result<Tap, TapError> {
        Tap::parse(text, &vgg16())
    }

    #[test]
    fn keras_and_torchvision_names_mean_the_same_tap() {
        for (keras, torchvision) in [
            ("block1_pool", "features.4"),
            ("block2_pool", "features.9"),
            ("block3_pool", "features.16"),
            ("block4_pool", "features.23"),
            ("block5_pool", "features.30"),
            ("block5_conv3", "features.29"),
            ("fc1", "classifier.1"),
            ("fc6_relu", "classifier.1"),
            ("fc6", "classifier.0"),
            ("logits", "classifier.6"),
        ] {
            assert_eq!(parse(keras).unwrap(), parse(torchvision).unwrap());
        }
    }

    #[test]
    fn the_default_pooling_is_the_global_average() {
        assert_eq!(parse("block5_pool"), parse("block5_pool:gap"));
        assert_eq!(Tap::default_of(&vgg16()), parse("block5_pool").unwrap());
        assert_eq!(parse("features.30:max").unwrap().to_string(), "block5_pool:max");
        assert_eq!(parse("fc2:gem:2").unwrap().to_string(), "fc7_relu:gem:2");
    }

    #[test]
    fn every_backbone_has_a_default() {
        for backbone in crate::backbones() {
            let tap = Tap::default_of(backbone).to_string();
            assert_eq!(Tap::parse(&tap, backbone).unwrap(), Tap::default_of(backbone));
        }
    }

    #[test]
    fn lengths_are_those_of_the_published_network() {
        let n_features = |text| parse(text).unwrap().n_features(&vgg16(), 224, 224).unwrap();
        assert_eq!(n_features("block5_pool"), 512);
        assert_eq!(n_features("block5_pool:flatten"), 25_088);
        assert_eq!(n_features("block1_pool:max"), 64);
        assert_eq!(n_features("block1_pool:flatten"), 112 * 112 * 64);
        assert_eq!(n_features("fc7_relu:flatten"), 4096);
        assert_eq!(n_features("block5_pool:spp:1,2,4"), 512 * 21);
    }

    #[test]
    fn what_is_not_known_is_answered_with_what_is() {
        let error = parse("block6_pool").unwrap_err();
        assert_eq!(error.to_string(), "`vgg16` has no tap `block6_pool`");
        let TapError::UnknownLayer { taps, .. } = error else { panic!("{error}") };
        assert!(taps.join(", ").contains("block1_pool, features.5, block2_conv1"), "{taps:?}");
        let error = parse("block5_pool:mean").unwrap_err().to_string();
        assert!(error.contains("`mean`") && error.contains("gap, max, gem:P, flatten"), "{error}");
    }

    #[test]
    fn inputs_of_any_size_have_vectors_of_one_length_unless_they_are_flattened() {
        let n_features =
            |text: &str, sides: &[u32]| parse(text).unwrap().n_features_of_any(&vgg16(), sides);
        for text in ["block5_pool", "block5_pool:max", "block5_pool:gem:3"] {
            assert_eq!(n_features(text, &[256, 384]), Ok(512));
        }
        assert_eq!(n_features("fc7_relu", &[384, 256]), Ok(4096));
        assert_eq!(n_features("block5_pool:spp:1,2", &[64]), Ok(512 * 5));
        let message = n_features("block5_pool:flatten", &[256]).unwrap_err().to_string();
        assert!(message.contains("`block5_pool:flatten`") && message.contains("gap"), "{message}");
        let message = n_features("fc6", &[384, 200]).unwrap_err().to_string();
        assert!(message.contains("200x200") && message.ends_with("224x224 pixels"), "{message}");
        let resnet = Backbone::named("resnet18").unwrap();
        let pooled = Tap::parse("avgpool:flatten", &resnet).unwrap();
        assert_eq!(pooled.n_features_of_any(&resnet, &[256]), Ok(512));
    }

    #[test]
    fn an_input_of_which_nothing_is_left_is_refused_with_one_that_suffices() {
        let error = |text: &str, width, height| {
            let tap = parse(text).unwrap();
            tap.n_features(&vgg16(), width, height).unwrap_err().to_string()
        };
        assert_eq!(parse("block5_pool").unwrap().n_features(&vgg16(), 32, 32), Ok(512));
        let message = error("block5_pool", 31, 224);
        assert!(message.contains("31x224") && message.contains("block5_pool:gap"), "{message}");
        assert!(message.ends_with("needs 32x32 pixels"), "{message}");
        assert!(error("fc6", 223, 224).ends_with("needs 224x224 pixels"));
    }
}
