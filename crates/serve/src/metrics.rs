//! What is counted, in the text form of Prometheus.

use std::sync::Arc;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Upper bounds of seconds that a request took.
const SECONDS: [f64; 12] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

/// Upper bounds of pictures in one pass.
const PICTURES: [f64; 6] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0];

/// A path of the service, and how a request for it ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    path: String,
    status: u16,
}

/// The counters of a server.
#[derive(Clone)]
pub(crate) struct Metrics {
    requests: Family<Ended, Counter>,
    seconds: Histogram,
    batches: Histogram,
    waiting: Gauge,
    registry: Arc<Registry>,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("offshelf");
        let requests = Family::default();
        let seconds = Histogram::new(SECONDS);
        let batches = Histogram::new(PICTURES);
        let waiting = Gauge::default();
        registry.register("requests", "Requests by path and status", requests.clone());
        let help = "From the head of a request to the head of its response";
        registry.register_with_unit("request", help, Unit::Seconds, seconds.clone());
        registry.register("batch_pictures", "Pictures in a pass of the network", batches.clone());
        registry.register("waiting_pictures", "Pictures that wait or are at work", waiting.clone());
        Self { requests, seconds, batches, waiting, registry: Arc::new(registry) }
    }

    /// A request for `path`, of those that there are, ended with `status`.
    pub(crate) fn request(&self, path: &str, status: u16, took: Duration) {
        self.requests.get_or_create(&Ended { path: path.to_owned(), status }).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    /// `n` pictures go through the network together.
    pub(crate) fn batch(&self, n: usize) {
        self.batches.observe(n as f64);
    }

    /// All of it as text, where `n_waiting` pictures wait.
    pub(crate) fn text(&self, n_waiting: usize) -> String {
        self.waiting.set(n_waiting as i64);
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("a string takes everything");
        text
    }
}
