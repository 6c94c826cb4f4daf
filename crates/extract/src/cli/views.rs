//! `extract views`.

use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;
use atomic_file::read_regular;
use clap::Args;
use console::{ExitCode, shown};
use contact_sheet::contact_sheet;
use preprocess::{Outline, Preset, Rgb, Views};
use serde_json::json;

use super::limit_arguments::LimitArguments;
use super::png_folder::{make_folder, write_png};
use super::preset_arguments::PresetArguments;

/// The preset where none is asked for: that of the weights that `extract run` takes by default.
const PRESET: &str = "keras";

/// Name of the drawing of all views.
const SHEET: &str = "sheet.png";

/// Draw the views of an image that `extract run --views` takes.
///
/// Writes each view, as the network sees it before normalization, as a PNG file that is called by its number
/// and name, and sheet.png: the image with the outlines of the views, and the views beside it. Needs no
/// weights; --preset is keras where it is not given.
#[derive(Args)]
#[command(after_help = "\
Example:
  extract views photo.jpg --views razavian16 --out photo-views")]
pub(crate) struct ViewsArguments {
    /// The image
    image: PathBuf,
    /// Views to draw: center, flip, ten-crop, razavian16[:ANGLE], patches[:LEVELS] or scales:N,N,...
    #[arg(long, value_name = "NAME[:OPTIONS]")]
    views: Views,
    /// Folder for the files, new or empty
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// Print the result as one JSON document
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    preset: PresetArguments,
    #[command(flatten)]
    limits: LimitArguments,
}

pub(crate) fn views(arguments: &ViewsArguments) -> anyhow::Result<ExitCode> {
    let ViewsArguments { image: path, views, out, .. } = arguments;
    let preset = Preset::named(arguments.preset.name.as_deref().unwrap_or(PRESET))?;
    let changes = arguments.preset.changes();
    let preset = changes.apply(preset)?;
    views.check(&preset, &changes)?;
    let limits = arguments.limits.limits();
    let unreadable = || format!("cannot read `{}`", path.display());
    limits.check_bytes(fs::metadata(path).with_context(unreadable)?.len())?;
    let file = read_regular(path, limits.max_bytes).with_context(unreadable)?;
    let image = preset.decode(&file, &limits).with_context(unreadable)?;
    let pixels = views.pixels(&image, &preset, &limits)?;
    let outlines = views.outlines(image.width, image.height, &preset)?;

    make_folder(out, "name a new folder with `--out`")?;
    let names: Vec<String> = outlines
        .iter()
        .enumerate()
        .map(|(number, outline)| format!("{number:02}-{}.png", outline.name))
        .collect();
    for (name, view) in names.iter().zip(&pixels) {
        write_png(&out.join(name), view)?;
    }
    write_png(&out.join(SHEET), &contact_sheet(&image, &pixels, &outlines))?;
    if arguments.json {
        console::document(&document(arguments, &image, &names, &outlines))?;
    } else {
        let (n_views, Rgb { width, height, .. }) = (pixels.len(), &image);
        let (out, path) = (out.to_string_lossy(), path.to_string_lossy());
        console::result(&format!(
            "{}: {n_views} views `{views}` of `{}` ({width}x{height}), drawn in {SHEET}\n",
            shown(&out),
            shown(&path)
        ))?;
    }
    Ok(ExitCode::Done)
}

fn document(
    arguments: &ViewsArguments,
    image: &Rgb,
    names: &[String],
    outlines: &[Outline],
) -> String {
    let views = names.iter().zip(outlines).map(|(file, outline)| {
        let Outline { name, corners, mirrored } = outline;
        json!({ "file": file, "name": name, "corners": corners, "mirrored": mirrored })
    });
    let document = json!({
        "format": "offshelf-extract-views",
        "version": 1,
        "image": arguments.image.display().to_string(),
        "width": image.width,
        "height": image.height,
        "views": arguments.views.to_string(),
        "out": arguments.out.display().to_string(),
        "files": views.collect::<Vec<_>>(),
        "sheet": SHEET,
    });
    format!("{document:#}\n")
}
