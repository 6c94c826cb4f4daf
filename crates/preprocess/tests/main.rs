//! Integration tests of `preprocess`.
//!
//! - `decode`: every format and rule, and every way to fail
//! - `hostile`: damaged files, and files made to do harm
//! - `memory`: how much decoding takes, whatever the file
//! - `normalize`: bytes to numbers, against PyTorch and Keras' arithmetic
//! - `odd`: pictures of every other kind, against Pillow
//! - `presets`: names, geometry, what is written into a cache
//! - `preset_changes`: single fields replaced
//! - `resample`: against Pillow, and properties
//! - `views`: against Pillow and torchvision, and what cannot be
//! - `reference`: reads the files in `tests/reference`, which `make.py` there has made

mod decode;
mod hostile;
#[cfg(test)] // as `reference` below
mod memory;
mod normalize;
#[cfg(test)] // as `reference` below
mod odd;
#[cfg(test)] // as `reference` below
mod preset_changes;
mod presets;
#[cfg(test)] // lets clippy see that its `unwrap`s are in tests
mod reference;
mod resample;
#[cfg(test)] // as `reference` above
mod views;
