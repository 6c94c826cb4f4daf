use linear_problem::write_argmax;
use linfa::traits::PredictInplace;
use ndarray::{Array1, Array2, ArrayBase, ArrayD, ArrayView2, ArrayViewD, Axis, Data, Ix2, s};

use super::{
    MlpArchitecture, MlpLayer, MlpOutput, MlpStep,
    batch_norm::BatchNorm,
    dense::Dense,
    loss::{sigmoid, softmax_rows},
    network::{Layer, Network},
    step::steps,
};
use crate::PartsError;

/// A trained small network.
#[derive(Debug, Clone, PartialEq)]
pub struct MlpHead {
    architecture: MlpArchitecture,
    network: Network,
    n_classes: usize,
}

impl MlpHead {
    pub(super) fn new(architecture: MlpArchitecture, network: Network, n_classes: usize) -> Self {
        Self { architecture, network, n_classes }
    }

    /// A head from its arrays, in the order of [`MlpHead::arrays`].
    ///
    /// `n_outputs` is the number of classes, or 1 where sigmoid tells the second of two.
    ///
    /// # Errors
    /// [`PartsError::Count`] or [`PartsError::Shape`] if the arrays are not those of the layers.
    pub fn from_parts(
        architecture: MlpArchitecture,
        n_features: usize,
        n_outputs: usize,
        arrays: Vec<ArrayD<f32>>,
    ) -> Result<Self, PartsError> {
        let expected: usize = architecture.layers().iter().map(|layer| n_arrays(*layer)).sum();
        let (expected, got) = (expected + 2, arrays.len());
        if got != expected {
            return Err(PartsError::Count { expected, got });
        }
        let mut arrays = arrays.into_iter();
        let mut width = n_features;
        let mut layers = Vec::new();
        let output = MlpLayer::Dense { units: n_outputs };
        for layer in architecture.layers().iter().chain([&output]) {
            layers.push(match *layer {
                MlpLayer::Dense { units } => {
                    let inputs = std::mem::replace(&mut width, units);
                    let weights = take(&mut arrays, "weights", &[inputs, units])?;
                    let weights = weights.into_shape_with_order((inputs, units));
                    let weights = weights.expect("its shape was checked");
                    Layer::Dense(Dense { weights, bias: take_row(&mut arrays, "bias", units)? })
                }
                MlpLayer::Relu => Layer::Relu,
                MlpLayer::BatchNorm => Layer::BatchNorm(BatchNorm {
                    gamma: take_row(&mut arrays, "gamma", width)?,
                    beta: take_row(&mut arrays, "beta", width)?,
                    moving_mean: take_row(&mut arrays, "moving_mean", width)?,
                    moving_variance: take_row(&mut arrays, "moving_variance", width)?,
                }),
                MlpLayer::Dropout { rate } => Layer::Dropout(rate),
            });
        }
        let is_single = architecture.output() == MlpOutput::Sigmoid && n_outputs == 1;
        let n_classes = if is_single { 2 } else { n_outputs };
        Ok(Self { architecture, network: Network { layers }, n_classes })
    }

    /// The learned arrays with their names, such as `0.weights`, where the number is that of the
    /// layer in the architecture, the output being the last: of a dense layer `weights`
    /// `[n_inputs, n_units]` and `bias`, of batch normalization `gamma`, `beta`, `moving_mean` and
    /// `moving_variance`.
    pub fn arrays(&self) -> Vec<(String, ArrayViewD<'_, f32>)> {
        let mut arrays = Vec::new();
        for (index, layer) in self.network.layers.iter().enumerate() {
            let mut push = |name, array| arrays.push((format!("{index}.{name}"), array));
            match layer {
                Layer::Dense(dense) => {
                    push("weights", dense.weights.view().into_dyn());
                    push("bias", dense.bias.view().into_dyn());
                }
                Layer::BatchNorm(norm) => {
                    push("gamma", norm.gamma.view().into_dyn());
                    push("beta", norm.beta.view().into_dyn());
                    push("moving_mean", norm.moving_mean.view().into_dyn());
                    push("moving_variance", norm.moving_variance.view().into_dyn());
                }
                Layer::Relu | Layer::Dropout(_) => {}
            }
        }
        arrays
    }

    /// What the head computes, from features to the scores of
    /// [`decision_function`](Self::decision_function).
    pub fn steps(&self) -> Vec<MlpStep<'_>> {
        steps(&self.network, self.n_classes)
    }

    /// The layers.
    pub fn architecture(&self) -> &MlpArchitecture {
        &self.architecture
    }

    /// Number of classes.
    pub fn n_classes(&self) -> usize {
        self.n_classes
    }

    /// Number of outputs: that of the classes, or 1 where sigmoid tells the second of two.
    pub fn n_outputs(&self) -> usize {
        match self.network.layers.last() {
            Some(Layer::Dense(dense)) => dense.bias.len(),
            _ => unreachable!("the last layer is dense"),
        }
    }

    /// Number of features that a row must have.
    pub fn n_features(&self) -> usize {
        let widths = self.network.layers.iter().filter_map(|layer| match layer {
            Layer::Dense(dense) => Some(dense.weights.nrows()),
            Layer::BatchNorm(norm) => Some(norm.gamma.len()),
            Layer::Relu | Layer::Dropout(_) => None,
        });
        widths.into_iter().next().expect("the last layer is dense")
    }

    /// Scores `[n_samples, n_classes]` of features `[n_samples, n_features]`: what goes into softmax
    /// or sigmoid. A single output `z` is the scores `-z / 2` and `z / 2`, whose softmax is the
    /// sigmoid.
    ///
    /// # Panics
    /// If `x` has another number of features than the head.
    pub fn decision_function(&self, x: ArrayView2<'_, f32>) -> Array2<f32> {
        let outputs = self.outputs(x);
        if outputs.ncols() == self.n_classes {
            return outputs;
        }
        let half = outputs.column(0).mapv(|z| z / 2.0);
        ndarray::stack![Axis(1), -&half, half]
    }

    /// Probabilities `[n_samples, n_classes]`; those of a sigmoid for each class are each class's
    /// own and do not sum to 1.
    ///
    /// # Panics
    /// If `x` has another number of features than the head.
    pub fn predict_proba(&self, x: ArrayView2<'_, f32>) -> Array2<f32> {
        let mut outputs = self.outputs(x);
        match self.architecture.output() {
            MlpOutput::Softmax => softmax_rows(&mut outputs),
            MlpOutput::Sigmoid => outputs.mapv_inplace(sigmoid),
        }
        if outputs.ncols() == self.n_classes {
            return outputs;
        }
        let second = outputs.slice(s![.., 0]);
        ndarray::stack![Axis(1), 1.0 - &second, second]
    }

    #[cfg(test)]
    pub(super) fn into_network(self) -> Network {
        self.network
    }

    fn outputs(&self, x: ArrayView2<'_, f32>) -> Array2<f32> {
        assert_eq!(x.ncols(), self.n_features(), "features of a row");
        self.network.scores(x.as_standard_layout().view())
    }
}

/// Learned arrays of a layer.
fn n_arrays(layer: MlpLayer) -> usize {
    match layer {
        MlpLayer::Dense { .. } => 2,
        MlpLayer::BatchNorm => 4,
        MlpLayer::Relu | MlpLayer::Dropout { .. } => 0,
    }
}

/// The next array, row-major.
fn take(
    arrays: &mut impl Iterator<Item = ArrayD<f32>>,
    part: &'static str,
    shape: &[usize],
) -> Result<ArrayD<f32>, PartsError> {
    let array = arrays.next().expect("the arrays were counted");
    PartsError::check_shape(part, array.shape(), shape)?;
    Ok(array.as_standard_layout().into_owned())
}

fn take_row(
    arrays: &mut impl Iterator<Item = ArrayD<f32>>,
    part: &'static str,
    length: usize,
) -> Result<Array1<f32>, PartsError> {
    let array = take(arrays, part, &[length])?;
    Ok(array.into_shape_with_order(length).expect("its shape was checked"))
}

/// The class of the largest score in each row, the first of equals.
impl<D: Data<Elem = f32>> PredictInplace<ArrayBase<D, Ix2>, Array1<usize>> for MlpHead {
    fn predict_inplace(&self, x: &ArrayBase<D, Ix2>, y: &mut Array1<usize>) {
        write_argmax(&self.decision_function(x.view()), y);
    }

    fn default_target(&self, x: &ArrayBase<D, Ix2>) -> Array1<usize> {
        Array1::zeros(x.nrows())
    }
}
