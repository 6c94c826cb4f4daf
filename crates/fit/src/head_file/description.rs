//! The JSON part of a head file.

use std::fmt;

use feature_cache::TapProvenance;
use heads::{FitReport, Link};
use serde::{Deserialize, Serialize};

use crate::CREATED_BY;
use crate::calibration::Calibration;
use crate::family::Family;
use crate::pipeline::Pipeline;
use crate::rows::Part;
use crate::solver::{Candidate, Settings};
use crate::transform::Steps;

/// What a head is, what it was trained on, and how that went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Description {
    /// Program and version that wrote the file.
    pub created_by: String,
    /// Kind of head and loss.
    #[serde(flatten)]
    pub family: Family,
    /// C, which multiplied the summed loss.
    pub c: f64,
    /// What scores mean.
    pub link: LinkName,
    /// Steps of the transform, in order.
    pub transform: Steps,
    /// What it was trained on.
    #[serde(flatten)]
    pub origin: Origin,
    /// How the fit went.
    pub report: Report,
    /// What makes probabilities of its scores, where that was fitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration: Option<Calibration>,
}

/// What heads are trained on: the same for all heads of a sweep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// Class names; index = row of `coef`.
    pub classes: Vec<String>,
    /// What made the features: a head refuses others.
    pub provenance: TapProvenance,
    /// The rows.
    pub training: Training,
    /// Settings of the solver.
    pub settings: Settings,
}

/// [`Link`] by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LinkName {
    /// Scores are logits.
    Softmax,
    /// Scores are margins.
    Margin,
}

/// The rows that a head was trained on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Training {
    /// The cache, as it was named then.
    pub cache: String,
    /// The splits whose rows were used.
    pub parts: Vec<Part>,
    /// Fraction held out of these rows, with [`Settings::seed`]; none when absent.
    pub hold_out: Option<f64>,
    /// Rows trained on.
    pub n_samples: usize,
}

/// [`FitReport`] in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Iterations done.
    pub n_iter: usize,
    /// Whether the tolerance was met.
    pub converged: bool,
    /// Objective reached.
    pub objective: f64,
    /// What was compared with the tolerance.
    pub residual: f64,
}

impl Description {
    /// The description of what fitting `candidate` gave.
    pub fn new(
        candidate: Candidate,
        pipeline: &Pipeline,
        report: FitReport,
        origin: Origin,
    ) -> Self {
        Self {
            created_by: CREATED_BY.to_owned(),
            family: candidate.family,
            c: candidate.c,
            link: pipeline.head.link().into(),
            transform: pipeline.transform.steps(),
            origin,
            report: report.into(),
            calibration: None,
        }
    }
}

impl From<FitReport> for Report {
    fn from(report: FitReport) -> Self {
        let FitReport { n_iter, converged, objective, residual } = report;
        Self { n_iter, converged, objective, residual }
    }
}

impl fmt::Display for LinkName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Softmax => "softmax",
            Self::Margin => "margin",
        })
    }
}

impl From<Link> for LinkName {
    fn from(link: Link) -> Self {
        match link {
            Link::Softmax => Self::Softmax,
            Link::Margin => Self::Margin,
        }
    }
}

impl From<LinkName> for Link {
    fn from(name: LinkName) -> Self {
        match name {
            LinkName::Softmax => Self::Softmax,
            LinkName::Margin => Self::Margin,
        }
    }
}
