//! Turns a published weight file into one of ours.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use backbone::Backbone;
use backbone::weights::{Metadata, Tensors, Weights, WriteError};

use super::file_digest::sha256_of_file;
use super::source::{self, Assembled, Classifier, Format, Naming, SourceError, Wanted, Way};

/// What to convert, and what to call the result.
#[derive(Debug, Clone)]
pub struct ConvertRequest<'a> {
    /// The file in any of the formats of [`Format`].
    pub source: &'a Path,
    /// The backbone that the weights are for.
    pub backbone: &'a Arc<Backbone>,
    /// The preprocessing that they expect. `None` takes the one that goes with the source's names
    /// for its layers: `keras` for Keras' names, the [`Backbone`]'s own for others.
    pub preset: Option<&'a str>,
    /// What to call the weights. `None` takes the source's file name without its extension.
    pub name: Option<&'a str>,
    /// The terms they are published under. `None` becomes `unknown`.
    pub licence: Option<&'a str>,
    /// Whether to take the classifier's weights, too.
    pub classifier: Classifier,
    /// Which network, where the source holds several that fit: some components of what their names begin with
    /// (`teacher`, `module.encoder_q`), or `.` where that is nothing. `None` takes the only one.
    pub entry: Option<&'a str>,
    /// The file to write. It must not exist.
    pub out: &'a Path,
}

/// What [`convert`] wrote.
#[derive(Debug, Clone, PartialEq)]
pub struct Converted {
    /// The format of the source.
    pub format: Format,
    /// The weights in the new file.
    pub weights: Weights,
    /// Names of tensors in the source that do not belong to the backbone, or not with the rest of its layer, and
    /// were left out.
    pub skipped: Vec<String>,
    /// What stood before the names of the network's tensors, wrappers excepted; mostly nothing.
    pub entry: String,
    /// How layers were recognised.
    pub way: Way,
    /// How many tensors had numbers of 64 bits that had to be rounded.
    pub n_rounded: usize,
}

/// Why nothing was converted.
#[derive(Debug, thiserror::Error)]
pub enum ConvertError {
    /// The output is there already.
    #[error("`{path}` exists already")]
    OutputExists {
        /// The output.
        path: PathBuf,
    },
    /// The source could not be read.
    #[error("could not read `{path}`")]
    Read {
        /// The source.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The source is not a weight file of the backbone.
    #[error("`{path}` {reason}")]
    Source {
        /// The source.
        path: PathBuf,
        /// What is wrong with it.
        reason: SourceError,
    },
    /// The output could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Converts `request.source` and writes it to `request.out`, whole or not at all.
///
/// Everything that does not belong to the network is left out and listed, and so are layers of the classifier that
/// are not as the backbone's, save that the last one may be for other classes. Any other tensor that is missing or
/// misshapen, holds what is not finite, or would make it another network is an error, as are several networks
/// that fit.
///
/// # Errors
///
/// [`ConvertError`]; nothing has been written then.
pub fn convert(request: &ConvertRequest<'_>) -> Result<Converted, ConvertError> {
    if request.out.exists() {
        return Err(ConvertError::OutputExists { path: request.out.to_owned() });
    }
    let wanted = Wanted { classifier: request.classifier, entry: request.entry };
    let (format, assembled) = read_source(request.source, request.backbone, wanted)?;
    let sha256 = sha256_of_file(request.source)
        .map_err(|source| ConvertError::Read { path: request.source.to_owned(), source })?;
    let file_name = request.source.file_name().unwrap_or_default().to_string_lossy();
    let stem = request.source.file_stem().unwrap_or_default().to_string_lossy();
    let metadata = Metadata {
        name: request.name.unwrap_or(&stem).to_owned(),
        preset: preset(request, assembled.naming)?.to_owned(),
        origin: format!("{file_name} (SHA-256 {sha256})"),
        licence: request.licence.unwrap_or("unknown").to_owned(),
    };
    let Assembled { backbone, tensors, skipped, entry, way, n_rounded, .. } = assembled;
    let weights = checked(request.source, &backbone, metadata, tensors)?;
    weights.write(request.out)?;
    Ok(Converted { format, weights, skipped, entry, way, n_rounded })
}

/// The preprocessing that the weights expect, as far as the names of the layers say.
fn preset<'r>(
    request: &ConvertRequest<'r>,
    naming: Option<Naming>,
) -> Result<&'r str, ConvertError> {
    match (request.preset, naming) {
        (Some(preset), _) => Ok(preset),
        (None, Some(Naming::Keras)) => Ok("keras"),
        (None, Some(Naming::Torchvision)) => Ok(&request.backbone.preset),
        (None, None) => {
            let (path, reason) = (request.source.to_owned(), SourceError::UnknownPreset);
            Err(ConvertError::Source { path, reason })
        }
    }
}

/// The weights that consist of `tensors`, which are all that the file at `path` has of them.
pub(crate) fn checked(
    path: &Path,
    backbone: &Arc<Backbone>,
    metadata: Metadata,
    tensors: Tensors,
) -> Result<Weights, ConvertError> {
    Weights::new(backbone, metadata, tensors)
        .map_err(|error| ConvertError::Source { path: path.to_owned(), reason: error.into() })
}

/// The backbone's tensors from a file of any known format.
pub(crate) fn read_source(
    path: &Path,
    backbone: &Arc<Backbone>,
    wanted: Wanted<'_>,
) -> Result<(Format, Assembled), ConvertError> {
    source::read(path, backbone, wanted).map_err(|reason| match reason {
        SourceError::Read(source) => ConvertError::Read { path: path.to_owned(), source },
        reason => ConvertError::Source { path: path.to_owned(), reason },
    })
}
