//! Chosen candidates, fitted again on all rows that are not held out, and tested.

use head::{Calibration, Description, FitReport, HeadSpec, Origin, SavedHead, Steps, Training};
use learn::{calibrate, learn};
use metrics::Evaluation;
use serde::{Serialize, Serializer};

use super::fits::{Sweep, SweepError};
use super::plan::GroupRows;
use super::{Configuration, Entry, head_files};
use crate::CREATED_BY;
use crate::tap_features::TapFeatures;

/// A candidate that was chosen, fitted again. In JSON its description, without what was learned.
#[derive(Clone, Debug, PartialEq)]
pub struct Winner {
    /// The head.
    pub head: SavedHead,
    /// Evaluation on the rows held out from everything else, where there are any.
    pub held_out: Option<Evaluation>,
}

impl Winner {
    /// The name of its head file, which tells it from the other winners of the sweep.
    pub fn file(&self) -> String {
        head_files(&self.head.description.spec).0
    }

    /// The name of the file of its learning curve, if it is a network.
    pub fn curve_file(&self) -> Option<String> {
        head_files(&self.head.description.spec).1
    }

    /// What was chosen.
    pub fn configuration(&self) -> Configuration {
        let Description { spec, transform, origin, .. } = &self.head.description;
        let tap = origin.provenance.tap.clone();
        Configuration { tap, transform: transform.clone(), spec: spec.clone() }
    }
}

/// [`Winner`] in JSON.
#[derive(Serialize)]
struct Fields<'a> {
    tap: &'a str,
    transform: &'a Steps,
    #[serde(flatten)]
    spec: &'a HeadSpec,
    file: String,
    report: FitReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    calibration: Option<&'a Calibration>,
    held_out: Option<&'a Evaluation>,
}

impl Serialize for Winner {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Description { spec, transform, origin, report, calibration, .. } =
            &self.head.description;
        let fields = Fields {
            tap: &origin.provenance.tap,
            transform,
            spec,
            file: self.file(),
            report: *report,
            calibration: calibration.as_ref(),
            held_out: self.held_out.as_ref(),
        };
        fields.serialize(serializer)
    }
}

/// Refits the chosen candidates of the leaderboard on training and validation rows, which `training`
/// describes, and evaluates each once on the held-out ones. Nothing is chosen after that. Given how
/// rows are grouped, winners that take a calibration get one, on cross-validated scores of
/// the rows that they are refitted on.
///
/// # Errors
/// [`SweepError`].
pub(crate) fn refit_winners(
    sweep: Sweep<'_>,
    leaderboard: &[Entry],
    training: &Training,
    calibrated: Option<&GroupRows<'_>>,
    on_fit: &mut dyn FnMut(),
) -> Result<Vec<Winner>, SweepError> {
    let Sweep { cache, plan, settings, .. } = sweep;
    let refit = |entry: &Entry| {
        let configuration = &entry.configuration;
        let spec = &configuration.spec;
        let tap = TapFeatures::open(cache, Some(&configuration.tap), settings.views)?;
        let train = tap.examples(plan.refit.clone())?;
        let steps = &configuration.transform;
        let (pipeline, record) =
            learn(&train, &plan.classes, steps, spec, settings).map_err(|source| {
                SweepError::Solver {
                    configuration: format!("cannot refit {configuration}"),
                    source,
                }
            })?;
        let held_out = plan.held_out.clone().map(|rows| tap.examples(rows)).transpose()?;
        let calibration = match calibrated {
            Some(groups) if spec.takes_calibration() => {
                let groups = groups(&train.rows)?;
                let calibration =
                    calibrate(&pipeline, &train, &groups, &plan.classes, spec, settings);
                Some(calibration.map_err(|source| SweepError::Calibration {
                    configuration: configuration.to_string(),
                    source,
                })?)
            }
            _ => None,
        };
        let origin = Origin {
            classes: plan.classes.clone(),
            labels: plan.divided.labels.kind(),
            provenance: cache.provenance().of_tap(&configuration.tap),
            training: training.clone(),
            settings: settings.clone(),
        };
        let description =
            Description::new(CREATED_BY, spec, &pipeline, record, calibration, origin);
        let head = SavedHead { pipeline, description };
        let held_out = held_out.map(|rows| rows.evaluate(&head));
        on_fit();
        Ok(Winner { head, held_out })
    };
    leaderboard.iter().filter(|entry| entry.refitted).map(refit).collect()
}
