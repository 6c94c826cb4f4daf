//! How large the output of each node is.

use super::graph::{Backbone, Kernel, NodeId, Operation, Padding, Window};

/// Channels, height and width of an activation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Number of channels.
    pub channels: usize,
    /// Number of rows.
    pub height: usize,
    /// Number of columns.
    pub width: usize,
}

/// Nothing of the input is left at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooSmall {
    /// The first node without output.
    pub node: NodeId,
}

impl Backbone {
    /// The shapes of the outputs of all nodes up to `last`, for an image of `width` x `height`
    /// pixels.
    ///
    /// # Errors
    /// [`TooSmall`] when a window is larger than what it slides over.
    ///
    /// # Examples
    /// ```
    /// use backbone::Backbone;
    ///
    /// let vgg16 = Backbone::named("vgg16")?;
    /// let last = vgg16.features;
    /// let shape = vgg16.shapes(224, 224, last).expect("it was trained with these")[last];
    /// assert_eq!((shape.channels, shape.height, shape.width), (512, 7, 7));
    /// # Ok::<(), backbone::UnknownBackbone>(())
    /// ```
    pub fn shapes(
        &self,
        width: usize,
        height: usize,
        last: NodeId,
    ) -> Result<Vec<Shape>, TooSmall> {
        let mut shapes: Vec<Shape> = Vec::with_capacity(last + 1);
        for (id, node) in self.nodes[..=last].iter().enumerate() {
            let too_small = TooSmall { node: id };
            let input = node.inputs.first().map(|&input| shapes[input]);
            // Every node but the input has an input.
            let input = input.unwrap_or(Shape { channels: 0, height, width });
            let shape = match &node.operation {
                &Operation::Input { channels } => Shape { channels, ..input },
                Operation::Convolution(convolution) => {
                    let slid = slide_kernel(input, convolution.kernel).ok_or(too_small)?;
                    Shape { channels: convolution.outputs, ..slid }
                }
                Operation::MaxPool(window) | Operation::AveragePool(window) => {
                    slide_window(input, *window).ok_or(too_small)?
                }
                Operation::GlobalAveragePool => Shape { height: 1, width: 1, ..input },
                Operation::Concatenate => {
                    let channels = node.inputs.iter().map(|&input| shapes[input].channels).sum();
                    Shape { channels, ..input }
                }
                Operation::BatchNorm(_)
                | Operation::Relu
                | Operation::Relu6
                | Operation::Softmax
                | Operation::Add => input,
            };
            if shape.height == 0 || shape.width == 0 {
                return Err(too_small);
            }
            shapes.push(shape);
        }
        Ok(shapes)
    }

    /// The side of the smallest square image, in pixels, of which something is left at `node`.
    pub fn smallest_side(&self, node: NodeId) -> Option<usize> {
        // No network here shrinks an image more than 32-fold before its last window of at most 8x8.
        (1..=512).find(|&side| self.shapes(side, side, node).is_ok())
    }
}

fn slide_kernel(input: Shape, kernel: Kernel) -> Option<Shape> {
    let [height, width] = kernel.size;
    let ([rows, columns], stride) = match kernel.padding {
        Padding::Zeros(padding) => (padding, kernel.stride),
        Padding::Same => {
            let size = |length: usize| length.div_ceil(kernel.stride);
            return Some(Shape { height: size(input.height), width: size(input.width), ..input });
        }
    };
    Some(Shape {
        height: slide(input.height, height, stride, rows)?,
        width: slide(input.width, width, stride, columns)?,
        ..input
    })
}

fn slide_window(input: Shape, window: Window) -> Option<Shape> {
    let size = |length| slide(length, window.size, window.stride, window.padding);
    Some(Shape { height: size(input.height)?, width: size(input.width)?, ..input })
}

/// Number of places of a window on a line of `length`, or `None` when it does not fit on it once.
fn slide(length: usize, window: usize, stride: usize, padding: usize) -> Option<usize> {
    Some((length + 2 * padding).checked_sub(window)? / stride + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(backbone: &str, node: &str, side: usize) -> [usize; 3] {
        let backbone = Backbone::named(backbone).unwrap();
        let node = backbone.node(node).unwrap();
        let shape = backbone.shapes(side, side, node).unwrap()[node];
        [shape.channels, shape.height, shape.width]
    }

    #[test]
    fn shapes_are_those_of_the_papers() {
        assert_eq!(shape("vgg16", "block5_pool", 224), [512, 7, 7]);
        assert_eq!(shape("vgg16", "fc6", 224), [4096, 1, 1]);
        assert_eq!(shape("vgg16", "fc8", 384), [1000, 6, 6]);
        assert_eq!(shape("alexnet", "pool5", 224), [256, 6, 6]);
        assert_eq!(shape("resnet50", "layer4", 224), [2048, 7, 7]);
        assert_eq!(shape("resnet50", "layer4", 225), [2048, 8, 8]);
        assert_eq!(shape("mobilenet_v2", "features.18", 224), [1280, 7, 7]);
        assert_eq!(shape("inception_v3", "Mixed_5b", 299), [256, 35, 35]);
        assert_eq!(shape("inception_v3", "Mixed_7c", 299), [2048, 8, 8]);
        assert_eq!(shape("efficientnet_lite0", "blocks.2", 224), [40, 28, 28]);
        assert_eq!(shape("efficientnet_lite0", "blocks.2", 225), [40, 29, 29]);
    }

    #[test]
    fn the_smallest_image_is_the_one_that_torchvision_accepts() {
        let smallest = |backbone: &str| {
            let backbone = Backbone::named(backbone).unwrap();
            backbone.smallest_side(backbone.features)
        };
        // `meta["min_size"]` of torchvision's weights; its ResNets take a single pixel.
        assert_eq!(smallest("vgg16"), Some(32));
        assert_eq!(smallest("alexnet"), Some(63));
        assert_eq!(smallest("inception_v3"), Some(75));
        assert_eq!(smallest("resnet18"), Some(1));
    }
}
