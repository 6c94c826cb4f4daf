//! What may be wrong with a set of tensors.

/// Why a set of tensors is not the weights of a backbone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TensorError {
    /// A tensor of the backbone is not there.
    #[error("tensor `{name}` is missing")]
    Missing {
        /// Its name in a weight file.
        name: String,
    },
    /// A tensor is not the backbone's.
    #[error("tensor `{name}` does not belong to the backbone")]
    Extra {
        /// Its name where it was found.
        name: String,
    },
    /// A tensor has another shape than the backbone's.
    #[error("tensor `{name}` has shape {got:?}, expected {expected:?}")]
    Misshapen {
        /// Its name where it was found.
        name: String,
        /// The backbone's shape.
        expected: Vec<usize>,
        /// The shape found, dimensions in the same order.
        got: Vec<usize>,
    },
    /// A tensor is not of type `f32`. Rounding or widening would make other weights of it, so nothing is
    /// converted silently.
    #[error(
        "tensor `{name}` holds `{got}`, expected `float32`\nhint: save the weights as float32 first"
    )]
    DataType {
        /// Its name where it was found.
        name: String,
        /// The type found, as its format calls it.
        got: String,
    },
}
