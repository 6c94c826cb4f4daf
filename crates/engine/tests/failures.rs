//! What libtorch refuses is an error, not a panic.

use backbone::{Backbone, Tap};
use engine::Precision::F32;
use engine::libtorch::{Device, Libtorch, Place};
use engine::{Engine, EngineError};
use preprocess::Preset;

use super::generated::{images, weights};

/// An image of one pixel leaves nothing for the first pooling.
#[test]
fn an_error_of_libtorch_is_one_of_the_engine_which_goes_on() {
    let backbone = Backbone::named("vgg11").unwrap();
    let taps = [Tap::parse("features.2:gap", &backbone).unwrap()];
    let normalization = Preset::named("torchvision").unwrap().normalization;
    let place = Place { device: Device::Cpu, precision: F32 };
    let mut network = Libtorch::new(&weights(&backbone), &taps, &normalization, place).unwrap();
    let before = network.forward(&images(2, 32, 32)).unwrap();

    let error = network.forward(&images(3, 1, 1)).unwrap_err();
    let EngineError { engine, device, n_images, is_out_of_memory, message } = error;
    assert_eq!((engine, device.as_str(), n_images), ("libtorch", "cpu", Some(3)));
    assert!(!is_out_of_memory);
    assert!(
        message.contains("Output size is too small") && message.lines().count() == 1,
        "{message}"
    );

    assert_eq!(network.forward(&images(2, 32, 32)).unwrap(), before);
}
