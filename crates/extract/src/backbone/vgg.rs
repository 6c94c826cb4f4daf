//! The VGG family: Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image
//! Recognition" (2015), table 1.

use super::{Backbone, Convolution, Layer, MaxPool};

/// The convolutional part of configuration D.
pub const VGG16: Backbone = Backbone {
    name: "vgg16",
    layers: &[
        convolution("block1_conv1", "features.0", 3, 64),
        convolution("block1_conv2", "features.2", 64, 64),
        max_pool("block1_pool", "features.4"),
        convolution("block2_conv1", "features.5", 64, 128),
        convolution("block2_conv2", "features.7", 128, 128),
        max_pool("block2_pool", "features.9"),
        convolution("block3_conv1", "features.10", 128, 256),
        convolution("block3_conv2", "features.12", 256, 256),
        convolution("block3_conv3", "features.14", 256, 256),
        max_pool("block3_pool", "features.16"),
        convolution("block4_conv1", "features.17", 256, 512),
        convolution("block4_conv2", "features.19", 512, 512),
        convolution("block4_conv3", "features.21", 512, 512),
        max_pool("block4_pool", "features.23"),
        convolution("block5_conv1", "features.24", 512, 512),
        convolution("block5_conv2", "features.26", 512, 512),
        convolution("block5_conv3", "features.28", 512, 512),
        max_pool("block5_pool", "features.30"),
    ],
};

const fn convolution(
    name: &'static str,
    torchvision: &'static str,
    inputs: usize,
    outputs: usize,
) -> Layer {
    Layer::Convolution(Convolution { name, torchvision, inputs, outputs })
}

const fn max_pool(name: &'static str, torchvision: &'static str) -> Layer {
    Layer::MaxPool(MaxPool { name, torchvision })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vgg16_has_the_number_of_parameters_that_keras_prints() {
        let parameters: usize = VGG16.convolutions().map(|c| c.outputs * (c.inputs * 9 + 1)).sum();
        assert_eq!(parameters, 14_714_688);
    }

    #[test]
    fn each_convolution_of_vgg16_takes_what_the_one_before_gives() {
        let convolutions: Vec<_> = VGG16.convolutions().collect();
        for pair in convolutions.windows(2) {
            assert_eq!(pair[0].outputs, pair[1].inputs, "{}", pair[1].name);
        }
    }
}
