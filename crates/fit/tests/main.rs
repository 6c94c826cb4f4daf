//! Tests of `fit` from outside.
//!
//! - `calibration`: equality with scikit-learn, by committed reference values, and `--calibrate` of `fit train` and `fit sweep`
//! - `train`, `sweep`, `layers`, `apply`, `compare`, `export`: what the program does when all is well
//! - `audit`, `shots`: what may be wrong with the images, and what more of them would bring
//! - `sweep_folder`: what a sweep replaces and removes in its folder
//! - `families`: likewise, for heads that are not linear; `networks`: several of these in one sweep
//! - `multi_label`: rows of several labels in training, sweeps, evaluation and prediction
//! - `rows`: which classes and rows take part
//! - `import`: features of other programs
//! - `reproduce`: published protocols in all variants
//! - `report`: the page of a head
//! - `retrieve`: the queries of retrieval benchmarks
//! - `refusals`: what it says when not, and its exit code; `strangers`: likewise, of what others wrote
//!
//! `fixture` makes caches of Gaussian classes and runs the program on them.
#![expect(clippy::unwrap_used, reason = "what fails outside a `#[test]` fails the test too")]

mod apply;
mod audit;
mod calibration;
mod compare;
mod export;
mod families;
mod fixture;
mod import;
mod layers;
mod multi_label;
mod networks;
mod refusals;
mod report;
mod reproduce;
mod retrieve;
mod rows;
mod shots;
mod strangers;
mod sweep;
mod sweep_folder;
mod train;
