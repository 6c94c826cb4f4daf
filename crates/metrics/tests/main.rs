//! Metrics against scikit-learn, scipy and the official programs of benchmarks, by committed reference
//! values.
#![expect(clippy::unwrap_used, reason = "what fails outside a `#[test]` fails the test too")]

mod benchmark_metrics;
mod metrics;
