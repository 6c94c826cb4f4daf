//! The command line: what may be asked for. One file a command carries it out.

mod run;
mod weights;

use clap::{Parser, Subcommand};

use crate::exit_code::ExitCode;

pub(crate) use self::run::{RunArguments, run};
pub(crate) use self::weights::{
    WeightsCommand, convert as convert_weights, fetch as fetch_weights, list as list_weights,
};

/// Name before every line on standard error.
const PROGRAM: &str = "extract";

/// Runs a frozen ImageNet network over images once and keeps the activations in a file.
#[derive(Parser)]
#[command(name = "extract", version, max_term_width = 100)]
#[command(after_help = "\
Exit codes: 0 done; 1 failed; 2 usage; 4 finished, but images were unreadable.")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Extract the features of a folder of images into a cache
    Run(RunArguments),
    /// List, fetch or convert pretrained weights
    #[command(subcommand)]
    Weights(WeightsCommand),
}

/// Says what failed on standard error, and gives the exit code.
pub(crate) fn failed(error: &anyhow::Error) -> ExitCode {
    console::raw_note(&console::render_error(PROGRAM, error.chain()));
    ExitCode::Failed
}
