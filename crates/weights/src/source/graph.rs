//! The layers of a network and how they hang together, whoever describes them: a backbone, or a model of ONNX.

use backbone::{Backbone, BatchNorm, Convolution, Operation, Padding};

/// A layer with learned numbers.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct GraphLayer {
    /// What it computes.
    pub(super) kind: LayerKind,
    /// Its tensors, in the order of [`Operation::parameters`]; `None` where its file has no tensor for one.
    pub(super) tensors: Vec<Option<usize>>,
    /// Where its input comes from.
    pub(super) input: Input,
}

/// What a layer computes, besides its learned numbers.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum LayerKind {
    /// A convolution.
    Convolution(Slide),
    /// A fully connected layer on vectors.
    Dense,
    /// Batch normalization with this epsilon.
    BatchNorm(f64),
}

/// How a convolution slides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slide {
    /// Step, down and to the right.
    pub(super) stride: [usize; 2],
    /// Rows at the top, columns on the left, rows at the bottom, columns on the right; `None` for as many as keep the
    /// size, divided by the stride: TensorFlow's `SAME`.
    pub(super) padding: Option<[usize; 4]>,
    /// Groups of channels.
    pub(super) groups: usize,
}

/// What lies between a layer and those before it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Input {
    /// The layers whose outputs it is made of; [`IMAGE`] for the input of the network.
    pub(super) layers: Vec<usize>,
    /// The operations without learned numbers on the way, each once, sorted.
    pub(super) operations: Vec<String>,
}

/// The number of the network's input among the layers that an input is made of.
pub(super) const IMAGE: usize = usize::MAX;

impl Input {
    /// The image itself.
    pub(super) fn image() -> Self {
        Self { layers: vec![IMAGE], operations: Vec::new() }
    }

    /// How many entries it has.
    pub(super) fn len(&self) -> usize {
        self.layers.len() + self.operations.len()
    }

    /// The output of a layer.
    pub(super) fn of_layer(layer: usize) -> Self {
        Self { layers: vec![layer], operations: Vec::new() }
    }

    /// An operation on `inputs`. Which of those of a sum is the first does not matter.
    pub(super) fn applied<'i>(
        operation: Option<&str>,
        inputs: impl IntoIterator<Item = &'i Self>,
    ) -> Self {
        let mut made = Self::default();
        for input in inputs {
            made.layers.extend(&input.layers);
            made.operations.extend(input.operations.iter().cloned());
        }
        if operation == Some(ADD) {
            made.layers.sort_unstable();
            made.layers.dedup();
        }
        made.operations.extend(operation.map(str::to_owned));
        made.operations.sort_unstable();
        made.operations.dedup();
        made
    }
}

/// Operations as both kinds of graph call them here.
pub(super) const CONCATENATE: &str = "concatenate";
pub(super) const ADD: &str = "add";
pub(super) const RECTIFY: &str = "rectify";
pub(super) const RECTIFY_6: &str = "rectify to 6";
pub(super) const SOFTMAX: &str = "softmax";
pub(super) const MEAN: &str = "mean";

/// The maximum of a window.
pub(super) fn max_pool(size: usize, stride: usize) -> String {
    format!("maximum of {size} by {stride}")
}

/// The mean of a window.
pub(super) fn average_pool(size: usize, stride: usize) -> String {
    format!("mean of {size} by {stride}")
}

/// The layers of `backbone`, whose tensors are numbered as its parameters are; batch normalizations are left out
/// where they are taken for `folded` into the convolutions before them.
pub(super) fn layers_of(backbone: &Backbone, folded: bool) -> Vec<GraphLayer> {
    let mut layers = Vec::new();
    let mut inputs: Vec<Input> = Vec::new();
    let mut n_tensors = 0;
    for node in &backbone.nodes {
        let before = || node.inputs.iter().map(|&input| &inputs[input]);
        let made = match (kind_of(&node.operation), before().next()) {
            (Some(LayerKind::BatchNorm(_)), Some(input)) if folded => input.clone(),
            (Some(kind), Some(input)) => {
                let numbers = n_tensors..n_tensors + node.operation.parameters().len();
                let tensors = numbers.map(Some).collect();
                layers.push(GraphLayer { kind, tensors, input: input.clone() });
                Input::of_layer(layers.len() - 1)
            }
            (None, Some(_)) => Input::applied(word(&node.operation).as_deref(), before()),
            (_, None) => Input::image(),
        };
        n_tensors += node.operation.parameters().len();
        inputs.push(made);
    }
    layers
}

fn kind_of(operation: &Operation) -> Option<LayerKind> {
    match operation {
        Operation::Convolution(convolution) if is_dense(convolution) => Some(LayerKind::Dense),
        Operation::Convolution(convolution) => Some(LayerKind::Convolution(Slide::of(convolution))),
        Operation::BatchNorm(BatchNorm { epsilon, .. }) => Some(LayerKind::BatchNorm(*epsilon)),
        _ => None,
    }
}

fn is_dense(convolution: &Convolution) -> bool {
    convolution.dense
}

fn word(operation: &Operation) -> Option<String> {
    Some(match operation {
        Operation::Relu => RECTIFY.to_owned(),
        Operation::Relu6 => RECTIFY_6.to_owned(),
        Operation::Softmax => SOFTMAX.to_owned(),
        Operation::MaxPool(window) => max_pool(window.size, window.stride),
        Operation::AveragePool(window) => average_pool(window.size, window.stride),
        Operation::GlobalAveragePool => MEAN.to_owned(),
        Operation::Add => ADD.to_owned(),
        Operation::Concatenate => CONCATENATE.to_owned(),
        Operation::Input { .. } | Operation::Convolution(_) | Operation::BatchNorm(_) => {
            return None;
        }
    })
}

impl Slide {
    fn of(convolution: &Convolution) -> Self {
        let kernel = convolution.kernel;
        let padding = match kernel.padding {
            Padding::Zeros([rows, columns]) => Some([rows, columns, rows, columns]),
            Padding::Same => None,
        };
        Self { stride: [kernel.stride; 2], padding, groups: kernel.groups }
    }

    /// Whether two windows of `size` slide in the same way.
    pub(super) fn is_same(self, other: Self, size: [usize; 2]) -> bool {
        let padding = |slide: Self| match slide.padding {
            // With a stride of one it is the same on both sides of an odd window.
            None if slide.stride == [1, 1] && size.iter().all(|side| side % 2 == 1) => {
                let [rows, columns] = size.map(|side| side / 2);
                Some([rows, columns, rows, columns])
            }
            padding => padding,
        };
        self.stride == other.stride
            && self.groups == other.groups
            && padding(self) == padding(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layers_of_a_backbone_know_what_is_before_them() {
        let resnet18 = Backbone::named("resnet18").unwrap();
        let layers = layers_of(&resnet18, false);
        // 20 convolutions with batch normalization, and the classifier.
        assert_eq!(layers.len(), 41);
        let second = &layers[2];
        assert_eq!(second.input.layers, [1]);
        assert_eq!(second.input.operations, ["maximum of 3 by 2", RECTIFY]);
        let folded = layers_of(&resnet18, true);
        assert_eq!(folded.len(), 21);
        // After the first block come the convolutions of both its branches.
        assert_eq!(folded[3].input.layers, [0, 2]);
        assert!(folded[3].input.operations.contains(&ADD.to_owned()));
    }

    #[test]
    fn padding_to_the_same_size_is_that_of_an_odd_window() {
        let slide = |padding, stride| Slide { stride: [stride; 2], padding, groups: 1 };
        assert!(slide(None, 1).is_same(slide(Some([1; 4]), 1), [3, 3]));
        assert!(!slide(None, 2).is_same(slide(Some([1; 4]), 2), [3, 3]));
        assert!(!slide(None, 1).is_same(slide(Some([1; 4]), 1), [2, 2]));
    }
}
