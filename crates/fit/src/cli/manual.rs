//! `fit completions` and `fit man`.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, CommandFactory as _};
use clap_complete::Shell;
use console::ExitCode;

use super::Cli;

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell that reads them
    #[arg(value_enum)]
    shell: Shell,
}

#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// The folder, which is made if need be
    folder: PathBuf,
}

pub(crate) fn completions(args: &CompletionsArgs) -> anyhow::Result<ExitCode> {
    console::result(&console::completions(Cli::command(), args.shell))?;
    Ok(ExitCode::Done)
}

pub(crate) fn man(args: &ManArgs) -> anyhow::Result<ExitCode> {
    console::write_manual(Cli::command(), &args.folder)
        .with_context(|| format!("cannot write manual pages to `{}`", args.folder.display()))?;
    Ok(ExitCode::Done)
}
