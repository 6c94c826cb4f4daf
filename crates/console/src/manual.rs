//! The commands that print shell completions and write manual pages, made from the definition of a command line.

use std::fmt;
use std::fs;
use std::io;
use std::path::PathBuf;

use clap::{Args, Command};
use clap_complete::Shell;

use crate::exit_code::ExitCode;
use crate::output::document;

/// The arguments of the command `completions`.
#[derive(Debug, Args)]
#[command(about = None, long_about = None)]
pub struct CompletionsArguments {
    /// The shell that reads them
    #[arg(value_enum)]
    shell: Shell,
}

/// The arguments of the command `man`.
#[derive(Debug, Args)]
#[command(about = None, long_about = None)]
pub struct ManArguments {
    /// The folder, which is made if need be
    folder: PathBuf,
}

/// The manual pages could not be written.
#[derive(Debug)]
pub struct ManualError {
    /// The folder that they were to be written to.
    pub folder: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

impl fmt::Display for ManualError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot write manual pages to `{}`", self.folder.display())
    }
}

impl std::error::Error for ManualError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

impl CompletionsArguments {
    /// Prints the completions of a command line for the shell: a script for it to read.
    ///
    /// # Errors
    /// When standard output cannot be written to.
    pub fn run(&self, mut command: Command) -> io::Result<ExitCode> {
        let (name, mut script) = (command.get_name().to_owned(), Vec::new());
        clap_complete::generate(self.shell, &mut command, name, &mut script);
        document(&String::from_utf8(script).expect("completions are text"))?;
        Ok(ExitCode::Done)
    }
}

impl ManArguments {
    /// Writes the manual pages of a command line into the folder: one page for the program and one for each of
    /// its commands, such as `fit.1` and `fit-train.1`.
    ///
    /// # Errors
    /// [`ManualError`] when the folder or a page cannot be written.
    pub fn run(&self, command: Command) -> Result<ExitCode, ManualError> {
        fs::create_dir_all(&self.folder)
            .and_then(|()| clap_mangen::generate_to(command, &self.folder))
            .map_err(|source| ManualError { folder: self.folder.clone(), source })?;
        Ok(ExitCode::Done)
    }
}
