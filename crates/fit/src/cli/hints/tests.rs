use std::path::PathBuf;

use feature_import::ImportError;
use head::{HeadSpec, HingeLoss};
use learn::CalibrateError;
use protocols::reproduce::Variant;
use protocols::retrieve::RetrieveError;
use protocols::retrieve::index::IndexError;
use train::{GroupError, RightRowsError, SweepError, TrainError};

use super::*;

fn cache() -> PathBuf {
    "a.h5".into()
}

/// What a user reads of an error and its causes.
fn read(error: impl Error + Send + Sync + 'static) -> String {
    let causes = anyhow::Error::from(error);
    let causes: Vec<String> = causes.chain().map(|cause| told(cause).to_string()).collect();
    causes.join(": ")
}

/// A class of so many rows in so many groups, which are too few for the folds.
fn small(rows: usize, groups: usize) -> PlanError {
    FoldError::SmallClass { folds: 8, class: "ant".into(), rows, groups }.into()
}

#[test]
fn errors_within_errors_have_their_hints() {
    let in_sweep = |source| read(SweepError::Plan { cache: cache(), source });
    let singles = in_sweep(small(7, 7));
    assert!(singles.starts_with("cannot sweep `a.h5`: 8 folds need 8 rows of each class"));
    assert!(singles.ends_with("has 7\nhint: use `--folds 7` or fewer, or leave such classes out with `--min-class-size 8`"), "{singles}");
    assert!(in_sweep(small(1, 1)).ends_with(
        "has 1\nhint: add images of it, or leave such classes out with `--min-class-size 2`"
    ));
    let grouped = in_sweep(small(3, 2));
    assert!(grouped.contains("has 3 in 2 groups\nhint: use `--folds 2` or fewer, or"), "{grouped}");
    let grouped = in_sweep(small(3, 1));
    assert!(grouped.contains("has 3 in 1 groups\nhint: add images"), "{grouped}");

    let in_training = |source| read(TrainError::Rows { cache: cache(), source });
    let untrained = FoldError::Untrained { class: "ant".into(), rows: 2 };
    assert!(in_training(untrained.into()).contains("\nhint: use another `--seed`"));
    let held_out = in_training(PlanError::HoldOutOfSplits);
    assert!(held_out.ends_with("so `--hold-out` does not apply\nhint: leave it out"), "{held_out}");
    let file = GroupFileError::Io { path: cache(), source: std::io::Error::other("no") };
    let groups = in_training(PlanError::Groups(GroupError::File(file)));
    assert!(groups.contains("\nhint: `--group-by` takes"), "{groups}");
    let group_hint = |file| in_training(PlanError::Groups(GroupError::File(file)));
    let image = || "a.jpg".to_owned();
    let missing = GroupFileError::Missing { path: "g.csv".into(), image: image(), first: None };
    let hint = "hint: add it, or `--group-by g.csv:ext=.EXT,folder=FOLDER` if the paths lack these";
    assert!(group_hint(missing).ends_with(hint));
    let elsewhere = GroupFileError::Elsewhere { path: "g.csv".into(), line: 2, found: image() };
    assert!(group_hint(elsewhere).contains("hint: `--group-by g.csv:root=FOLDER` removes"));
    let groups = Box::new(["x".to_owned(), "y".to_owned()]);
    let two = GroupFileError::TwoGroups { path: "g.csv".into(), line: 3, image: image(), groups };
    assert!(group_hint(two).ends_with("hint: leave one of the lines out"));

    let taps = TapError::Ambiguous(vec!["`a`".into(), "`b`".into()]);
    assert!(read(TrainError::Tap(taps)).ends_with("\nhint: choose one with `--tap NAME`"));
    let views = TapError::SeveralViews { tap: "a".into(), n_views: 2 };
    let views = ApplyError::Head { head: cache(), source: RightRowsError::Tap(views) };
    assert!(
        read(views).ends_with("\nhint: combine them with `--views average` or `--views stack`")
    );
    let missing = OpenError::Missing { path: cache() };
    assert!(read(ReproduceError::Open(missing)).ends_with("\nhint: extract run IMAGES --out a.h5"));
    let foreign = OpenError::NotACache { path: cache(), found: None };
    assert!(
        read(TrainError::Open(foreign))
            .contains("\nhint: caches are made by `extract run`, and by `fit import`")
    );
    let other = SweepError::Log(FitLogError::OtherSamples(cache()));
    assert!(read(other).contains("\nhint: choose another folder"));
    let scores = CalibrateError::Scores(CalibrationError::NotFinite(3));
    let scores = SweepError::Calibration { configuration: "svm".into(), source: scores };
    assert!(read(scores).ends_with("or `--normalize l2` where that is not on yet"));
    let views = IndexError::Views(ViewError::NoWhole("patches:2".into()));
    assert!(read(RetrieveError::Index(views)).contains("\nhint: search with `--search spatial`"));
}

#[test]
fn settings_are_told_in_the_words_of_the_command_line() {
    let svm = HeadSpec::Svm { loss: HingeLoss::SquaredHinge, c: 1.0 };
    let one_class = SettingsError::OneClassOnly;
    for (source, message, hint) in [
        (one_class(OneClassOnly::Head(svm.clone())), "takes one class an image", "`--head svm`"),
        (one_class(OneClassOnly::Calibration), "`--calibrate` takes one class", "leave it out"),
        (one_class(OneClassOnly::Sampling), "`--sampling` takes one class", "balanced"),
        (one_class(OneClassOnly::Smo), "`--solver smo` takes one class", "`--solver auto`"),
        (one_class(OneClassOnly::RidgeWeights), "of ridge takes one class", "`--head svm`"),
        (
            SettingsError::ClassWeights(svm.clone()),
            "`--class-weight` is not for svm (squared_hinge)",
            "use `--sampling`",
        ),
        (SettingsError::Smo(svm), "`--solver smo` is for", "use `--solver auto`"),
        (SettingsError::SmoIterations, "has no `--max-iter`", "use `--tol`"),
        (SettingsError::SmoClassWeights, "has no `--class-weight`", "use `--solver auto`"),
        (SettingsError::Calibration, "`--calibrate` is not for `--head knn`", "leave it out"),
    ] {
        let text = read(TrainError::Settings { cache: cache(), source });
        let (told, help) = text.split_once("\nhint: ").unwrap();
        assert!(told.starts_with("cannot train on `a.h5`: ") && told.contains(message), "{text}");
        assert!(help.contains(hint), "{text}");
    }
}

#[test]
fn sweeps_and_what_lies_in_their_place() {
    let log = |error| read(SweepError::Log(error));
    let file = "choose another folder, or move the file away: `--force` leaves it alone, too";
    assert!(log(FitLogError::Foreign(cache())).ends_with(file));
    let samples = "\nhint: choose another folder, or start anew with `--force`";
    assert!(log(FitLogError::OtherSamples(cache())).ends_with(samples));
    let damaged = FitLogError::Damaged { path: cache(), line: 2 };
    assert!(log(damaged).ends_with("\nhint: start anew with `--force`"));
    let fewer = "\nhint: use fewer values, heads, taps, folds or seeds";
    assert!(read(SweepError::TooManyFits { asked: 9, limit: 8 }).ends_with(fewer));
    let epochs = TrainError::Settings { cache: cache(), source: SettingsError::Epochs(100_001) };
    assert!(read(epochs).ends_with("got 100001\nhint: use a larger learning rate"));
    let exists = WriteFileError::Exists(cache());
    let force = "\nhint: choose another name, or add `--force` to replace it";
    assert!(read(exists).ends_with(force));
}

#[test]
fn numbers_that_overflow() {
    let hint = |has_unit_rows| {
        let (head, image) = (cache(), "a.jpg".to_owned());
        read(ApplyError::NotANumber { head, image, has_unit_rows })
    };
    let smaller = "\nhint: train the head with a smaller C: its weights are too large";
    assert!(hint(true).ends_with(smaller));
    assert!(hint(false).ends_with("features, as with `--normalize l2`"));
}

#[test]
fn imports_are_refused_with_the_option_that_is_wrong() {
    let (path, label) = (cache(), "owl".to_owned());
    let large = ImportError::TooLarge { path, row: 0, column: 0, value: 1e6 };
    assert!(read(large).ends_with("\nhint: leave `--dtype f16` out"));
    let label = read(ImportError::Label { row: 0, label, n_classes: 3 });
    let hint = "\nhint: leave `--class-names` out, or give a name for each number";
    assert!(label.ends_with(hint), "{label}");
    let kind = read(ImportError::Kind("a.mat".into()));
    assert!(kind.ends_with("\nhint: save them as one of these, as with numpy.save"), "{kind}");
}

#[test]
fn searches_of_views_and_boxes_that_are_not_there() {
    let views = IndexError::Views(ViewError::NoLevels("center".into()));
    let hint = "\nhint: choose views by their number, or extract `--views patches:4`";
    assert!(read(RetrieveError::Index(views)).ends_with(hint));
    let query = QuestionError::NoQuery { path: cache(), query: "a.jpg".into() };
    let hint = "hint: extract the boxes with --source oxford5k:queries or paris6k:queries";
    assert!(read(RetrieveError::Question(query)).ends_with(hint));
}

#[test]
fn another_engine_is_accepted_only_where_nothing_else_differs() {
    let difference = |field| Difference::new(field, "a", "b");
    let not_comparable = |fields: &[&'static str]| {
        let differences = fields.iter().map(|&field| difference(field)).collect();
        read(IndexError::NotComparable(NotComparable { path: cache(), differences }))
    };
    assert!(not_comparable(&["engine"]).ends_with("`--any-engine`"));
    assert!(not_comparable(&["engine", "weights"]).ends_with("--views and --crop-box"));
}

#[test]
fn protocols_name_what_to_extract_and_which_variant_to_leave() {
    let protocol = "mit67".parse().unwrap();
    let (path, variant, problem) = (cache(), Variant::CnnSvm, "it has two views".to_owned());
    let unfit = read(ReproduceError::DoesNotFit { path, protocol, variant, problem });
    assert!(unfit.contains("\nhint: extract run IMAGES --source mit67"), "{unfit}");
    let variant = read(ReproduceError::NoSuchVariant { protocol, variant: Variant::Vissl });
    assert!(variant.ends_with("\nhint: leave `--variant` out, or take voc2007"), "{variant}");
}

/// The hint about features that differ from those of a head in what `change` does.
fn of_mismatch_with(change: impl FnOnce(&mut schema::TapProvenance)) -> String {
    let resize = serde_json::json!({ "squash": { "width": 8, "height": 8 } });
    let expected = schema::TapProvenance {
        backbone: "vgg16".into(),
        weights: schema::Weights { name: "w".into(), digest: "89".into() },
        tap: "a:gap".into(),
        preprocessing: serde_json::json!({ "name": "keras", "resize": resize }),
        views: "center".into(),
        engine: "winograd".into(),
        dtype: schema::Dtype::F32,
    };
    let mut found = expected.clone();
    change(&mut found);
    let differences = expected.differences(&found);
    read(ProvenanceMismatch { differences, expected: Box::new(expected) })
}

#[test]
fn other_features_are_told_with_the_command_that_makes_the_right_ones() {
    let command = "\nhint: extract run IMAGES --out FILE.h5 --backbone vgg16 --weights w --tap a:gap \
                   --preset keras --squash 8x8 --engine winograd";
    let resized = of_mismatch_with(|found| {
        found.preprocessing["resize"] =
            serde_json::json!({ "squash": { "width": 9, "height": 8 } });
    });
    assert!(resized.contains("\n  preprocessing.resize.squash.width: expected `8`, found `9`\n"));
    assert!(resized.ends_with(command), "{resized}");
    let engine = of_mismatch_with(|found| found.engine = "libtorch".into());
    assert!(engine.contains(command) && engine.ends_with("with `--any-engine`"), "{engine}");
    let version = of_mismatch_with(|found| found.preprocessing["resampler"] = "other".into());
    assert!(version.contains("no option of `extract run` chooses `preprocessing`"), "{version}");
}
