//! A network with its weights, and a batch of images going through it.

use simd::Level;

use crate::activation::Activation;
use crate::activations::{Activations, Images};
use crate::layer::{Layer, LayerError, check};
use crate::phased::Phases;
use crate::step::{Form, Step, steps};

/// Activations of one image up to this, in numbers (2 MiB), wait for those of the other images of a
/// batch; larger ones would push each other out of the cache, and images are taken one by one.
const MOST_WAITING: usize = 1 << 19;

/// A chain of 3x3 convolutions and 2x2 maxima.
pub struct Network {
    steps: Vec<Step>,
    taps: Vec<usize>,
    /// Channels of an image.
    channels: usize,
    memory: Option<Memory>,
}

/// Images of one size: pixels [n, height, width, channels], normalized.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    /// Number of images.
    pub n: usize,
    /// Height in pixels.
    pub height: usize,
    /// Width in pixels.
    pub width: usize,
    /// Images one after the other, row by row, the channels of each pixel together.
    pub pixels: &'a [f32],
}

/// Activations between steps, for images of one size.
struct Memory {
    /// Images of a batch that there is room for.
    n: usize,
    size: (usize, usize),
    /// Of the input, then of every step.
    activations: Vec<Activations>,
    /// How many steps images go through one by one.
    one_by_one: usize,
    phases: Phases,
}

impl Network {
    /// Prepares the layers up to the last of `taps`, the indices of layers whose output is wanted.
    ///
    /// # Errors
    /// [`LayerError`] where a layer cannot be computed here.
    ///
    /// # Panics
    /// When there is no tap, or one that is no layer.
    pub fn new(layers: &[Layer<'_>], taps: &[usize], level: Level) -> Result<Self, LayerError> {
        let deepest = *taps.iter().max().expect("there is a tap");
        let layers = &layers[..=deepest];
        let channels = check(layers)?;
        Ok(Self { steps: steps(layers, taps, level), taps: taps.to_vec(), channels, memory: None })
    }

    /// Computes a batch, and shows each image's output of every tap. The numbers of an image do not
    /// depend on the others in its batch, nor on the number of threads.
    ///
    /// Memory is kept from one call to the next, as long as images have the same size.
    ///
    /// # Panics
    /// When `batch.pixels` has another length than it says, or memory runs out.
    pub fn forward(&mut self, batch: Batch<'_>, mut on_tap: impl FnMut(Activation<'_>)) {
        let Batch { n, height, width, pixels } = batch;
        assert_eq!(pixels.len(), n * height * width * self.channels, "pixels of the batch");
        let Self { steps, taps, channels, memory } = self;
        let size = (height, width);
        let memory = match memory {
            Some(memory) if memory.size == size && memory.n >= n => memory,
            memory => memory.insert(Memory::new(steps, n, size, *channels)),
        };
        let one_by_one = memory.one_by_one;
        let mut run = |memory: &mut Memory, index: usize, images: Images, first: usize| {
            let output = memory.run(&steps[index], index, images);
            let layer = steps[index].layer;
            if taps.contains(&layer) {
                for image in 0..images.n {
                    on_tap(output.activation(layer, images.to + image, first + image));
                }
            }
        };
        for (image, pixels) in pixels.chunks_exact(height * width * *channels).enumerate() {
            memory.activations[0].fill(pixels);
            for index in 0..one_by_one {
                let waits = index + 1 == one_by_one && one_by_one < steps.len();
                let to = if waits { image } else { 0 };
                run(memory, index, Images { from: 0, to, n: 1 }, image);
            }
        }
        for index in one_by_one..steps.len() {
            run(memory, index, Images { from: 0, to: 0, n }, 0);
        }
    }
}

impl Memory {
    fn new(steps: &[Step], n: usize, size: (usize, usize), channels: usize) -> Self {
        let mut shape = (size.0, size.1, channels);
        let mut shapes = vec![shape];
        for step in steps {
            shape = step.output_shape(shape);
            shapes.push(shape);
        }
        // The input is always filled one by one; weights that are large want many images.
        let takes_many = |(step, &(height, width, channels)): (&Step, &(usize, usize, usize))| {
            matches!(step.form, Form::Phased(_)) || height * width * channels <= MOST_WAITING
        };
        let large = steps.iter().zip(&shapes[1..]).take_while(|&step| !takes_many(step)).count();
        let one_by_one = (large + 1).min(steps.len());
        let activations = shapes.iter().enumerate().map(|(index, &(height, width, channels))| {
            let waits = index >= one_by_one && one_by_one < steps.len();
            Activations::zeros(if waits { n } else { 1 }, height, width, channels)
        });
        Self { n, size, activations: activations.collect(), one_by_one, phases: Phases::new() }
    }

    /// Computes one step; its output is returned.
    fn run(&mut self, step: &Step, index: usize, images: Images) -> &Activations {
        let (inputs, outputs) = self.activations.split_at_mut(index + 1);
        step.run(&inputs[index], &mut outputs[0], images, &mut self.phases);
        &outputs[0]
    }
}
