//! Integration tests of `preprocess`.
//!
//! - `decode`: every format and rule, and every way to fail
//! - `normalize`: bytes to numbers, against PyTorch and Keras' arithmetic
//! - `presets`: names, geometry, what is written into a cache
//! - `resample`: against Pillow, and properties
//! - `reference`: reads the files in `tests/reference`, which `make.py` there has made

mod decode;
mod normalize;
mod presets;
#[cfg(test)] // lets clippy see that its `unwrap`s are in tests
mod reference;
mod resample;
