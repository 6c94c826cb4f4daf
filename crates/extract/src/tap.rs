//! Taps: which activations are read, and how a map of them becomes a vector.

use std::fmt;

use crate::backbone::{Backbone, Layer};

/// How an activation map [channels, height, width] becomes a feature vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooling {
    /// Global average: the mean of each channel, `[channels]`.
    Gap,
    /// Global maximum: the largest activation of each channel, `[channels]`.
    Max,
    /// Everything, [height * width * channels] in that order, as Keras' `Flatten` has it.
    Flatten,
}

impl Pooling {
    const ALL: [Self; 3] = [Self::Gap, Self::Max, Self::Flatten];

    fn name(self) -> &'static str {
        match self {
            Self::Gap => "gap",
            Self::Max => "max",
            Self::Flatten => "flatten",
        }
    }
}

/// A layer whose activation is read, with its pooling. Displayed as `block5_pool:gap`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tap {
    /// Index into the backbone's layers.
    pub layer: usize,
    /// The layer's name.
    pub name: &'static str,
    /// What is done to its activation map.
    pub pooling: Pooling,
}

/// Why a tap is not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TapError {
    /// The backbone has no such tap.
    #[error("`{backbone}` has no tap `{name}`\nhint: its taps are {}", taps.join(", "))]
    UnknownLayer {
        /// The backbone.
        backbone: &'static str,
        /// The name asked for.
        name: String,
        /// The names that are known.
        taps: Vec<&'static str>,
    },
    /// No pooling of that name.
    #[error(
        "unknown pooling `{name}`\nhint: write one of gap, max, flatten after the colon, as in `block5_pool:gap`"
    )]
    UnknownPooling {
        /// The name asked for.
        name: String,
    },
    /// The input is so small that nothing of it reaches the tap.
    #[error(
        "an input of {width}x{height} pixels is too small for the tap `{tap}`: nothing is left of it there"
    )]
    InputTooSmall {
        /// The tap.
        tap: String,
        /// Input width in pixels.
        width: usize,
        /// Input height in pixels.
        height: usize,
    },
}

impl Tap {
    /// Parses `NAME[:POOL]`. NAME is Keras' name of a pooling layer or torchvision's
    /// (`features.30`); POOL is `gap`, `max` or `flatten`, by default `gap`.
    ///
    /// # Errors
    /// When the backbone has no such tap, or there is no such pooling.
    pub fn parse(text: &str, backbone: &'static Backbone) -> Result<Self, TapError> {
        let (name, pooling) = text.split_once(':').unwrap_or((text, Pooling::Gap.name()));
        let pooling = Pooling::ALL
            .into_iter()
            .find(|candidate| candidate.name() == pooling)
            .ok_or_else(|| TapError::UnknownPooling { name: pooling.to_owned() })?;
        let mut pools =
            backbone.layers.iter().enumerate().filter_map(|(index, layer)| match layer {
                Layer::MaxPool(pool) => Some((index, pool)),
                Layer::Convolution(_) => None,
            });
        let found = pools.clone().find(|(_, pool)| pool.name == name || pool.torchvision == name);
        match found {
            Some((layer, pool)) => Ok(Self { layer, name: pool.name, pooling }),
            None => Err(TapError::UnknownLayer {
                backbone: backbone.name,
                name: name.to_owned(),
                taps: pools.by_ref().map(|(_, pool)| pool.name).collect(),
            }),
        }
    }

    /// Length of the feature vector for an input of that many pixels.
    ///
    /// # Errors
    /// When the input is too small to reach the tap.
    pub fn n_features(
        &self,
        backbone: &Backbone,
        width: usize,
        height: usize,
    ) -> Result<usize, TapError> {
        let (mut channels, mut w, mut h) = (3, width, height);
        for layer in &backbone.layers[..=self.layer] {
            match layer {
                Layer::Convolution(convolution) => channels = convolution.outputs,
                Layer::MaxPool(_) => (w, h) = (w / 2, h / 2),
            }
        }
        if w == 0 || h == 0 {
            return Err(TapError::InputTooSmall { tap: self.to_string(), width, height });
        }
        Ok(match self.pooling {
            Pooling::Gap | Pooling::Max => channels,
            Pooling::Flatten => channels * w * h,
        })
    }
}

impl fmt::Display for Tap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.name, self.pooling.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backbone::VGG16;

    fn parse(text: &str) -> Result<Tap, TapError> {
        Tap::parse(text, &VGG16)
    }

    #[test]
    fn keras_and_torchvision_names_mean_the_same_tap() {
        for (keras, torchvision) in [
            ("block1_pool", "features.4"),
            ("block2_pool", "features.9"),
            ("block3_pool", "features.16"),
            ("block4_pool", "features.23"),
            ("block5_pool", "features.30"),
        ] {
            assert_eq!(parse(keras), parse(torchvision));
        }
    }

    #[test]
    fn the_default_pooling_is_the_global_average() {
        assert_eq!(parse("block5_pool"), parse("block5_pool:gap"));
        assert_eq!(parse("features.30:max").unwrap().to_string(), "block5_pool:max");
    }

    #[test]
    fn lengths_are_those_of_the_published_network() {
        let n_features = |text| parse(text).unwrap().n_features(&VGG16, 224, 224).unwrap();
        assert_eq!(n_features("block5_pool"), 512);
        assert_eq!(n_features("block5_pool:flatten"), 25_088);
        assert_eq!(n_features("block1_pool:max"), 64);
        assert_eq!(n_features("block1_pool:flatten"), 112 * 112 * 64);
    }

    #[test]
    fn what_is_not_known_is_answered_with_what_is() {
        let error = parse("block6_pool").unwrap_err().to_string();
        assert!(error.contains("`vgg16` has no tap `block6_pool`"), "{error}");
        assert!(error.contains("block1_pool, block2_pool"), "{error}");
        let error = parse("block5_pool:mean").unwrap_err().to_string();
        assert!(error.contains("`mean`") && error.contains("gap, max, flatten"), "{error}");
    }

    #[test]
    fn an_input_of_which_nothing_is_left_is_refused() {
        let tap = parse("block5_pool").unwrap();
        assert_eq!(tap.n_features(&VGG16, 32, 32), Ok(512));
        let error = tap.n_features(&VGG16, 31, 224).unwrap_err().to_string();
        assert!(error.contains("31x224") && error.contains("block5_pool:gap"), "{error}");
    }
}
