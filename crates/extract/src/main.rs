//! The program `extract`: see `extract --help`.

mod cli;
mod exit_code;

use std::process;

use clap::Parser as _;

use crate::cli::{Arguments, Command};

fn main() -> process::ExitCode {
    #[cfg(feature = "libtorch")]
    #[expect(unsafe_code, reason = "see `prepare_process`")]
    // SAFETY: no thread was started yet.
    unsafe {
        extract::engine::libtorch::prepare_process();
    }
    let result = match Arguments::parse().command {
        Command::Run(arguments) => cli::run(&arguments),
        Command::Verify(arguments) => cli::verify(&arguments),
        Command::Info(arguments) => cli::info(&arguments),
        Command::Merge(arguments) => cli::merge(&arguments),
        Command::Summary(arguments) => cli::summary(&arguments),
        Command::Classify(arguments) => cli::classify(&arguments),
        Command::Views(arguments) => cli::views(&arguments),
        Command::Weights(cli::WeightsCommand::List(arguments)) => cli::list_weights(&arguments),
        Command::Weights(cli::WeightsCommand::Fetch(arguments)) => cli::fetch_weights(&arguments),
        Command::Weights(cli::WeightsCommand::Convert(arguments)) => {
            cli::convert_weights(&arguments)
        }
    };
    result.unwrap_or_else(|error| cli::failed(&error)).into()
}
