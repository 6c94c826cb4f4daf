//! A folder that a command writes several results to.

use std::fs;
use std::path::PathBuf;

use atomic_file::{Existing, WriteFileError, check_vacant, write};
use clap::Args;
use console::{Texts, TextsArgument, shown};

use super::PROGRAM;
use super::fit_args::{existing, text};

/// Where results go.
#[derive(Debug, Args)]
pub(super) struct FolderArgs {
    /// Write all results to this folder, as JSON and CSV
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Replace existing files
    #[arg(long, requires = "out")]
    force: bool,

    #[command(flatten)]
    texts: TextsArgument,
}

impl FolderArgs {
    /// How CSV files hold texts.
    pub(super) fn texts(&self) -> Texts {
        self.texts.texts()
    }

    /// Refuses a folder in which one of the files `names` is, so that no work is done for nothing.
    ///
    /// # Errors
    /// [`WriteFileError::Exists`].
    pub(super) fn check(&self, names: &[&str]) -> Result<(), WriteFileError> {
        let Some(folder) = &self.out else { return Ok(()) };
        names.iter().try_for_each(|name| check_vacant(&folder.join(name), self.existing()))
    }

    /// Makes the folder, and writes `files`, of which each is a name and a text.
    ///
    /// # Errors
    /// [`WriteFileError`].
    pub(super) fn write(&self, files: &[(&str, String)]) -> Result<(), WriteFileError> {
        let Some(folder) = &self.out else { return Ok(()) };
        fs::create_dir_all(folder)
            .map_err(|source| WriteFileError::Io { path: folder.clone(), source })?;
        for (name, text) in files {
            write(&folder.join(name), text.as_bytes(), self.existing())?;
        }
        let note = format!("{} files written to `{}`", files.len(), shown(&text(folder)));
        console::note(PROGRAM, &note);
        Ok(())
    }

    fn existing(&self) -> Existing {
        existing(self.force)
    }
}
