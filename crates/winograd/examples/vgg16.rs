//! Images a second through the convolutions of VGG16, with weights that mean nothing:
//! `cargo run --release -p winograd --example vgg16 -- [BATCH [ROUNDS]]`

use std::time::Instant;

use simd::Level;
use winograd::{Batch, ConvolutionLayer, Layer, Network};

/// Channels of the convolutions of each block.
const BLOCKS: [(usize, usize); 5] = [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)];
const SIDE: usize = 224;

#[expect(clippy::print_stdout, reason = "an example that prints what it measures")]
fn main() {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse().expect("a number"));
    let n = arguments.next().unwrap_or(8);
    let rounds = arguments.next().unwrap_or(10);

    let mut parameters = Vec::new();
    let mut inputs = 3;
    for (n_convolutions, outputs) in BLOCKS {
        for _ in 0..n_convolutions {
            let scale = (2.0 / (9.0 * inputs as f32)).sqrt();
            let weight = |i: usize| scale * (((i * 7919) % 2003) as f32 / 1001.0 - 1.0);
            let weights: Vec<f32> = (0..outputs * inputs * 9).map(weight).collect();
            parameters.push((inputs, outputs, weights, vec![0.0; outputs]));
            inputs = outputs;
        }
    }
    let mut rest = parameters.iter();
    let mut layers = Vec::new();
    for (n_convolutions, _) in BLOCKS {
        for (inputs, outputs, weight, bias) in rest.by_ref().take(n_convolutions) {
            let (inputs, outputs) = (*inputs, *outputs);
            layers.push(Layer::Convolution(ConvolutionLayer { inputs, outputs, weight, bias }));
        }
        layers.push(Layer::MaxPool);
    }

    let pixels: Vec<f32> =
        (0..n * SIDE * SIDE * 3).map(|i| (i % 251) as f32 / 125.0 - 1.0).collect();
    let batch = Batch { n, height: SIDE, width: SIDE, pixels: &pixels };
    for level in Level::available().into_iter().rev() {
        let mut network = Network::new(&layers, &[layers.len() - 1], level).expect("a VGG network");
        network.forward(batch, |_| ());
        let mut seconds: Vec<f64> = (0..rounds)
            .map(|_| {
                let start = Instant::now();
                network.forward(batch, |_| ());
                start.elapsed().as_secs_f64()
            })
            .collect();
        seconds.sort_by(f64::total_cmp);
        let rate = |seconds: f64| n as f64 / seconds;
        let (median, best) = (rate(seconds[rounds / 2]), rate(seconds[0]));
        println!("{}: batch {n}, {median:.1} images a second, at best {best:.1}", level.name());
    }
}
