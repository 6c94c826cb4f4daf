//! `extract classify`.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use console::{ExitCode, shown};
use extract::classify::{self, ClassifiedImage, ClassifyRequest};
use serde_json::json;

use super::limit_arguments::LimitArguments;
use super::preset_arguments::PresetArguments;
use super::{PROGRAM, network_warning};

/// Say what images show: the likeliest of ImageNet's 1000 classes.
///
/// The pretrained network is used as it is, with the classifier that it was trained with. Of one that was trained for
/// other classes, whose names are not known, their numbers are given.
#[derive(Args)]
#[command(after_help = "\
Example:
  extract weights fetch efficientnet-lite0
  extract classify photos/*.jpg --top 3")]
pub(crate) struct ClassifyArguments {
    /// The images
    #[arg(value_name = "IMAGE", required = true)]
    images: Vec<PathBuf>,
    /// The network [default: the one that the weights are for]
    #[arg(long)]
    backbone: Option<String>,
    /// Name of fetched weights, or a converted file; they must have a classifier
    #[arg(long, value_name = "NAME|PATH", default_value = "efficientnet-lite0")]
    weights: String,
    /// Number of classes to give
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=1000))]
    top: u16,
    /// Where the network computes: auto, cpu, cuda or cuda:N
    #[arg(long, default_value = "auto")]
    device: String,
    /// Exit with 0 even when images could not be read
    #[arg(long)]
    skip_unreadable: bool,
    /// Print the result as one JSON document
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    preset: PresetArguments,
    #[command(flatten)]
    limits: LimitArguments,
}

pub(crate) fn classify(arguments: &ClassifyArguments) -> anyhow::Result<ExitCode> {
    let request = ClassifyRequest {
        backbone: arguments.backbone.clone(),
        weights: arguments.weights.clone(),
        preset: arguments.preset.name.clone(),
        preset_changes: arguments.preset.changes(),
        limits: arguments.limits.limits(),
        device: arguments.device.clone(),
        top: arguments.top.into(),
    };
    let images = classify::classify(&request, &arguments.images, &mut network_warning)?;
    for image in &images {
        if let Err(reason) = &image.result {
            let path = image.path.to_string_lossy();
            console::note(PROGRAM, &format!("cannot read `{}`: {reason}", shown(&path)));
        }
    }
    if arguments.json {
        console::document(&document(arguments, &images))?;
    } else {
        console::result(&text(&images))?;
    }
    let unreadable = images.iter().any(|image| image.result.is_err());
    let unreadable = unreadable && !arguments.skip_unreadable;
    Ok(if unreadable { ExitCode::Incomplete } else { ExitCode::Done })
}

/// A block for each image that could be read.
fn text(images: &[ClassifiedImage]) -> String {
    let mut text = String::new();
    for image in images {
        let Ok(guesses) = &image.result else { continue };
        writeln!(text, "{}", shown(&image.path.to_string_lossy()))
            .expect("a string takes everything");
        for guess in guesses {
            let percent = 100.0 * guess.probability;
            let name = match guess.class {
                Some(class) => class.name.to_owned(),
                None => format!("class {}", guess.index),
            };
            writeln!(text, "  {percent:6.2} %  {}", shown(&name))
                .expect("a string takes everything");
        }
    }
    text
}

fn document(arguments: &ClassifyArguments, images: &[ClassifiedImage]) -> String {
    let classes = |image: &ClassifiedImage| {
        let guesses = image.result.as_ref().ok()?;
        let classes = guesses.iter().map(|guess| {
            json!({
                "index": guess.index,
                "synset": guess.class.map(|class| class.synset),
                "name": guess.class.map(|class| class.name),
                "words": guess.class.map(|class| class.words),
                "probability": guess.probability,
            })
        });
        let path = image.path.display().to_string();
        Some(json!({ "path": path, "classes": classes.collect::<Vec<_>>() }))
    };
    let reason = |image: &ClassifiedImage| {
        let reason = image.result.as_ref().err()?;
        Some(json!({ "path": image.path.display().to_string(), "reason": reason }))
    };
    let document = json!({
        "format": "offshelf-extract-classify",
        "version": 1,
        "weights": arguments.weights,
        "images": images.iter().filter_map(classes).collect::<Vec<_>>(),
        "unreadable": images.iter().filter_map(reason).collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}
