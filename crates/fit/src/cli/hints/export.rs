//! What to do about a head that cannot be written for another program, and about the weights of its network.

use std::error::Error;

use console::quote_for_shell;
use head::ExportError;
use network_onnx::WholeModelError;

use super::some;

pub(super) fn hint(error: &(dyn Error + 'static)) -> Option<String> {
    if error.is::<ExportError>() {
        return some("use `--to safetensors`, or `fit predict`");
    }
    if let Some(error) = error.downcast_ref() {
        return weights_hints::hint(error);
    }
    match error.downcast_ref()? {
        WholeModelError::OtherWeights { expected, .. } => {
            let name = quote_for_shell(&expected.name);
            Some(format!("`--with-network {name}`, or the file with these weights"))
        }
        WholeModelError::Views { .. } => some(
            "train the head on a cache of `--views center` or `flip`, or use `extract classify --head`",
        ),
        WholeModelError::MissingTensors { .. } => some("take weights with the classifier"),
        WholeModelError::Preprocessing { .. } => {
            some("extract the images again with this version, and train the head on them")
        }
        WholeModelError::Imported { .. } | WholeModelError::TooLarge { .. } => {
            some("export the head alone, without `--with-network`")
        }
        WholeModelError::Head(_) | WholeModelError::Tap(_) | WholeModelError::Width { .. } => None,
    }
}
