use linfa::ParamGuard;

use super::MlpArchitecture;
use crate::{ClassWeight, ParamError};

/// A small network on features.
///
/// # Examples
///
/// ```
/// use heads::Mlp;
/// use linfa::{DatasetBase, traits::Fit};
/// use ndarray::array;
///
/// let features = array![[0.0_f32, 1.0], [0.1, 1.0], [1.0, 0.2], [0.9, 0.0]];
/// let training = DatasetBase::new(features, array![0, 0, 1, 1]);
/// let params = Mlp::params("dense:8,relu,softmax".parse()?).validation_fraction(0.0);
/// let fit = params.max_epochs(3).fit(&training)?;
/// assert_eq!((fit.curve.len(), fit.head.n_classes()), (3, 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Mlp;

impl Mlp {
    /// The default parameters: learning rate 1e-3, batches of 32 rows, at most 100 epochs, a tenth
    /// of the rows for validation, patience 10, uniform classes, seed 0.
    pub fn params(architecture: MlpArchitecture) -> MlpParams {
        MlpParams(MlpValidParams {
            architecture,
            learning_rate: 1e-3,
            batch_size: 32,
            max_epochs: 100,
            patience: Some(10),
            validation_fraction: 0.1,
            class_weight: ClassWeight::Uniform,
            seed: 0,
        })
    }
}

/// Parameters of [`Mlp`], not checked yet.
#[derive(Debug, Clone, PartialEq)]
pub struct MlpParams(MlpValidParams);

/// Checked parameters of [`Mlp`].
#[derive(Debug, Clone, PartialEq)]
pub struct MlpValidParams {
    architecture: MlpArchitecture,
    learning_rate: f64,
    batch_size: usize,
    max_epochs: usize,
    patience: Option<usize>,
    validation_fraction: f64,
    class_weight: ClassWeight,
    seed: u64,
}

impl MlpParams {
    /// Adam's learning rate.
    pub fn learning_rate(mut self, learning_rate: f64) -> Self {
        self.0.learning_rate = learning_rate;
        self
    }

    /// Rows of a batch; the last batch of an epoch has what is left.
    pub fn batch_size(mut self, batch_size: usize) -> Self {
        self.0.batch_size = batch_size;
        self
    }

    /// The largest number of passes over the training rows.
    pub fn max_epochs(mut self, max_epochs: usize) -> Self {
        self.0.max_epochs = max_epochs;
        self
    }

    /// Training stops when the validation loss has not fallen for this many epochs; `None` trains
    /// all epochs, and still keeps the best. Without validation rows it has no effect.
    pub fn patience(mut self, patience: Option<usize>) -> Self {
        self.0.patience = patience;
        self
    }

    /// The part of each class that `fit` holds out for validation; 0 for none.
    pub fn validation_fraction(mut self, validation_fraction: f64) -> Self {
        self.0.validation_fraction = validation_fraction;
        self
    }

    /// Weights that multiply the loss of the samples of each class.
    pub fn class_weight(mut self, class_weight: ClassWeight) -> Self {
        self.0.class_weight = class_weight;
        self
    }

    /// Seed of initial weights, order of rows, dropout and the choice of validation rows.
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.seed = seed;
        self
    }
}

impl MlpValidParams {
    /// The layers.
    pub fn architecture(&self) -> &MlpArchitecture {
        &self.architecture
    }

    /// Adam's learning rate.
    pub fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    /// Rows of a batch.
    pub fn batch_size(&self) -> usize {
        self.batch_size
    }

    /// The largest number of passes over the training rows.
    pub fn max_epochs(&self) -> usize {
        self.max_epochs
    }

    /// Epochs without a fall of the validation loss at which to stop.
    pub fn patience(&self) -> Option<usize> {
        self.patience
    }

    /// The part of each class that `fit` holds out for validation.
    pub fn validation_fraction(&self) -> f64 {
        self.validation_fraction
    }

    /// Weights that multiply the loss of the samples of each class.
    pub fn class_weight(&self) -> &ClassWeight {
        &self.class_weight
    }

    /// Seed of all that is random.
    pub fn seed(&self) -> u64 {
        self.seed
    }
}

impl ParamGuard for MlpParams {
    type Checked = MlpValidParams;
    type Error = ParamError;

    fn check_ref(&self) -> Result<&Self::Checked, Self::Error> {
        let params = &self.0;
        if !(params.learning_rate.is_finite() && params.learning_rate > 0.0) {
            return Err(ParamError::LearningRate { got: params.learning_rate });
        }
        if params.batch_size == 0 {
            return Err(ParamError::BatchSize);
        }
        if params.max_epochs == 0 {
            return Err(ParamError::MaxEpochs);
        }
        if params.patience == Some(0) {
            return Err(ParamError::Patience);
        }
        if !(0.0..1.0).contains(&params.validation_fraction) {
            return Err(ParamError::ValidationFraction { got: params.validation_fraction });
        }
        params.class_weight.check()?;
        Ok(params)
    }

    fn check(self) -> Result<Self::Checked, Self::Error> {
        self.check_ref()?;
        Ok(self.0)
    }
}
