//! TIFF files, as Pillow reads them: every kind of samples in its table, and nothing that is not.
//!
//! The crate `tiff` walks the directory, decompresses and undoes predictors. What samples mean is decided
//! here: the crate is shown samples of no meaning (`Relabelled`), since it knows neither palettes nor Lab
//! nor gray with alpha, and refuses what it does not know.

mod color;
mod decode;
mod jpeg_chunks;
mod lab;
mod layout;
mod relabelled;
mod samples;

pub(super) use decode::decode;
