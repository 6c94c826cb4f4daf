use std::ops::ControlFlow;

use linfa::{DatasetBase, traits::Fit};
use ndarray::{Array1, ArrayBase, Data, Ix2};

use super::SoftmaxValidParams;
use crate::{
    FitError, Fitted, Folds, PathOptions, PathProblem, Targets,
    smooth::{self, Intercept, Kernel, SmoothLoss},
    training_set::TrainingSet,
};

impl<D: Data<Elem = f32>> Fit<ArrayBase<D, Ix2>, Array1<usize>, FitError> for SoftmaxValidParams {
    type Object = Fitted;

    /// Fits the head to features `[n_samples, n_features]` and their classes: a path of one point.
    ///
    /// # Errors
    /// [`FitError`] if features or labels cannot be used; see its variants.
    fn fit(
        &self,
        dataset: &DatasetBase<ArrayBase<D, Ix2>, Array1<usize>>,
    ) -> Result<Fitted, FitError> {
        let training = TrainingSet::new(dataset)?;
        let labels = training.labels().to_vec();
        let problem = PathProblem {
            rows: &training.x(),
            targets: Targets::Classes(&labels),
            n_classes: training.n_classes(),
            folds: Folds { n_folds: 1, held_out_by: &vec![None; labels.len()] },
        };
        let options = PathOptions {
            cs: vec![self.c()],
            tol: self.tol(),
            max_iter: self.max_iter(),
            class_weight: self.class_weight().clone(),
            seed: 0,
            keep_heads: true,
        };
        let intercept = if self.fit_intercept() { Intercept::Unpenalized } else { Intercept::None };
        let (mut head, mut report) = (None, None);
        smooth::solve_path(
            &problem,
            SmoothLoss::Softmax,
            intercept,
            Kernel::from_env(),
            &options,
            &mut |mut point| {
                (head, report) = (point.heads.pop(), point.reports.pop());
                ControlFlow::Break(())
            },
        )?;
        Ok(Fitted {
            head: head.expect("a path of one C and one fold has one head"),
            report: report.expect("a path of one C and one fold has one report"),
        })
    }
}
