//! What may be wrong with a set of tensors.

/// Why a set of tensors is not the weights of a backbone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TensorError {
    /// A tensor of the backbone is not there.
    #[error("tensor `{name}` is missing")]
    Missing {
        /// Its name in a converted file.
        name: String,
    },
    /// A tensor is not the backbone's.
    #[error("tensor `{name}` does not belong to the backbone")]
    Extra {
        /// Its name in the source.
        name: String,
    },
    /// Two tensors of the source claim the same place.
    #[error("tensor `{source_name}` is a second `{name}`")]
    Repeated {
        /// The tensor's name in a converted file.
        name: String,
        /// The later tensor's name in the source.
        source_name: String,
    },
    /// A tensor has another shape than the backbone's.
    #[error("tensor `{name}` has shape {got:?}, expected {expected:?}")]
    Misshapen {
        /// Its name in the source.
        name: String,
        /// The backbone's shape.
        expected: Vec<usize>,
        /// The shape found, dimensions in the same order.
        got: Vec<usize>,
    },
    /// A tensor of the classifier, without which one could do, has another shape than the backbone's.
    #[error(
        "tensor `{name}` has shape {got:?}, expected {expected:?}\n\
         hint: --without-classifier leaves the classifier out"
    )]
    MisshapenClassifier {
        /// Its name in the source.
        name: String,
        /// The backbone's shape.
        expected: Vec<usize>,
        /// The shape found, dimensions in the same order.
        got: Vec<usize>,
    },
    /// A tensor is not of type `f32`. Rounding or widening would make other weights of it, so
    /// nothing is converted silently.
    #[error(
        "tensor `{name}` holds `{got}`, expected `float32`\nhint: save the weights as float32 first"
    )]
    DataType {
        /// Its name in the source.
        name: String,
        /// The type found, as the source's format calls it.
        got: String,
    },
    /// A tensor holds more or fewer values than its shape says.
    #[error("tensor `{name}` holds {got} values, its shape asks for {expected}")]
    Length {
        /// Its name in the source.
        name: String,
        /// The product of its shape.
        expected: usize,
        /// The number of values found.
        got: usize,
    },
}
