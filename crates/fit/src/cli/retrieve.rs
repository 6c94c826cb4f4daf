//! `fit retrieve`

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use console::Progress;
use feature_cache::{Cache, views_are_boxed};
use fit::atomic_file::{Existing, check_vacant, write};
use fit::cache_digest::cache_digest;
use fit::exit_code::ExitCode;
use fit::report::{
    Neighbor, NeighborsDocument, RetrieveDocument, RetrieveSubject, rankings_csv, to_json,
};
use fit::retrieve::benchmark::{ask, neighbors};
use fit::retrieve::distance::Distance;
use fit::retrieve::index::{Comparison, Index};
use fit::retrieve::question::Questions;
use fit::retrieve::views::{Search, Taken};
use head::Steps;
use metrics::Bootstrap;

use super::PROGRAM;
use super::checked_head::EngineArg;
use super::fit_args::{CacheArg, command, existing, text, usage};

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RetrieveArgs {
    #[command(flatten)]
    cache: CacheArg,

    /// Tap to search, `layer:pooling`; needed where the cache has several
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
    #[arg(long, value_enum)]
    search: Option<Search>,

    /// Distance of two vectors
    #[arg(long, value_enum, default_value = "l2")]
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

    /// Views that an image takes, likewise
    #[arg(long, value_name = "N")]
    reference_views: Option<usize>,

    /// Ask with the features of this cache: the boxes of Oxford5k and Paris6k
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

    /// Resamples of the bootstrap over queries that gives the 95 % interval; 0 for none
    #[arg(long, value_name = "N", default_value_t = 1000)]
    bootstrap: usize,

    /// Seed of the bootstrap
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,

    /// Write the nearest images of every query to this CSV file
    #[arg(long, value_name = "FILE.csv", conflicts_with = "query")]
    rankings: Option<PathBuf>,

    /// Nearest images to write or print
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
    let cache = Cache::open(&args.cache.cache)?;
    match &args.query {
        Some(path) => print_neighbors(args, &cache, path),
        None => ask_all(args, &cache, existing),
    }
}

fn ask_all(args: &RetrieveArgs, cache: &Cache, existing: Existing) -> anyhow::Result<ExitCode> {
    let paths = cache.paths()?;
    let questions = Questions::of(cache, &paths)?;
    let query_cache = args.queries.as_deref().map(Cache::open).transpose()?;
    let rows = match &query_cache {
        Some(queries) => questions.rows_of_queries(queries)?,
        None => questions.own_rows(cache)?,
    };
    let index = index(args, cache)?;
    let queries = index.queries(query_cache.as_ref(), &rows)?;
    let progress = Progress::start(PROGRAM, "queries", rows.len());
    let top = if args.rankings.is_some() { args.top } else { 0 };
    let outcomes = ask(&index, &questions, &queries, top, &mut |n| progress.advance(n))?;
    drop(progress);

    let command = command();
    let subject = RetrieveSubject {
        command_digest: blake3::hash(command.join(" ").as_bytes()).to_string(),
        command,
        cache: text(cache.path()),
        cache_digest: cache_digest(cache)?,
        provenance: cache.provenance().of_tap(index.tap()),
        query_cache: args.queries.as_deref().map(text),
        search: index.kind(),
        distance: args.distance,
        transform: args.normalize.clone(),
        learned_from: args.pca_from.as_deref().map(text),
        query_views: queries.n_views(),
        image_views: index.n_views(),
        dim: index.n_numbers(),
    };
    let resamples = args.bootstrap;
    let bootstrap = (resamples > 0).then_some(Bootstrap { resamples, seed: args.seed });
    let document =
        RetrieveDocument::new(subject, &questions, &outcomes, &paths, args.worst, bootstrap);
    note_what_is_missing(&document, &questions);
    if query_cache.as_ref().is_some_and(|cache| !views_are_boxed(&cache.provenance().views)) {
        let note =
            "the queries are whole images: extract them with --crop-box to ask about their boxes";
        console::note(PROGRAM, note);
    }
    if let Some(path) = &args.rankings {
        write(path, rankings_csv(&questions, &outcomes, &paths).as_bytes(), existing)?;
    }
    if let Some(folder) = &args.out {
        write_out(folder, &document, existing)?;
    }
    console::result(&if args.json { to_json(&document) } else { document.text() })?;
    Ok(ExitCode::Done)
}

fn write_out(folder: &Path, document: &RetrieveDocument, existing: Existing) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    write(&folder.join(ROW), document.markdown().as_bytes(), existing)?;
    write(&folder.join(DOCUMENT), to_json(document).as_bytes(), existing)?;
    Ok(())
}

/// What the mean is not of: the official programs do the same without a word.
fn note_what_is_missing(document: &RetrieveDocument, questions: &Questions) {
    if let Some(first) = questions.missing.first() {
        let note = format!(
            "{} images that should be found have no row, such as `{first}`: they count as not found",
            document.n_missing
        );
        console::note(PROGRAM, &note);
    }
    if document.n_without_answers > 0 {
        let note = format!(
            "{} of {} queries have no answer: they are not in the mean",
            document.n_without_answers, document.n_queries
        );
        console::note(PROGRAM, &note);
    }
}

fn print_neighbors(args: &RetrieveArgs, cache: &Cache, path: &str) -> anyhow::Result<ExitCode> {
    let paths = cache.paths()?;
    let row = paths.iter().position(|known| known == path).with_context(|| {
        let first = &paths[0];
        format!(
            "no image of `{}` has the path `{path}`\nhint: paths are relative to the folder of images, as \
             `{first}`",
            cache.path().display()
        )
    })?;
    let index = index(args, cache)?;
    let query = index.queries(None, &[row])?;
    let nearest = neighbors(&index, &query, row, args.top)?;
    let neighbor = |(row, distance): (usize, f32)| Neighbor { path: paths[row].clone(), distance };
    let document = NeighborsDocument::new(
        (text(cache.path()), index.tap().to_owned(), path.to_owned()),
        (index.kind(), args.distance, args.normalize.clone()),
        nearest.into_iter().map(neighbor).collect(),
    );
    console::result(&if args.json { to_json(&document) } else { document.text() })?;
    Ok(ExitCode::Done)
}

/// The images of `cache` as the command line wants them compared.
fn index<'a>(args: &RetrieveArgs, cache: &'a Cache) -> anyhow::Result<Index<'a>> {
    let taken = |levels: Option<usize>, views: Option<usize>| {
        levels.map(Taken::Levels).or(views.map(Taken::Views))
    };
    let comparison = Comparison {
        tap: args.tap.clone(),
        steps: args.normalize.clone(),
        search: args.search,
        query_views: taken(args.query_levels, args.query_views),
        image_views: taken(args.reference_levels, args.reference_views),
        distance: args.distance,
        engines: args.engine.engines(),
        memory: args.memory.saturating_mul(1 << 20),
    };
    let learned_from = args.pca_from.as_deref().map(Cache::open).transpose()?;
    Ok(Index::new(cache, comparison, learned_from.as_ref())?)
}
