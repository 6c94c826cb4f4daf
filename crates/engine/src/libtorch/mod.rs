//! The engine that runs on libtorch: every backbone, on the CPU or an NVIDIA GPU.
//!
//! Activations stay in NHWC order in memory (PyTorch's `channels_last`), which the convolutions of
//! oneDNN and cuDNN prefer. libtorch sees that from the strides alone: a tensor is laid out as
//! NHWC and then permuted, without a copy, to the NCHW shape that the operators speak of.
//!
//! Pixels go from `staging` to the device, are normalized there (`input`), pass the operations that taps
//! need (`network`, `operation`), are pooled (`pool`) and read back (`read_back`). On a GPU two networks do
//! so in turn (`place`). All of it runs on the CPU, too, where it is tested.
//!
//! Calls of tch that move data, compute or take memory are its fallible ones (`f_...`), and what they say
//! becomes an error of the engine (`failure`); the others only look at a tensor in another way. Those that
//! are given a number panic all the same: tch meets the error as it drops the number. They work in
//! place here, so that they cannot lack memory.
//!
//! Everything that names tch lies in this folder.

mod device;
mod failure;
mod input;
mod network;
mod operation;
mod place;
mod pool;
mod process;
mod read_back;
mod staging;

pub use device::{Device, devices};
pub use network::Libtorch;
pub use place::Place;
pub use process::prepare_process;

/// Name of this engine in the provenance of features.
pub const NAME: &str = "libtorch";
