//! What to do where features cannot be imported.

use console::quote_for_shell;
use feature_cache::WriteError;
use feature_import::ImportError;

/// What to do about an error.
pub(super) fn hint(error: &ImportError) -> Option<String> {
    let hint = match error {
        ImportError::Write(WriteError::NoFolder { folder }) => {
            return Some(format!("mkdir -p {}", quote_for_shell(folder)));
        }
        ImportError::Ambiguous { .. } => "choose one with `--features NAME`",
        ImportError::NoSuchName { .. } => {
            "name one of these, or a file beside it: .npy, or .txt with a line a row"
        }
        ImportError::TooLarge { .. } => "leave `--dtype f16` out",
        ImportError::Length { is_transposed: true, .. } => {
            "there are as many columns: use `--transpose` if these are the samples"
        }
        ImportError::NamesAlone => "name the labels with `--labels`",
        ImportError::Label { .. } => "leave `--class-names` out, or give a name for each number",
        ImportError::NotFinite { .. } => "replace it, or leave the row out, before you import",
        ImportError::Kind(_) => "save them as one of these, as with numpy.save",
        ImportError::Source { .. }
        | ImportError::NoFeatures { .. }
        | ImportError::Shape { .. }
        | ImportError::Length { is_transposed: false, .. }
        | ImportError::PathTwice { .. }
        | ImportError::NoPath(_)
        | ImportError::Split { .. }
        | ImportError::ClassTwice(_)
        | ImportError::Write(_) => return None,
    };
    Some(hint.to_owned())
}
