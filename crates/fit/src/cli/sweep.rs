//! `fit sweep`

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use anyhow::Context;
use clap::Args;
use console::Progress;
use feature_cache::{Cache, Provenance};
use fit::exit_code::ExitCode;
use fit::report::{Scoring, SweepDocument, SweepSubject, WinnerDocument, to_json};
use fit::rows::Samples;
use fit::sweep::{
    FitCounts, FitLog, GroupRows, Selection, Sweep, Winner, check_folder, leaderboard, open_folder,
    plan, refit_winners, samples_digest, write_folder,
};
use head::{Algorithm, Candidate, Origin, Settings, Steps, Training};

use super::PROGRAM;
use super::fit_args::{
    CacheArg, DivisionArgs, FitArgs, check_label_kind, command, existing, taps, text,
};
use super::head_args::{GridArgs, Head, HeadArgs, check_calibrate};
use super::interrupt::stop_flag;
use super::unconverged::warn_unconverged;

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

    /// Write leaderboard, heads and the record of the sweep to this folder; a folder that has them
    /// is gone on with, and only what it lacks is computed
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Forget what the folder has, and start anew
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    fit: FitArgs,
}

const EXAMPLES: &str = "\
Every tap, transform, head, loss and C (number of neighbors, learning rate) is scored on the same folds, which keep equal images
together. The best of each head and loss, or of each network, is fitted again on all rows but the
held-out ones (or the test split), and evaluated on those once.

Where images have several labels each (VOC, attributes), `--head svm` and `--head ridge` tell each
class from its absence, and are ranked by mAP: the mean over classes of the average precision, without
interpolation (scikit-learn's `average_precision_score`), of each fold. Images whose label of a class
does not count are left out of that class. The folds are drawn at random, without regard to classes; a
class without an image in a fold does not count there.

Ctrl-C keeps the fits that are done in the folder of --out; the same command goes on from there, and
a command with more values, heads, taps or transforms computes those alone.

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
    let families = args.heads.families(&args.head, &args.fit.class_weight)?;
    let candidates = args.grid.candidates(&families, "1e-3..1e2:10")?;
    if args.calibrate {
        check_calibrate(&families)?;
    }
    let settings = args.fit.settings(Algorithm::Auto, &args.heads);
    let existing = existing(args.force);
    if let Some(out) = &args.out {
        check_folder(out, existing)?;
    }
    let cache = Cache::open(&args.cache.cache)?;
    let taps = taps(&cache, &args.tap, args.fit.views)?;
    let group_rows = args.fit.group_rows(&cache);
    let samples = Samples::of(&cache)?;
    check_label_kind(&cache, samples.label_kind(), &families, &settings, args.calibrate)?;
    let plan = plan(&samples, &group_rows, args.division.request(&args.fit))
        .with_context(|| format!("cannot sweep `{}`", cache.path().display()))?;
    let transforms = distinct(&args.normalize);
    let sweep = Sweep {
        cache: &cache,
        plan: &plan,
        taps: &taps,
        transforms: &transforms,
        candidates: &candidates,
        settings: &settings,
    };
    let samples = samples_digest(&cache)?;
    let mut log = match &args.out {
        Some(out) => open_folder(out, &samples, existing)?,
        None => FitLog::default(),
    };
    let counts = sweep.count(&log)?;
    if make_fits(args, sweep, &mut log, counts)?.is_break() {
        return Ok(ExitCode::Interrupted);
    }

    let selection =
        if args.one_standard_error { Selection::OneStandardError } else { Selection::Best };
    let leaderboard = leaderboard(&sweep.scores(&log)?, plan.n_folds(), selection);
    let n_winners = leaderboard.iter().filter(|standing| standing.refitted).count();
    let progress = Progress::start(PROGRAM, "refits", n_winners);
    let calibrated = args.calibrate.then_some(&group_rows as &GroupRows<'_>);
    let winners = refit_winners(sweep, &leaderboard, calibrated, &mut || progress.advance(1))?;
    drop(progress);

    let subject = subject(args, sweep, samples, selection);
    let winner_documents = winners.iter().map(WinnerDocument::new).collect();
    let document = SweepDocument::new(subject, leaderboard, winner_documents);
    if let Some(out) = &args.out {
        write_out(out, sweep, &document, winners)?;
    }
    let document = document.with_times();
    console::result(&if args.fit.json { to_json(&document) } else { document.text() })?;
    if counts.known > 0 {
        let FitCounts { known, missing } = counts;
        let note = format!("{} fits: {known} reused, {missing} made", known + missing);
        console::note(PROGRAM, &note);
    }
    if let (Some(out), false) = (&args.out, args.fit.json) {
        console::result(&format!("written to {}\n", out.display()))?;
    }
    Ok(warn_unconverged(document.unconverged()))
}

/// Makes the fits that are missing. Breaks when Ctrl-C ended that, having said so.
fn make_fits(
    args: &SweepArgs,
    sweep: Sweep<'_>,
    log: &mut FitLog,
    counts: FitCounts,
) -> anyhow::Result<ControlFlow<()>> {
    let stop = stop_flag()?;
    let progress = Progress::start(PROGRAM, "fits", counts.missing);
    let mut n_made = 0;
    let flow = sweep.run(log, &mut || {
        n_made += 1;
        progress.advance(1);
        if stop.load(Ordering::Relaxed) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })?;
    drop(progress);
    // When the last fit was made before anybody noticed, nothing is missing.
    if flow.is_continue() || n_made >= counts.missing {
        return Ok(ControlFlow::Continue(()));
    }
    let n_done = counts.known + n_made;
    let n_fits = counts.known + counts.missing;
    let note = match &args.out {
        Some(out) => format!(
            "stopped: {n_done} of {n_fits} fits are in `{}`\nhint: the same command goes on from there",
            out.display()
        ),
        None => {
            format!("stopped after {n_done} of {n_fits} fits\nhint: `--out DIR` keeps what is done")
        }
    };
    console::note(PROGRAM, &note);
    Ok(flow)
}

/// What was swept, for the record.
fn subject(
    args: &SweepArgs,
    sweep: Sweep<'_>,
    samples: String,
    selection: Selection,
) -> SweepSubject {
    let Sweep { cache, plan, taps, transforms, settings, .. } = sweep;
    SweepSubject {
        command: command(),
        classes: plan.classes.clone(),
        provenance: Provenance { taps: taps.to_vec(), ..cache.provenance().clone() },
        samples,
        training: Training {
            cache: text(cache.path()),
            parts: plan.parts.clone(),
            hold_out: args.fit.hold_out,
            n_samples: plan.refit.len(),
        },
        settings: recorded(settings, sweep.candidates),
        transforms: transforms.to_vec(),
        scoring: Scoring::of(plan),
        seeds: plan.divisions.iter().map(|(seed, _)| *seed).collect(),
        group_by: args.fit.group_by.as_ref().map(ToString::to_string),
        selection,
    }
}

/// Writes the folder. The heads of a tap are bound to its features.
fn write_out(
    out: &Path,
    Sweep { cache, plan, settings, .. }: Sweep<'_>,
    document: &SweepDocument,
    winners: Vec<Winner>,
) -> anyhow::Result<()> {
    let origin = |tap: &str| Origin {
        classes: plan.classes.clone(),
        labels: plan.divided.labels.kind(),
        provenance: cache.provenance().of_tap(tap),
        training: document.subject.training.clone(),
        settings: settings.clone(),
    };
    write_folder(out, document, winners, &origin, plan, &cache.paths()?)?;
    Ok(())
}

/// The settings without those that no candidate has.
fn recorded(settings: &Settings, candidates: &[Candidate]) -> Settings {
    let of: Vec<_> = candidates.iter().map(|candidate| settings.of(&candidate.family)).collect();
    Settings {
        temperature: of.iter().find_map(|settings| settings.temperature),
        gamma: of.iter().find_map(|settings| settings.gamma),
        network: of.into_iter().find_map(|settings| settings.network),
        ..settings.clone()
    }
}

fn distinct(transforms: &[Steps]) -> Vec<Steps> {
    let mut distinct: Vec<Steps> = Vec::new();
    for steps in transforms {
        if !distinct.contains(steps) {
            distinct.push(steps.clone());
        }
    }
    distinct
}
