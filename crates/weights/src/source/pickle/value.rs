//! The values that occur in a pickled state dict.

use std::rc::Rc;

/// Index of a value in the machine's list of all values. Values refer to each other by index and
/// are not copied: values that refer to each other many times over do not grow exponentially.
pub(super) type Id = usize;

/// What a global name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Global {
    OrderedDict,
    RebuildTensor,
    RebuildParameter,
    /// A storage class, with the name of its element type.
    Storage(&'static str),
}

impl Global {
    /// `None` for every name that is not known.
    pub(super) fn named(module: &str, name: &str) -> Option<Self> {
        Some(match (module, name) {
            ("collections", "OrderedDict") => Self::OrderedDict,
            // The first version is of 2017; the second has further arguments that are no matter here.
            ("torch._utils", "_rebuild_tensor" | "_rebuild_tensor_v2") => Self::RebuildTensor,
            ("torch._utils", "_rebuild_parameter") => Self::RebuildParameter,
            ("torch", "FloatStorage") => Self::Storage("float32"),
            ("torch", "DoubleStorage") => Self::Storage("float64"),
            ("torch", "HalfStorage") => Self::Storage("float16"),
            ("torch", "BFloat16Storage") => Self::Storage("bfloat16"),
            ("torch", "LongStorage") => Self::Storage("int64"),
            ("torch", "IntStorage") => Self::Storage("int32"),
            ("torch", "ShortStorage") => Self::Storage("int16"),
            ("torch", "CharStorage") => Self::Storage("int8"),
            ("torch", "ByteStorage") => Self::Storage("uint8"),
            ("torch", "BoolStorage") => Self::Storage("bool"),
            _ => return None,
        })
    }
}

/// A tensor: a strided window on a storage. Sizes are in elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StridedTensor {
    pub(crate) data_type: &'static str,
    /// What the file calls the storage.
    pub(crate) storage: Rc<str>,
    pub(crate) offset: usize,
    pub(crate) shape: Vec<usize>,
    pub(crate) stride: Vec<usize>,
}

/// What the machine computes with. Texts and tensors, which may be used many times over, are shared.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// `None` or a float: never needed, only carried.
    Other,
    Bool(bool),
    Int(i64),
    Text(Rc<str>),
    Tuple(Vec<Id>),
    List(Vec<Id>),
    Dict(Vec<(Id, Id)>),
    Global(Global),
    Storage {
        data_type: &'static str,
        key: Rc<str>,
    },
    Tensor(Rc<StridedTensor>),
}
