//! How a fit went.

use heads::FitReport;

use crate::network::LearningCurve;

/// How a fit went.
#[derive(Clone, Debug, PartialEq)]
pub struct FitRecord {
    /// What the solver reports.
    pub report: FitReport,
    /// The learning curve, of a network.
    pub curve: Option<LearningCurve>,
}
