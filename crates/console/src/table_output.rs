//! Where a table of predictions goes, and in which format.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Args, Command, ValueEnum};

/// The arguments of commands that predict.
#[derive(Debug, Args)]
pub struct TableArguments {
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,

    /// The format [default: the one that the name of `--out` ends in; CSV on standard output]
    #[arg(long, value_enum)]
    format: Option<TableFormat>,

    /// Replace an existing file
    #[arg(long, requires = "out")]
    pub force: bool,
}

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// Comma-separated values, a line for each row
    Csv,
    /// One JSON document
    Json,
    /// Apache Parquet, the columns of the CSV
    Parquet,
}

impl TableArguments {
    /// The format asked for, or that of the file to be written; `None` for standard output where none is named.
    /// `command` is the one that these are arguments of, for its usage.
    ///
    /// # Errors
    /// A usage error for a name that says nothing, and for binary data on standard output.
    pub fn format(&self, command: &mut Command) -> Result<Option<TableFormat>, clap::Error> {
        let mut usage = |message: &str| Err(command.error(ErrorKind::ArgumentConflict, message));
        match (self.format, &self.out) {
            (Some(TableFormat::Parquet), None) => usage("`--format parquet` needs `--out FILE`"),
            (Some(format), _) => Ok(Some(format)),
            (None, None) => Ok(None),
            (None, Some(out)) => {
                let extension = out.extension().unwrap_or_default().to_string_lossy();
                TableFormat::from_str(&extension, true).map(Some).or_else(|_| {
                    let name = out.display();
                    usage(&format!("`{name}` ends in no format: add `--format csv|json|parquet`"))
                })
            }
        }
    }
}
