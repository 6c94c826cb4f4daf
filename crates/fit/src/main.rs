//! The program `fit`: trains, compares and applies heads on cached features.
//!
//! `cli` parses what was asked for and calls the libraries, `report` says what came out.

mod cli;
mod report;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    feature_cache::exit_when_a_cache_is_cut(console::ExitCode::Cache as i32);
    let outcome = cli::Cli::try_parse().map_err(anyhow::Error::from).and_then(cli::Cli::run);
    outcome.unwrap_or_else(|error| cli::failure::report(&error)).into()
}
