//! The archives of Keras 3, `.keras`: a description of the network, and a file of its weights.

use std::fs::File;
use std::io::{self, Read as _, Seek as _};

use tempfile::NamedTempFile;
use zip::ZipArchive;

use crate::source::error::SourceError;
use crate::source::limits::FILE_BYTES;
use crate::source::torch::TorchError;

/// The file of weights in the archive.
pub(in crate::source) const WEIGHTS_MEMBER: &str = "model.weights.h5";

/// The file of weights, unpacked for as long as it is needed: HDF5 reads files with a name alone.
pub(in crate::source) fn unpacked(
    archive: &mut ZipArchive<&File>,
) -> Result<NamedTempFile, SourceError> {
    let member = archive.by_name(WEIGHTS_MEMBER).map_err(TorchError::Zip)?;
    let size = member.size();
    if size > FILE_BYTES {
        let member = WEIGHTS_MEMBER.to_owned();
        return Err(TorchError::TooLarge { member, size, limit: FILE_BYTES }.into());
    }
    let mut file = NamedTempFile::new()?;
    // One byte more, by which one that is longer than it says is found out.
    let got = io::copy(&mut member.take(size + 1), &mut file).map_err(TorchError::Read)?;
    if got != size {
        let problem = format!("`{WEIGHTS_MEMBER}` has another size than it says");
        return Err(TorchError::Read(io::Error::new(io::ErrorKind::InvalidData, problem)).into());
    }
    file.rewind()?;
    Ok(file)
}
