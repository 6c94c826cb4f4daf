//! `extract info`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::{fmt, fs};

use clap::Args;
use console::{ExitCode, shown};
use feature_cache::{Cache, Checksums};
use schema::{Provenance, Split};
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
        classes: classes(&cache, annotations.labels.as_deref()),
        n_unlabelled: match annotations.labels {
            Some(_) => 0,
            None => cache.labels().iter().filter(|&&label| label == -1).count(),
        },
        splits: splits(&cache),
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
    classes: Vec<ClassInfo<'a>>,
    n_unlabelled: usize,
    /// Samples by split; empty when the data set has no splits.
    splits: BTreeMap<&'static str, usize>,
    n_errors: usize,
}

#[derive(Serialize)]
struct TapInfo<'a> {
    name: &'a str,
    shape: Vec<usize>,
}

#[derive(Serialize)]
struct ClassInfo<'a> {
    name: &'a str,
    n_samples: usize,
}

fn taps(cache: &Cache) -> Vec<TapInfo<'_>> {
    let shape = |n_views, n_features| match n_views {
        1 => vec![cache.n_samples(), n_features],
        _ => vec![cache.n_samples(), n_views, n_features],
    };
    let taps = cache.taps().iter();
    taps.map(|tap| TapInfo { name: &tap.name, shape: shape(tap.n_views, tap.n_features) }).collect()
}

/// Classes with the samples of each; `sets` are the labels of all samples for all classes, if it is
/// these that the cache has.
fn classes<'a>(cache: &'a Cache, sets: Option<&[i8]>) -> Vec<ClassInfo<'a>> {
    let mut counts = vec![0; cache.classes().len()];
    for labels in sets.unwrap_or_default().chunks_exact(counts.len().max(1)) {
        let present = counts.iter_mut().zip(labels).filter(|(_, label)| **label == 1);
        present.for_each(|(count, _)| *count += 1);
    }
    for &label in cache.labels() {
        // Opening checked that every label but -1 is an index of a class.
        if let Ok(label) = usize::try_from(label) {
            counts[label] += 1;
        }
    }
    let classes = cache.classes().iter().zip(counts);
    classes.map(|(name, n_samples)| ClassInfo { name, n_samples }).collect()
}

fn splits(cache: &Cache) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for split in cache.splits() {
        let name = match split {
            Split::None => continue,
            Split::Train => "train",
            Split::Validation => "validation",
            Split::Test => "test",
        };
        *counts.entry(name).or_default() += 1;
    }
    counts
}

impl fmt::Display for Info<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { n_samples, n_bytes, n_errors, n_unlabelled, .. } = self;
        let (file, created_by) = (shown(&self.file), shown(self.created_by));
        let megabytes = *n_bytes as f64 / 1e6;
        writeln!(f, "{file}: {n_samples} images, {megabytes:.1} MB, by {created_by}")?;
        if let Some(shard) = &self.shard {
            writeln!(f, "  shard {shard}")?;
        }
        let Provenance { backbone, weights, preprocessing, views, engine, dtype, .. } =
            self.provenance;
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
        for ClassInfo { name, n_samples } in &self.classes {
            writeln!(f, "  class {}: {n_samples} images", shown(name))?;
        }
        if *n_unlabelled > 0 {
            writeln!(f, "  unlabelled: {n_unlabelled} images")?;
        }
        for (name, n_samples) in &self.splits {
            writeln!(f, "  split {name}: {n_samples} images")?;
        }
        if self.n_boxes > 0 {
            writeln!(f, "  boxes: {} images", self.n_boxes)?;
        }
        if self.n_queries > 0 {
            writeln!(f, "  queries: {}", self.n_queries)?;
        }
        writeln!(f, "  {n_errors} images could not be read")
    }
}
