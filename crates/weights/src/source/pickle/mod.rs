//! Reads the pickles in which PyTorch stores state dicts, without executing anything.
//!
//! A pickle is a program for a stack machine. [`machine`] knows the instructions that Python's
//! pickler (protocol 2, the one that `torch.save` uses) writes for dictionaries of tensors. A
//! pickle can name any function of any Python module and have it called; the few names in
//! [`value`] are understood here as what they would construct, every other one is refused.

mod cursor;
mod error;
mod machine;
mod opcode;
mod state_dict;
mod value;

pub use error::PickleError;
pub(super) use state_dict::{
    Entries, read_first_state_dict, read_state_dict, read_texts, read_truth, skip_number,
};
pub(super) use value::StridedTensor;
