//! `fit sweep`

use std::env;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use console::Progress;
use feature_cache::Cache;
use fit::atomic_file::check_vacant;
use fit::c_grid::CGrid;
use fit::cross_validation::{Setup, cross_validate};
use fit::exit_code::ExitCode;
use fit::family::SvmLoss;
use fit::head_file::{Origin, Training};
use fit::report::{Scoring, SweepDocument, WinnerDocument, to_json};
use fit::rows::Samples;
use fit::solver::{Algorithm, Candidate};
use fit::sweep::{leaderboard, refit_winners};
use fit::sweep_folder::write_sweep_folder;
use fit::sweep_plan::{SweepPlan, SweepRequest, plan};
use fit::tap_features::TapFeatures;

use super::PROGRAM;
use super::fit_args::{CacheArg, FitArgs, Head, existing, families, text};
use super::unconverged::warn_unconverged;

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SweepArgs {
    #[command(flatten)]
    cache: CacheArg,

    /// Kinds of head
    #[arg(long, value_enum, value_delimiter = ',', default_values = ["softmax", "svm"])]
    head: Vec<Head>,

    /// Losses of the SVM [default: hinge]
    #[arg(long, value_enum, value_delimiter = ',')]
    loss: Vec<SvmLoss>,

    /// Values of C: `FROM..TO:COUNT`, evenly spaced in log C, or a list such as `0.1,1,10`
    #[arg(long, value_name = "GRID", default_value = "1e-3..1e2:10")]
    c: CGrid,

    /// Folds of cross-validation [default: the validation split where there is one, else 5]
    #[arg(long, value_name = "K")]
    folds: Option<usize>,

    /// Write leaderboard, heads and the record of the sweep to this new folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    #[command(flatten)]
    fit: FitArgs,
}

const EXAMPLES: &str = "\
The best C of each head and loss is the one of highest mean accuracy. That head is fitted again on
all rows but the held-out ones (or the test split), and evaluated on those once.

Examples:
  fit sweep birds.h5
  fit sweep birds.h5 --head svm --loss hinge,squared-hinge --c 0.01..100:9 --hold-out 0.2
  fit sweep birds.h5 --head softmax --c 0.1,1,10 --folds 10 --out sweep --json";

pub(super) fn run(args: &SweepArgs) -> anyhow::Result<ExitCode> {
    let families = families(&args.head, &args.loss)?;
    let settings = args.fit.settings(Algorithm::Auto);
    let existing = existing(args.fit.force);
    if let Some(out) = &args.out {
        check_vacant(out, existing)?;
    }

    let cache = Cache::open(&args.cache.cache)?;
    let tap = TapFeatures::open(&cache, args.fit.tap.as_deref())?;
    let request =
        SweepRequest { folds: args.folds, hold_out: args.fit.hold_out, seed: args.fit.seed };
    let SweepPlan { classes, rows, parts, folds, fixed_split, held_out } =
        plan(&Samples::of(&cache), request)
            .with_context(|| format!("cannot sweep `{}`", cache.path().display()))?;
    let train = tap.examples(rows)?;
    let held_out = held_out.map(|rows| tap.examples(rows)).transpose()?;

    let of_family = |family| args.c.values().iter().map(move |&c| Candidate { family, c });
    let candidates: Vec<_> = families.iter().copied().flat_map(of_family).collect();
    let steps = &args.fit.normalize;
    let setup = Setup { classes: &classes, steps, settings: &settings };
    let progress =
        Progress::start(PROGRAM, "fits", candidates.len() * folds.len() + families.len());
    let on_fit = || progress.advance(1);
    let scores = cross_validate(&train, &folds, &candidates, setup, &on_fit)?;
    let leaderboard = leaderboard(&scores);
    let winners = refit_winners(&leaderboard, setup, &train, held_out.as_ref(), &on_fit)?;
    drop(progress);

    let training = Training {
        cache: text(cache.path()),
        parts,
        hold_out: args.fit.hold_out,
        n_samples: train.rows.len(),
    };
    let provenance = cache.provenance().of_tap(tap.name());
    let origin = Origin { classes, provenance, training, settings };
    let scoring = if fixed_split { Scoring::ValidationSplit } else { Scoring::Folds(folds.len()) };
    let winner_documents = winners.iter().map(WinnerDocument::new).collect();
    let document = SweepDocument::new(
        command(),
        origin.clone(),
        steps.clone(),
        scoring,
        leaderboard,
        winner_documents,
    );
    if let Some(out) = &args.out {
        write_sweep_folder(out, &document, winners, &origin, existing)?;
    }
    let document = document.with_times();
    console::result(&if args.fit.json { to_json(&document) } else { document.text() })?;
    if let (Some(out), false) = (&args.out, args.fit.json) {
        console::result(&format!("written to {}\n", out.display()))?;
    }
    Ok(warn_unconverged(document.unconverged()))
}

/// Program and arguments, without the folder that the program happens to lie in.
fn command() -> Vec<String> {
    let arguments = env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned());
    ["fit".to_owned()].into_iter().chain(arguments).collect()
}
