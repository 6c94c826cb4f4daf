//! Each error that has a hint, with it.

use std::io;
use std::path::PathBuf;

use dataset::PossibleReading;
use engine::EngineError;
use schema::{Difference, Provenance};
use weights::Misfit;

use super::*;

mod fetching;

fn path() -> PathBuf {
    "a.h5".into()
}

fn name() -> String {
    "vgg16".to_owned()
}

#[track_caller]
fn check(error: impl Error + 'static, expected: &str) {
    assert_eq!(hint(&error).as_deref(), Some(expected), "{error}");
    let hints = expected.replace(NEXT, "\nhint: ");
    assert_eq!(told(&error).to_string(), format!("{error}\nhint: {hints}"));
}

#[test]
fn what_has_no_hint_is_told_as_it_is() {
    assert_eq!(told(&io::Error::other("no")).to_string(), "no");
    let source = || io::Error::other("no");
    assert_eq!(
        hint(&RunError::Partial(PartialError::Read { path: path(), source: source() })),
        None
    );
    assert_eq!(hint(&RunError::Write(WriteError::Io { path: path(), source: source() })), None);
}

#[test]
fn of_folders() {
    let folder = |error| RunError::Images(LayoutError::Folder(error));
    let root = || PathBuf::from("photos");
    let way = |words: &str, choices| PossibleReading { words: words.to_owned(), choices };
    let splits = |text: &str| Choice::Splits(text.parse().unwrap());
    let classes = |text: &str| Choice::Classes(text.parse().unwrap());
    let readings = vec![
        way("a", vec![splits("none"), classes("depth=2")]),
        way("b", vec![splits("my train=train")]),
        way("c", vec![Choice::Folder("images".to_owned())]),
    ];
    let error = FolderError::Ambiguous { root: root(), readings };
    let text = told(&folder(error)).to_string();
    assert_eq!(
        text,
        "the folders in `photos` can be read in 3 ways:\n  1. a\n  2. b\n  3. c\n\
         hint: for 1: `--splits none --classes depth=2`\n\
         hint: for 2: `--splits 'my train=train'`\n\
         hint: for 3: read the folder `images` alone"
    );
    check(
        folder(FolderError::NoSplits { root: root() }),
        "name the folders, as in `--splits fit=train,judge=test`, or leave `--splits` out",
    );
    let too_deep =
        |deepest| folder(FolderError::TooShallow { root: root(), class_depth: 3, deepest });
    check(too_deep(2), "give `--classes depth=N` with N from 1 to 2");
    check(too_deep(0), "leave `--classes` out");
    assert_eq!(hint(&folder(FolderError::Missing { root: root() })), None);
}

#[test]
fn of_runs() {
    check(
        RunError::NoBoxes { source_name: "folder".to_owned() },
        "leave `--crop-box` out, or choose a source with boxes: cub200, csv or attributes",
    );
    let damaged = OpenError::Version { path: path(), found: 2 };
    check(RunError::Existing(ExistingError::Damaged(damaged)), "replace it with `--replace`");
    check(
        RunError::Partial(PartialError::Locked { out: path(), folder: path() }),
        "wait for it, or name another `--out`",
    );
    let folder = || WriteError::NoFolder { folder: "my caches; rm x".into() };
    check(RunError::Write(folder()), "mkdir -p 'my caches; rm x'");
    check(MergeError::Write(folder()), "mkdir -p 'my caches; rm x'");
    let denied = || WriteError::ReadOnly { path: path(), source: io::Error::other("no") };
    let expected = "name another `--out`, in a folder that this user may write to";
    check(RunError::Partial(PartialError::Write(denied())), expected);
    check(RunError::Write(denied()), expected);
    check(MergeError::Write(denied()), expected);
}

#[test]
fn of_caches() {
    check(OpenError::Missing { path: path() }, "extract run IMAGES --out a.h5");
    check(OpenError::NotACache { path: path(), found: None }, "caches are made by `extract run`");
    check(MergeError::NotAShard { path: path() }, "merge what `extract run --shard I/N` wrote");
    check(
        MergeError::OtherAnnotations { path: path(), first: path() },
        "extract all shards from the same folder, with the same `--source`",
    );
    let missing = vec!["2/4".parse().expect("a shard")];
    check(MergeError::Missing { n_missing: 1, missing }, "extract run IMAGES --shard 2/4");
}

fn failure(n_images: usize, device: &str) -> RunError {
    let error = EngineError {
        engine: "libtorch",
        device: device.to_owned(),
        n_images: Some(n_images),
        is_out_of_memory: true,
        message: "no more".to_owned(),
    };
    let folder = "a.h5.partial".into();
    RunError::Failed(Box::new(Failure { error, batch: 16, n_rows: 12, n_images: 30, folder }))
}

#[test]
fn of_features_that_are_no_numbers() {
    for (cause, words) in [
        (NotFiniteCause::Stored, "store them with `--dtype f32`"),
        (
            NotFiniteCause::ComputedInF16,
            "compute with `--precision bf16`, or leave `--precision` out",
        ),
        (
            NotFiniteCause::Weights,
            "fetch or convert the weights again, or choose the `--preset` that they were trained with",
        ),
    ] {
        let (tap, path) = ("fc7:flatten".to_owned(), "cat/1.jpg".to_owned());
        let error = NotFinite { tap, path, view: 0, n_views: 1, value: f32::NAN, cause };
        let rest = "and name another `--out`, or replace what is there with `--replace`";
        check(RunError::NotFinite(Box::new(error)), &format!("{words}; {rest}"));
    }
}

#[test]
fn what_takes_less_memory_is_named() {
    assert_eq!(
        hint(&failure(16, "cuda:0")).unwrap().split(NEXT).collect::<Vec<_>>(),
        [
            "with `--batch 8` it takes less memory",
            "with `--engine libtorch --device cpu` it needs no GPU"
        ]
    );
    assert_eq!(hint(&failure(1, "cpu")).unwrap(), "end other programs that take memory there");
}

/// Features of a small network, squashed, from one engine.
fn provenance() -> Provenance {
    let resize = serde_json::json!({ "squash": { "width": 64, "height": 48 } });
    Provenance {
        backbone: "vgg16".to_owned(),
        weights: schema::Weights { name: "w".to_owned(), digest: "89".to_owned() },
        taps: vec!["a:gap".to_owned(), "b c:max".to_owned()],
        preprocessing: serde_json::json!({ "name": "keras", "resize": resize, "filter": "box" }),
        views: "center".to_owned(),
        engine: "winograd".to_owned(),
        dtype: schema::Dtype::F32,
    }
}

/// The hint about a run that asks for what `change` makes of the features that are there.
fn to_equal(change: impl FnOnce(&mut Provenance)) -> String {
    let found = provenance();
    let mut asked = provenance();
    change(&mut asked);
    choices::to_equal(&asked.differences(&found), &found)
}

#[test]
fn options_that_make_features_equal_to_those_that_are_there() {
    let same = "the same features are made with ";
    let resized = to_equal(|asked| {
        asked.preprocessing["resize"] = serde_json::json!({ "shorter_side": { "length": 64 } });
    });
    assert_eq!(resized, format!("{same}`--squash 64x48`"));
    let wider = to_equal(|asked| asked.preprocessing["resize"]["squash"]["width"] = 65.into());
    assert_eq!(wider, resized);
    let several = to_equal(|asked| {
        asked.taps.pop();
        asked.engine = "libtorch:f16".to_owned();
        asked.dtype = schema::Dtype::F16;
        asked.views = "box, flip".to_owned();
    });
    assert_eq!(
        several,
        format!(
            "{same}`--tap a:gap --tap 'b c:max' --views center --engine winograd --precision f32 --dtype f32`, \
             without `--crop-box`"
        )
    );
    let other_version = to_equal(|asked| asked.preprocessing["decoding"] = "new".into());
    assert!(other_version.starts_with("no option chooses `preprocessing`"), "{other_version}");

    let found = provenance();
    let shard = |found: &str| vec![Difference::new("shard", "1/2", found)];
    assert_eq!(
        choices::to_equal(&shard("all images"), &found),
        "the same features are made, without `--shard`"
    );
    assert_eq!(choices::to_equal(&shard("2/2"), &found), format!("{same}`--shard 2/2`"));
    let shared = Provenance { engine: "libtorch + winograd".to_owned(), ..found.clone() };
    let differences = found.differences(&shared);
    assert_eq!(choices::to_equal(&differences, &shared), format!("{same}`--any-engine`"));
}

#[test]
fn other_features_are_told_with_what_makes_them() {
    let found = || Box::new(provenance());
    let differences = || vec![Difference::new("engine", "libtorch", "winograd")];
    let equal = "the same features are made with `--engine winograd --precision f32`";
    check(
        RunError::Existing(ExistingError::OtherFeatures {
            path: path(),
            differences: differences(),
            found: found(),
        }),
        &format!("{equal}\nname another `--out`, or replace these with `--replace`"),
    );
    check(
        RunError::Partial(PartialError::OtherProvenance {
            folder: path(),
            differences: differences(),
            found: found(),
        }),
        &format!("{equal}\nname another `--out`, or discard that run with `--replace`"),
    );
    check(
        MergeError::Foreign {
            path: path(),
            first: path(),
            differences: differences(),
            expected: found(),
        },
        equal,
    );
}
