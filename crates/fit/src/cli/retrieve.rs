//! `fit retrieve`

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use atomic_file::{Existing, check_vacant, write};
use clap::Args;
use console::{ExitCode, TextsArgument};
use head::Steps;
use metrics::Bootstrap;
use protocols::retrieve::distance::Distance;
use protocols::retrieve::index::Comparison;
use protocols::retrieve::views::{Search, Taken};
use protocols::retrieve::{
    NeighborsRequest, RetrieveReport, RetrieveRequest, find_neighbors, retrieve,
};

use super::PROGRAM;
use super::events::Shown;
use super::fit_args::{CacheArg, EngineArg, command, existing, usage};
use super::words::{DISTANCES, SEARCHES, one_of};
use crate::report;
use crate::report::retrieve::{Command, RetrieveDocument, markdown, rankings_csv};

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RetrieveArgs {
    #[command(flatten)]
    cache: CacheArg,

    /// The tap to search, `layer:pooling`; needed when the cache has several
    #[arg(long, value_name = "NAME")]
    tap: Option<String>,

    /// Transforms in order; see `fit sweep --help`
    #[arg(long, value_name = "STEPS", default_value = "l2")]
    normalize: Steps,

    /// Learn `pca`, `whiten` and `standardize` from the images of this cache, rather than from those that
    /// are searched
    #[arg(long, value_name = "FILE.h5")]
    pca_from: Option<PathBuf>,

    /// How images are compared [default: spatial where the cache has several views]
    #[arg(long, value_parser = one_of(SEARCHES))]
    search: Option<Search>,

    /// The distance between two vectors
    #[arg(long, value_parser = one_of(DISTANCES), default_value = "l2")]
    distance: Distance,

    /// Levels of patches that a query takes [default: 3, as far as they are there]
    #[arg(long, value_name = "H", conflicts_with = "query_views")]
    query_levels: Option<usize>,

    /// Levels of patches that an image takes [default: 4, as far as they are there]
    #[arg(long, value_name = "H", conflicts_with = "reference_views")]
    reference_levels: Option<usize>,

    /// Views that a query takes, the first so many [default: of razavian16 the 8 that are no mirrors]
    #[arg(long, value_name = "N")]
    query_views: Option<usize>,

    /// Views that an image takes, the first so many [default: likewise]
    #[arg(long, value_name = "N")]
    reference_views: Option<usize>,

    /// Take the features of the queries from this cache, such as the boxes of Oxford5k and Paris6k
    #[arg(long, value_name = "FILE.h5", conflicts_with = "query")]
    queries: Option<PathBuf>,

    #[command(flatten)]
    engine: EngineArg,

    /// Memory for distances and the vectors of queries, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 256)]
    memory: usize,

    /// Name this many of the worst queries
    #[arg(long, value_name = "N", default_value_t = 5)]
    worst: usize,

    /// Resamples of the bootstrap over queries that gives the 95 % interval, at most 1000000; 0 for none
    #[arg(long, value_name = "N", default_value_t = 1000)]
    bootstrap: usize,

    /// Seed of the bootstrap
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,

    /// Write the nearest images of every query to this CSV file
    #[arg(long, value_name = "FILE.csv", conflicts_with = "query")]
    rankings: Option<PathBuf>,

    /// How many of the nearest images to write or print
    #[arg(long, value_name = "N", default_value_t = 10)]
    top: usize,

    /// Write `retrieval.json` and `retrieval.md`, the row of a table, to this folder
    #[arg(long, value_name = "DIR", conflicts_with = "query")]
    out: Option<PathBuf>,

    /// Replace existing files
    #[arg(long)]
    force: bool,

    /// Print the images that resemble this one, by its path in the cache, instead of asking the queries
    /// of a benchmark
    #[arg(long, value_name = "PATH")]
    query: Option<String>,

    #[command(flatten)]
    texts: TextsArgument,

    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
The queries and how answers are scored come with the cache: extract with --source oxford5k, paris6k, \
holidays or ukbench. Global search compares one vector an image. Spatial search compares views: for each \
of the query the nearest of the image counts, and the mean over them is the distance. Images at equal \
distance are in the order of the cache. docs/retrieval.md has the whole protocol.

Examples:
  fit retrieve holidays.h5
  fit retrieve holidays.h5 --normalize l2,whiten:500,l2,power:2 --pca-from flickr.h5
  fit retrieve oxford.h5 --queries oxford-boxes.h5 --rankings rankings.csv
  fit retrieve photos.h5 --query cats/0001.jpg --top 10";

const DOCUMENT: &str = "retrieval.json";
const ROW: &str = "retrieval.md";

pub(super) fn run(args: &RetrieveArgs) -> anyhow::Result<ExitCode> {
    if args.pca_from.is_some() && args.normalize.is_row_wise() {
        let message =
            format!("`--pca-from` has nothing to teach the transform `{}`", args.normalize);
        return Err(usage(&message).into());
    }
    let existing = existing(args.force);
    let documents = args.out.iter().flat_map(|folder| [folder.join(DOCUMENT), folder.join(ROW)]);
    for path in args.rankings.iter().cloned().chain(documents) {
        check_vacant(&path, existing)?;
    }
    match &args.query {
        Some(path) => print_neighbors(args, path),
        None => ask_all(args, existing),
    }
}

fn ask_all(args: &RetrieveArgs, existing: Existing) -> anyhow::Result<ExitCode> {
    let resamples = args.bootstrap;
    let request = RetrieveRequest {
        cache: args.cache.cache.clone(),
        checksums: args.cache.checksums.checksums(),
        comparison: args.comparison(),
        learn_from: args.pca_from.clone(),
        queries: args.queries.clone(),
        top: if args.rankings.is_some() { args.top } else { 0 },
        worst: args.worst,
        bootstrap: (resamples > 0).then_some(Bootstrap { resamples, seed: args.seed }),
    };
    let mut shown = Shown::default();
    let report = &retrieve(&request, &mut |event| shown.take(event))?;
    drop(shown);
    note_what_is_missing(report);
    if report.searched.query_cache_of_whole_images {
        let note =
            "the queries are whole images: extract them with --crop-box to ask about their boxes";
        console::note(PROGRAM, note);
    }
    if let Some(path) = &args.rankings {
        write(path, rankings_csv(report, args.texts.texts()).as_bytes(), existing)?;
    }
    let command = &Command::new(command());
    let json = || report::document("offshelf-retrieve", &RetrieveDocument { command, report });
    if let Some(folder) = &args.out {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot make `{}`", folder.display()))?;
        write(&folder.join(ROW), markdown(command, report).as_bytes(), existing)?;
        write(&folder.join(DOCUMENT), json().as_bytes(), existing)?;
    }
    if args.json {
        console::document(&json())?;
    } else {
        console::result(&report::retrieve::text(command, report))?;
    }
    Ok(ExitCode::Done)
}

/// What the mean is not of: the official programs do the same without a word.
fn note_what_is_missing(report: &RetrieveReport) {
    if let Some(first) = report.missing.first() {
        let note = format!(
            "{} images that should be found have no row, such as `{}`: they count as not found",
            report.n_missing,
            console::shown(first)
        );
        console::note(PROGRAM, &note);
    }
    if report.n_without_answers > 0 {
        let note = format!(
            "{} of {} queries have no answer: they are not in the mean",
            report.n_without_answers, report.n_queries
        );
        console::note(PROGRAM, &note);
    }
}

fn print_neighbors(args: &RetrieveArgs, path: &str) -> anyhow::Result<ExitCode> {
    let report = find_neighbors(&NeighborsRequest {
        cache: args.cache.cache.clone(),
        checksums: args.cache.checksums.checksums(),
        query: path.to_owned(),
        comparison: args.comparison(),
        learn_from: args.pca_from.clone(),
        top: args.top,
    })?;
    if args.json {
        console::document(&report::document("offshelf-neighbors", &report))?;
    } else {
        console::result(&report::neighbors::text(&report))?;
    }
    Ok(ExitCode::Done)
}

impl RetrieveArgs {
    /// How images are compared.
    fn comparison(&self) -> Comparison {
        let taken = |levels: Option<usize>, views: Option<usize>| {
            levels.map(Taken::Levels).or(views.map(Taken::Views))
        };
        Comparison {
            tap: self.tap.clone(),
            steps: self.normalize.clone(),
            search: self.search,
            query_views: taken(self.query_levels, self.query_views),
            image_views: taken(self.reference_levels, self.reference_views),
            distance: self.distance,
            engines: self.engine.engines(),
            memory: self.memory.saturating_mul(1 << 20),
        }
    }
}
