//! Which datasets a cache has, and what is in them.

use hdf5::types::{FloatSize, IntSize, TypeDescriptor};
use schema::Dtype;

use crate::layout;

/// What the format has, besides features.
pub(super) fn layout_of() -> impl Iterator<Item = (String, TypeDescriptor)> {
    use TypeDescriptor::{Float, Integer, Unsigned};
    [
        (layout::PATH, text()),
        (layout::CONTENT_HASH, Unsigned(IntSize::U1)),
        (layout::SIZE, Unsigned(IntSize::U8)),
        (layout::MTIME, Integer(IntSize::U8)),
        (layout::LABEL, Integer(IntSize::U4)),
        (layout::SPLIT, Unsigned(IntSize::U1)),
        (layout::LABELS, Integer(IntSize::U1)),
        (layout::BOX, Float(FloatSize::U4)),
        (layout::CLASS_NAME, text()),
        (layout::ERROR_PATH, text()),
        (layout::ERROR_REASON, text()),
        (layout::GROUND_TRUTH, text()),
        (layout::SOURCE, text()),
        (layout::PROVENANCE, text()),
        (layout::CREATED_BY, text()),
        (layout::SHARD, Unsigned(IntSize::U4)),
        (layout::CHECKSUM_NAME, text()),
        (layout::CHECKSUM_BLAKE3, Unsigned(IntSize::U1)),
    ]
    .into_iter()
    .map(|(path, element)| (path.to_owned(), element))
}

/// Strings of any width.
pub(super) fn text() -> TypeDescriptor {
    TypeDescriptor::FixedUnicode(1)
}

pub(super) fn element_of(dtype: Dtype) -> TypeDescriptor {
    match dtype {
        Dtype::F32 => TypeDescriptor::Float(FloatSize::U4),
        Dtype::F16 => TypeDescriptor::Float(FloatSize::U2),
    }
}
