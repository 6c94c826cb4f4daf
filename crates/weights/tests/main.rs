//! Weights: converting, opening, fetching and finding them.

// Lets clippy see that the `unwrap`s of functions beside the tests are in tests, too.
#![cfg(test)]

mod convert;
mod fetch;
mod found;
mod graphs;
mod limits;
mod open;
mod published;
mod refuse;
mod resembles;
mod resolve;
mod server;
mod strangers;
mod tiny;
mod trust;
