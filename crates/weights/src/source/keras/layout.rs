//! In which order Keras keeps the values of a kernel.

use crate::source::container::Listed;

/// How the kernels of a file lie.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Kernels {
    /// [outputs, inputs, height, width], Theano's order of dimensions, where it is not [height, width, inputs,
    /// outputs]. A map is then flattened channel by channel.
    pub(super) outputs_first: bool,
    /// Whether they are turned by half a turn: Theano's convolution is one, the others compute correlations.
    pub(super) turned: bool,
}

/// The largest side of a kernel of any network.
const LARGEST_SIDE: usize = 11;

/// Whether kernels of these shapes, as they are stored, can only be [outputs, inputs, height, width].
pub(super) fn are_outputs_first<'a>(
    mut kernels: impl Iterator<Item = &'a [usize]> + Clone,
) -> bool {
    let is_small = |height: usize, width: usize| height == width && height <= LARGEST_SIDE;
    let last = |shape: &[usize]| is_small(shape[2], shape[3]);
    let first = |shape: &[usize]| is_small(shape[0], shape[1]);
    !kernels.clone().all(first) && kernels.all(last)
}

/// The shape that a weight file has for what Keras stores with this one.
pub(super) fn shape_of(stored: &[usize], kernels: Kernels) -> Vec<usize> {
    match *stored {
        [height, width, inputs, outputs] if !kernels.outputs_first => {
            vec![outputs, inputs, height, width]
        }
        [inputs, outputs] => vec![outputs, inputs],
        _ => stored.to_vec(),
    }
}

/// The values in the order of a weight file, of what is stored with the shape `stored` and wanted with `shape`.
pub(super) fn reordered(
    values: Vec<f32>,
    stored: &[usize],
    shape: &[usize],
    kernels: Kernels,
) -> Vec<f32> {
    match (stored, shape) {
        (&[_, _, height, width], _) if kernels.outputs_first => {
            turned(values, height * width, kernels)
        }
        (&[height, width, inputs, outputs], _) => {
            let values = hwio_to_oihw(&values, [height, width, inputs, outputs]);
            turned(values, height * width, kernels)
        }
        // Of a fully connected layer the inputs are height, width and channel of the map that was flattened.
        (&[inputs, outputs], &[_, channels, height, width])
            if inputs == channels * height * width && !kernels.outputs_first =>
        {
            hwio_to_oihw(&values, [height, width, channels, outputs])
        }
        (&[inputs, outputs], _) => hwio_to_oihw(&values, [1, 1, inputs, outputs]),
        _ => values,
    }
}

/// Kernels of so many pixels turned by half a turn, where they are to be.
fn turned(mut values: Vec<f32>, n_pixels: usize, kernels: Kernels) -> Vec<f32> {
    if kernels.turned && n_pixels > 0 {
        values.chunks_exact_mut(n_pixels).for_each(<[f32]>::reverse);
    }
    values
}

/// The tensor that Keras keeps as `dataset` in these groups.
///
/// The last group is the layer. Older files have its name twice, `model_weights/conv/network/conv/kernel:0`; Keras
/// 3 has `vars/0` below it. A kernel and a bias are told apart by their number of dimensions.
pub(super) fn listed(groups: &[&str], dataset: &str, shape: Vec<usize>) -> Listed {
    let name = format!("/{}", [groups, &[dataset]].concat().join("/"));
    let mut components: Vec<&str> =
        groups.iter().copied().filter(|group| *group != "vars").collect();
    if let Some(layer) = components.last()
        && let Some(first) = components.iter().position(|component| component == layer)
    {
        components.truncate(first + 1);
    }
    let parameter = match dataset.split(':').next().unwrap_or(dataset) {
        "gamma" => "weight",
        "moving_mean" => "running_mean",
        "moving_variance" => "running_var",
        _ if shape.len() < 2 => "bias",
        _ => "weight",
    };
    components.push(parameter);
    Listed { name, path: components.join("."), shape }
}

/// From height, width, input, output (the last one contiguous) to output, input, height, width.
fn hwio_to_oihw(values: &[f32], [height, width, inputs, outputs]: [usize; 4]) -> Vec<f32> {
    let mut reordered = Vec::with_capacity(values.len());
    for output in 0..outputs {
        for input in 0..inputs {
            for pixel in 0..height * width {
                reordered.push(values[(pixel * inputs + input) * outputs + output]);
            }
        }
    }
    reordered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_is_reordered_to_outputs_first() {
        // 1 x 2 pixels, 2 inputs, 3 outputs; digits are pixel, input, output.
        let hwio = [0., 1., 2., 10., 11., 12., 100., 101., 102., 110., 111., 112.];
        let oihw = [0., 100., 10., 110., 1., 101., 11., 111., 2., 102., 12., 112.];
        assert_eq!(hwio_to_oihw(&hwio, [1, 2, 2, 3]), oihw);
    }

    #[test]
    fn a_kernel_of_theano_is_turned() {
        let kernels = Kernels { outputs_first: true, turned: true };
        let values: Vec<f32> = (0..8_u8).map(f32::from).collect();
        let got = reordered(values, &[2, 1, 2, 2], &[2, 1, 2, 2], kernels);
        assert_eq!(got, [3., 2., 1., 0., 7., 6., 5., 4.]);
    }

    #[test]
    fn the_order_of_dimensions_is_seen_in_their_sizes() {
        let first: [&[usize]; 2] = [&[64, 3, 3, 3], &[128, 64, 3, 3]];
        let last: [&[usize]; 2] = [&[3, 3, 3, 64], &[3, 3, 64, 128]];
        assert!(are_outputs_first(first.into_iter()) && !are_outputs_first(last.into_iter()));
        // What could be either is taken for Keras' own.
        assert!(!are_outputs_first([&[3, 3, 3, 3][..]].into_iter()));
    }

    #[test]
    fn every_layout_gives_the_same_path() {
        let path = |groups: &[&str], dataset, shape: &[usize]| {
            listed(groups, dataset, shape.to_vec()).path
        };
        let kernel = [3, 3, 3, 64];
        assert_eq!(path(&["conv"], "conv_W_1:0", &kernel), "conv.weight");
        let doubled = ["model_weights", "conv", "vgg", "conv"];
        assert_eq!(path(&doubled, "kernel:0", &kernel), "model_weights.conv.weight");
        assert_eq!(path(&["layers", "conv", "vars"], "1", &[64]), "layers.conv.bias");
        let nested = ["layers", "vgg", "layers", "conv", "vars"];
        assert_eq!(path(&nested, "0", &kernel), "layers.vgg.layers.conv.weight");
        assert_eq!(path(&["bn", "bn"], "moving_variance:0", &[64]), "bn.running_var");
    }
}
