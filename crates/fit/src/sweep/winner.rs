//! Chosen candidates, fitted again on all rows that are not held out, and tested.

use head::{Calibration, Candidate, FitRecord, Parameter, Pipeline};
use metrics::Evaluation;

use super::fits::{Sweep, SweepError};
use super::plan::GroupRows;
use super::{Configuration, Standing};
use crate::calibrate::calibrate;
use crate::learn::learn;
use crate::tap_features::TapFeatures;

/// A candidate that was chosen, fitted again.
#[derive(Clone, Debug, PartialEq)]
pub struct Winner {
    /// The configuration.
    pub configuration: Configuration,
    /// Its parameter.
    pub parameter: Parameter,
    /// What came out of the fit.
    pub pipeline: Pipeline,
    /// How the fit went.
    pub record: FitRecord,
    /// What makes probabilities of its scores, where that was asked for.
    pub calibration: Option<Calibration>,
    /// OneClassEvaluation on the rows held out from everything above, where there are any.
    pub held_out: Option<Evaluation>,
}

/// Refits the chosen candidates of the leaderboard on training and validation rows, and evaluates
/// each once on the held-out ones. Nothing is chosen after that. Given how rows are grouped, winners
/// whose family takes a calibration get one, on cross-validated scores of the rows that they are
/// refitted on.
///
/// # Errors
/// [`SweepError`].
pub fn refit_winners(
    sweep: Sweep<'_>,
    leaderboard: &[Standing],
    calibrated: Option<&GroupRows<'_>>,
    on_fit: &mut dyn FnMut(),
) -> Result<Vec<Winner>, SweepError> {
    let Sweep { plan, settings, .. } = sweep;
    let refit = |standing: &Standing| {
        let &Standing { ref configuration, parameter, .. } = standing;
        let candidate = Candidate { family: configuration.family.clone(), parameter };
        let tap = TapFeatures::open(sweep.cache, Some(&configuration.tap), settings.views)?;
        let train = tap.examples(plan.refit.clone())?;
        let steps = &configuration.transform;
        let (pipeline, record) = learn(&train, &plan.classes, steps, &candidate, settings)
            .map_err(|source| SweepError::Solver {
                configuration: format!("cannot refit {configuration}"),
                source,
            })?;
        let held_out = plan.held_out.clone().map(|rows| tap.examples(rows)).transpose()?;
        let calibration = match calibrated {
            Some(groups) if candidate.family.takes_calibration() => {
                let groups = groups(&train.rows)?;
                let calibration =
                    calibrate(&pipeline, &train, &groups, &plan.classes, &candidate, settings);
                Some(calibration.map_err(|source| SweepError::Calibration {
                    configuration: configuration.to_string(),
                    source,
                })?)
            }
            _ => None,
        };
        let held_out =
            held_out.map(|rows| rows.evaluate(&pipeline, calibration.as_ref(), &plan.classes));
        on_fit();
        let configuration = configuration.clone();
        Ok(Winner { configuration, parameter, pipeline, record, calibration, held_out })
    };
    leaderboard.iter().filter(|standing| standing.refitted).map(refit).collect()
}
