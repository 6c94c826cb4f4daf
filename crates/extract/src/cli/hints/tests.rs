//! Each error that has a hint, with it.

use std::io;
use std::path::PathBuf;

use engine::{EngineError, NeedsLibtorch, NotAChain, Precision};
use weights::Misfit;

use super::*;

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
    assert_eq!(hint(&ResolveError::NoCacheFolder(weights::NoCacheFolder)), None);
    let source = || io::Error::other("no");
    assert_eq!(
        hint(&RunError::Partial(PartialError::Read { path: path(), source: source() })),
        None
    );
    assert_eq!(hint(&RunError::Write(WriteError::Io { path: path(), source: source() })), None);
}

#[test]
fn of_runs() {
    check(
        RunError::NoBoxes { source_name: "folder".to_owned() },
        "leave `--crop-box` out, or choose a source with boxes: cub200, csv or attributes",
    );
    let damaged = OpenError::Version { path: path(), found: 2 };
    check(RunError::Existing(ExistingError::Damaged(damaged)), "replace it with `--replace`");
    let differences = Vec::new();
    check(
        RunError::Existing(ExistingError::OtherFeatures { path: path(), differences }),
        "name another `--out`, or replace these with `--replace`",
    );
    check(
        RunError::Partial(PartialError::Locked { out: path(), folder: path() }),
        "wait for it, or name another `--out`",
    );
    let differences = Vec::new();
    check(
        RunError::Partial(PartialError::OtherProvenance { folder: path(), differences }),
        "name another `--out`, or discard that run with `--replace`",
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
    check(OpenError::NotACache { path: path() }, "caches are made by `extract run`");
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

#[test]
fn of_networks() {
    let taps = vec!["pool1".to_owned(), "pool2".to_owned()];
    let unknown = TapError::UnknownLayer { backbone: name(), name: "pool3".to_owned(), taps };
    check(
        NetworkError::Tap(unknown),
        "its taps are pool1, pool2, and what `extract summary --backbone vgg16` shows inside of them",
    );
    let squash = NetworkError::PresetChange(PresetChangeError::SquashAndCrop);
    assert_eq!(hint(&squash), preset_change(&PresetChangeError::SquashAndCrop));
    let sizes = NetworkError::Views(ViewsError::TwoSizes);
    assert_eq!(hint(&sizes), views(&ViewsError::TwoSizes));
}

#[test]
fn of_engines() {
    let check = |error, expected| check(NetworkError::Engine(error), expected);
    let unavailable =
        |n_gpus| ChoiceError::Device(DeviceError::Unavailable { name: name(), n_gpus });
    check(
        unavailable(0),
        "install the NVIDIA driver and run `scripts/setup --cuda`, or use `--device cpu`",
    );
    assert_eq!(hint(&NetworkError::Engine(unavailable(1))), None);
    check(
        ChoiceError::NotAChain(NotAChain { backbone: name(), node: "fc6".to_owned() }),
        "use `--engine libtorch`, or another tap",
    );
    check(
        ChoiceError::NotOnDevice { device: "cuda".to_owned() },
        "use `--device cpu`, or `--engine libtorch`",
    );
    check(
        ChoiceError::NotInPrecision { precision: Precision::F16 },
        "use `--engine libtorch`, or leave `--precision` out",
    );
    check(
        ChoiceError::WithoutLibtorch(NeedsLibtorch::Engine),
        "build it with libtorch: `scripts/setup`, then `cargo build --release -p extract`",
    );
}

#[test]
fn of_weights() {
    let check_weights = |error, expected| check(NetworkError::Weights(error), expected);
    check_weights(ResolveError::Unknown { name: name() }, "extract weights list");
    check_weights(ResolveError::NotFetched { name: name() }, "extract weights fetch vgg16");
    let (found, got) = ("mine".to_owned(), "00".to_owned());
    let other = ResolveError::Other { name: name(), path: path(), found, got };
    check_weights(other, "extract weights fetch vgg16");
    let convert = "extract weights convert a.h5 --backbone NAME --out FILE.safetensors";
    check_weights(ResolveError::NotConverted { path: path() }, convert);
    let check_open = |error, expected| check_weights(ResolveError::Open(error), expected);
    check_open(OpenWeightsError::NotConverted { path: path() }, convert);
    let (expected, got) = ("00".to_owned(), "01".to_owned());
    check_open(
        OpenWeightsError::Digest { path: path(), expected, got },
        "fetch or convert them again (`extract weights --help`)",
    );
    check_open(
        OpenWeightsError::Version { path: path(), got: "2".to_owned() },
        "fetch or convert them again with this version of extract",
    );
    let metadata = OpenWeightsError::Metadata { path: path(), key: "name" };
    check_open(metadata, "fetch or convert them again");
}

#[test]
fn of_fetching_and_converting() {
    check(FetchError::Unknown(UnknownName { name: name() }), "extract weights list");
    check(
        FetchError::NoSource { name: name(), reasons: Vec::new() },
        "on a machine that reaches a source, run the same command, and copy the file that it writes; or \
         convert a published file with `extract weights convert`",
    );
    let attempts = [
        AttemptError::Record(RecordError::Changed { path: path(), recorded: name(), got: name() }),
        AttemptError::Record(RecordError::Malformed { path: path(), name: name() }),
        AttemptError::Download(DownloadError::Scheme { url: name() }),
        AttemptError::Io(io::Error::other("no")),
    ];
    let reasons = attempts.map(|attempt| (name(), attempt)).into();
    check(
        FetchError::NoSource { name: name(), reasons },
        "if the publisher is known to have replaced the file, remove `a.h5` and fetch again\n\
         remove `a.h5`, and the file is trusted on first use again\n\
         set OFFSHELF_MIRROR to an address such as https://mirror.example, or unset it\n\
         on a machine that reaches a source, run the same command, and copy the file that it writes; or \
         convert a published file with `extract weights convert`",
    );
    assert_eq!(hint(&FetchError::Stopped { name: name() }), None);
    check(
        ConvertError::OutputExists { path: path() },
        "choose another `--out`, or remove it first",
    );
    let of_source = |reason| ConvertError::Source { path: path(), reason };
    check(of_source(SourceError::Converted), "give its path as `--weights`");
    let misfit = |looks| {
        let (backbone, problems) = (name(), Vec::new());
        of_source(SourceError::Misfit(Box::new(Misfit { backbone, problems, looks })))
    };
    let looks = Looks::Known { backbone: "resnet18".to_owned(), n_belonging: 122, n_tensors: 122 };
    check(misfit(looks), "convert it with `--backbone resnet18`");
    check(
        misfit(Looks::Unknown { name: None, nearest: None }),
        "`extract weights convert --help` says what can be converted",
    );
    let entries = || vec!["teacher".to_owned(), "student".to_owned()];
    let which = "say which with `--entry`, as in `--entry teacher`";
    check(of_source(SourceError::SeveralEntries { entries: entries() }), which);
    let missing = |entries| of_source(SourceError::NoEntry { entry: name(), entries });
    check(missing(entries()), which);
    assert_eq!(hint(&missing(Vec::new())), None);
    check(
        of_source(SourceError::UnknownPreset),
        "say it with `--preset keras` or `--preset torchvision`",
    );
}

#[test]
fn of_preprocessing() {
    check(PresetChangeError::SquashAndCrop, "give `--squash` alone, or `--resize` and `--crop`");
    for missing in ["shorter side", "crop"] {
        check(
            PresetChangeError::Half { preset: "keras".to_owned(), missing },
            "give both, as in `--resize 256 --crop 224`, or `--squash 224`",
        );
    }
    check(
        PresetChangeError::CropTooLarge { width: 300, height: 224, length: 256 },
        "give a larger `--resize` or a smaller `--crop`",
    );
    check(
        ViewsError::NoCrop { preset: "keras".to_owned() },
        "say how to crop, as in `--resize 256 --crop 224`",
    );
    check(ViewsError::TwoSizes, "leave `--resize`, `--crop` and `--squash` out");
}

#[test]
fn of_classifying() {
    let engine = EngineError {
        engine: "libtorch",
        device: "cpu".to_owned(),
        n_images: Some(16),
        is_out_of_memory: true,
        message: "no more".to_owned(),
    };
    check(
        ClassifyError::Engine(engine),
        "classify fewer images at a time, or use another `--device`",
    );
    let open = OpenWeightsError::NotConverted { path: path() };
    check(
        ClassifyError::Network(NetworkError::Weights(ResolveError::Open(open))),
        "extract weights convert a.h5 --backbone NAME --out FILE.safetensors",
    );
}
