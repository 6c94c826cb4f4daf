//! What the handlers of requests share.

use head::ScoreKind;
use tokio::sync::Semaphore;

use crate::answering::Answering;
use crate::guard::Guard;
use crate::metrics::Metrics;
use crate::neighbors::Neighbors;
use crate::uploads::Intake;

/// A head at work for requests.
pub(crate) struct Service {
    /// Name of the head: that of its file, without what follows the last dot.
    pub(crate) model: String,
    /// What its scores are.
    pub(crate) kind: ScoreKind,
    /// Whether it has heat maps.
    pub(crate) has_heat_maps: bool,
    pub(crate) answering: Answering,
    /// As many permits as there are cores.
    pub(crate) decoders: Semaphore,
    pub(crate) intake: Intake,
    pub(crate) neighbors: Option<Neighbors>,
    pub(crate) metrics: Metrics,
    pub(crate) guard: Guard,
}

impl Service {
    /// Names of the classes, in the order of the scores.
    pub(crate) fn classes(&self) -> &[String] {
        &self.answering.head.description.origin.classes
    }
}
