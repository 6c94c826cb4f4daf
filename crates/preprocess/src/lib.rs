//! From the bytes of an image file to the pixels that a network expects. No torch.
//!
//! [`decode()`] turns a file into [`Rgb`]; a [`Preset`] resizes, crops and normalizes it the way
//! the network's weights were trained with, and [`Views`] takes several such inputs of one image.
//! Resampling ([`resample()`]) equals Pillow's
//! `Image.resize` byte for byte.
//!
//! ```
//! use preprocess::{Preset, Rgb};
//!
//! let image = Rgb { width: 2, height: 1, pixels: vec![255, 0, 0, 0, 0, 255] };
//! let preset = Preset::named("keras")?;
//! let pixels = preset.pixels(&image);
//! assert_eq!((pixels.width, pixels.height), preset.output_size());
//! # Ok::<(), preprocess::UnknownPreset>(())
//! ```

mod axis;
mod crop;
mod decode;
mod filter;
mod layout;
mod passes;
mod preset;
mod preset_changes;
mod recorded;
mod resample;
mod rgb;
mod to_rgb;
mod views;
mod windows;
mod words;

pub use decode::{
    DecodeError, Decoded, Decoding, ExifOrientation, Limits, MAX_BYTES, MAX_PIXELS, MAX_SIDE,
    decode, decode_and_tell, decode_with,
};
pub use filter::Filter;
pub use preset::{Preset, UnknownPreset};
pub use preset_changes::{PresetChangeError, PresetChanges};
pub use recorded::{MAX_INPUT_SIDE, RecordedPresetError};
pub use resample::{Region, resample, resample_region};
pub use rgb::Rgb;
pub use schema::{ChannelOrder, Normalization, Resize};
pub use views::{MAX_VIEW_PIXELS, Outline, Views, ViewsError};
