//! Integration tests of `dataset`.
//!
//! - `layouts`: which class, split and order a tree of files gives
//! - `links_and_errors`: links, what cannot be read, what is no image, and every error
//! - `tree`: makes trees of empty files

mod layouts;
mod links_and_errors;
#[cfg(test)] // lets clippy see that its `unwrap`s are in tests
mod tree;
