//! `fit report`

use std::path::PathBuf;

use atomic_file::{check_vacant, write};
use clap::Args;
use console::{ExitCode, shown};
use html_report::{ReportRequest, html_report};
use metrics::Bootstrap;

use super::PROGRAM;
use super::fit_args::{CacheArg, EngineArg, SplitArg, existing, text};

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ReportArgs {
    /// A head, or the folder of a sweep, whose best head is taken
    #[arg(value_name = "HEAD.safetensors|SWEEP-DIR")]
    subject: PathBuf,

    #[command(flatten)]
    cache: CacheArg,

    #[command(flatten)]
    engine: EngineArg,

    #[command(flatten)]
    split: SplitArg,

    /// The folder of the images: with it the page shows them
    #[arg(long, value_name = "FOLDER")]
    images: Option<PathBuf>,

    /// What `fit layers --json` printed: with it the page shows accuracy by depth
    #[arg(long, value_name = "FILE.json")]
    layers: Option<PathBuf>,

    /// What `fit shots --json` printed, or wrote as shots.json: with it the page shows accuracy by the number of
    /// training images
    #[arg(long, value_name = "FILE.json")]
    shots: Option<PathBuf>,

    /// The page
    #[arg(long, value_name = "FILE.html", default_value = "report.html")]
    out: PathBuf,

    /// Replace an existing file
    #[arg(long)]
    force: bool,

    /// The most images that are shown; those beyond are named
    #[arg(long, value_name = "N", default_value_t = 200)]
    thumbnails: usize,

    /// Resamples of the bootstrap that gives the 95 % interval, at most 1000000; 0 for none
    #[arg(long, value_name = "N", default_value_t = 1000)]
    bootstrap: usize,

    /// Seed of the bootstrap
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
}

const EXAMPLES: &str = "\
One HTML file that needs nothing else: numbers beside a guess, what was tried, class by class, what is
taken for what, whether probabilities are honest, the worst and the least sure images, what the images
are and how features and head were made. Of a sweep that held rows out, these are what is evaluated on.

Examples:
  fit report heads/ birds.h5 --images birds/ --out birds.html
  fit report heads/ birds.h5 --layers layers.json --shots birds-shots/shots.json
  fit report head.safetensors other-birds.h5 --split test";

pub(super) fn run(args: &ReportArgs) -> anyhow::Result<ExitCode> {
    let existing = existing(args.force);
    check_vacant(&args.out, existing)?;
    let (resamples, seed) = (args.bootstrap, args.seed);
    let page = html_report(&ReportRequest {
        subject: args.subject.clone(),
        cache: args.cache.cache.clone(),
        images: args.images.clone(),
        layers: args.layers.clone(),
        shots: args.shots.clone(),
        split: args.split.split,
        engines: args.engine.engines(),
        checksums: args.cache.checksums.checksums(),
        bootstrap: (resamples > 0).then_some(Bootstrap { resamples, seed }),
        thumbnails: args.thumbnails,
    })?;
    write(&args.out, page.as_bytes(), existing)?;
    let out = text(&args.out);
    let kilobytes = page.len().div_ceil(1000);
    console::note(PROGRAM, &format!("{kilobytes} kB written to `{}`", shown(&out)));
    Ok(ExitCode::Done)
}
