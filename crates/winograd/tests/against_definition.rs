//! The output of every layer of small networks.

use simd::Level;
use winograd::{Batch, Layer, Network};

use crate::layers::{Parameters, numbers};
use crate::reference::Map;

/// Outputs [image][tap] of a network.
fn forward(
    network: &mut Network,
    n: usize,
    (height, width): (usize, usize),
    pixels: &[f32],
    n_taps: usize,
) -> Vec<Vec<Vec<f32>>> {
    let mut outputs = vec![Vec::with_capacity(n_taps); n];
    network.forward(Batch { n, height, width, pixels }, |activation| {
        let shape = (activation.height, activation.width, activation.channels);
        let values: Vec<f32> = activation.pixels().flatten().copied().collect();
        assert_eq!(values.len(), shape.0 * shape.1 * shape.2);
        outputs[activation.image].push(values);
    });
    outputs
}

/// Three images through 3 -> 32 -> pool -> 64 -> 288 -> pool -> 288: all three forms of a convolution,
/// pools within and beside them.
struct Example {
    parameters: Vec<Parameters>,
    size: (usize, usize),
    pixels: Vec<f32>,
}

const N: usize = 3;
const POOL_AFTER: [usize; 2] = [0, 2];

impl Example {
    fn new(height: usize, width: usize) -> Self {
        let channels = [3, 32, 64, 288, 288];
        let parameters = channels.windows(2).zip(0..);
        let parameters = parameters.map(|(pair, i)| Parameters::new(10 + 2 * i, pair[0], pair[1]));
        let pixels = numbers(99, N * height * width * 3);
        Self { parameters: parameters.collect(), size: (height, width), pixels }
    }

    fn layers(&self) -> Vec<Layer<'_>> {
        let mut layers = Vec::new();
        for (index, parameters) in self.parameters.iter().enumerate() {
            layers.push(parameters.layer());
            if POOL_AFTER.contains(&index) {
                layers.push(Layer::MaxPool);
            }
        }
        layers
    }

    fn network(&self, taps: &[usize], level: Level) -> Network {
        Network::new(&self.layers(), taps, level).expect("a chain of layers")
    }

    /// Every layer's output for one image, as defined.
    fn expected(&self, image: usize) -> Vec<Map> {
        let (height, width) = self.size;
        let len = height * width * 3;
        let pixels = &self.pixels[image * len..][..len];
        let values = pixels.iter().copied().map(f64::from).collect();
        let mut map = Map { height, width, channels: 3, values };
        let mut maps = Vec::new();
        for (index, Parameters { weight, bias, .. }) in self.parameters.iter().enumerate() {
            map = map.convolve(weight, bias);
            maps.push(map.clone());
            if POOL_AFTER.contains(&index) {
                map = map.max_pool();
                maps.push(map.clone());
            }
        }
        maps
    }
}

/// Rounding grows with the depth: after four convolutions errors are some 1e-6 of the largest output.
const TOLERANCE: f64 = 5e-6;

#[test]
fn every_layer_of_every_level_is_what_the_definition_gives() {
    // Whole tiles, parts of tiles, odd sizes, fewer pixels than a tile has.
    for (height, width) in [(16, 16), (21, 18), (7, 60), (5, 4)] {
        let example = Example::new(height, width);
        let expected: Vec<_> = (0..N).map(|image| example.expected(image)).collect();
        let all: Vec<usize> = (0..expected[0].len()).collect();
        for level in Level::available() {
            let mut network = example.network(&all, level);
            let outputs = forward(&mut network, N, example.size, &example.pixels, all.len());
            for (outputs, maps) in outputs.iter().zip(&expected) {
                for ((output, map), layer) in outputs.iter().zip(maps).zip(0..) {
                    assert_eq!(output.len(), map.values.len(), "layer {layer}");
                    let largest = map.values.iter().copied().fold(0.0, f64::max);
                    let errors = output.iter().zip(&map.values);
                    let error = errors.map(|(&a, b)| (f64::from(a) - b).abs()).fold(0.0, f64::max);
                    let name = level.name();
                    assert!(
                        error <= TOLERANCE * largest,
                        "{name}, {height}x{width}, layer {layer}: {error:e} of {largest}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_pool_is_the_same_within_its_convolution_and_beside_it() {
    // Whole tiles, and tiles of which a single row or column is left, in the first and the second pool.
    for (height, width) in [(20, 28), (13, 21), (10, 11), (21, 14)] {
        let example = Example::new(height, width);
        for level in Level::available() {
            let within =
                forward(&mut example.network(&[4], level), N, example.size, &example.pixels, 1);
            let all = [0, 1, 2, 3, 4];
            let beside =
                forward(&mut example.network(&all, level), N, example.size, &example.pixels, 5);
            for (within, beside) in within.iter().zip(&beside) {
                assert_eq!(within[0], beside[4], "{height}x{width}");
            }
        }
    }
}

#[test]
fn an_image_gives_the_same_bytes_in_any_batch_and_with_any_number_of_threads() {
    let example = Example::new(19, 23);
    let pixels = &example.pixels;
    let mut network = example.network(&[5], Level::detected());
    let together = forward(&mut network, N, example.size, pixels, 1);
    let len = pixels.len() / N;
    for image in 0..N {
        // Memory of the larger batch is used again.
        let alone = forward(&mut network, 1, example.size, &pixels[image * len..][..len], 1);
        assert_eq!(alone[0], together[image]);
    }
    let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let alone = one_thread.install(|| forward(&mut network, N, example.size, pixels, 1));
    assert_eq!(alone, together);
}

#[test]
fn images_of_another_size_can_follow() {
    let (small, large) = (Example::new(9, 12), Example::new(17, 30));
    let mut network = small.network(&[5], Level::detected());
    let mut fresh = large.network(&[5], Level::detected());
    forward(&mut network, N, small.size, &small.pixels, 1);
    let after = forward(&mut network, N, large.size, &large.pixels, 1);
    assert_eq!(after, forward(&mut fresh, N, large.size, &large.pixels, 1));
}

/// Of the bytes of the example's last layer, as AVX2, AVX-512 and NEON all gave them.
const FUSED_DIGEST: u64 = 0xeb11_89cc_31c7_b2c4;

#[test]
fn levels_with_fused_multiply_add_give_the_same_bytes_on_every_processor() {
    let example = Example::new(14, 14);
    for level in Level::available().into_iter().filter(|level| level.name() != "portable") {
        let mut network = example.network(&[5], level);
        let outputs = forward(&mut network, N, example.size, &example.pixels, 1);
        let bytes = outputs.iter().flatten().flatten().flat_map(|value| value.to_le_bytes());
        assert_eq!(fnv1a(bytes), FUSED_DIGEST, "{}", level.name());
    }
}

/// The hash FNV-1a of 64 bits.
fn fnv1a(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
