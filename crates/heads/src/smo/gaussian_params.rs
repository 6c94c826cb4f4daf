use linfa::ParamGuard;

use crate::ParamError;

/// One-vs-rest support vector machine with a Gaussian kernel by linfa-svm: hinge loss, intercept not
/// penalized, for small data.
///
/// # Examples
///
/// ```
/// use heads::GaussianSvm;
/// use linfa::{DatasetBase, traits::{Fit, Predict}};
/// use ndarray::array;
///
/// let features = array![[0.0_f32, 1.0], [0.1, 1.0], [1.0, 0.2], [0.9, 0.0]];
/// let training = DatasetBase::new(features, array![0, 0, 1, 1]);
/// let head = GaussianSvm::params().c(10.0).fit(&training)?.head;
/// assert_eq!(head.predict(&array![[0.8_f32, 0.1]]), array![1]);
/// # Ok::<(), heads::FitError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct GaussianSvm;

/// `gamma` of the kernel `exp(-gamma ||x - z||^2)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Gamma {
    /// `1 / (n_features * variance of all features)`, as scikit-learn's `gamma="scale"`.
    Scale,
    /// A number, positive and finite.
    Given(f64),
}

impl GaussianSvm {
    /// The default parameters: `C` 1, `gamma` by the features' scale, `tol` 1e-3, at most 1000
    /// samples.
    pub fn params() -> GaussianSvmParams {
        GaussianSvmParams(GaussianSvmValidParams {
            c: 1.0,
            gamma: Gamma::Scale,
            tol: 1e-3,
            max_samples: 1000,
        })
    }
}

/// Parameters of [`GaussianSvm`], not checked yet.
#[derive(Debug, Clone, PartialEq)]
pub struct GaussianSvmParams(GaussianSvmValidParams);

/// Checked parameters of [`GaussianSvm`].
#[derive(Debug, Clone, PartialEq)]
pub struct GaussianSvmValidParams {
    c: f64,
    gamma: Gamma,
    tol: f64,
    max_samples: usize,
}

impl GaussianSvmParams {
    /// `C`, which multiplies the summed loss.
    pub fn c(mut self, c: f64) -> Self {
        self.0.c = c;
        self
    }

    /// `gamma` of the kernel.
    pub fn gamma(mut self, gamma: Gamma) -> Self {
        self.0.gamma = gamma;
        self
    }

    /// The largest violation of the optimality conditions, in units of the score, at which to
    /// stop.
    pub fn tol(mut self, tol: f64) -> Self {
        self.0.tol = tol;
        self
    }

    /// The largest number of samples accepted. The kernels alone take time proportional to
    /// `n_classes * n_samples^2 * n_features`.
    pub fn max_samples(mut self, max_samples: usize) -> Self {
        self.0.max_samples = max_samples;
        self
    }
}

impl GaussianSvmValidParams {
    /// `C`, which multiplies the summed loss.
    pub fn c(&self) -> f64 {
        self.c
    }

    /// `gamma` of the kernel.
    pub fn gamma(&self) -> Gamma {
        self.gamma
    }

    /// The largest violation of the optimality conditions at which to stop.
    pub fn tol(&self) -> f64 {
        self.tol
    }

    /// The largest number of samples accepted.
    pub fn max_samples(&self) -> usize {
        self.max_samples
    }
}

impl ParamGuard for GaussianSvmParams {
    type Checked = GaussianSvmValidParams;
    type Error = ParamError;

    fn check_ref(&self) -> Result<&Self::Checked, Self::Error> {
        ParamError::check_c(self.0.c)?;
        ParamError::check_tol(self.0.tol)?;
        if let Gamma::Given(gamma) = self.0.gamma {
            ParamError::check_gamma(gamma)?;
        }
        Ok(&self.0)
    }

    fn check(self) -> Result<Self::Checked, Self::Error> {
        self.check_ref()?;
        Ok(self.0)
    }
}
