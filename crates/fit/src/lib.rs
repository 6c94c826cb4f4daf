//! From a feature cache to small heads: the library under the program `fit`.
//!
//! ```text
//! rows -> groups -> folds -> cross_validation -> sweep    which tap, transform, head and C
//!                              |
//!        transform -> row_source -> sampling -> solver -> head_file    one fitted head, kept
//!                                                           |
//!                                                        metrics       how good it is
//! ```
//!
//! [`rows`] says which rows of a cache take part, under which [`labels`], [`groups`] which of them
//! belong together, [`folds`] divides them, [`fit_transform`](mod@fit_transform) learns a [`transform`]
//! that prepares features, [`row_source`] hands them to solvers without a copy where that can be,
//! [`sampling`] balances classes, [`solver`] calls the crate `heads`, [`cross_validation`] scores
//! families of heads on folds, [`sweep`] ranks them, keeps what was computed, and refits the winners,
//! [`pipeline`] is a head with its transform, which [`learn`](mod@learn) learns, [`calibration`] makes
//! probabilities of its scores, which [`calibrate`] fits, [`head_file`] keeps a pipeline with
//! everything needed to use it again, [`export`] writes it for other programs, [`reproduce`] runs
//! published protocols, and [`operations`] are what can be asked for.
//!
//! Nothing here prints. The same cache, options and seed give the same heads, whatever the number
//! of threads. libtorch is never linked.

pub mod c_grid;
pub mod cache_digest;
pub mod calibrate;
pub mod cross_validation;
pub mod examples;
pub mod exit_code;
pub mod fit_transform;
pub mod folds;
pub mod group_file;
pub mod groups;
pub mod labels;
pub mod learn;
pub mod operations;
pub mod reproduce;
pub mod retrieve;
pub mod row_source;
pub mod rows;
pub mod samples;
pub mod sampling;
pub mod solver;
pub mod sweep;
pub mod tap_features;
mod view_averages;
mod view_name;

/// This program and its version, as files name it.
pub const CREATED_BY: &str = concat!("fit ", env!("CARGO_PKG_VERSION"));
