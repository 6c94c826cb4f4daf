//! Each error that has a hint, with it.

use std::io;
use std::path::PathBuf;

use backbone::weights::OpenError;
use classify::NoHeatMap;
use engine::{EngineError, NeedsLibtorch, NotAChain, Precision};

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
}

#[test]
fn other_errors_have_no_hint_here() {
    assert_eq!(hint(&io::Error::other("no")), None);
    let no_folder = ResolveError::NoCacheFolder(weights::NoCacheFolder);
    assert_eq!(hint(&NetworkError::Weights(no_folder)), None);
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
        ClassifyError::NotFinite { picture: "a.png".to_owned(), value: f32::NAN },
        "fetch or convert the weights again, or choose the `--preset` that they were trained with",
    );
    let failed = ClassifyError::Engine(engine);
    assert_eq!(failed.to_string(), "nothing was classified");
    check(failed, "classify fewer images at a time, or use another `--device`");
    let open = OpenError::NotConverted { path: path() };
    check(
        ClassifyError::Network(NetworkError::Weights(ResolveError::Open(open))),
        "extract weights convert a.h5 --backbone NAME --out FILE.safetensors",
    );
    let unknown = ResolveError::Unknown { name: name() };
    let source = Box::new(NetworkError::Weights(unknown));
    check(
        ClassifyError::HeadNetwork { head: path(), source },
        "name the file of these weights with `--weights`",
    );
    check(
        ClassifyError::Engines { head: path(), engine: "libtorch+winograd".to_owned() },
        "accept what one engine computes with `--any-engine`",
    );
    let source = NoHeatMap::Views("flip".to_owned());
    check(
        ClassifyError::NoHeatMap { head: path(), source },
        "train a softmax or linear SVM head on one view of a tap with `:gap`",
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
    check_open(OpenError::NotConverted { path: path() }, convert);
    let (expected, got) = ("00".to_owned(), "01".to_owned());
    check_open(
        OpenError::Digest { path: path(), expected, got },
        "fetch or convert them again (`extract weights --help`)",
    );
    check_open(
        OpenError::Version { path: path(), got: "2".to_owned() },
        "fetch or convert them again with this version of extract",
    );
    let metadata = OpenError::Metadata { path: path(), key: "name" };
    check_open(metadata, "fetch or convert them again");
}
