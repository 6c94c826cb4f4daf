//! `extract completions` and `extract man`.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, CommandFactory as _};
use clap_complete::Shell;
use console::ExitCode;

use super::Arguments;

#[derive(Args)]
pub(crate) struct CompletionsArguments {
    /// The shell that reads them
    #[arg(value_enum)]
    shell: Shell,
}

#[derive(Args)]
pub(crate) struct ManArguments {
    /// The folder, which is made if need be
    folder: PathBuf,
}

pub(crate) fn completions(arguments: &CompletionsArguments) -> anyhow::Result<ExitCode> {
    console::result(&console::completions(Arguments::command(), arguments.shell))?;
    Ok(ExitCode::Done)
}

pub(crate) fn man(arguments: &ManArguments) -> anyhow::Result<ExitCode> {
    console::write_manual(Arguments::command(), &arguments.folder).with_context(|| {
        format!("cannot write manual pages to `{}`", arguments.folder.display())
    })?;
    Ok(ExitCode::Done)
}
