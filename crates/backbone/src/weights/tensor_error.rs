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
    /// Two tensors claim the same place.
    #[error("tensor `{source_name}` is a second `{name}`")]
    Repeated {
        /// Its name in a weight file.
        name: String,
        /// The later tensor's name where it was found.
        source_name: String,
    },
    /// A number is not finite: whatever is computed with it is none either.
    #[error(
        "tensor `{name}` holds {value} at place {at} of {len}\n\
         hint: the training that wrote it went astray; take an earlier checkpoint"
    )]
    NotFinite {
        /// Its name in a weight file.
        name: String,
        /// `NaN`, `inf` or `-inf`.
        value: String,
        /// Where the first one stands.
        at: usize,
        /// How many numbers the tensor holds.
        len: usize,
    },
    /// A tensor is of a type that is not read: integers, as of a quantized network, or complex numbers.
    #[error(
        "tensor `{name}` holds `{got}`, expected floating-point numbers of 16, 32 or 64 bits\n\
         hint: save the weights as float32 first"
    )]
    DataType {
        /// Its name where it was found.
        name: String,
        /// The type found, as its format calls it.
        got: String,
    },
}
