//! The per-user folder for what can be fetched or built again.

use std::ffi::OsString;
use std::path::PathBuf;

/// Neither a cache folder nor a home folder is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no cache folder: `HOME` is not set\nhint: set `OFFSHELF_CACHE` to a folder")]
pub struct NoCacheFolder;

/// The per-user cache folder: `$OFFSHELF_CACHE`, else `$XDG_CACHE_HOME/offshelf`, else
/// `~/.cache/offshelf`. The same rule as in `scripts/setup`. An empty variable counts as unset.
///
/// The folder need not exist yet.
///
/// # Errors
///
/// [`NoCacheFolder`] when none of the three variables is set.
pub fn cache_folder() -> Result<PathBuf, NoCacheFolder> {
    cache_folder_in(|variable| std::env::var_os(variable))
}

fn cache_folder_in(
    environment: impl Fn(&str) -> Option<OsString>,
) -> Result<PathBuf, NoCacheFolder> {
    let set = |variable| environment(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("OFFSHELF_CACHE")
        .or_else(|| set("XDG_CACHE_HOME").map(|folder| folder.join("offshelf")))
        .or_else(|| set("HOME").map(|folder| folder.join(".cache/offshelf")))
        .ok_or(NoCacheFolder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn folder(variables: &[(&str, &str)]) -> Result<PathBuf, NoCacheFolder> {
        cache_folder_in(|wanted| {
            variables.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.into())
        })
    }

    #[test]
    fn the_own_variable_comes_before_the_desktop_one_and_that_before_home() {
        let all = [("OFFSHELF_CACHE", "/own"), ("XDG_CACHE_HOME", "/xdg"), ("HOME", "/home/ada")];
        assert_eq!(folder(&all).unwrap(), Path::new("/own"));
        assert_eq!(folder(&all[1..]).unwrap(), Path::new("/xdg/offshelf"));
        assert_eq!(folder(&all[2..]).unwrap(), Path::new("/home/ada/.cache/offshelf"));
    }

    #[test]
    fn an_empty_variable_counts_as_unset() {
        let variables = [("OFFSHELF_CACHE", ""), ("XDG_CACHE_HOME", ""), ("HOME", "/home/ada")];
        assert_eq!(folder(&variables).unwrap(), Path::new("/home/ada/.cache/offshelf"));
    }

    #[test]
    fn without_any_variable_the_error_says_which_to_set() {
        assert!(folder(&[]).unwrap_err().to_string().contains("set `OFFSHELF_CACHE`"));
    }
}
