//! New folders of pictures that are drawn.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::Context as _;
use console::Advised;
use image::{ExtendedColorType, save_buffer};
use preprocess::Rgb;

/// Makes `folder`, unless it is there and empty. `advice` says what to do about one that is not.
pub(super) fn make_folder(folder: &Path, advice: &'static str) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    let is_empty = |folder| io::Result::Ok(fs::read_dir(folder)?.next().is_none());
    if !is_empty(folder).with_context(|| format!("cannot read `{}`", folder.display()))? {
        let message = format!("`{}` is not empty", folder.display());
        return Err(Advised::new(message, advice).into());
    }
    Ok(())
}

/// Writes a picture as PNG.
pub(super) fn write_png(path: &Path, image: &Rgb) -> anyhow::Result<()> {
    let Rgb { width, height, pixels } = image;
    save_buffer(path, pixels, *width, *height, ExtendedColorType::Rgb8)
        .with_context(|| format!("cannot write `{}`", path.display()))
}
