//! The attributes by which a cache is known, in whatever type of text or number somebody wrote them.

use hdf5::types::{FixedAscii, FixedUnicode, TypeDescriptor, VarLenAscii, VarLenUnicode};
use hdf5::{Attribute, H5Type};

/// Bytes of a text that are looked at: HDF5 cuts off what is longer.
const TEXT: usize = 64;

/// The text in an attribute. The error is its type, where that is another one.
pub(crate) fn format_of(attribute: &Attribute) -> Result<String, String> {
    let found = attribute.dtype().and_then(|found| found.to_descriptor());
    let found = found.map_err(|error| error.to_string())?;
    let text = match found {
        TypeDescriptor::FixedUnicode(_) => text::<FixedUnicode<TEXT>>(attribute),
        TypeDescriptor::FixedAscii(_) => text::<FixedAscii<TEXT>>(attribute),
        TypeDescriptor::VarLenUnicode => text::<VarLenUnicode>(attribute),
        TypeDescriptor::VarLenAscii => text::<VarLenAscii>(attribute),
        other => return Err(format!("of the type {other}")),
    };
    text.map_err(|error| format!("not readable ({error})"))
}

fn text<T: H5Type + ToString>(attribute: &Attribute) -> hdf5::Result<String> {
    Ok(single::<T>(attribute)?.to_string())
}

/// The number in an attribute, of whatever type of integers.
pub(crate) fn version_of(attribute: &Attribute) -> hdf5::Result<u32> {
    single(attribute)
}

/// The one value of an attribute: h5py makes a scalar of it, MATLAB an array.
fn single<T: H5Type>(attribute: &Attribute) -> hdf5::Result<T> {
    if attribute.is_scalar() {
        return attribute.read_scalar();
    }
    // Nothing is asked for before it is known how much it would be.
    let mut values = if attribute.size() == 1 { attribute.read_raw()? } else { Vec::new() };
    values.pop().ok_or_else(|| "it has several values, or none".into())
}
