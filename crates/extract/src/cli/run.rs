//! `extract run`.

use std::fmt;
use std::path::PathBuf;

use clap::Args;
use console::Progress;
use extract::run::{Event, Outcome, Request};
use feature_cache::UnreadableImage;
use serde::Serialize;

use super::PROGRAM;
use crate::exit_code::ExitCode;

/// Extract the features of a folder of images into a cache.
///
/// Each sub-folder is a class; `train`, `valid` (or `val`) and `test` at the top are splits; a
/// folder without sub-folders gives unlabelled features. JPEG, PNG, GIF, BMP, WebP and TIFF files
/// are read.
#[derive(Args)]
#[command(after_help = "\
Example:
  extract run photos --out cache/photos.h5 --tap block5_pool:gap --tap block4_pool:max")]
pub(crate) struct RunArguments {
    /// Folder of images
    images: PathBuf,
    /// The cache to write
    #[arg(long, value_name = "FILE.h5")]
    out: PathBuf,
    /// The network
    #[arg(long, default_value = "vgg16")]
    backbone: String,
    /// Name of fetched weights, or a converted file
    #[arg(long, value_name = "NAME|PATH", default_value = "vgg16-keras-notop")]
    weights: String,
    /// Layer to read, and how its map becomes a vector: block1_pool to block5_pool (or torchvision's
    /// features.N) with gap, max or flatten; repeat for several
    #[arg(long = "tap", value_name = "NAME[:POOL]", default_value = "block5_pool:gap")]
    taps: Vec<String>,
    /// Preprocessing: keras, keras-nearest or torchvision [default: the one of the weights]
    #[arg(long)]
    preset: Option<String>,
    /// auto, cpu, cuda or cuda:N
    #[arg(long, default_value = "auto")]
    device: String,
    /// Images in one pass of the network
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..=4096))]
    batch: u32,
    /// Exit with 0 even when images could not be read
    #[arg(long)]
    skip_unreadable: bool,
    /// Print the result as one JSON document
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &RunArguments) -> anyhow::Result<ExitCode> {
    let request = Request {
        images: arguments.images.clone(),
        out: arguments.out.clone(),
        backbone: arguments.backbone.clone(),
        weights: arguments.weights.clone(),
        taps: arguments.taps.clone(),
        preset: arguments.preset.clone(),
        device: arguments.device.clone(),
        batch: arguments.batch as usize,
    };
    let mut progress = None;
    let outcome = extract::run(&request, &mut |event| match event {
        Event::Start { n_images } => {
            progress = Some(Progress::start(PROGRAM, "images", n_images));
        }
        Event::Images(n_images) => progress.iter().for_each(|shown| shown.advance(n_images)),
        Event::Unreadable(UnreadableImage { path, reason }) => {
            progress
                .iter()
                .for_each(|shown| shown.note(&format!("cannot read `{path}`: {reason}")));
        }
        Event::Warning(warning) => console::note(PROGRAM, &format!("warning: {warning}")),
    })?;
    drop(progress);
    let report = Report::new(arguments, &outcome);
    if arguments.json {
        console::result(&format!("{:#}\n", serde_json::to_value(&report)?))?;
    } else {
        console::result(&report.to_string())?;
    }
    let unreadable = !outcome.unreadable.is_empty() && !arguments.skip_unreadable;
    Ok(if unreadable { ExitCode::Unreadable } else { ExitCode::Done })
}

/// The result of a run, as `--json` prints it.
#[derive(Serialize)]
struct Report<'a> {
    format: &'static str,
    version: u32,
    out: String,
    n_samples: usize,
    classes: &'a [String],
    taps: Vec<TapReport<'a>>,
    unreadable: Vec<UnreadableReport<'a>>,
    seconds: f64,
    images_per_second: f64,
}

#[derive(Serialize)]
struct TapReport<'a> {
    name: &'a str,
    n_features: usize,
}

#[derive(Serialize)]
struct UnreadableReport<'a> {
    path: &'a str,
    reason: &'a str,
}

impl<'a> Report<'a> {
    fn new(arguments: &RunArguments, outcome: &'a Outcome) -> Self {
        let seconds = outcome.elapsed.as_secs_f64();
        let tap =
            |tap: &'a feature_cache::Tap| TapReport { name: &tap.name, n_features: tap.n_features };
        let unreadable = |image: &'a UnreadableImage| UnreadableReport {
            path: &image.path,
            reason: &image.reason,
        };
        Self {
            format: "offshelf-extract-run",
            version: 1,
            out: arguments.out.display().to_string(),
            n_samples: outcome.n_samples,
            classes: &outcome.classes,
            taps: outcome.taps.iter().map(tap).collect(),
            unreadable: outcome.unreadable.iter().map(unreadable).collect(),
            seconds,
            images_per_second: outcome.n_samples as f64 / seconds,
        }
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { n_samples, seconds, images_per_second, .. } = self;
        writeln!(f, "{}: {n_samples} images, {} classes", self.out, self.classes.len())?;
        for TapReport { name, n_features } in &self.taps {
            writeln!(f, "  {name} [{n_samples}, {n_features}]")?;
        }
        writeln!(f, "  {seconds:.1} s, {images_per_second:.1} images/s")?;
        if !self.unreadable.is_empty() {
            writeln!(f, "  {} could not be read (listed in /errors)", self.unreadable.len())?;
        }
        Ok(())
    }
}
