//! `extract info`.

use std::path::PathBuf;
use std::{fmt, fs};

use clap::Args;
use console::{ExitCode, shown};
use extract::overview::{ClassCount, Overview};
use feature_cache::{Cache, Checksums};
use preprocess::Preset;
use schema::Provenance;
use serde::Serialize;

/// Show what a cache holds and what made it.
///
/// `extract verify` checks it.
#[derive(Args)]
pub(crate) struct InfoArguments {
    /// The cache
    #[arg(value_name = "FILE.h5")]
    cache: PathBuf,
    /// Print the result as one JSON document
    #[arg(long)]
    json: bool,
}

pub(crate) fn info(arguments: &InfoArguments) -> anyhow::Result<ExitCode> {
    let cache = Cache::open_with(&arguments.cache, Checksums::Ignore)?;
    let annotations = cache.annotations()?;
    let boxes = annotations.boxes.as_deref().unwrap_or_default();
    let overview = Overview::of_cache(&cache, annotations.labels.as_deref())?;
    let info = Info {
        format: "offshelf-extract-info",
        version: 1,
        file: arguments.cache.display().to_string(),
        n_bytes: fs::metadata(&arguments.cache)?.len(),
        created_by: cache.created_by(),
        shard: cache.shard().map(|shard| shard.to_string()),
        provenance: cache.provenance(),
        n_samples: cache.n_samples(),
        taps: taps(&cache),
        multi_label: cache.is_multilabel(),
        n_boxes: boxes.iter().flatten().count(),
        n_queries: annotations.ground_truth.as_ref().map_or(0, |truth| truth.queries.len()),
        classes: &overview.class_counts,
        overview: &overview,
        preprocessing: in_words(&cache.provenance().preprocessing),
        n_errors: cache.errors()?.len(),
    };
    if arguments.json {
        console::document(&format!("{:#}\n", serde_json::to_value(&info)?))?;
    } else {
        console::result(&info.to_string())?;
    }
    Ok(ExitCode::Done)
}

/// The result, as `--json` prints it.
#[derive(Serialize)]
struct Info<'a> {
    format: &'static str,
    version: u32,
    file: String,
    n_bytes: u64,
    created_by: &'a str,
    shard: Option<String>,
    provenance: &'a Provenance,
    n_samples: usize,
    /// Whether each sample has a label for every class: classes count the samples that they are
    /// present in.
    multi_label: bool,
    /// Samples with a box.
    n_boxes: usize,
    /// Queries of a benchmark of retrieval.
    n_queries: usize,
    taps: Vec<TapInfo<'a>>,
    classes: &'a [ClassCount],
    #[serde(flatten)]
    overview: &'a Overview,
    /// In words.
    preprocessing: String,
    n_errors: usize,
}

#[derive(Serialize)]
struct TapInfo<'a> {
    name: &'a str,
    shape: Vec<usize>,
}

fn taps(cache: &Cache) -> Vec<TapInfo<'_>> {
    let shape = |n_views, n_features| match n_views {
        1 => vec![cache.n_samples(), n_features],
        _ => vec![cache.n_samples(), n_views, n_features],
    };
    let taps = cache.taps().iter();
    taps.map(|tap| TapInfo { name: &tap.name, shape: shape(tap.n_views, tap.n_features) }).collect()
}

/// Preprocessing in words; as JSON where it is none of ours.
fn in_words(preprocessing: &serde_json::Value) -> String {
    match serde_json::from_value::<Preset>(preprocessing.clone()) {
        Ok(preset) => format!("{}: {preset}", preset.name),
        Err(_) => preprocessing.to_string(),
    }
}

impl fmt::Display for Info<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { n_samples, n_bytes, n_errors, preprocessing, .. } = self;
        let (file, created_by) = (shown(&self.file), shown(self.created_by));
        let megabytes = *n_bytes as f64 / 1e6;
        writeln!(f, "{file}: {n_samples} images, {megabytes:.1} MB, by {created_by}")?;
        if let Some(shard) = &self.shard {
            writeln!(f, "  shard {shard}")?;
        }
        let Provenance { backbone, weights, views, engine, dtype, .. } = self.provenance;
        for line in [
            format!("backbone {backbone}, weights {} ({})", weights.name, weights.digest),
            format!("preprocessing {preprocessing}"),
            format!("views {views}, engine {engine}, dtype {dtype}"),
        ] {
            writeln!(f, "  {}", shown(&line))?;
        }
        for TapInfo { name, shape } in &self.taps {
            writeln!(f, "  tap {} {shape:?}", shown(name))?;
        }
        if self.multi_label {
            writeln!(f, "  several labels a sample")?;
        }
        for ClassCount { name, n_samples } in self.classes {
            writeln!(f, "  class {}: {n_samples} images", shown(name))?;
        }
        let overview = self.overview;
        if overview.n_unlabelled > 0 {
            writeln!(f, "  unlabelled: {} images", overview.n_unlabelled)?;
        }
        for (name, n_samples) in &overview.splits {
            writeln!(f, "  split {name}: {n_samples} images")?;
        }
        if let Some(files) = overview.passed_over() {
            writeln!(f, "  passed over: {files}")?;
        }
        if self.n_boxes > 0 {
            writeln!(f, "  boxes: {} images", self.n_boxes)?;
        }
        if self.n_queries > 0 {
            writeln!(f, "  queries: {}", self.n_queries)?;
        }
        writeln!(f, "  {n_errors} images could not be read")?;
        let warnings = self.overview.warnings.iter();
        warnings
            .map(|warning| shown(warning))
            .try_for_each(|warning| writeln!(f, "  warning: {warning}"))
    }
}
