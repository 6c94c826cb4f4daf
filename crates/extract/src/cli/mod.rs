//! The command line: what may be asked for. One file a command carries it out.

mod run;
mod weights;

use clap::{Parser, Subcommand};

pub(crate) use self::run::{RunArguments, run};
pub(crate) use self::weights::{
    WeightsCommand, convert as convert_weights, fetch as fetch_weights, list as list_weights,
};

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
