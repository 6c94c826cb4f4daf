//! `extract classify`.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use extract::classify::{self, ClassifiedImage, ClassifyRequest};
use serde_json::json;

use super::PROGRAM;
use crate::exit_code::ExitCode;

/// Say what images show: the likeliest of ImageNet's 1000 classes.
///
/// The pretrained network is used as it is, with the classifier that it was trained with.
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
    /// Name of fetched weights, or a converted file; with a classifier
    #[arg(long, value_name = "NAME|PATH", default_value = "efficientnet-lite0")]
    weights: String,
    /// Preprocessing: keras, keras-nearest, torchvision, inception-v3 or efficientnet-lite0 [default:
    /// the one of the weights]
    #[arg(long)]
    preset: Option<String>,
    /// Resize to this size without keeping the aspect ratio, instead of what the preset does
    #[arg(long, value_name = "SIDE|WIDTHxHEIGHT", value_parser = size)]
    squash: Option<(u32, u32)>,
    /// Number of classes to give
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=1000))]
    top: u16,
    /// auto, cpu, cuda or cuda:N
    #[arg(long, default_value = "auto")]
    device: String,
    /// Exit with 0 even when images could not be read
    #[arg(long)]
    skip_unreadable: bool,
    /// Print the result as one JSON document
    #[arg(long)]
    json: bool,
}

pub(crate) fn classify(arguments: &ClassifyArguments) -> anyhow::Result<ExitCode> {
    let request = ClassifyRequest {
        backbone: arguments.backbone.clone(),
        weights: arguments.weights.clone(),
        preset: arguments.preset.clone(),
        squash: arguments.squash,
        device: arguments.device.clone(),
        top: arguments.top.into(),
    };
    let images = classify::classify(&request, &arguments.images, &mut |warning| {
        console::note(PROGRAM, &format!("warning: {warning}"));
    })?;
    for image in &images {
        if let Err(reason) = &image.result {
            let path = image.path.display();
            console::note(PROGRAM, &format!("cannot read `{path}`: {reason}"));
        }
    }
    console::result(&if arguments.json { document(arguments, &images) } else { text(&images) })?;
    let unreadable = images.iter().any(|image| image.result.is_err());
    let unreadable = unreadable && !arguments.skip_unreadable;
    Ok(if unreadable { ExitCode::Unreadable } else { ExitCode::Done })
}

/// A block for each image that could be read.
fn text(images: &[ClassifiedImage]) -> String {
    let mut text = String::new();
    for image in images {
        let Ok(guesses) = &image.result else { continue };
        writeln!(text, "{}", image.path.display()).expect("a string takes everything");
        for guess in guesses {
            let percent = 100.0 * guess.probability;
            writeln!(text, "  {percent:6.2} %  {}", guess.class.name)
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
                "synset": guess.class.synset,
                "name": guess.class.name,
                "words": guess.class.words,
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

/// `224`, or `320x240`: width and height.
fn size(text: &str) -> Result<(u32, u32), String> {
    let side = |text: &str| text.parse().ok().filter(|side| (1..=4096).contains(side));
    let (width, height) = text.split_once('x').unwrap_or((text, text));
    side(width).zip(side(height)).ok_or_else(|| {
        "write a side or WIDTHxHEIGHT, each from 1 to 4096, as in 224 or 320x240".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes() {
        assert_eq!(size("224"), Ok((224, 224)));
        assert_eq!(size("320x240"), Ok((320, 240)));
        for text in ["", "0", "x", "224x", "-1", "5000", "1x2x3"] {
            assert!(size(text).is_err(), "{text}");
        }
    }
}
