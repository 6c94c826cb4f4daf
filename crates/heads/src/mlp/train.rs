use ndarray::Array2;
use rand::{SeedableRng, seq::SliceRandom};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::{
    MlpArchitecture, MlpHead, MlpOutput, MlpValidParams,
    adam::Adam,
    loss::{Loss, loss, score_gradient},
    network::Network,
    target_matrix::TargetMatrix,
};
use crate::{ClassWeight, FeatureRows, FitError, FitReport, Targets};

/// Rows whose validation scores are computed at a time.
const VALIDATION_ROWS: usize = 1024;

/// A trained network, and how its training went.
#[derive(Debug, Clone, PartialEq)]
pub struct MlpFit {
    /// The network of the best epoch.
    pub head: MlpHead,
    /// `n_iter` epochs; `objective` and `residual` are training and validation loss of the best
    /// epoch (the training loss again without validation rows). `converged` is false where training
    /// was to go on until the validation loss stops falling, and `max_epochs` came first.
    pub report: FitReport,
    /// Every epoch.
    pub curve: Vec<MlpEpoch>,
    /// The index in `curve` of the epoch that the head is from.
    pub best_epoch: usize,
}

/// What an epoch came to.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct MlpEpoch {
    /// Mean loss of the batches, each before its step, with dropout.
    pub loss: f64,
    /// The part of right predictions, like `loss`.
    pub accuracy: f64,
    /// Mean loss of the validation rows after the epoch; `None` if there are none.
    pub val_loss: Option<f64>,
    /// The part of right predictions of validation rows.
    pub val_accuracy: Option<f64>,
}

impl MlpValidParams {
    /// Trains on the rows `training`, and keeps the epoch that does best on the rows `validation`,
    /// which may be none.
    ///
    /// Of multi-label targets a given class weight is that of rows where the class is present;
    /// balanced weights give its presence and its absence the same total.
    ///
    /// # Errors
    /// [`FitError::Diverged`] when a loss is no longer finite; [`FitError::OneLabel`] for softmax of
    /// multi-label targets; otherwise [`FitError`] if features or labels cannot be used.
    ///
    /// # Panics
    /// If labels are not below `n_classes`, or rows and columns of targets are not as many.
    pub fn train(
        &self,
        rows: &dyn FeatureRows,
        targets: Targets<'_>,
        n_classes: usize,
        training: &[usize],
        validation: &[usize],
    ) -> Result<MlpFit, FitError> {
        let output = self.architecture().output();
        let class_weights = self.class_weights(targets, n_classes, training)?;
        check_finite(rows, training)?;
        check_finite(rows, validation)?;
        let n_outputs = match (output, targets) {
            (MlpOutput::Softmax, Targets::MultiLabel(_)) => return Err(FitError::OneLabel),
            (MlpOutput::Sigmoid, Targets::Classes(_)) if n_classes == 2 => 1,
            _ => n_classes,
        };
        let got = self.architecture().n_weights(rows.n_features(), n_outputs);
        if got > MlpArchitecture::MAX_WEIGHTS {
            return Err(FitError::TooManyWeights { limit: MlpArchitecture::MAX_WEIGHTS, got });
        }
        let targets = TargetMatrix::new(targets, n_outputs, &class_weights);
        let data = Data { rows, targets, output };

        let mut rng = Xoshiro256PlusPlus::seed_from_u64(self.seed());
        let network = Network::new(self.architecture(), rows.n_features(), n_outputs, &mut rng);
        let (best, curve, best_epoch) = self.run(&data, network, training, validation, &mut rng)?;
        let epoch = curve[best_epoch];
        let head = MlpHead::new(self.architecture().clone(), best, n_classes);
        let report = FitReport {
            n_iter: curve.len(),
            converged: match self.patience() {
                Some(patience) if !validation.is_empty() => {
                    best_epoch.saturating_add(patience) < curve.len()
                }
                _ => true,
            },
            objective: epoch.loss,
            residual: epoch.val_loss.unwrap_or(epoch.loss),
        };
        Ok(MlpFit { head, report, curve, best_epoch })
    }

    /// The best network, all epochs, and the index of the best.
    fn run(
        &self,
        data: &Data<'_>,
        mut network: Network,
        training: &[usize],
        validation: &[usize],
        rng: &mut Xoshiro256PlusPlus,
    ) -> Result<(Network, Vec<MlpEpoch>, usize), FitError> {
        let lengths = network.parameters_mut().into_iter().map(|array| array.len());
        let mut adam =
            Adam::new(self.learning_rate() as f32, lengths.collect::<Vec<_>>().into_iter());
        let mut order = training.to_vec();
        let mut curve: Vec<MlpEpoch> = Vec::new();
        let mut best: Option<(usize, Network)> = None;
        while curve.len() < self.max_epochs() {
            order.shuffle(rng);
            let mut train = Loss::default();
            for batch in order.chunks(self.batch_size()) {
                train.add(step(data, &mut network, &mut adam, batch, rng));
            }
            let held_out = (!validation.is_empty()).then(|| validate(data, &network, validation));
            let epoch = MlpEpoch {
                loss: train.sum / training.len() as f64,
                accuracy: train.accuracy(),
                val_loss: held_out.map(|loss| loss.sum / validation.len() as f64),
                val_accuracy: held_out.map(|loss| loss.accuracy()),
            };
            let index = curve.len();
            curve.push(epoch);
            if !(epoch.loss.is_finite() && epoch.val_loss.is_none_or(f64::is_finite)) {
                return Err(FitError::Diverged { epoch: index + 1 });
            }
            let is_best = |(best, _): &(usize, _)| epoch.val_loss < curve[*best].val_loss;
            if best.as_ref().is_none_or(is_best) || epoch.val_loss.is_none() {
                best = Some((index, network.clone()));
            }
            let waited = best.as_ref().map_or(0, |(best, _)| index - best);
            if self.patience().is_some_and(|patience| waited >= patience) {
                break;
            }
        }
        let (best_epoch, network) = best.expect("there is at least one epoch");
        Ok((network, curve, best_epoch))
    }

    /// The weights of each class where it is present and where it is absent, of targets that can be
    /// trained on.
    fn class_weights(
        &self,
        targets: Targets<'_>,
        n_classes: usize,
        training: &[usize],
    ) -> Result<Vec<[f64; 2]>, FitError> {
        if n_classes < 2 {
            return Err(FitError::OneClass);
        }
        let mut counts = vec![[0_usize; 2]; n_classes];
        for &row in training {
            match targets {
                Targets::Classes(labels) => counts[labels[row]][0] += 1,
                Targets::MultiLabel(signs) => {
                    for ([present, absent], &sign) in counts.iter_mut().zip(signs.row(row)) {
                        *present += usize::from(sign > 0);
                        *absent += usize::from(sign < 0);
                    }
                }
            }
        }
        if let Some(class) = counts.iter().position(|[present, _]| *present == 0) {
            return Err(FitError::MissingClass { class });
        }
        let present: Vec<usize> = counts.iter().map(|[present, _]| *present).collect();
        let weights = self.class_weight().weights(&present)?;
        Ok(match (targets, self.class_weight()) {
            (Targets::MultiLabel(_), ClassWeight::Balanced) => {
                let half = |[p, a]: [usize; 2], count: usize| (p + a) as f64 / (2 * count) as f64;
                counts.iter().map(|&[p, a]| [half([p, a], p), half([p, a], a.max(1))]).collect()
            }
            (Targets::MultiLabel(_), _) => weights.iter().map(|&weight| [weight, 1.0]).collect(),
            (Targets::Classes(_), _) => weights.iter().map(|&weight| [weight; 2]).collect(),
        })
    }
}

/// What all steps share.
struct Data<'a> {
    rows: &'a dyn FeatureRows,
    targets: TargetMatrix,
    output: MlpOutput,
}

impl Data<'_> {
    /// Features of some rows, `[indices.len(), n_features]`.
    fn gather(&self, indices: &[usize]) -> Array2<f32> {
        let mut gathered = Array2::zeros((indices.len(), self.rows.n_features()));
        let mut buffer = Vec::new();
        for (mut to, &row) in gathered.rows_mut().into_iter().zip(indices) {
            to.assign(&self.rows.block(row..row + 1, &mut buffer).row(0));
        }
        gathered
    }
}

/// One step on one batch; the loss is that before the step.
fn step(
    data: &Data<'_>,
    network: &mut Network,
    adam: &mut Adam,
    batch: &[usize],
    rng: &mut Xoshiro256PlusPlus,
) -> Loss {
    let targets = data.targets.select(batch);
    let pass = network.forward_training(data.gather(batch), rng);
    let gradient = score_gradient(data.output, &pass.scores, &targets);
    let loss = loss(data.output, &pass.scores, &targets);
    let gradients = network.gradients(&pass, gradient);
    adam.step(network.parameters_mut(), &gradients);
    loss
}

fn validate(data: &Data<'_>, network: &Network, validation: &[usize]) -> Loss {
    let mut total = Loss::default();
    for rows in validation.chunks(VALIDATION_ROWS) {
        let scores = network.scores(data.gather(rows).view());
        total.add(loss(data.output, &scores, &data.targets.select(rows)));
    }
    total
}

fn check_finite(rows: &dyn FeatureRows, indices: &[usize]) -> Result<(), FitError> {
    let mut buffer = Vec::new();
    let mut is_bad =
        |row: usize| !rows.block(row..row + 1, &mut buffer).iter().all(|value| value.is_finite());
    match indices.iter().copied().find(|&row| is_bad(row)) {
        Some(row) => Err(FitError::NotFinite { row }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
