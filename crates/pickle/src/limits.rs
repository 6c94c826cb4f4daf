//! What a pickle may ask for. Whoever wrote it may mean harm: what would take more is refused.

/// Bytes that a pickle may take while it is read, which is enough for 40,000 tensors.
pub(crate) const PICKLE_MEMORY: usize = 128 << 20;

/// Dimensions of a tensor: as many as PyTorch itself allows.
pub(crate) const DIMENSIONS: usize = 64;

/// Bytes of the name of a tensor.
pub(crate) const NAME_BYTES: usize = 1 << 10;
