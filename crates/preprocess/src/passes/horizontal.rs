#![cfg_attr(
    target_arch = "x86_64",
    expect(
        unsafe_code,
        reason = "calls of functions compiled for instructions that were looked up"
    )
)]

use std::ops::Range;

use simd::{Instructions, Level};

use super::portable;
#[cfg(target_arch = "x86_64")]
use super::{avx2, avx512};
use crate::rgb::Rgb;
use crate::windows::Windows;

/// Resamples the given rows of the image along their length.
pub(crate) fn horizontal(level: Level, image: &Rgb, rows: Range<usize>, columns: &Windows) -> Rgb {
    let (width, height) = (columns.len() as u32, rows.len() as u32);
    let fast = match level.instructions() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a `Level` holds these instructions only where they were detected.
        Instructions::Avx512 { vnni: true } => unsafe {
            avx512::horizontal(image, rows.clone(), columns)
        },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a `Level` holds these instructions only where they were detected.
        Instructions::Avx2 | Instructions::Avx512 { vnni: false } => unsafe {
            avx2::horizontal(image, rows.clone(), columns)
        },
        _ => None,
    };
    let pixels = fast.unwrap_or_else(|| portable::horizontal(image, rows, columns));
    Rgb { width, height, pixels }
}
