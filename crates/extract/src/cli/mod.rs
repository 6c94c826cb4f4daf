//! The command line: what may be asked for. One file a command carries it out.

mod classify;
pub(crate) mod failure;
mod heat_maps;
mod hints;
mod info;
mod limit_arguments;
mod merge;
mod png_folder;
mod preset_arguments;
mod run;
mod summary;
mod verify;
mod views;
mod weights;

use clap::{CommandFactory as _, Parser, Subcommand};
use console::{CompletionsArguments, ExitCode, ManArguments};
use network::NetworkWarning;
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

/// What is asked for. Commands are documented where their arguments are: what is said here would replace it.
#[derive(Subcommand)]
enum Command {
    Run(Box<run::RunArguments>),
    Verify(verify::VerifyArguments),
    Info(info::InfoArguments),
    Merge(merge::MergeArguments),
    Summary(summary::SummaryArguments),
    Classify(classify::ClassifyArguments),
    Views(views::ViewsArguments),
    /// List, fetch or convert pretrained weights
    #[command(subcommand)]
    Weights(weights::WeightsCommand),
    /// Print the completions of this program for a shell
    Completions(CompletionsArguments),
    /// Write the manual pages of this program into a folder
    Man(ManArguments),
}

impl Arguments {
    /// Runs the command.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        Level::from_env()?;
        feature_cache::when_a_cache_is_copied(|path| console::note_copied_cache(PROGRAM, path));
        match self.command {
            Command::Run(arguments) => run::run(&arguments),
            Command::Verify(arguments) => verify::verify(&arguments),
            Command::Info(arguments) => info::info(&arguments),
            Command::Merge(arguments) => merge::merge(&arguments),
            Command::Summary(arguments) => summary::summary(&arguments),
            Command::Classify(arguments) => classify::run(&arguments),
            Command::Views(arguments) => views::views(&arguments),
            Command::Weights(command) => weights::run(&command),
            Command::Completions(arguments) => Ok(arguments.run(Self::command())?),
            Command::Man(arguments) => Ok(arguments.run(Self::command())?),
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
