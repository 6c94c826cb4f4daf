//! A chain with its weights, as an engine.

use ::winograd::{Batch, Layer, Network};
use backbone::{Pooling, Tap, Weights};
use preprocess::{ChannelOrder, Normalization, Rgb};
use simd::Level;

use super::chain::{Chain, Link};
use super::folded::Folded;
use super::pool::pool;
use crate::engine::Engine;
use crate::error::EngineError;

/// A chain of layers with its weights, up to the deepest tap.
pub(crate) struct Winograd {
    /// Keeps memory from one batch to the next.
    network: Network,
    /// For each tap the index of its layer.
    taps: Vec<(usize, Pooling)>,
    input: InputTable,
}

impl Winograd {
    /// Prepares the layers of `chain`, which is that of `taps`.
    ///
    /// # Panics
    /// When `weights` lacks a tensor that is needed, or `taps` are not those of `chain`.
    pub(crate) fn new(
        chain: &Chain,
        weights: &Weights,
        taps: &[Tap],
        normalization: &Normalization,
        level: Level,
    ) -> Self {
        let folded: Vec<Option<Folded>> = chain
            .links
            .iter()
            .map(|(link, _)| match link {
                Link::Convolution(layer, norm) => {
                    Some(Folded::new(layer, norm.as_deref(), weights))
                }
                Link::MaxPool => None,
            })
            .collect();
        let layers: Vec<Layer<'_>> = folded
            .iter()
            .map(|folded| match folded {
                Some(folded) => Layer::Convolution(folded.layer()),
                None => Layer::MaxPool,
            })
            .collect();
        let layer_of = |tap: &Tap| {
            let layer = chain.links.iter().position(|(_, node)| *node == tap.node);
            (layer.expect("the chain has its taps"), tap.pooling.clone())
        };
        let taps: Vec<(usize, Pooling)> = taps.iter().map(layer_of).collect();
        let indices: Vec<usize> = taps.iter().map(|(layer, _)| *layer).collect();
        let network = Network::new(&layers, &indices, level).expect("a chain is such a network");
        Self { network, taps, input: InputTable::new(normalization) }
    }
}

impl Engine for Winograd {
    /// # Panics
    /// When the images differ in size.
    fn forward(&mut self, images: &[Rgb]) -> Result<Vec<Vec<f32>>, EngineError> {
        let (width, height) = (images[0].width as usize, images[0].height as usize);
        let mut pixels = Vec::with_capacity(images.len() * height * width * 3);
        for image in images {
            assert_eq!((image.width as usize, image.height as usize), (width, height));
            self.input.normalize(&image.pixels, &mut pixels);
        }
        let batch = Batch { n: images.len(), height, width, pixels: &pixels };
        // Images may finish a layer in any order, so rows are put together afterwards.
        let mut rows = vec![vec![Vec::new(); images.len()]; self.taps.len()];
        self.network.forward(batch, |activation| {
            for ((layer, pooling), rows) in self.taps.iter().zip(&mut rows) {
                if *layer == activation.layer {
                    rows[activation.image] = pool(&activation, pooling);
                }
            }
        });
        Ok(rows.into_iter().map(|rows| rows.concat()).collect())
    }
}

/// From u8 pixels to what the network was trained on: what each value of each channel becomes.
struct InputTable {
    channels: ChannelOrder,
    /// In the order of `channels`.
    values: [[f32; 256]; 3],
}

impl InputTable {
    fn new(normalization: &Normalization) -> Self {
        let Normalization { channels, scale, mean, std } = *normalization;
        let values = std::array::from_fn(|channel| {
            // The operations of the engine `libtorch`, in their order.
            std::array::from_fn(|value| (value as f32 / scale - mean[channel]) / std[channel])
        });
        Self { channels, values }
    }

    /// Appends `pixels` [height, width, 3] RGB to `normalized`, in the order of channels that the
    /// network takes.
    fn normalize(&self, pixels: &[u8], normalized: &mut Vec<f32>) {
        let (pixels, _) = pixels.as_chunks::<3>();
        for &[r, g, b] in pixels {
            let pixel = match self.channels {
                ChannelOrder::Rgb => [r, g, b],
                ChannelOrder::Bgr => [b, g, r],
            };
            normalized
                .extend((0..3).map(|channel| self.values[channel][usize::from(pixel[channel])]));
        }
    }
}
