//! The command line: what may be asked for. One file a command carries it out.

mod classify;
mod hint;
mod info;
mod interrupt;
mod limit_arguments;
mod merge;
mod preset_arguments;
mod run;
mod summary;
mod verify;
mod views;
mod weights;

use clap::{Parser, Subcommand};
use feature_cache::{MergeError, OpenError, ReadError};

use crate::exit_code::ExitCode;

pub(crate) use self::classify::{ClassifyArguments, classify};
pub(crate) use self::info::{InfoArguments, info};
pub(crate) use self::merge::{MergeArguments, merge};
pub(crate) use self::run::{RunArguments, run};
pub(crate) use self::summary::{SummaryArguments, summary};
pub(crate) use self::verify::{VerifyArguments, verify};
pub(crate) use self::views::{ViewsArguments, views};
pub(crate) use self::weights::{
    WeightsCommand, convert as convert_weights, fetch as fetch_weights, list as list_weights,
};

/// Name before every line on standard error.
const PROGRAM: &str = "extract";

/// Runs a frozen ImageNet network over images once and keeps the activations in a file.
#[derive(Parser)]
#[command(name = "extract", version, max_term_width = 100)]
#[command(after_help = "\
Exit codes: 0 done; 1 failed; 2 usage; 3 a cache is damaged or of other features; 4 finished, but
images were unreadable; 130 interrupted, and the same command goes on.")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Extract the features of a folder of images into a cache
    Run(RunArguments),
    /// Check a cache, and that its images are still the same
    Verify(VerifyArguments),
    /// Show what a cache holds and what made it
    Info(InfoArguments),
    /// Join the shards of `extract run --shard` into one cache
    Merge(MergeArguments),
    /// Show the layers of a network: names, shapes and numbers of parameters
    Summary(SummaryArguments),
    /// Say what images show, by the pretrained classifier
    Classify(ClassifyArguments),
    /// Draw the views of an image that `extract run --views` takes
    Views(ViewsArguments),
    /// List, fetch or convert pretrained weights
    #[command(subcommand)]
    Weights(WeightsCommand),
}

/// Says what failed on standard error, and gives the exit code.
pub(crate) fn failed(error: &anyhow::Error) -> ExitCode {
    console::raw_note(&console::render_error(PROGRAM, error.chain(), hint::hint));
    if refuses_a_cache(error) { ExitCode::Cache } else { ExitCode::of(error) }
}

/// Whether a cache that was asked for is not what it should be.
fn refuses_a_cache(error: &anyhow::Error) -> bool {
    let opening = error.downcast_ref::<OpenError>();
    let merging = error.downcast_ref::<MergeError>();
    opening.is_some_and(|error| !matches!(error, OpenError::Missing { .. }))
        || merging.is_some_and(|error| !matches!(error, MergeError::Write(_)))
        || error.is::<ReadError>()
}
