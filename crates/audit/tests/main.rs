//! Audits and curves from outside.
//!
//! - `label_errors`: equality with cleanlab, by committed reference values
//! - `shots`: equality with scikit-learn on the same draws, likewise
//! - `audit`: the lists of a cache that has something of everything
#![expect(clippy::unwrap_used, reason = "what fails outside a `#[test]` fails the test too")]

mod audit;
mod fixture;
mod label_errors;
mod shots;
