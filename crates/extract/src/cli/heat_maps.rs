//! A folder of heat maps.

use std::path::{Path, PathBuf};

use classify::HeatMap;

use super::PROGRAM;
use super::png_folder::{make_folder, write_png};

/// A new folder, and what was put into it.
pub(super) struct HeatMapFolder {
    folder: PathBuf,
    n_written: usize,
    /// The first failure: nothing is written after it.
    failed: Option<anyhow::Error>,
}

impl HeatMapFolder {
    /// Makes the folder, unless it is there and empty.
    pub(super) fn new(folder: &Path) -> anyhow::Result<Self> {
        make_folder(folder, "name a new folder with `--heat-map`")?;
        Ok(Self { folder: folder.to_owned(), n_written: 0, failed: None })
    }

    /// Draws a map into a file that is called like its picture, with its number before it: pictures of several
    /// folders may have one name.
    pub(super) fn take(&mut self, map: &HeatMap) {
        if self.failed.is_some() {
            return;
        }
        self.n_written += 1;
        let stem = Path::new(&map.picture).file_stem().unwrap_or_default().to_string_lossy();
        let name = format!("{:05}-{stem}.png", self.n_written);
        self.failed = write_png(&self.folder.join(name), &map.draw()).err();
    }

    /// Says how many there are.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        let Self { folder, n_written, failed: None } = self else {
            return self.failed.map_or(Ok(()), Err);
        };
        let folder = folder.to_string_lossy();
        let maps = format!("{n_written} heat maps written to `{}`", console::shown(&folder));
        console::note(PROGRAM, &maps);
        Ok(())
    }
}
