//! The command line: what may be asked for. One file a command carries it out.

mod classify;
pub(crate) mod failure;
mod hint;
mod info;
mod limit_arguments;
mod manual;
mod merge;
mod preset_arguments;
mod run;
mod summary;
mod verify;
mod views;
mod weights;

use clap::{Parser, Subcommand};
use console::ExitCode;
use extract::NetworkWarning;
use simd::Level;

/// Name before every line on standard error.
const PROGRAM: &str = "extract";

/// Runs a frozen ImageNet network over images once and keeps the activations in a file.
#[derive(Parser)]
#[command(name = "extract", version, max_term_width = 100)]
#[command(after_help = console::AFTER_HELP)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Extract the features of a folder of images into a cache
    Run(run::RunArguments),
    /// Check a cache, and that its images are still the same
    Verify(verify::VerifyArguments),
    /// Show what a cache holds and what made it
    Info(info::InfoArguments),
    /// Join the shards of `extract run --shard` into one cache
    Merge(merge::MergeArguments),
    /// Show the layers of a network: names, shapes and numbers of parameters
    Summary(summary::SummaryArguments),
    /// Say what images show, by the pretrained classifier
    Classify(classify::ClassifyArguments),
    /// Draw the views of an image that `extract run --views` takes
    Views(views::ViewsArguments),
    /// List, fetch or convert pretrained weights
    #[command(subcommand)]
    Weights(weights::WeightsCommand),
    /// Print the completions of this program for a shell
    Completions(manual::CompletionsArguments),
    /// Write the manual pages of this program into a folder
    Man(manual::ManArguments),
}

impl Arguments {
    /// Runs the command.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        Level::from_env()?;
        match self.command {
            Command::Run(arguments) => run::run(&arguments),
            Command::Verify(arguments) => verify::verify(&arguments),
            Command::Info(arguments) => info::info(&arguments),
            Command::Merge(arguments) => merge::merge(&arguments),
            Command::Summary(arguments) => summary::summary(&arguments),
            Command::Classify(arguments) => classify::classify(&arguments),
            Command::Views(arguments) => views::views(&arguments),
            Command::Weights(command) => weights::run(&command),
            Command::Completions(arguments) => manual::completions(&arguments),
            Command::Man(arguments) => manual::man(&arguments),
        }
    }
}

/// Says what is odd about a network on standard error.
fn network_warning(warning: &NetworkWarning) {
    let advice = match warning {
        NetworkWarning::LostMargins { input: (width, height), .. } => {
            format!("; --squash {width}x{height} keeps them")
        }
        NetworkWarning::OtherNormalization { .. } => String::new(),
    };
    console::note(PROGRAM, &format!("warning: {warning}{advice}"));
}
