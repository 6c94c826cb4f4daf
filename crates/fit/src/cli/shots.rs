//! `fit shots`

use std::num::NonZeroUsize;

use audit::{ShotsRequest, shots};
use clap::Args;
use console::ExitCode;
use head::{Algorithm, Steps};

use super::events::Shown;
use super::fit_args::{CacheArg, FitArgs};
use super::head_args::{Head, HeadArgs, NumberArgs};
use super::leaks::warn_of_leaks;
use super::results_folder::FolderArgs;
use super::unconverged::warn_unconverged;
use crate::report;

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ShotsArgs {
    #[command(flatten)]
    cache: CacheArg,

    /// Kind of head
    #[arg(long, value_enum, default_value = "svm")]
    head: Head,

    #[command(flatten)]
    number: NumberArgs,

    #[command(flatten)]
    heads: HeadArgs,

    /// The tap to use; needed when the cache has several
    #[arg(long, value_name = "NAME")]
    tap: Option<String>,

    /// Transforms in order; see `fit sweep --help`
    #[arg(long, value_name = "STEPS", default_value = "l2")]
    normalize: Steps,

    /// Training images of each class, such as `1,5,25` [default: 1,2,5,10,20,50,...]; a class of fewer
    /// gives all that it has, and all images are tried anyway
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    sizes: Vec<NonZeroUsize>,

    /// How often images are drawn for each size, each time with the next seed
    #[arg(long, value_name = "N", default_value = "10")]
    draws: NonZeroUsize,

    #[command(flatten)]
    folder: FolderArgs,

    #[command(flatten)]
    fit: FitArgs,
}

const EXAMPLES: &str = "\
Trains the head on a few images of each class, on more, and on all of them, and scores it on images
that it never sees: the test split, else the validation split; in a cache without splits a fifth of
each class, or what `--hold-out` says. A draw puts the images of each class into an order, of which
the first n are taken.

What twice as many images are likely to bring is read off the errors on an eighth, a quarter, a half
and all of the images of each class: a power of their number, by least squares on logarithms. The
interval tells how much of it is chance (draws and scored images are resampled); it does not tell
whether errors go on falling as they did. Beside it stands what the same rule, without the last point,
says of the last doubling, and what that brought.

C and the transform are the same for all sizes; choose them with `fit sweep`.

--out writes shots.json, shots.csv (the curve), fractions.csv (accuracy on parts of the images) and
draws.csv (which images each draw takes first).

Examples:
  fit shots birds.h5
  fit shots birds.h5 --head softmax --c 100 --draws 20 --out birds-shots
  fit shots birds.h5 --sizes 1,5,25 --json";

pub(super) fn run(args: &ShotsArgs) -> anyhow::Result<ExitCode> {
    let heads = args.heads.specs(&[args.head])?;
    let spec = args.number.spec(&heads)?;
    args.folder.check(&report::shots::FILES)?;
    let request = ShotsRequest {
        cache: args.cache.cache.clone(),
        spec: spec.clone(),
        tap: args.tap.clone(),
        transform: args.normalize.clone(),
        settings: args.fit.settings(Algorithm::Auto, &args.heads),
        hold_out: args.fit.hold_out,
        group_by: args.fit.group_by.clone(),
        rows: args.fit.rows.choice(),
        sizes: args.sizes.iter().map(|size| size.get()).collect(),
        draws: args.draws.get(),
        checksums: args.cache.checksums.checksums(),
    };
    let mut shown = Shown::default();
    let report = shots(&request, &mut |event| shown.take(event))?;
    drop(shown);
    warn_of_leaks(&report.rows);
    if args.fit.json {
        console::document(&report::shots::document(&report))?;
    } else {
        console::result(&report::shots::text(&report))?;
    }
    args.folder.write(&report::shots::files(&report, args.folder.texts()))?;
    let unconverged = (!report.converged).then_some(spec);
    Ok(warn_unconverged(unconverged, std::slice::from_ref(&args.normalize)))
}
