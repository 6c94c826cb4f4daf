//! What to do about a head that cannot be written for another program, and about the weights of its network.

use std::error::Error;
use std::path::Path;

use backbone::weights::OpenError;
use console::quote_for_shell;
use head::ExportError;
use network_onnx::WholeModelError;
use weights::ResolveError;

use super::some;

pub(super) fn hint(error: &(dyn Error + 'static)) -> Option<String> {
    if error.is::<ExportError>() {
        return some("use `--to safetensors`, or `fit predict`");
    }
    if let Some(error) = error.downcast_ref() {
        return of_resolving(error);
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

fn of_resolving(error: &ResolveError) -> Option<String> {
    match error {
        ResolveError::NoCacheFolder(_) => None,
        ResolveError::Unknown { .. } => some("extract weights list"),
        ResolveError::NotFetched { name } | ResolveError::Other { name, .. } => {
            Some(format!("extract weights fetch {}", quote_for_shell(name)))
        }
        ResolveError::NotConverted { path } => Some(how_to_convert(path)),
        ResolveError::Open(OpenError::NotConverted { path }) => Some(how_to_convert(path)),
        ResolveError::Open(OpenError::Read { .. } | OpenError::Backbone { .. }) => None,
        ResolveError::Open(_) => some("fetch or convert them again (`extract weights --help`)"),
    }
}

fn how_to_convert(path: &Path) -> String {
    let path = quote_for_shell(path);
    format!("extract weights convert {path} --backbone NAME --out FILE.safetensors")
}
