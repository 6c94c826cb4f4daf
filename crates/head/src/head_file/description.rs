//! The JSON part of a head file.

use heads::FitReport;
use schema::TapProvenance;
use serde::{Deserialize, Serialize};

use crate::calibration::Calibration;
use crate::fit_record::FitRecord;
use crate::label_kind::LabelKind;
use crate::link::LinkName;
use crate::network::LearningCurve;
use crate::part::Part;
use crate::pipeline::Pipeline;
use crate::settings::Settings;
use crate::spec::HeadSpec;
use crate::transform::Steps;

/// What a head is, what it was trained on, and how that went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Description {
    /// Program and version that wrote the file.
    pub created_by: String,
    /// The head that was fitted.
    #[serde(flatten)]
    pub spec: HeadSpec,
    /// What scores mean.
    pub link: LinkName,
    /// Steps of the transform, in order.
    pub transform: Steps,
    /// What it was trained on.
    #[serde(flatten)]
    pub origin: Origin,
    /// How the fit went.
    pub report: FitReport,
    /// What makes probabilities of its scores, where one was fitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration: Option<Calibration>,
    /// How the training of a network went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curve: Option<LearningCurve>,
}

/// What heads are trained on: the same for all heads of a sweep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// Class names; index = row of `coef`.
    pub classes: Vec<String>,
    /// How many of them a row has; one when absent.
    #[serde(default, skip_serializing_if = "LabelKind::is_one_class")]
    pub labels: LabelKind,
    /// What made the features; the head takes no others.
    pub provenance: TapProvenance,
    /// The rows.
    pub training: Training,
    /// Settings of the solver.
    pub settings: Settings,
}

/// The rows that a head was trained on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Training {
    /// The path of the cache when the head was trained.
    pub cache: String,
    /// The splits whose rows were used.
    pub parts: Vec<Part>,
    /// Fraction held out of these rows, with [`Settings::seed`]; none when absent.
    pub hold_out: Option<f64>,
    /// Rows trained on.
    pub n_samples: usize,
}

impl Description {
    /// The description of what fitting `spec` gave. `created_by` names the program and its version.
    pub fn new(
        created_by: &str,
        spec: &HeadSpec,
        pipeline: &Pipeline,
        record: FitRecord,
        calibration: Option<Calibration>,
        origin: Origin,
    ) -> Self {
        Self {
            created_by: created_by.to_owned(),
            spec: spec.clone(),
            link: LinkName::of(&pipeline.head),
            transform: pipeline.transform.steps(),
            origin: Origin { settings: origin.settings.of(spec), ..origin },
            report: record.report,
            calibration,
            curve: record.curve,
        }
    }
}
