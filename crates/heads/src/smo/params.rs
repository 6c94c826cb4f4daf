use linfa::ParamGuard;

use crate::ParamError;

/// One-vs-rest linear support vector machine by linfa-svm: hinge loss, intercept not penalized,
/// for small data.
///
/// # Examples
///
/// ```
/// use heads::Smo;
/// use linfa::{DatasetBase, traits::{Fit, Predict}};
/// use ndarray::array;
///
/// let features = array![[0.0_f32, 1.0], [0.1, 1.0], [1.0, 0.2], [0.9, 0.0]];
/// let training = DatasetBase::new(features, array![0, 0, 1, 1]);
/// let head = Smo::params().c(10.0).fit(&training)?.head;
/// assert_eq!(head.predict(&array![[0.8_f32, 0.1]]), array![1]);
/// # Ok::<(), heads::FitError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Smo;

impl Smo {
    /// The default parameters: `C` 1, `tol` 1e-3, at most 1000 samples.
    pub fn params() -> SmoParams {
        SmoParams(SmoValidParams { c: 1.0, tol: 1e-3, max_samples: 1000 })
    }
}

/// Parameters of [`Smo`], not checked yet.
#[derive(Debug, Clone, PartialEq)]
pub struct SmoParams(SmoValidParams);

/// Checked parameters of [`Smo`].
#[derive(Debug, Clone, PartialEq)]
pub struct SmoValidParams {
    c: f64,
    tol: f64,
    max_samples: usize,
}

impl SmoParams {
    /// `C`, which multiplies the summed loss.
    pub fn c(mut self, c: f64) -> Self {
        self.0.c = c;
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

impl SmoValidParams {
    /// `C`, which multiplies the summed loss.
    pub fn c(&self) -> f64 {
        self.c
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

impl ParamGuard for SmoParams {
    type Checked = SmoValidParams;
    type Error = ParamError;

    fn check_ref(&self) -> Result<&Self::Checked, Self::Error> {
        ParamError::check_c(self.0.c)?;
        ParamError::check_tol(self.0.tol)?;
        Ok(&self.0)
    }

    fn check(self) -> Result<Self::Checked, Self::Error> {
        self.check_ref()?;
        Ok(self.0)
    }
}
