//! The command line: what can be asked for, and which part of the library answers.

mod audit;
mod compare;
mod eval;
mod events;
mod export;
pub(crate) mod failure;
mod fit_args;
mod head_args;
mod hints;
mod import;
mod layers;
mod leaks;
mod predict;
mod report;
mod reproduce;
mod results_folder;
mod retrieve;
mod shots;
mod sweep;
mod train;
mod unconverged;
mod words;

use clap::{CommandFactory as _, Parser, Subcommand};
use console::{CompletionsArguments, ExitCode, ManArguments};
use simd::Level;

/// Name before every line on standard error.
const PROGRAM: &str = "fit";

/// Trains, compares and applies small heads on cached features.
#[derive(Debug, Parser)]
#[command(version, about, after_help = console::AFTER_HELP)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Train one head and write it to a file
    Train(train::TrainArgs),
    /// Compare heads over a grid of C, and refit the best of each kind
    Sweep(sweep::SweepArgs),
    /// Train the same head on every tap of the cache, and show accuracy by depth
    Layers(layers::LayersArgs),
    /// List what may be wrong with the images of a cache: labels, outliers, duplicates, small classes
    Audit(audit::AuditArgs),
    /// Show accuracy by the number of training images, and what twice as many are likely to bring
    Shots(shots::ShotsArgs),
    /// Evaluate a head on the labelled rows of a cache
    Eval(eval::EvalArgs),
    /// Predict the class of every row of a cache
    Predict(predict::PredictArgs),
    /// Write a page that shows how good a head is, and where it is wrong
    Report(report::ReportArgs),
    /// Ask the queries of a retrieval benchmark, or for the images that resemble one
    Retrieve(retrieve::RetrieveArgs),
    /// Test whether two heads differ on the same rows
    Compare(compare::CompareArgs),
    /// Run a published protocol on a cache, and show its number beside the paper's
    Reproduce(reproduce::ReproduceArgs),
    /// Make a cache of features of one's own, from a file of NumPy, HDF5, Parquet or CSV
    Import(import::ImportArgs),
    /// Write a head for other programs: ONNX, NPZ, safetensors
    Export(export::ExportArgs),
    /// Print the completions of this program for a shell
    Completions(CompletionsArguments),
    /// Write the manual pages of this program into a folder
    Man(ManArguments),
}

impl Cli {
    /// Runs the command.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        Level::from_env()?;
        feature_cache::when_a_cache_is_copied(|path| console::note_copied_cache(PROGRAM, path));
        match self.command {
            Command::Train(args) => train::run(&args),
            Command::Sweep(args) => sweep::run(&args),
            Command::Layers(args) => layers::run(&args),
            Command::Audit(args) => audit::run(&args),
            Command::Shots(args) => shots::run(&args),
            Command::Eval(args) => eval::run(&args),
            Command::Predict(args) => predict::run(&args),
            Command::Report(args) => report::run(&args),
            Command::Retrieve(args) => retrieve::run(&args),
            Command::Compare(args) => compare::run(&args),
            Command::Reproduce(args) => reproduce::run(&args),
            Command::Import(args) => import::run(&args),
            Command::Export(args) => export::run(&args),
            Command::Completions(args) => Ok(args.run(Self::command())?),
            Command::Man(args) => Ok(args.run(Self::command())?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
