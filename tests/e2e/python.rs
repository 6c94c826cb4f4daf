//! Python, for tests that read our files without a line of ours.

use std::process::Command;

/// `python3` where it has `module`, else `None` after saying so. `scripts/test` installs all modules
/// and says where, after which a missing one fails the test; a bare `cargo test` uses what happens to
/// be there.
pub(crate) fn python_with(module: &str) -> Option<Command> {
    let required = std::env::var_os("OFFSHELF_TEST_PYTHONPATH");
    let python = || {
        let mut python = Command::new("python3");
        if let Some(path) = &required {
            python.env("PYTHONPATH", path);
        }
        python
    };
    let import = format!("import {module}");
    let has_module = python().args(["-c", &import]).output().is_ok_and(|o| o.status.success());
    if required.is_none() && !has_module {
        eprintln!("skipped: python3 has no {module} (scripts/test installs it)");
        return None;
    }
    Some(python())
}
