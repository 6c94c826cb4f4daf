//! Errors in the words of the command line: the library knows nothing of its options.

mod audit;
mod export;
mod import;
mod passed_on;

use std::error::Error;

use atomic_file::WriteFileError;
use console::{Told, quote_for_shell};
use feature_cache::OpenError;
use head::{LoadError, ProvenanceMismatch};
use learn::{
    CalibrationError, FoldError, MAX_EPOCHS, MAX_ITERATIONS, OneClassOnly, SettingsError,
    SolverError,
};
use metrics::{Bootstrap, ResamplesError};
use protocols::reproduce::ReproduceError;
use protocols::retrieve::comparable::NotComparable;
use protocols::retrieve::question::QuestionError;
use protocols::retrieve::views::ViewError;
use schema::{Choice, Difference};
use train::{
    ApplyError, DivisionRequest, FitLogError, GroupFileError, PlanError, RowsError, SweepError,
    TapError,
};

pub(super) use self::passed_on::innermost;
use crate::report::reproduce::extract_command;

/// What a user reads of an error, its causes left out: the message, and below it what to do.
pub(super) fn told(error: &(dyn Error + 'static)) -> Told {
    let error = innermost(error);
    let told = reworded(error).map_or_else(|| Told::of(error), |message| Told::message(&message));
    match hint(error) {
        Some(hint) => told.hint(&hint),
        None => told,
    }
}

/// The message where that of the library does not name what was written on the command line.
fn reworded(error: &(dyn Error + 'static)) -> Option<String> {
    match error.downcast_ref() {
        Some(PlanError::HoldOutOfSplits) => {
            return some("the cache has its own splits, so `--hold-out` does not apply");
        }
        Some(PlanError::TooManySeeds(got)) => {
            return Some(format!("`--seeds` is at most {}, got {got}", DivisionRequest::MAX_SEEDS));
        }
        _ => {}
    }
    if let Some(ResamplesError(got)) = error.downcast_ref() {
        return Some(format!("`--bootstrap` is at most {}, got {got}", Bootstrap::MAX_RESAMPLES));
    }
    let what = match error.downcast_ref()? {
        SettingsError::OneClassOnly(what) => match what {
            OneClassOnly::Head(_) => return None,
            OneClassOnly::Calibration => "`--calibrate`",
            OneClassOnly::Sampling => "`--sampling`",
            OneClassOnly::Smo => "`--solver smo`",
            OneClassOnly::RidgeWeights => "`--class-weight` of ridge",
        },
        SettingsError::ClassWeights(spec) => {
            return Some(format!("`--class-weight` is not for {spec}"));
        }
        SettingsError::Smo(_) => return some("`--solver smo` is for `--head svm --loss hinge`"),
        SettingsError::SmoIterations => return some("`--solver smo` has no `--max-iter`"),
        SettingsError::Iterations(got) => {
            return Some(format!("`--max-iter` is at most {MAX_ITERATIONS}, got {got}"));
        }
        SettingsError::Epochs(got) => {
            return Some(format!("`--epochs` is at most {MAX_EPOCHS}, got {got}"));
        }
        SettingsError::SmoClassWeights => return some("`--solver smo` has no `--class-weight`"),
        SettingsError::Calibration => {
            return some("`--calibrate` is not for `--head knn`: its votes are probabilities");
        }
    };
    Some(format!("{what} takes one class an image, and these have several labels each"))
}

/// What to do about an error.
fn hint(error: &(dyn Error + 'static)) -> Option<String> {
    if let Some(error) = error.downcast_ref() {
        return match error {
            OpenError::Missing { path } => {
                Some(format!("extract run IMAGES --out {}", quote_for_shell(path)))
            }
            OpenError::NotACache { .. } => some(
                "caches are made by `extract run`, and by `fit import` of features of your own",
            ),
            OpenError::NoChecksums { .. } => some("read it as it is with `--no-verify`"),
            OpenError::Io { .. }
            | OpenError::NoFormat { .. }
            | OpenError::Stored { .. }
            | OpenError::Copy { .. }
            | OpenError::Dataset { .. }
            | OpenError::NotHdf5 { .. }
            | OpenError::Version { .. }
            | OpenError::Damaged { .. } => None,
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            WriteFileError::Exists(_) => {
                some("choose another name, or add `--force` to replace it")
            }
            WriteFileError::Io { .. } => None,
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            LoadError::Io { .. } => some("heads are made by `fit train` and `fit sweep --out`"),
            LoadError::Changed { .. } => {
                some("train it again, or copy it again from where it is whole")
            }
            LoadError::NotSafetensors { .. }
            | LoadError::NotAHead { .. }
            | LoadError::Version { .. }
            | LoadError::Metadata { .. }
            | LoadError::MissingTensor { .. }
            | LoadError::TensorType { .. }
            | LoadError::TensorShape { .. }
            | LoadError::NotFinite { .. }
            | LoadError::Scale { .. }
            | LoadError::Calibration { .. }
            | LoadError::Parts { .. }
            | LoadError::Label { .. }
            | LoadError::Unsuited { .. }
            | LoadError::Classes { .. } => None,
        };
    }
    if let Some(error) = error.downcast_ref() {
        return of_mismatch(error);
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            ApplyError::Labels { .. } => {
                some("use a head that was trained on labels of this kind; `fit predict` needs none")
            }
            ApplyError::CompareMultiLabel(_) => {
                some("compare the mAP of `fit eval` and its intervals")
            }
            ApplyError::Width { .. } => {
                some("extract a cache with the network, tap and views that the head was trained on")
            }
            ApplyError::NotANumber { has_unit_rows: true, .. } => {
                some("train the head with a smaller C: its weights are too large")
            }
            ApplyError::NotANumber { .. } => {
                some("train the head on normalized features, as with `--normalize l2`")
            }
            ApplyError::Open(_)
            | ApplyError::Resamples(_)
            | ApplyError::Read(_)
            | ApplyError::Load(_)
            | ApplyError::Provenance { .. }
            | ApplyError::Rows { .. }
            | ApplyError::Choice { .. }
            | ApplyError::Head { .. }
            | ApplyError::Tap(_)
            | ApplyError::WorstOfMultiLabel => None,
        };
    }
    if let Some(error) = error.downcast_ref() {
        return import::hint(error);
    }
    if let Some(error) = error.downcast_ref() {
        return audit::hint(error).map(ToOwned::to_owned);
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            TapError::Ambiguous(_) => some("choose one with `--tap NAME`"),
            TapError::SeveralViews { .. } => {
                some("combine them with `--views average` or `--views stack`")
            }
            TapError::Read(_) | TapError::NotFinite { .. } => None,
        };
    }
    of_training(error).or_else(|| of_protocols(error)).or_else(|| export::hint(error))
}

fn of_training(error: &(dyn Error + 'static)) -> Option<String> {
    if let Some(RowsError::UnknownClass { known, .. }) = error.downcast_ref() {
        let known: Vec<String> = known.iter().map(|class| table::quoted(class)).collect();
        let known = quote_for_shell(known.join(","));
        return Some(format!("leave these rows out with `--classes {known}`"));
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            PlanError::HoldOutOfSplits => some("leave it out"),
            PlanError::Rows(_)
            | PlanError::Groups(_)
            | PlanError::Folds(_)
            | PlanError::TooManySeeds(_) => None,
        };
    }
    if let Some(SweepError::TooManyFits { .. }) = error.downcast_ref() {
        return some("use fewer values, heads, taps, folds or seeds");
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            FoldError::SmallClass { groups: groups @ 2.., rows, .. } => Some(format!(
                "use `--folds {groups}` or fewer, or leave such classes out with `--min-class-size {}`",
                rows + 1
            )),
            FoldError::SmallClass { rows, .. } | FoldError::Indivisible { rows, .. } => {
                Some(format!(
                    "add images of it, or leave such classes out with `--min-class-size {}`",
                    rows + 1
                ))
            }
            FoldError::Untrained { .. } => some(
                "use another `--seed`, more `--folds` or a smaller `--hold-out`, or add images of it",
            ),
            FoldError::TooFewFolds(_)
            | FoldError::ClassInOneFold(_)
            | FoldError::BadFraction(_) => None,
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            GroupFileError::Io { .. } => some("`--group-by` takes `dir` or a CSV file"),
            GroupFileError::Table { problem, .. } => problem.hint().map(ToOwned::to_owned),
            GroupFileError::NoColumn { path, example, .. } => {
                let path = path.display();
                Some(format!("say which columns they are, as in `--group-by {path}:{example}`"))
            }
            GroupFileError::Elsewhere { path, .. } => Some(format!(
                "`--group-by {}:root=FOLDER` removes the folder that paths begin with",
                path.display()
            )),
            GroupFileError::TwoGroups { .. } => some("leave one of the lines out"),
            GroupFileError::Missing { path, .. } => Some(format!(
                "add it, or `--group-by {}:ext=.EXT,folder=FOLDER` if the paths lack these",
                path.display()
            )),
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            SettingsError::OneClassOnly(what) => some(match what {
                OneClassOnly::Head(_) => "`--head svm` and `--head ridge` take several labels",
                OneClassOnly::Calibration => "leave it out",
                OneClassOnly::Sampling => {
                    "`--class-weight balanced` weighs the two sides of each class"
                }
                OneClassOnly::Smo => "use `--solver auto`",
                OneClassOnly::RidgeWeights => "leave it out, or use `--head svm`",
            }),
            SettingsError::ClassWeights(_) => some("use `--sampling`"),
            SettingsError::Smo(_) | SettingsError::SmoClassWeights => some("use `--solver auto`"),
            SettingsError::SmoIterations => some("use `--tol`"),
            SettingsError::Iterations(_) => some("raise `--tol`, or normalize the features"),
            SettingsError::Epochs(_) => some("use a larger learning rate"),
            SettingsError::Calibration => some("leave it out"),
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            SolverError::TooManyForSmo { .. } => some("use `--solver auto`"),
            SolverError::TooManyForGaussian { .. } => some("use `--kernel linear`"),
            SolverError::Transform(_) | SolverError::ClassWeights(_) | SolverError::Fit { .. } => {
                None
            }
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            CalibrationError::NotFinite(_) => {
                some("use a smaller C, or `--normalize l2` where that is not on yet")
            }
            CalibrationError::Probabilities => some("leave `--calibrate` out"),
            CalibrationError::NoRows => None,
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            FitLogError::Foreign(_) => {
                some("choose another folder, or move the file away: `--force` leaves it alone, too")
            }
            FitLogError::Link(_) => some("name the folder that it leads to, or another one"),
            FitLogError::OtherSamples(_) => {
                some("choose another folder, or start anew with `--force`")
            }
            FitLogError::Damaged { .. } => some("start anew with `--force`"),
            FitLogError::Io { .. } | FitLogError::Locked(_) => None,
        };
    }
    None
}

fn of_protocols(error: &(dyn Error + 'static)) -> Option<String> {
    if let Some(error) = error.downcast_ref() {
        return match error {
            ReproduceError::DoesNotFit { protocol, variant, .. } => {
                Some(extract_command(protocol, *variant))
            }
            ReproduceError::NoSuchVariant { .. } => some("leave `--variant` out, or take voc2007"),
            ReproduceError::Open(_)
            | ReproduceError::Tap(_)
            | ReproduceError::Read(_)
            | ReproduceError::Groups(_)
            | ReproduceError::Folds(_)
            | ReproduceError::Transform(_)
            | ReproduceError::Resamples(_)
            | ReproduceError::Fit(_) => None,
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            ViewError::NoWhole(_) => {
                some("search with `--search spatial`, or extract `--views center`")
            }
            ViewError::NoLevels(_) => {
                some("choose views by their number, or extract `--views patches:4`")
            }
            ViewError::OtherKind { .. } => some(
                "extract both with the same --views; of `patches`, the numbers of levels may differ",
            ),
            ViewError::TooMany { .. } => None,
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            QuestionError::NoQueries(_) => some(
                "extract with --source oxford5k, paris6k, holidays or ukbench, or look for the images that \
                 resemble one with `fit retrieve FILE.h5 --query PATH`",
            ),
            QuestionError::NoAnswers(_) => {
                some("search the cache of all images, and give this one as `--queries`")
            }
            QuestionError::NoQuery { .. } => {
                some("extract the boxes with --source oxford5k:queries or paris6k:queries")
            }
            QuestionError::Read(_) | QuestionError::NoRow { .. } => None,
        };
    }
    let NotComparable { differences, .. } = error.downcast_ref()?;
    let hint = "extract both with the same options but --views and --crop-box";
    Some(format!("{hint}{}", or_any_engine(differences)))
}

/// The end of a hint where nothing but the engine differs.
fn or_any_engine(differences: &[Difference]) -> &'static str {
    if differences.iter().all(|difference| difference.field == "engine") {
        "; or accept what another engine computed with `--any-engine`"
    } else {
        ""
    }
}

/// The command that makes a cache of the features that a head was trained on.
fn of_mismatch(
    ProvenanceMismatch { differences, expected }: &ProvenanceMismatch,
) -> Option<String> {
    if expected.is_imported() {
        let made_by = quote_for_shell(&expected.weights.name);
        return Some(format!("fit import FEATURES --out FILE.h5 --made-by {made_by}"));
    }
    let choices = expected.choices();
    let cannot_be_chosen = |difference: &&Difference| {
        difference.field != "engine" && !choices.iter().any(|choice| choice.decides(difference))
    };
    if let Some(difference) = differences.iter().find(cannot_be_chosen) {
        return Some(format!(
            "no option of `extract run` chooses `{}`: train the head again, on a cache of the same version",
            difference.field
        ));
    }
    let mut command = "extract run IMAGES --out FILE.h5".to_owned();
    for Choice { name, value, .. } in choices.iter().filter(|choice| !choice.is_default) {
        command += &format!(" --{name}");
        if !value.is_empty() {
            command += &format!(" {}", quote_for_shell(value));
        }
    }
    // Rows of several engines are of none that could be asked for.
    let is_shared = expected.engine.contains('+');
    let engine = if is_shared {
        "; and apply the head with `--any-engine`"
    } else {
        or_any_engine(differences)
    };
    Some(command + engine)
}

fn some(hint: &str) -> Option<String> {
    Some(hint.to_owned())
}

#[cfg(test)]
mod tests;
