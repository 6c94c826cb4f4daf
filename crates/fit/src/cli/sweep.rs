//! `fit sweep`

use std::path::{Path, PathBuf};

use clap::Args;
use console::{ExitCode, TextsArgument, shown};
use head::{Algorithm, Steps};
use train::{FitCounts, Selection, SweepOutcome, SweepRequest, Swept, sweep};

use super::PROGRAM;
use super::events::Shown;
use super::fit_args::{CacheArg, DivisionArgs, FitArgs, command, existing, text};
use super::head_args::{GridArgs, Head, HeadArgs};
use super::leaks::warn_of_leaks;
use super::unconverged::warn_unconverged;
use crate::report;
use crate::report::sweep::document_with_times;
use crate::report::sweep_folder::write_folder;

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SweepArgs {
    #[command(flatten)]
    cache: CacheArg,

    /// The taps to use, one or several [default: all of the cache]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    tap: Vec<String>,

    /// Transforms in order: `none`, or a list of `l2` (unit rows), `power:P` (sign(x) |x|^P),
    /// `standardize` (columns of mean 0 and deviation 1), `pca:D` (D principal axes), `whiten` or
    /// `whiten:D` (principal axes of deviation 1); the last three learn from the training rows of
    /// each fold. Repeat the option to compare several lists
    #[arg(long, value_name = "STEPS", default_values = ["l2"])]
    normalize: Vec<Steps>,

    /// Kinds of head
    #[arg(long, value_enum, value_delimiter = ',', default_values = ["softmax", "svm"])]
    head: Vec<Head>,

    #[command(flatten)]
    grid: GridArgs,

    #[command(flatten)]
    heads: HeadArgs,

    #[command(flatten)]
    division: DivisionArgs,

    /// Refit the smallest C (or learning rate, or the most neighbors) within one standard error of the
    /// best, rather than the best
    #[arg(long)]
    one_standard_error: bool,

    /// Fit probabilities of the refitted heads, too, as `fit train --calibrate` does; nearest neighbors
    /// have theirs
    #[arg(long)]
    calibrate: bool,

    /// Write leaderboard, heads and the record of the sweep to this folder; a sweep that lies there
    /// goes on, and only what is missing is computed
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Forget what the folder has, and start anew
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    texts: TextsArgument,

    #[command(flatten)]
    fit: FitArgs,
}

const EXAMPLES: &str = "\
Every tap, transform, head, loss and C (number of neighbors, learning rate) is scored on the same
folds, which keep equal images together. The best of each head and loss, or of each network, is
fitted again on all rows but the held-out ones (or the test split), and evaluated on those once.

Where images have several labels each (VOC, attributes), `--head svm` and `--head ridge` tell each
class from its absence, and are ranked by mAP: the mean over classes of the average precision,
without interpolation (scikit-learn's `average_precision_score`), of each fold. Images whose label
of a class does not count are left out of that class. The folds are drawn at random, without
regard to classes; a class without an image in a fold does not count there.

Ctrl-C keeps the fits that are done in the folder of --out; the same command goes on from there,
and a command with more values, heads, taps or transforms computes those alone.

Examples:
  fit sweep birds.h5
  fit sweep birds.h5 --head svm --loss hinge,squared-hinge --c 0.01..100:9 --hold-out 0.2
  fit sweep birds.h5 --head svm,knn,mlp --c 0.1,1 --neighbors 1,5,15 --learning-rate 1e-3
  fit sweep birds.h5 --head svm --multi-class ovr,ovo --kernel linear,gaussian
  fit sweep birds.h5 --head mlp --layers dense128 --layers dense:64,batchnorm,relu,softmax
  fit sweep voc2007.h5 --head svm,ridge --loss hinge,squared-hinge --out sweep
  fit sweep birds.h5 --normalize none --normalize l2 --normalize power:0.5,l2 --out sweep
  fit sweep birds.h5 --head svm,softmax --calibrate --out sweep
  fit sweep birds.h5 --head softmax --c 0.1,1,10 --folds 10 --seeds 3 --out sweep --json";

pub(super) fn run(args: &SweepArgs) -> anyhow::Result<ExitCode> {
    let heads = args.heads.specs(&args.head)?;
    let candidates = args.grid.candidates(&heads, "1e-3..1e2:10")?;
    let selection =
        if args.one_standard_error { Selection::OneStandardError } else { Selection::Best };
    let request = SweepRequest {
        cache: args.cache.cache.clone(),
        checksums: args.cache.checksums.checksums(),
        taps: args.tap.clone(),
        transforms: args.normalize.clone(),
        candidates,
        settings: args.fit.settings(Algorithm::Auto, &args.heads),
        division: args.division.request(&args.fit),
        rows: args.fit.rows.choice(),
        selection,
        calibrate: args.calibrate,
        folder: args.out.clone(),
        replace: args.force,
    };
    args.fit.note_groups();
    let stop = console::stop_flag(PROGRAM, "fits")?;
    let mut shown = Shown::default();
    let outcome = sweep(&request, &stop, &mut |event| shown.take(event))?;
    drop(shown);
    match outcome {
        SweepOutcome::Finished(mut swept) => finish(args, &mut swept),
        SweepOutcome::Stopped(counts) => {
            note_stopped(args.out.as_deref(), counts);
            Ok(ExitCode::Interrupted)
        }
    }
}

/// Writes and prints what came out.
fn finish(args: &SweepArgs, swept: &mut Swept) -> anyhow::Result<ExitCode> {
    let command = command();
    if let Some(out) = &args.out {
        write_folder(out, &command, swept, existing(args.force), args.texts.texts())?;
        let winners = swept.report.winners.iter().map(|winner| &winner.head.description.spec);
        if let Err(error) = swept.log.remove_others(winners) {
            // The results are there, and nothing in them depends on it.
            let error = format!("{:#}", anyhow::Error::from(error));
            let warning =
                format!("warning: a result of an earlier sweep is left: {}", shown(&error));
            console::note(PROGRAM, &warning);
        }
    }
    let Swept { report, counts, .. } = &*swept;
    warn_of_leaks(&report.rows);
    if args.fit.json {
        console::document(&document_with_times(&command, report))?;
    } else {
        console::result(&report::sweep::text(report))?;
    }
    if counts.known > 0 {
        let FitCounts { known, missing } = counts;
        let note = format!("{} fits: {known} reused, {missing} made", known + missing);
        console::note(PROGRAM, &note);
    }
    if let (Some(out), false) = (&args.out, args.fit.json) {
        console::result(&format!("written to {}\n", shown(&text(out))))?;
    }
    Ok(warn_unconverged(report.unconverged(), &args.normalize))
}

/// Says how far a sweep came before Ctrl-C.
fn note_stopped(out: Option<&Path>, FitCounts { known, missing }: FitCounts) {
    let n_fits = known + missing;
    let note = match out {
        Some(out) => format!(
            "stopped: {known} of {n_fits} fits are in `{}`\nhint: the same command goes on from there",
            shown(&text(out))
        ),
        None => {
            format!("stopped after {known} of {n_fits} fits\nhint: `--out DIR` keeps what is done")
        }
    };
    console::note(PROGRAM, &note);
}
