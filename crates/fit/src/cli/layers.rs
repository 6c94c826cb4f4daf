//! `fit layers`

use std::ops::ControlFlow;

use anyhow::Context;
use clap::Args;
use console::Progress;
use feature_cache::Cache;
use fit::exit_code::ExitCode;
use fit::layers::by_depth;
use fit::report::{LayersDocument, Scoring, to_json};
use fit::rows::Samples;
use fit::sweep::{FitLog, Selection, Standing, Sweep, leaderboard, plan};
use head::{Algorithm, Candidate, CombineViews, Steps};

use super::PROGRAM;
use super::fit_args::{CacheArg, DivisionArgs, FitArgs, check_label_kind, text, usage};
use super::head_args::{GridArgs, Head, HeadArgs};
use super::unconverged::warn_unconverged;

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
The same head on every tap of the cache, by depth, scored as `fit sweep` scores. Extract several
taps at once with `extract run --tap A --tap B`. Each tap takes the C (number of neighbors, learning
rate) that suits it best. Where images have several labels each, taps are ranked by mAP as in `fit
sweep`.

Examples:
  fit layers birds.h5
  fit layers birds.h5 --head softmax --c 1 --json";

pub(super) fn run(args: &LayersArgs) -> anyhow::Result<ExitCode> {
    let families = args.heads.families(&[args.head], &args.fit.class_weight)?;
    let [family] = families.as_slice() else {
        let message =
            "`fit layers` trains one kind of head; give one loss, one kernel, one network";
        return Err(usage(message).into());
    };
    let candidates = args.grid.candidates(&families, "1e-3..1e2:6")?;
    let settings = args.fit.settings(Algorithm::Auto, &args.heads);
    let cache = Cache::open(&args.cache.cache)?;
    let samples = Samples::of(&cache)?;
    check_label_kind(&cache, samples.label_kind(), &families, &settings, false)?;
    let plan = plan(&samples, &args.fit.group_rows(&cache), args.division.request(&args.fit))
        .with_context(|| format!("cannot sweep `{}`", cache.path().display()))?;
    let names: Vec<_> = cache.taps().iter().map(|tap| tap.name.clone()).collect();
    let taps = by_depth(&names);
    let transforms = [args.normalize.clone()];
    let sweep = Sweep {
        cache: &cache,
        plan: &plan,
        taps: &taps,
        transforms: &transforms,
        candidates: &candidates,
        settings: &settings,
    };

    let mut log = FitLog::default();
    let progress = Progress::start(PROGRAM, "fits", sweep.count(&log)?.missing);
    let flow = sweep.run(&mut log, &mut || {
        progress.advance(1);
        ControlFlow::Continue(())
    })?;
    debug_assert!(flow.is_continue(), "nothing stops it");
    drop(progress);
    let leaderboard = leaderboard(&sweep.scores(&log)?, plan.n_folds(), Selection::Best);

    let n_features = |tap: &String| {
        let found = cache.taps().iter().find(|known| known.name == *tap);
        let n_stacked =
            |n_views| if settings.views == Some(CombineViews::Stack) { n_views } else { 1 };
        found.map_or(0, |tap| tap.n_features * n_stacked(tap.n_views))
    };
    let taps: Vec<_> = taps.iter().map(|tap| (tap.clone(), n_features(tap))).collect();
    let document = LayersDocument::new(
        text(cache.path()),
        (family.clone(), args.normalize.clone()),
        (Scoring::of(&plan), plan.divided.len()),
        &taps,
        &leaderboard,
    );
    let n_seeds = plan.divisions.len();
    console::result(&if args.fit.json { to_json(&document) } else { document.text(n_seeds) })?;
    let unconverged = leaderboard.iter().filter(|standing| !standing.converged);
    let mut candidates: Vec<Candidate> = Vec::new();
    for standing in unconverged {
        let Standing { configuration, parameter, .. } = standing;
        let candidate = Candidate { family: configuration.family.clone(), parameter: *parameter };
        if !candidates.contains(&candidate) {
            candidates.push(candidate);
        }
    }
    Ok(warn_unconverged(candidates))
}
