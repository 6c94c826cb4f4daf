//! `fit layers`

use std::slice;
use std::sync::atomic::AtomicBool;

use clap::Args;
use console::ExitCode;
use head::{Algorithm, Steps};
use train::{LayersRequest, layers};

use super::events::Shown;
use super::fit_args::{CacheArg, DivisionArgs, FitArgs, usage};
use super::head_args::{GridArgs, Head, HeadArgs};
use super::leaks::warn_of_leaks;
use super::unconverged::warn_unconverged;
use crate::report;

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct LayersArgs {
    #[command(flatten)]
    cache: CacheArg,

    /// Kind of head
    #[arg(long, value_enum, default_value = "svm")]
    head: Head,

    #[command(flatten)]
    grid: GridArgs,

    #[command(flatten)]
    heads: HeadArgs,

    /// Transforms in order; see `fit sweep --help`
    #[arg(long, value_name = "STEPS", default_value = "l2")]
    normalize: Steps,

    #[command(flatten)]
    division: DivisionArgs,

    #[command(flatten)]
    fit: FitArgs,
}

const EXAMPLES: &str = "\
Trains the same head on every tap of the cache, scores it as `fit sweep` does, and shows the taps
by depth. Each tap takes the C (number of neighbors, learning rate) that suits it best. Where
images have several labels each, taps are ranked by mAP as in `fit sweep`. `extract run --tap A
--tap B` extracts several taps at once.

Examples:
  fit layers birds.h5
  fit layers birds.h5 --head softmax --c 1 --json";

pub(super) fn run(args: &LayersArgs) -> anyhow::Result<ExitCode> {
    let heads = args.heads.specs(&[args.head])?;
    if heads.len() > 1 {
        let message =
            "`fit layers` trains one kind of head; give one loss, one kernel, one network";
        return Err(usage(message).into());
    }
    let request = LayersRequest {
        cache: args.cache.cache.clone(),
        checksums: args.cache.checksums.checksums(),
        candidates: args.grid.candidates(&heads, "1e-3..1e2:6")?,
        transform: args.normalize.clone(),
        settings: args.fit.settings(Algorithm::Auto, &args.heads),
        division: args.division.request(&args.fit),
        rows: args.fit.rows.choice(),
    };
    args.fit.note_groups();
    let mut shown = Shown::default();
    let report = layers(&request, &AtomicBool::new(false), &mut |event| shown.take(event))?;
    drop(shown);
    let report = report.expect("nothing stops it");
    warn_of_leaks(&report.rows);
    if args.fit.json {
        console::document(&report::document("offshelf-layers", &report))?;
    } else {
        console::result(&report::layers::text(&report))?;
    }
    Ok(warn_unconverged(report.unconverged, slice::from_ref(&args.normalize)))
}
