use preprocess::{ChannelOrder, Normalization, Preset};

use crate::reference::Reference;

/// Bit for bit: every value in every channel.
#[test]
fn equals_pytorch_and_keras_bit_for_bit() {
    let reference = Reference::read(include_bytes!("reference/normalize.safetensors"));
    let pixels = reference.bytes("pixels");
    for name in ["keras", "torchvision"] {
        let mut got = vec![f32::NAN; pixels.len()];
        Preset::named(name).unwrap().normalization.apply(pixels, &mut got);
        assert_eq!(got, reference.floats(name), "{name}");
    }
}

#[test]
fn planes_follow_the_order_of_channels() {
    let mut normalization = Normalization {
        channels: ChannelOrder::Rgb,
        scale: 2.0,
        mean: [1.0, 2.0, 3.0],
        std: [1.0, 2.0, 4.0],
    };
    let pixels = [2, 4, 6, 20, 40, 60];
    let mut out = [0.0; 6];
    normalization.apply(&pixels, &mut out);
    assert_eq!(out, [0.0, 9.0, 0.0, 9.0, 0.0, 6.75]);
    normalization.channels = ChannelOrder::Bgr;
    normalization.apply(&pixels, &mut out);
    assert_eq!(out, [2.0, 29.0, 0.0, 9.0, -0.5, 1.75]);
    normalization.apply(&[], &mut []);
}

#[test]
#[should_panic(expected = "a number for each byte")]
fn an_output_of_another_length_panics() {
    Preset::named("keras").unwrap().normalization.apply(&[0; 6], &mut [0.0; 5]);
}

#[test]
#[should_panic(expected = "three channels")]
fn a_length_that_is_no_multiple_of_three_panics() {
    Preset::named("keras").unwrap().normalization.apply(&[0; 4], &mut [0.0; 4]);
}
