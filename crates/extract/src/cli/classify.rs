//! `extract classify`.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, stdout};
use std::path::{Path, PathBuf};

use ::classify::{
    ClassifiedPicture, ClassifyRequest, HeadAnswers, HeadClassifier, HeadRequest, HeatMap,
    HeatMaps, Picture, classify, pictures,
};
use atomic_file::{Existing, check_vacant, write};
use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _};
use console::{ExitCode, TableArguments, TableFormat, TextsArgument, shown};
use head::{Answers, Engines, Predicted, Prediction, ScoreKind};
use results::{best_classes, predictions_csv, predictions_parquet};
use schema::Unreadable;
use serde::Serialize;
use serde_json::{Value, json};

use super::heat_maps::HeatMapFolder;
use super::limit_arguments::LimitArguments;
use super::preset_arguments::PresetArguments;
use super::{Arguments, PROGRAM, network_warning};

/// The program and its version, as files name what made them.
const CREATED_BY: &str = concat!("extract ", env!("CARGO_PKG_VERSION"));

/// The weights where none are named.
const WEIGHTS: &str = "efficientnet-lite0";

/// Say what pictures show: the classes of a head of yours, or the likeliest of ImageNet's 1000 classes.
///
/// With `--head`, pictures go through the network that the head was trained on features of: the head knows
/// weights, tap, preprocessing, views and engine. The numbers are those of `extract run` and `fit predict`. Without
/// it, a pretrained network is used as it is, with the classifier that it was trained with. Of one that was
/// trained for other classes, whose names are not known, their numbers are given.
#[derive(Args)]
#[command(after_help = "\
Examples:
  extract classify new/*.jpg --head birds.safetensors
  extract classify new/ --head birds.safetensors --out predictions.csv
  curl -s https://example.org/a.jpg | extract classify - --head birds.safetensors
  extract weights fetch efficientnet-lite0
  extract classify photos/*.jpg --top 3")]
pub(crate) struct ClassifyArguments {
    /// Files, folders (all images below), patterns such as `photos/**/*.jpg`, or - for one picture on standard
    /// input
    #[arg(value_name = "PICTURE", required = true)]
    pictures: Vec<PathBuf>,
    /// A head that `fit train` or `fit sweep` wrote
    #[arg(long, value_name = "HEAD.safetensors")]
    head: Option<PathBuf>,
    /// The network [default: the one that the weights are for]
    #[arg(long, conflicts_with = "head")]
    backbone: Option<String>,
    /// Name of fetched weights, or a converted file; without --head they must have a classifier [default: those
    /// that the head was trained on, or efficientnet-lite0]
    #[arg(long, value_name = "NAME|PATH")]
    weights: Option<String>,
    /// Number of classes to print
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=1000))]
    top: u16,
    /// Where the network computes: auto, cpu, cuda or cuda:N
    #[arg(long, default_value = "auto")]
    device: String,
    /// Compute features with the engine that is best here, not with the one that the head was trained on
    /// features of: they differ in the last bits
    #[arg(long, requires = "head")]
    any_engine: bool,
    /// Write the heat map of the class predicted to a PNG file in this folder, for each picture: what the network
    /// saw, and beside it what each place of it adds to the score (red) or takes from it (blue)
    #[arg(long, value_name = "DIR", requires = "head")]
    heat_map: Option<PathBuf>,
    #[command(flatten)]
    table: TableArguments,
    #[command(flatten)]
    texts: TextsArgument,
    /// Exit with 0 even when pictures could not be read
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

pub(crate) fn run(arguments: &ClassifyArguments) -> anyhow::Result<ExitCode> {
    let format = arguments.table.format(&mut Arguments::command())?;
    let usage = |message: &str| Arguments::command().error(ErrorKind::ArgumentConflict, message);
    let unreadable = match &arguments.head {
        Some(_) if arguments.preset.is_any() => {
            return Err(usage("the preprocessing is the head's: it cannot be chosen").into());
        }
        None if format.is_some() => {
            return Err(usage(
                "`--out` and `--format` are for the classes of a head: add `--head`",
            )
            .into());
        }
        Some(head) => with_head(arguments, head, format)?,
        None => imagenet(arguments)?,
    };
    let is_complete = unreadable.is_empty() || arguments.skip_unreadable;
    Ok(if is_complete { ExitCode::Done } else { ExitCode::Incomplete })
}

/// The pictures, and what could not even be listed.
fn listed(arguments: &ClassifyArguments) -> anyhow::Result<(Vec<Picture>, Vec<Unreadable>)> {
    Ok(pictures(&arguments.pictures, &arguments.limits.limits())?)
}

fn tell_unreadable(unreadable: &[Unreadable]) {
    for Unreadable { path, reason } in unreadable {
        console::note(PROGRAM, &format!("cannot read `{}`: {reason}", shown(path)));
    }
}

/// Classifies with a head, and gives what could not be read.
fn with_head(
    arguments: &ClassifyArguments,
    head: &Path,
    format: Option<TableFormat>,
) -> anyhow::Result<Vec<Unreadable>> {
    let existing = if arguments.table.force { Existing::Replace } else { Existing::Refuse };
    if let Some(out) = &arguments.table.out {
        check_vacant(out, existing)?;
    }
    let (pictures, mut unreadable) = listed(arguments)?;
    let request = HeadRequest {
        head: head.to_owned(),
        weights: arguments.weights.clone(),
        engines: if arguments.any_engine { Engines::Any } else { Engines::Same },
        limits: arguments.limits.limits(),
        device: arguments.device.clone(),
    };
    let mut drawn = arguments.heat_map.as_deref().map(HeatMapFolder::new).transpose()?;
    let heat_maps = if drawn.is_some() { HeatMaps::Always } else { HeatMaps::Never };
    let mut classifier = HeadClassifier::load(&request, heat_maps)?;
    let found = classifier.classify(&pictures, |map: HeatMap| {
        if let Some(folder) = &mut drawn {
            folder.take(&map);
        }
    })?;
    if let Some(drawn) = drawn {
        drawn.finish()?;
    }
    unreadable.extend_from_slice(&found.unreadable);
    let (engine, head_engine) = engines(&classifier);
    if engine != head_engine {
        let (here, trained_on) = (shown(engine), shown(head_engine));
        let differs = "they differ in the last bits";
        console::note(
            PROGRAM,
            &format!("features by `{here}`, the head's are by `{trained_on}`: {differs}"),
        );
    }
    tell_unreadable(&unreadable);
    let json = || head_document(head, &classifier, &found, &unreadable);
    let csv = || predictions_csv(&found.answers, arguments.texts.texts());
    if let Some(out) = &arguments.table.out {
        let bytes = match format.expect("a file has a format") {
            TableFormat::Csv => csv().into_bytes(),
            TableFormat::Json => json().into_bytes(),
            TableFormat::Parquet => predictions_parquet(&found.answers, CREATED_BY),
        };
        write(out, &bytes, existing)?;
        let n = found.answers.predictions.len();
        let out = out.to_string_lossy();
        console::note(PROGRAM, &format!("{n} predictions written to `{}`", shown(&out)));
    }
    match (format, &arguments.table.out) {
        _ if arguments.json => console::document(&json())?,
        (_, Some(_)) => {}
        (Some(TableFormat::Json), None) => console::document(&json())?,
        (Some(_), None) => console::document(&csv())?,
        (None, None) if stdout().is_terminal() => {
            console::result(&head_text(&found, arguments.top.into()))?;
        }
        (None, None) => console::document(&csv())?,
    }
    Ok(unreadable)
}

/// The engine that computes, and the one whose features the head was trained on.
fn engines(classifier: &HeadClassifier) -> (&str, &str) {
    (classifier.engine(), &classifier.head().description.origin.provenance.engine)
}

/// A block for each picture: what is predicted, and the best classes with their probabilities or scores.
fn head_text(found: &HeadAnswers, top: usize) -> String {
    let answers = &found.answers;
    let mut text = String::new();
    for Prediction { path, prediction, scores } in &answers.predictions {
        let predicted = match prediction {
            Predicted::Class(class) => class.clone(),
            Predicted::Labels(labels) if labels.is_empty() => "no label".to_owned(),
            Predicted::Labels(labels) => labels.join(", "),
        };
        writeln!(text, "{}: {}", shown(path), shown(&predicted))
            .expect("a string takes everything");
        for class in best_classes(scores, top) {
            let number = match answers.kind {
                ScoreKind::Probability => format!("{:6.2} %", 100.0 * scores[class]),
                ScoreKind::Score => format!("{:8.3}", scores[class]),
            };
            let class = shown(&answers.classes[class]);
            writeln!(text, "  {number}  {class}").expect("a string takes everything");
        }
    }
    text
}

/// What a head says, as a document. Numbers are written as `fit predict` writes them.
#[derive(Serialize)]
struct HeadDocument<'a> {
    format: &'static str,
    version: u32,
    created_by: &'static str,
    head: String,
    /// The engine that computed.
    engine: &'a str,
    /// The engine whose features the head was trained on.
    head_engine: &'a str,
    #[serde(flatten)]
    answers: &'a Answers,
    unreadable: Vec<Value>,
}

fn head_document(
    head: &Path,
    classifier: &HeadClassifier,
    found: &HeadAnswers,
    unreadable: &[Unreadable],
) -> String {
    let (engine, head_engine) = engines(classifier);
    let document = HeadDocument {
        format: "offshelf-extract-classify",
        version: 1,
        created_by: CREATED_BY,
        head: head.display().to_string(),
        engine,
        head_engine,
        answers: &found.answers,
        unreadable: unreadable_json(unreadable),
    };
    serde_json::to_string_pretty(&document).expect("plain data") + "\n"
}

/// Classifies with the classifier of the weights, and gives what could not be read.
fn imagenet(arguments: &ClassifyArguments) -> anyhow::Result<Vec<Unreadable>> {
    let (pictures, mut unreadable) = listed(arguments)?;
    let request = ClassifyRequest {
        backbone: arguments.backbone.clone(),
        weights: arguments.weights.clone().unwrap_or_else(|| WEIGHTS.to_owned()),
        preset: arguments.preset.request(),
        limits: arguments.limits.limits(),
        device: arguments.device.clone(),
        top: arguments.top.into(),
    };
    let (classified, lost) = classify(&request, &pictures, &mut network_warning)?;
    unreadable.extend(lost);
    tell_unreadable(&unreadable);
    if arguments.json {
        console::document(&imagenet_document(&request.weights, &classified, &unreadable))?;
    } else {
        console::result(&imagenet_text(&classified))?;
    }
    Ok(unreadable)
}

/// A block for each picture that could be read.
fn imagenet_text(classified: &[ClassifiedPicture]) -> String {
    let mut text = String::new();
    for ClassifiedPicture { name, guesses } in classified {
        writeln!(text, "{}", shown(name)).expect("a string takes everything");
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

fn imagenet_document(
    weights: &str,
    classified: &[ClassifiedPicture],
    unreadable: &[Unreadable],
) -> String {
    let classes = |ClassifiedPicture { name, guesses }: &ClassifiedPicture| {
        let classes = guesses.iter().map(|guess| {
            json!({
                "index": guess.index,
                "synset": guess.class.map(|class| class.synset),
                "name": guess.class.map(|class| class.name),
                "words": guess.class.map(|class| class.words),
                "probability": guess.probability,
            })
        });
        json!({ "path": name, "classes": classes.collect::<Vec<_>>() })
    };
    let document = json!({
        "format": "offshelf-extract-classify",
        "version": 1,
        "weights": weights,
        "images": classified.iter().map(classes).collect::<Vec<_>>(),
        "unreadable": unreadable_json(unreadable),
    });
    format!("{document:#}\n")
}

fn unreadable_json(unreadable: &[Unreadable]) -> Vec<Value> {
    let json = |Unreadable { path, reason }: &Unreadable| json!({ "path": path, "reason": reason });
    unreadable.iter().map(json).collect()
}
