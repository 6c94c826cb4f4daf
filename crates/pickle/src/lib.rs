//! Reads the pickles in which PyTorch stores checkpoints, without executing anything.
//!
//! A pickle is a program for a stack machine. The one here knows the instructions that Python's pickler writes for
//! what `torch.save` is given, in protocol 2, the usual one, and later ones. A pickle can name any function of any
//! Python module and have it called; a few names are understood here as what they would construct, every other one is
//! an opaque object that keeps what it was given.
//!
//! Of what is left, [`read_checkpoint`] lists the tensors, however deep they lie in dictionaries and objects.
//!
//! ```
//! use pickle::{PickleError, read_checkpoint};
//!
//! // A dictionary without entries, and one that ends too early.
//! assert!(read_checkpoint(b"\x80\x02}.")?.tensors.is_empty());
//! assert_eq!(read_checkpoint(b"\x80\x02}").unwrap_err(), PickleError::Truncated);
//! # Ok::<(), PickleError>(())
//! ```

mod checkpoint;
mod construct;
mod cursor;
mod error;
mod limits;
mod machine;
mod opcode;
mod value;

pub use checkpoint::{Checkpoint, read_checkpoint, read_texts, read_truth, skip_number};
pub use error::PickleError;
pub use value::StridedTensor;
