//! What a user does about errors of a network and of a trained head on pictures, in all programs that have them: the
//! libraries know no command line.

use std::error::Error;

use backbone::TapError;
use classify::ClassifyError;
use console::{quote_for_shell, shown};
use engine::{ChoiceError, DeviceError};
use network::NetworkError;
use preprocess::{PresetChangeError, ViewsError};
use weights::ResolveError;

/// What to do where a network gives what is no number.
pub const OTHER_WEIGHTS: &str =
    "fetch or convert the weights again, or choose the `--preset` that they were trained with";

/// The hints for a cause, if it is of a network or a head and there are any that its message does not have, each on
/// a line. Text of strangers in them has no line ends.
pub fn hint(cause: &(dyn Error + 'static)) -> Option<String> {
    (cause.downcast_ref().and_then(network))
        .or_else(|| cause.downcast_ref().and_then(classify))
        .or_else(|| cause.downcast_ref().and_then(preset_change))
        .or_else(|| cause.downcast_ref().and_then(views))
}

fn network(error: &NetworkError) -> Option<String> {
    match error {
        NetworkError::Weights(error) => weights_hints::hint(error),
        NetworkError::Tap(TapError::UnknownLayer { backbone, taps, .. }) => Some(format!(
            "its taps are {}, and what `extract summary --backbone {}` shows inside of them",
            shown(&taps.join(", ")),
            quote_for_shell(backbone)
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
            some("use `--engine libtorch`, or leave `--precision` out")
        }
        ChoiceError::WithoutLibtorch(_) => {
            some("build it with libtorch: `scripts/setup`, then `cargo build --release -p extract`")
        }
    }
}

fn classify(error: &ClassifyError) -> Option<String> {
    match error {
        ClassifyError::Network(error) => network(error),
        ClassifyError::HeadNetwork { source, .. } => match &**source {
            NetworkError::Weights(ResolveError::Unknown { .. }) => {
                some("name the file of these weights with `--weights`")
            }
            NetworkError::Engine(ChoiceError::WithoutLibtorch(_)) => some(
                "build it with libtorch, or accept what another engine computes with `--any-engine`",
            ),
            error => network(error),
        },
        ClassifyError::Engines { .. } => {
            some("accept what one engine computes with `--any-engine`")
        }
        ClassifyError::OtherPixels { .. } => {
            some("extract the images again with this version, and train the head on them")
        }
        ClassifyError::OtherFeatures { .. } => {
            some("name the weights that the head was trained on with `--weights`")
        }
        ClassifyError::NoHeatMap { .. } => {
            some("train a softmax or linear SVM head on one view of a tap with `:gap`")
        }
        ClassifyError::Load(_)
        | ClassifyError::Unclear { .. }
        | ClassifyError::Width { .. }
        | ClassifyError::NotANumber { .. } => None,
        ClassifyError::Engine(_) => {
            some("classify fewer images at a time, or use another `--device`")
        }
        ClassifyError::NotFinite { .. } => some(OTHER_WEIGHTS),
    }
}

fn preset_change(error: &PresetChangeError) -> Option<String> {
    match error {
        PresetChangeError::SquashAndCrop => {
            some("give `--squash` alone, or `--resize` and `--crop`")
        }
        PresetChangeError::Half { .. } => {
            some("give both, as in `--resize 256 --crop 224`, or `--squash 224`")
        }
        PresetChangeError::CropTooLarge { .. } => {
            some("give a larger `--resize` or a smaller `--crop`")
        }
        _ => None,
    }
}

fn views(error: &ViewsError) -> Option<String> {
    match error {
        ViewsError::NoCrop { .. } => some("say how to crop, as in `--resize 256 --crop 224`"),
        ViewsError::TwoSizes => some("leave `--resize`, `--crop` and `--squash` out"),
        _ => None,
    }
}

/// A hint that is always the same.
fn some(hint: &str) -> Option<String> {
    Some(hint.to_owned())
}

#[cfg(test)]
mod tests;
