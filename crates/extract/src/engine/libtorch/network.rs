//! A backbone with its weights, as far as taps need it.

use preprocess::{Normalization, Rgb};
use tch::{Device, Tensor, no_grad};

use super::input::InputTransform;
use super::operation::LoadedOperation;
use super::pool::{pool, to_vec};
use crate::backbone::{Backbone, NodeId};
use crate::engine::Engine;
use crate::tap::Tap;
use crate::weights::Weights;

/// A backbone with its weights on a device: the nodes that the taps depend on, and no others.
pub struct Libtorch {
    steps: Vec<Step>,
    n_nodes: usize,
    taps: Vec<Tap>,
    input: InputTransform,
    device: Device,
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
    /// # Panics
    /// When `weights` are not those of `backbone` or lack a tensor that is needed, or there is no tap.
    pub fn new(
        backbone: &Backbone,
        weights: &Weights,
        taps: &[Tap],
        normalization: &Normalization,
        device: Device,
    ) -> Self {
        assert_eq!(backbone.name, weights.backbone(), "weights are of the backbone");
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
                let operation = LoadedOperation::new(&node.operation, weights, device);
                let is_last_use = |&input: &NodeId| last_use[input] == id;
                let first = node.inputs.first();
                Step {
                    node: id,
                    in_place: operation.works_in_place() && first.is_some_and(is_last_use),
                    operation,
                    inputs: node.inputs.clone(),
                    // A tap that nothing else needs is released as soon as it was read.
                    released: node.inputs.iter().copied().chain([id]).filter(is_last_use).collect(),
                }
            })
            .collect();
        let input = InputTransform::new(normalization, device);
        Self { steps, n_nodes: backbone.nodes.len(), taps: taps.to_vec(), input, device }
    }
}

impl Engine for Libtorch {
    /// # Panics
    /// When the images differ in size.
    fn forward(&self, images: &[Rgb]) -> Vec<Vec<f32>> {
        let (width, height) = (images[0].width, images[0].height);
        assert!(images.iter().all(|image| (image.width, image.height) == (width, height)));
        let pixels: Vec<u8> = images.iter().flat_map(|image| &image.pixels).copied().collect();
        let shape = [images.len() as i64, i64::from(height), i64::from(width), 3];
        no_grad(|| {
            let pixels = Tensor::from_slice(&pixels).view(shape).to_device(self.device);
            self.run(self.input.apply(&pixels).permute([0, 3, 1, 2]))
        })
    }
}

impl Libtorch {
    /// The features of normalized images [n, 3, height, width].
    fn run(&self, images: Tensor) -> Vec<Vec<f32>> {
        let mut features: Vec<Vec<f32>> = vec![Vec::new(); self.taps.len()];
        let mut images = Some(images);
        let mut outputs: Vec<Option<Tensor>> = (0..self.n_nodes).map(|_| None).collect();
        for step in &self.steps {
            let inputs: Vec<Tensor> = match step.operation {
                LoadedOperation::Input => images.take().into_iter().collect(),
                _ => step.inputs.iter().map(|&id| output(&outputs, id).shallow_clone()).collect(),
            };
            let result = if step.in_place {
                step.operation.forward_in_place(inputs)
            } else {
                step.operation.forward(&inputs)
            };
            for (tap, rows) in self.taps.iter().zip(&mut features) {
                if tap.node == step.node {
                    *rows = to_vec(&pool(&result, &tap.pooling));
                }
            }
            outputs[step.node] = Some(result);
            for &done in &step.released {
                outputs[done] = None;
            }
        }
        features
    }
}

fn output(outputs: &[Option<Tensor>], id: NodeId) -> &Tensor {
    outputs[id].as_ref().expect("kept until its last use")
}
