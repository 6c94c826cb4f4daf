//! Reads the HDF5 files of Keras.
//!
//! Three layouts are in use: a group for each layer at the top (the released VGG files), the same
//! below `/model_weights` (a whole saved model), and `layers/<layer>/vars/<n>` (Keras 3). The names
//! of the datasets differ as well (`block1_conv1_W_1:0`, `kernel:0`, `0`). So a layer is any group
//! with a layer's name, wherever it lies, and its kernel and bias are told apart by their number of
//! dimensions. Of the backbones, Keras has VGG16 and VGG19; its ResNets, MobileNetV2 and InceptionV3
//! are other networks than torchvision's, with strides, paddings or biases elsewhere.

//!
//! Only what lies in the file itself is read. HDF5 would follow links of every kind (soft, external, of
//! plugins), read the values of a dataset out of other files (external storage, virtual datasets), and load
//! a plugin for a filter that it does not know. All of that is refused before an object is opened, a size
//! asked for, or a value read: the kind of each link, the storage of each dataset, its filters. A file of
//! weights has hard links, values of its own, and deflate, shuffle and checksums at most.

use std::fs::File;

use backbone::Operation;
use backbone::weights::TensorError;
use hdf5::dataset::Layout;
use hdf5::filters::Filter;
use hdf5::types::{FloatSize, TypeDescriptor};
use hdf5::{Dataset, Group, LinkType, LocationType};

use super::assembly::{Assembly, Place};
use super::error::SourceError;
use super::limits::{CHUNK_BYTES, DEPTH, LINKS};

/// Groups that hold the state of training, not weights.
const OPTIMIZER_GROUPS: [&str; 2] = ["optimizer", "optimizer_weights"];

pub(super) fn read(file: &File, assembly: &mut Assembly<'_>) -> Result<(), SourceError> {
    if assembly.keras_layers().next().is_none() {
        return Err(SourceError::NotInKeras { backbone: assembly.backbone().name.clone() });
    }
    let hdf5 = open(file)?;
    Walk { assembly, links_left: LINKS }.find_layers(&hdf5, "", DEPTH)
}

/// HDF5 is given the open file, not its name, where another one could be meanwhile. It is never written to
/// and needs no lock, which fails where the file system has none, or while whoever wrote the file still
/// starts a process.
fn open(file: &File) -> Result<hdf5::File, SourceError> {
    use std::os::fd::AsRawFd as _;
    Ok(hdf5::File::with_options()
        .with_fapl(|access| access.file_locking(false))
        .open(format!("/dev/fd/{}", file.as_raw_fd()))?)
}

/// A walk over the groups of a file.
struct Walk<'w, 'a> {
    assembly: &'w mut Assembly<'a>,
    links_left: usize,
}

impl Walk<'_, '_> {
    /// Looks for groups that are called as a layer in `group`, which lies at `path`, and below.
    fn find_layers(&mut self, group: &Group, path: &str, depth: usize) -> Result<(), SourceError> {
        for (name, link) in self.members(group)? {
            let path = format!("{path}/{name}");
            if OPTIMIZER_GROUPS.contains(&name.as_str()) || self.assembly.leaves_out(&name) {
                self.assembly.skip(&path)?;
                continue;
            }
            let Some(child) = child_group(group, &name, link, &path)? else {
                return Err(TensorError::Extra { name: path }.into());
            };
            let mut layers = self.assembly.keras_layers();
            if let Some((_, layer)) = layers.find(|(known, _)| *known == name) {
                self.place_layer(layer, &child, &path, depth)?;
            } else {
                self.find_layers(&child, &path, one_deeper(depth, &path)?)?;
            }
        }
        Ok(())
    }

    /// Places every dataset below a layer's group.
    fn place_layer(
        &mut self,
        layer: &Operation,
        group: &Group,
        path: &str,
        depth: usize,
    ) -> Result<(), SourceError> {
        for (name, link) in self.members(group)? {
            let path = format!("{path}/{name}");
            if let Some(child) = child_group(group, &name, link, &path)? {
                self.place_layer(layer, &child, &path, one_deeper(depth, &path)?)?;
            } else {
                let dataset = group.dataset(&name)?;
                check_storage(&dataset, &path)?;
                place_dataset(layer, &dataset, &path, self.assembly)?;
            }
        }
        Ok(())
    }

    /// The links in a group, each with its kind.
    fn members(&mut self, group: &Group) -> Result<Vec<(String, LinkType)>, SourceError> {
        let mut members = Vec::new();
        let visited = group.iter_visit_default(|name, info| {
            // An error ends the visit: the number that the group states is not waited for.
            self.links_left = self.links_left.checked_sub(1).ok_or("too many links")?;
            members.push((name.to_owned(), info.link_type));
            Ok(())
        });
        match visited {
            Err(_) if self.links_left == 0 => Err(SourceError::Hdf5Links { limit: LINKS }),
            visited => Ok(visited.map(|()| members)?),
        }
    }
}

/// The group that is a member of another one; `None` for a dataset, which is not opened.
fn child_group(
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
fn check_storage(dataset: &Dataset, path: &str) -> Result<(), SourceError> {
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

fn one_deeper(depth: usize, path: &str) -> Result<usize, SourceError> {
    depth.checked_sub(1).ok_or_else(|| SourceError::Nesting { group: path.to_owned() })
}

fn place_dataset(
    layer: &Operation,
    dataset: &Dataset,
    path: &str,
    assembly: &mut Assembly<'_>,
) -> Result<(), SourceError> {
    let stored = dataset.shape();
    let Some(place) = Place::of_rank(layer, stored.len()) else {
        return Err(TensorError::Extra { name: path.to_owned() }.into());
    };
    // In which order the values lie. A fully connected layer has one dimension for the inputs: height,
    // width and channel of the map that was flattened.
    let hwio = match (&stored[..], place.shape()) {
        (&[height, width, inputs, outputs], _) => Some([height, width, inputs, outputs]),
        (&[inputs, outputs], &[_, channels, height, width])
            if inputs == channels * height * width =>
        {
            Some([height, width, channels, outputs])
        }
        _ => None,
    };
    let shape = match hwio {
        Some([height, width, inputs, outputs]) => vec![outputs, inputs, height, width],
        None => stored,
    };
    assembly.place(&place, path, &shape, || {
        let data_type = dataset.dtype()?.to_descriptor()?;
        if data_type != TypeDescriptor::Float(FloatSize::U4) {
            let got = data_type.to_string();
            return Err(TensorError::DataType { name: path.to_owned(), got }.into());
        }
        let values = dataset.read_raw::<f32>()?;
        Ok(match hwio {
            Some(hwio) => hwio_to_oihw(&values, hwio),
            None => values,
        })
    })
}

/// From height, width, input, output (the last one contiguous) to output, input, height, width.
fn hwio_to_oihw(values: &[f32], [height, width, inputs, outputs]: [usize; 4]) -> Vec<f32> {
    let mut reordered = Vec::with_capacity(values.len());
    for output in 0..outputs {
        for input in 0..inputs {
            for pixel in 0..height * width {
                reordered.push(values[(pixel * inputs + input) * outputs + output]);
            }
        }
    }
    reordered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_is_reordered_to_outputs_first() {
        // 1 x 2 pixels, 2 inputs, 3 outputs; digits are pixel, input, output.
        let hwio = [0., 1., 2., 10., 11., 12., 100., 101., 102., 110., 111., 112.];
        let oihw = [0., 100., 10., 110., 1., 101., 11., 111., 2., 102., 12., 112.];
        assert_eq!(hwio_to_oihw(&hwio, [1, 2, 2, 3]), oihw);
    }
}
