//! A backbone with its weights, as far as taps need it.

use std::time::{Duration, Instant};

use backbone::{NodeId, Tap, Weights};
use preprocess::{Normalization, Rgb};
use tch::{TchError, Tensor, no_grad};

use super::failure::failure;
use super::input::InputTransform;
use super::operation::LoadedOperation;
use super::place::Place;
use super::pool::pool;
use super::read_back::ReadBack;
use super::staging::Staging;
use crate::engine::Engine;
use crate::error::EngineError;

/// A backbone with its weights on a device: the nodes that the taps depend on, and no others.
pub struct Libtorch {
    steps: Vec<Step>,
    n_nodes: usize,
    taps: Vec<Tap>,
    input: InputTransform,
    place: Place,
    staging: Staging,
    /// For each tap.
    read_back: Vec<ReadBack>,
    copying: Duration,
}

/// A node, and what is over once it is done.
struct Step {
    node: NodeId,
    operation: LoadedOperation,
    inputs: Vec<NodeId>,
    /// Nodes whose outputs nothing needs any more.
    released: Vec<NodeId>,
    /// Whether it writes over its first input.
    in_place: bool,
}

impl Libtorch {
    /// Loads what `taps` need.
    ///
    /// # Errors
    /// When the device fails, or has too little memory for it.
    ///
    /// # Panics
    /// When `weights` lack a tensor that is needed, or there is no tap.
    pub fn new(
        weights: &Weights,
        taps: &[Tap],
        normalization: &Normalization,
        place: Place,
    ) -> Result<Self, EngineError> {
        Self::loaded(weights, taps, normalization, place)
            .map_err(|error| failure(&error, place, None))
    }

    fn loaded(
        weights: &Weights,
        taps: &[Tap],
        normalization: &Normalization,
        place: Place,
    ) -> Result<Self, TchError> {
        place.prepare();
        let backbone = weights.backbone();
        assert!(!taps.is_empty(), "there is a tap");
        let needed = backbone.needed(taps.iter().map(|tap| tap.node));
        // Where each output is used for the last time.
        let mut last_use: Vec<NodeId> = (0..backbone.nodes.len()).collect();
        for (id, node) in backbone.nodes.iter().enumerate().filter(|(id, _)| needed[*id]) {
            for &input in &node.inputs {
                last_use[input] = id;
            }
        }
        let steps = backbone
            .nodes
            .iter()
            .enumerate()
            .filter(|(id, _)| needed[*id])
            .map(|(id, node)| {
                let operation = LoadedOperation::new(&node.operation, weights, place)?;
                let is_last_use = |&input: &NodeId| last_use[input] == id;
                let first = node.inputs.first();
                Ok(Step {
                    node: id,
                    in_place: operation.works_in_place() && first.is_some_and(is_last_use),
                    operation,
                    inputs: node.inputs.clone(),
                    // A tap that nothing else needs is released as soon as it was read.
                    released: node.inputs.iter().copied().chain([id]).filter(is_last_use).collect(),
                })
            })
            .collect::<Result<_, TchError>>()?;
        Ok(Self {
            steps,
            n_nodes: backbone.nodes.len(),
            taps: taps.to_vec(),
            input: InputTransform::new(normalization, place.device)?,
            place,
            staging: Staging::new(place.device, place.has_fixed_shapes()),
            read_back: taps.iter().map(|_| ReadBack::new(place.device)).collect(),
            copying: Duration::ZERO,
        })
    }
}

impl Engine for Libtorch {
    /// A batch that the memory does not hold is an error, and not tried again in halves: with some
    /// networks the last bits of a row depend on the number of images, and the same command would give
    /// other bytes whenever less memory is left.
    ///
    /// # Panics
    /// When the images differ in size.
    fn forward(&mut self, images: &[Rgb]) -> Result<Vec<Vec<f32>>, EngineError> {
        let features = no_grad(|| self.features(images));
        features.map_err(|error| failure(&error, self.place, Some(images.len())))
    }

    /// Filling the memory that a device takes pixels from, and reading features back. A GPU takes the
    /// pixels while its kernels are being queued, which is no part of it.
    fn copying(&self) -> Duration {
        self.copying
    }
}

impl Libtorch {
    /// The rows of each tap.
    fn features(&mut self, images: &[Rgb]) -> Result<Vec<Vec<f32>>, TchError> {
        let start = Instant::now();
        let pixels = self.staging.load(images)?;
        self.copying += start.elapsed();
        let normalized = self.input.apply(&pixels)?.f_to_kind(self.place.kind())?;
        let features = self.run(normalized.permute([0, 3, 1, 2]))?;
        // So that what follows is the copy alone: reading a number waits for all that the device was asked
        // to do. tch's `Cuda::synchronize` panics at the errors of kernels, which come to light here.
        features[0].f_double_value(&[0, 0])?;
        let start = Instant::now();
        let reads = features.iter().zip(&mut self.read_back);
        let rows = reads.map(|(features, to)| to.rows(features, images.len())).collect();
        self.copying += start.elapsed();
        rows
    }

    /// The features of normalized images [n, 3, height, width], for each tap [n, n_features] f32.
    fn run(&self, images: Tensor) -> Result<Vec<Tensor>, TchError> {
        let mut features: Vec<Option<Tensor>> = self.taps.iter().map(|_| None).collect();
        let mut images = Some(images);
        let mut outputs: Vec<Option<Tensor>> = (0..self.n_nodes).map(|_| None).collect();
        for step in &self.steps {
            let inputs: Vec<Tensor> = match step.operation {
                LoadedOperation::Input => images.take().into_iter().collect(),
                _ => step.inputs.iter().map(|&id| output(&outputs, id).shallow_clone()).collect(),
            };
            let result = if step.in_place {
                step.operation.forward_in_place(inputs)?
            } else {
                step.operation.forward(&inputs)?
            };
            for (tap, features) in self.taps.iter().zip(&mut features) {
                if tap.node == step.node {
                    *features = Some(pool(&result, &tap.pooling)?);
                }
            }
            outputs[step.node] = Some(result);
            for &done in &step.released {
                outputs[done] = None;
            }
        }
        let features = features.into_iter();
        Ok(features.map(|tap| tap.expect("the steps reach every tap")).collect())
    }
}

fn output(outputs: &[Option<Tensor>], id: NodeId) -> &Tensor {
    outputs[id].as_ref().expect("kept until its last use")
}
