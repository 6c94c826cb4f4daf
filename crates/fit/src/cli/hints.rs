//! Errors in the words of the command line: the library knows nothing of its options.

use std::error::Error;

use atomic_file::WriteFileError;
use feature_cache::OpenError;
use head::{ExportError, LoadError, ProvenanceMismatch};
use learn::{CalibrateError, CalibrationError, FoldError, OneClassOnly, SolverError};
use protocols::reproduce::ReproduceError;
use protocols::retrieve::RetrieveError;
use protocols::retrieve::comparable::NotComparable;
use protocols::retrieve::index::IndexError;
use protocols::retrieve::question::QuestionError;
use protocols::retrieve::views::ViewError;
use schema::TapProvenance;
use train::{
    ApplyError, FitLogError, GroupError, GroupFileError, PlanError, RightRowsError, SweepError,
    TapError, TrainError,
};

use crate::report::reproduce::extract_command;

/// An error below those that only pass it on.
pub(super) fn innermost<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    passed_on(error).map_or(error, innermost)
}

/// What a user reads of an error, its causes left out: the message, and below it what to do.
pub(super) fn told(error: &(dyn Error + 'static)) -> String {
    let error = innermost(error);
    let message = reworded(error).unwrap_or_else(|| error.to_string());
    match hint(error) {
        Some(hint) => format!("{message}\nhint: {hint}"),
        None => message,
    }
}

/// The error that `error` only passes on: both have one message, and one cause.
fn passed_on<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    if let Some(error) = error.downcast_ref() {
        return match error {
            TrainError::Open(error) => Some(error),
            TrainError::Read(error) => Some(error),
            TrainError::Tap(error) => Some(error),
            TrainError::Groups(error) => Some(error),
            TrainError::Solver(error) => Some(error),
            TrainError::Calibrate(error) => Some(error),
            TrainError::Labels { .. } | TrainError::Rows { .. } => None,
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            SweepError::Open(error) => Some(error),
            SweepError::Cache(error) => Some(error),
            SweepError::Folder(error) => Some(error),
            SweepError::Tap(error) => Some(error),
            SweepError::Log(error) => Some(error),
            SweepError::Groups(error) => Some(error),
            SweepError::Labels { .. }
            | SweepError::Plan { .. }
            | SweepError::Calibration { .. }
            | SweepError::Solver { .. } => None,
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            ApplyError::Open(error) => Some(error),
            ApplyError::Read(error) => Some(error),
            ApplyError::Load(error) => Some(error),
            ApplyError::Tap(error) => Some(error),
            _ => None,
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            RetrieveError::Open(error) => Some(error),
            RetrieveError::Read(error) => Some(error),
            RetrieveError::Question(error) => Some(error),
            RetrieveError::Index(error) => Some(error),
            RetrieveError::NotFinite(error) => Some(error),
            RetrieveError::NoImage { .. } => None,
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            ReproduceError::Open(error) => Some(error),
            ReproduceError::Tap(error) => Some(error),
            ReproduceError::Read(error) => Some(error),
            ReproduceError::Groups(error) => Some(error),
            ReproduceError::Transform(error) => Some(error),
            _ => None,
        };
    }
    passed_on_by_parts(error)
}

/// Likewise for the parts that operations are made of.
fn passed_on_by_parts<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    if let Some(error) = error.downcast_ref() {
        return match error {
            PlanError::Rows(error) => Some(error),
            PlanError::Groups(error) => Some(error),
            PlanError::Folds(error) => Some(error),
            PlanError::HoldOutOfSplits => None,
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            RightRowsError::Rows(error) => Some(error),
            RightRowsError::Tap(error) => Some(error),
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            GroupError::Cache(error) => Some(error),
            GroupError::File(error) => Some(error),
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            CalibrateError::Folds(error) => Some(error),
            CalibrateError::Solver(error) => Some(error),
            CalibrateError::Scores(error) => Some(error),
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            IndexError::Tap(error) => Some(error),
            IndexError::Views(error) => Some(error),
            IndexError::NotComparable(error) => Some(error),
            IndexError::Transform(error) => Some(error),
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            SolverError::Transform(error) => Some(error),
            SolverError::ClassWeights(error) => Some(error),
            _ => None,
        };
    }
    None
}

/// The message where that of the library does not name what was written on the command line.
fn reworded(error: &(dyn Error + 'static)) -> Option<String> {
    if let Some(PlanError::HoldOutOfSplits) = error.downcast_ref() {
        return Some("the cache has its own splits, so `--hold-out` does not apply".to_owned());
    }
    if let Some(SolverError::OneClassOnly(what)) = error.downcast_ref() {
        let what = match what {
            OneClassOnly::Head(_) => return None,
            OneClassOnly::Calibration => "`--calibrate`",
            OneClassOnly::Sampling => "`--sampling`",
            OneClassOnly::Smo => "`--solver smo`",
            OneClassOnly::RidgeWeights => "`--class-weight` of ridge",
        };
        return Some(format!(
            "{what} takes one class an image, and these have several labels each"
        ));
    }
    None
}

/// What to do about an error.
fn hint(error: &(dyn Error + 'static)) -> Option<String> {
    if let Some(OpenError::Missing { path }) = error.downcast_ref() {
        return Some(format!("extract run IMAGES --out '{}'", path.display()));
    }
    if let Some(error) = error.downcast_ref() {
        let WriteFileError::Exists(_) = error else { return None };
        return some("choose another name, or add `--force` to replace it");
    }
    if let Some(error) = error.downcast_ref() {
        let LoadError::Io { .. } = error else { return None };
        return some("heads are made by `fit train` and `fit sweep --out`");
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
            _ => None,
        };
    }
    if error.is::<ExportError>() {
        return some("use `--to safetensors`, or `fit predict`");
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            TapError::Ambiguous(_) => some("choose one with `--tap NAME`"),
            TapError::SeveralViews { .. } => {
                some("combine them with `--views average` or `--views stack`")
            }
            _ => None,
        };
    }
    of_training(error).or_else(|| of_protocols(error))
}

fn of_training(error: &(dyn Error + 'static)) -> Option<String> {
    if let Some(PlanError::HoldOutOfSplits) = error.downcast_ref() {
        return some("leave it out");
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            FoldError::SmallClass { groups: groups @ 2.., .. } => {
                Some(format!("use `--folds {groups}` or fewer"))
            }
            FoldError::SmallClass { .. } => some("add images of it, or leave the class out"),
            FoldError::Untrained { .. } => some(
                "use another `--seed`, more `--folds` or a smaller `--hold-out`, or add images of it",
            ),
            _ => None,
        };
    }
    if let Some(error) = error.downcast_ref() {
        let GroupFileError::Io { .. } = error else { return None };
        return some("`--group-by` takes `dir` or a CSV file");
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            SolverError::OneClassOnly(what) => some(match what {
                OneClassOnly::Head(_) => "`--head svm` and `--head ridge` take several labels",
                OneClassOnly::Calibration => "leave it out",
                OneClassOnly::Sampling => {
                    "`--class-weight balanced` weighs the two sides of each class"
                }
                OneClassOnly::Smo => "use `--solver auto`",
                OneClassOnly::RidgeWeights => "leave it out, or use `--head svm`",
            }),
            SolverError::TooManyForSmo { .. } => some("use `--solver auto`"),
            SolverError::TooManyForGaussian { .. } => some("use `--kernel linear`"),
            _ => None,
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            CalibrationError::NotFinite(_) => some("use a smaller C, or `--normalize l2`"),
            CalibrationError::Probabilities => some("leave `--calibrate` out"),
            CalibrationError::NoRows => None,
        };
    }
    if let Some(error) = error.downcast_ref() {
        return match error {
            FitLogError::Foreign(_) | FitLogError::OtherSamples(_) => {
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
            _ => None,
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
    let mut hint = "extract both with the same options but --views and --crop-box".to_owned();
    if differences.iter().all(|difference| difference.field == "engine") {
        hint += "; or accept what another engine computed with `--any-engine`";
    }
    Some(hint)
}

/// The command that makes a cache of the features that a head was trained on.
fn of_mismatch(
    ProvenanceMismatch { differences, expected }: &ProvenanceMismatch,
) -> Option<String> {
    let TapProvenance { backbone, weights, tap, preprocessing, engine, .. } = &**expected;
    let mut command = format!(
        "extract run IMAGES --out FILE.h5 --backbone {backbone} --weights {} --tap {tap}",
        weights.name
    );
    if let Some(preset) = preprocessing["name"].as_str() {
        command += &format!(" --preset {preset}");
    }
    // A cache that rows of several engines share names all of them, and none can be asked for.
    if !engine.contains('+') {
        command += &format!(" --engine {engine}");
    }
    if differences.iter().all(|difference| difference.field == "engine") {
        command += "; or accept what another engine computed with `--any-engine`";
    }
    Some(command)
}

fn some(hint: &str) -> Option<String> {
    Some(hint.to_owned())
}
