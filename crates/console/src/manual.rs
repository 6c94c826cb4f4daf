//! Shell completions and manual pages, made from the definition of a command line.

use std::io;
use std::path::Path;

use clap::Command;
use clap_complete::Shell;

/// The completions of a command line for a shell: a script for it to read.
pub fn completions(mut command: Command, shell: Shell) -> String {
    let (name, mut script) = (command.get_name().to_owned(), Vec::new());
    clap_complete::generate(shell, &mut command, name, &mut script);
    String::from_utf8(script).expect("completions are text")
}

/// Writes the manual pages of a command line into a folder, which is made if need be: one page for the program
/// and one for each of its commands, such as `fit.1` and `fit-train.1`.
///
/// # Errors
/// When the folder or a page cannot be written.
pub fn write_manual(command: Command, folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    clap_mangen::generate_to(command, folder)
}
