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

/// Resamples the given columns of the image along their length. `first_row` is what row 0 of
/// `image` is called in `rows`.
pub(crate) fn vertical(
    level: Level,
    image: &Rgb,
    columns: Range<usize>,
    first_row: usize,
    rows: &Windows,
) -> Rgb {
    let (width, height) = (columns.len() as u32, rows.len() as u32);
    let fast = match level.instructions() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a `Level` holds these instructions only where they were detected.
        Instructions::Avx512 { vnni: true } => unsafe {
            avx512::vertical(image, columns.clone(), first_row, rows)
        },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a `Level` holds these instructions only where they were detected.
        Instructions::Avx2 | Instructions::Avx512 { vnni: false } => unsafe {
            avx2::vertical(image, columns.clone(), first_row, rows)
        },
        _ => None,
    };
    let pixels = fast.unwrap_or_else(|| portable::vertical(image, columns, first_row, rows));
    Rgb { width, height, pixels }
}
