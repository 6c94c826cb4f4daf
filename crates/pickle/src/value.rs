//! The values that occur in a pickled checkpoint.

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
    /// A tensor of a subclass: the function that rebuilds it, its class, the function's arguments, its state.
    RebuildFromType,
    /// A storage class, with the name of its element type.
    Storage(&'static str),
    /// Any other class or function, which is never called: what it would make is an object without a meaning.
    Foreign,
}

impl Global {
    /// What a name stands for; most stand for nothing that is known here.
    pub(super) fn named(module: &str, name: &str) -> Self {
        match (module, name) {
            ("collections", "OrderedDict") => Self::OrderedDict,
            // The first version is of 2017; the second has further arguments that are no matter here.
            ("torch._utils", "_rebuild_tensor" | "_rebuild_tensor_v2") => Self::RebuildTensor,
            ("torch._utils", "_rebuild_parameter" | "_rebuild_parameter_with_state") => {
                Self::RebuildParameter
            }
            ("torch._tensor", "_rebuild_from_type_v2") => Self::RebuildFromType,
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
            ("torch", "ComplexFloatStorage") => Self::Storage("complex64"),
            ("torch", "ComplexDoubleStorage") => Self::Storage("complex128"),
            _ => Self::Foreign,
        }
    }
}

/// A tensor: a strided window on a storage. Sizes are in elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StridedTensor {
    /// The type of its elements: `float32`.
    pub data_type: &'static str,
    /// What the file calls the storage.
    pub storage: Rc<str>,
    /// Where its first element lies in the storage.
    pub offset: usize,
    /// The size of each dimension.
    pub shape: Vec<usize>,
    /// How far apart the elements of each dimension lie.
    pub stride: Vec<usize>,
}

/// An object of a class that is not known: what it was given, never what the class would make of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Object {
    /// Its attributes, mostly a dictionary.
    pub(super) state: Option<Id>,
    /// What it maps, where it is some kind of dictionary.
    pub(super) items: Vec<(Id, Id)>,
}

/// What the machine computes with. Texts and tensors, which may be used many times over, are shared.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// `None`, a float, bytes: never needed, only carried.
    Other,
    Bool(bool),
    Int(i64),
    Text(Rc<str>),
    Tuple(Vec<Id>),
    List(Vec<Id>),
    Dict(Vec<(Id, Id)>),
    Global(Global),
    Object(Object),
    Storage {
        data_type: &'static str,
        key: Rc<str>,
    },
    Tensor(Rc<StridedTensor>),
}
