//! What to do about errors of the libraries, which know no command line.

use std::error::Error;
use std::path::Path;

use backbone::TapError;
use backbone::weights::OpenError as OpenWeightsError;
use engine::{ChoiceError, DeviceError};
use extract::NetworkError;
use extract::classify::ClassifyError;
use extract::run::{ExistingError, Failure, RunError};
use feature_cache::{MergeError, OpenError, PartialError, WriteError};
use preprocess::{PresetChangeError, ViewsError};
use weights::{ConvertError, FetchError, ResolveError, SourceError, UnknownName};

/// The hint for a cause of a failure, if there is one that its message does not have.
pub(super) fn hint(cause: &(dyn Error + 'static)) -> Option<String> {
    (cause.downcast_ref().and_then(run))
        .or_else(|| cause.downcast_ref().and_then(network))
        .or_else(|| cause.downcast_ref().and_then(classify))
        .or_else(|| cause.downcast_ref().and_then(fetch))
        .or_else(|| cause.downcast_ref().and_then(convert))
        .or_else(|| cause.downcast_ref().and_then(preset_change))
        .or_else(|| cause.downcast_ref().and_then(views))
        .or_else(|| cause.downcast_ref().and_then(merge))
        .or_else(|| cause.downcast_ref().and_then(open_cache))
}

fn merge(error: &MergeError) -> Option<String> {
    match error {
        MergeError::NotAShard { .. } => some("merge what `extract run --shard I/N` wrote"),
        MergeError::OtherAnnotations { .. } => {
            some("extract all shards from the same folder, with the same `--source`")
        }
        MergeError::Missing { missing, .. } => {
            Some(format!("extract run IMAGES --shard {}", missing[0]))
        }
        MergeError::Write(error) => write(error),
        _ => None,
    }
}

fn open_cache(error: &OpenError) -> Option<String> {
    match error {
        OpenError::Missing { path } => {
            Some(format!("extract run IMAGES --out '{}'", path.display()))
        }
        _ => None,
    }
}

fn partial(error: &PartialError) -> Option<String> {
    match error {
        PartialError::Locked { .. } => Some("wait for it, or name another --out".to_owned()),
        PartialError::OtherProvenance { .. } => {
            Some("name another --out, or discard that run with --replace".to_owned())
        }
        PartialError::Read { .. } => None,
        PartialError::Write(error) => write(error),
    }
}

fn write(error: &WriteError) -> Option<String> {
    let denied = matches!(error, WriteError::ReadOnly { .. });
    denied.then(|| "name another --out, in a folder that this user may write to".to_owned())
}

fn run(error: &RunError) -> Option<String> {
    match error {
        RunError::NoBoxes { .. } => {
            some("leave --crop-box out, or choose a source with boxes: cub200, csv or attributes")
        }
        RunError::Existing(ExistingError::Damaged(_)) => some("replace it with --replace"),
        RunError::Existing(ExistingError::OtherFeatures { .. }) => {
            some("name another --out, or replace these with --replace")
        }
        RunError::Failed(failed) => failure(failed),
        RunError::Partial(error) => partial(error),
        RunError::Write(error) => write(error),
        _ => None,
    }
}

/// Neither the batch nor the device is part of the provenance, so that rows of others may join those that
/// are kept. The engine is, and on a CPU another one may be the default.
fn failure(failure: &Failure) -> Option<String> {
    let error = &failure.error;
    let mut hints = Vec::new();
    if error.is_out_of_memory {
        hints.push(match failure.smaller_batch() {
            Some(batch) => format!("with `--batch {batch}` it takes less memory"),
            None => "end other programs that take memory there".to_owned(),
        });
    }
    if error.device != "cpu" {
        hints.push(format!("with `--engine {} --device cpu` it needs no GPU", error.engine));
    }
    (!hints.is_empty()).then(|| hints.join("\nhint: "))
}

fn network(error: &NetworkError) -> Option<String> {
    match error {
        NetworkError::Weights(error) => resolve(error),
        NetworkError::Tap(TapError::UnknownLayer { backbone, taps, .. }) => Some(format!(
            "its taps are {}, and what extract summary --backbone {backbone} shows inside of them",
            taps.join(", ")
        )),
        NetworkError::PresetChange(error) => preset_change(error),
        NetworkError::Views(error) => views(error),
        NetworkError::Engine(error) => choice(error),
        _ => None,
    }
}

fn choice(error: &ChoiceError) -> Option<String> {
    match error {
        ChoiceError::Device(DeviceError::Unavailable { n_gpus: 0, .. }) => {
            some("install the NVIDIA driver and run `scripts/setup --cuda`, or use `--device cpu`")
        }
        ChoiceError::Device(_) => None,
        ChoiceError::NotAChain(_) => some("use `--engine libtorch`, or another tap"),
        ChoiceError::NotOnDevice { .. } => some("use `--device cpu`, or `--engine libtorch`"),
        ChoiceError::NotInPrecision { .. } => {
            some("use `--engine libtorch`, or leave --precision out")
        }
        ChoiceError::WithoutLibtorch(_) => {
            some("build it with libtorch: `scripts/setup`, then `cargo build --release -p extract`")
        }
    }
}

fn classify(error: &ClassifyError) -> Option<String> {
    match error {
        ClassifyError::Network(error) => network(error),
        ClassifyError::Engine(_) => some("classify fewer images at a time, or on another --device"),
    }
}

fn resolve(error: &ResolveError) -> Option<String> {
    match error {
        ResolveError::NoCacheFolder(_) => None,
        ResolveError::Unknown { .. } => some("extract weights list"),
        ResolveError::NotFetched { name } | ResolveError::Other { name, .. } => {
            Some(format!("extract weights fetch {name}"))
        }
        ResolveError::NotConverted { path } => Some(how_to_convert(path)),
        ResolveError::Open(error) => open(error),
    }
}

fn open(error: &OpenWeightsError) -> Option<String> {
    match error {
        OpenWeightsError::Damaged { .. } | OpenWeightsError::Digest { .. } => {
            some("fetch or convert them again (extract weights --help)")
        }
        OpenWeightsError::Version { .. } => {
            some("fetch or convert them again with this version of extract")
        }
        OpenWeightsError::Metadata { .. } => some("fetch or convert them again"),
        OpenWeightsError::NotConverted { path } => Some(how_to_convert(path)),
        OpenWeightsError::Read { .. }
        | OpenWeightsError::Backbone { .. }
        | OpenWeightsError::Tensor { .. } => None,
    }
}

fn how_to_convert(path: &Path) -> String {
    format!("extract weights convert {} --backbone NAME --out FILE.safetensors", path.display())
}

fn fetch(error: &FetchError) -> Option<String> {
    match error {
        FetchError::Unknown(UnknownName { .. }) => some("extract weights list"),
        FetchError::NoSource { .. } => some(
            "where another machine can reach a source, copy its converted file, or convert a published \
             one with extract weights convert",
        ),
        FetchError::Folder { .. } | FetchError::Write(_) => None,
    }
}

fn convert(error: &ConvertError) -> Option<String> {
    match error {
        ConvertError::OutputExists { .. } => some("choose another --out, or remove it first"),
        ConvertError::Source { reason: SourceError::Converted, .. } => {
            some("give its path as --weights")
        }
        ConvertError::Source { reason: SourceError::MisshapenClassifier { .. }, .. } => {
            some("--without-classifier leaves the classifier out")
        }
        _ => None,
    }
}

fn preset_change(error: &PresetChangeError) -> Option<String> {
    match error {
        PresetChangeError::SquashAndCrop => some("give --squash alone, or --resize and --crop"),
        PresetChangeError::Half { .. } => {
            some("give both, as in --resize 256 --crop 224, or --squash 224")
        }
        PresetChangeError::CropTooLarge { .. } => {
            some("give a larger --resize or a smaller --crop")
        }
        _ => None,
    }
}

fn views(error: &ViewsError) -> Option<String> {
    match error {
        ViewsError::NoCrop { .. } => some("say how, as in --resize 256 --crop 224"),
        ViewsError::TwoSizes => some("leave --resize, --crop and --squash out"),
        _ => None,
    }
}

/// A hint that is always the same.
fn some(hint: &str) -> Option<String> {
    Some(hint.to_owned())
}

#[cfg(test)]
mod tests {
    use engine::EngineError;

    use super::*;

    #[test]
    fn errors_within_errors_have_their_hints() {
        let path = || "a.h5".into();
        let denied = || WriteError::ReadOnly { path: path(), source: std::io::Error::other("no") };
        let locked = PartialError::Locked { out: path(), folder: path() };
        let missing = vec!["2/4".parse().expect("a shard")];
        let errors: [Box<dyn Error>; 6] = [
            Box::new(RunError::Partial(locked)),
            Box::new(RunError::Partial(PartialError::Write(denied()))),
            Box::new(RunError::Write(denied())),
            Box::new(MergeError::Write(denied())),
            Box::new(MergeError::NotAShard { path: path() }),
            Box::new(MergeError::Missing { n_missing: 1, missing }),
        ];
        let hints = errors.each_ref().map(|error| hint(&**error).expect("a hint"));
        assert!(hints[..4].iter().all(|hint| hint.contains("--out")), "{hints:?}");
        assert!(hints[4].contains("--shard I/N"), "{hints:?}");
        assert_eq!(hints[5], "extract run IMAGES --shard 2/4");
        let missing = OpenError::Missing { path: path() };
        assert_eq!(hint(&missing).as_deref(), Some("extract run IMAGES --out 'a.h5'"));
        assert_eq!(hint(&std::io::Error::other("no")), None);
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
            hint(&failure(16, "cuda:0")).unwrap(),
            "with `--batch 8` it takes less memory\n\
             hint: with `--engine libtorch --device cpu` it needs no GPU"
        );
        assert_eq!(hint(&failure(1, "cpu")).unwrap(), "end other programs that take memory there");
    }

    #[test]
    fn an_error_within_others_is_found() {
        let path = || "vgg.h5".into();
        let open = OpenWeightsError::NotConverted { path: path() };
        let error = ClassifyError::Network(NetworkError::Weights(ResolveError::Open(open)));
        let convert = "extract weights convert vgg.h5 --backbone NAME --out FILE.safetensors";
        assert_eq!(hint(&error).unwrap(), convert);
        let error = ConvertError::Source { path: path(), reason: SourceError::Converted };
        assert_eq!(hint(&error).unwrap(), "give its path as --weights");
        assert_eq!(hint(&std::io::Error::other("something")), None);
    }
}
