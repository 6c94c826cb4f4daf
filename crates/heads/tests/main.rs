//! Every head against scikit-learn's solutions, and against what all heads promise.

#![expect(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

mod agreement;
mod conformance;
mod gaussian_svm;
mod generated;
mod heads_under_test;
mod knn;
mod mlp;
mod objective;
mod parameters;
mod path_reference;
mod path_svm;
mod precise;
mod reference_file;
mod ridge;
mod small_heads;
mod smooth_paths;
