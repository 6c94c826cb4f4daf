//! What in an HDF5 file leads out of it, or takes more than the file to read: refused before it is opened.

use hdf5::dataset::Layout;
use hdf5::filters::Filter;
use hdf5::{Dataset, Group, LinkType, LocationType};

use crate::source::error::SourceError;
use crate::source::limits::CHUNK_BYTES;

/// The group that is a member of another one; `None` for a dataset, which is not opened.
pub(super) fn child_group(
    group: &Group,
    name: &str,
    link: LinkType,
    path: &str,
) -> Result<Option<Group>, SourceError> {
    let what = match link {
        LinkType::Hard => None,
        LinkType::Soft => Some("a soft link"),
        LinkType::External => Some("a link to another file"),
    };
    if let Some(what) = what {
        return Err(elsewhere(path, what.to_owned()));
    }
    match group.loc_type_by_name(name)? {
        LocationType::Group => Ok(Some(group.group(name)?)),
        _ => Ok(None),
    }
}

fn elsewhere(object: &str, what: String) -> SourceError {
    SourceError::Hdf5Elsewhere { object: object.to_owned(), what }
}

/// Refuses a dataset whose values do not lie in the file, or are stored in a way that takes a plugin or
/// all of the memory to read. It comes before anything else that is asked of the dataset: already the size
/// of a virtual one may be that of other files.
pub(super) fn check_storage(dataset: &Dataset, path: &str) -> Result<(), SourceError> {
    let created = dataset.create_plist()?;
    let refuse = |what: &str| Err(elsewhere(path, what.to_owned()));
    match created.get_layout()? {
        Layout::Virtual => return refuse("a virtual dataset"),
        Layout::Compact | Layout::Contiguous | Layout::Chunked => {}
    }
    if !created.get_external()?.is_empty() {
        return refuse("a dataset whose values lie in other files");
    }
    let filters = created.get_filters()?;
    for filter in &filters {
        if !matches!(filter, Filter::Deflate(_) | Filter::Shuffle | Filter::Fletcher32) {
            return Err(elsewhere(path, format!("a dataset under the filter {}", filter.id())));
        }
    }
    if created.get_layout()? == Layout::Chunked {
        // Pieces that are larger than their dataset have room for what is never read.
        let (shape, piece) = (dataset.shape(), created.get_chunk()?.unwrap_or_default());
        if piece.iter().zip(&shape).any(|(piece, size)| piece > size) {
            return refuse("a dataset in pieces that are larger than it is");
        }
        let mut largest = 0;
        dataset.chunks_visit(|chunk| {
            largest = chunk.size.max(largest);
            0
        })?;
        if !filters.is_empty() && largest > CHUNK_BYTES {
            return refuse("a dataset in compressed pieces of more than a megabyte");
        }
    }
    Ok(())
}
