//! What a user does about weights that are not there, or cannot be read, in all programs that take them: the library
//! knows no command line.

use std::path::Path;

use backbone::weights::OpenError;
use console::quote_for_shell;
use weights::ResolveError;

/// The hint for weights that were asked for, if there is one that the message does not have.
pub fn hint(error: &ResolveError) -> Option<String> {
    match error {
        ResolveError::NoCacheFolder(_) => None,
        ResolveError::Unknown { .. } => some("extract weights list"),
        ResolveError::NotFetched { name } | ResolveError::Other { name, .. } => {
            Some(format!("extract weights fetch {}", quote_for_shell(name)))
        }
        ResolveError::NotConverted { path } => Some(how_to_convert(path)),
        ResolveError::Open(error) => open(error),
    }
}

fn open(error: &OpenError) -> Option<String> {
    match error {
        OpenError::Damaged { .. } | OpenError::Digest { .. } => {
            some("fetch or convert them again (`extract weights --help`)")
        }
        OpenError::Version { .. } => {
            some("fetch or convert them again with this version of extract")
        }
        OpenError::Metadata { .. } | OpenError::Tensor { .. } => {
            some("fetch or convert them again")
        }
        OpenError::NotConverted { path } => Some(how_to_convert(path)),
        OpenError::Read { .. } | OpenError::Backbone { .. } => None,
    }
}

fn how_to_convert(path: &Path) -> String {
    let path = quote_for_shell(path);
    format!("extract weights convert {path} --backbone NAME --out FILE.safetensors")
}

/// A hint that is always the same.
fn some(hint: &str) -> Option<String> {
    Some(hint.to_owned())
}
