//! The passes with AVX2: weights in two halves of 16 bits, two neighboring pixels multiplied and
//! added at once.

#![expect(unsafe_code, reason = "loads and stores of vectors")]

use std::arch::x86_64::{
    __m128i, __m256i, _mm_loadu_si128, _mm_storeu_si128, _mm256_add_epi32, _mm256_castsi256_si128,
    _mm256_extracti128_si256, _mm256_loadu_si256, _mm256_madd_epi16, _mm256_packs_epi32,
    _mm256_packus_epi16, _mm256_set_m128i, _mm256_set1_epi32, _mm256_setr_epi8,
    _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_slli_epi32, _mm256_srai_epi32,
    _mm256_storeu_si256, _mm256_unpackhi_epi8, _mm256_unpacklo_epi8,
};
use std::ops::Range;

use super::digits::{LOWER_BITS, halves};
use super::rows::{in_groups, reach};
use crate::rgb::Rgb;
use crate::windows::{FRACTION_BITS, GROUP, HALF, Windows};

/// Bytes of a vector.
const VECTOR: usize = 32;

/// Bytes of four pixels.
const PIXELS: usize = 4 * 3;

/// See [`horizontal`](super::horizontal()); `None` where a weight is too large.
#[target_feature(enable = "avx2")]
pub(super) fn horizontal(image: &Rgb, rows: Range<usize>, columns: &Windows) -> Option<Vec<u8>> {
    let weights = columns.weights().iter().map(|&group| halves(group));
    let weights = weights.collect::<Option<Vec<_>>>()?;
    let stride = columns.len() * 3;
    Some(in_groups(image, rows, reach(columns), stride, |rows, out| {
        two_rows(rows, columns, &weights, out);
    }))
}

/// Resamples two rows along their length, each in its half of the vectors.
#[target_feature(enable = "avx2")]
fn two_rows(rows: [&[u8]; 2], columns: &Windows, weights: &[[i32; 4]], out: &mut [u8]) {
    // Of the first two pixels in 16 bytes, then of the second two: red and red, green and green,
    // blue and blue, as 16-bit numbers.
    #[rustfmt::skip]
    let first = _mm256_setr_epi8(
        0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1,
        0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1,
    );
    #[rustfmt::skip]
    let second = _mm256_setr_epi8(
        6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1,
        6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1,
    );
    #[rustfmt::skip]
    let close_up = _mm256_setr_epi8(
        0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1,
        0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1,
    );
    let (width, groups) = (columns.len(), columns.groups());
    let (out_a, out_b) = out.split_at_mut(width * 3);
    for start in (0..width).step_by(4) {
        let mut pixels = [_mm256_setzero_si256(); 4];
        for (i, pixel) in pixels.iter_mut().enumerate() {
            let column = (start + i).min(width - 1);
            let from = columns.first(column) * 3;
            let (mut lower, mut upper) = (_mm256_setzero_si256(), _mm256_setzero_si256());
            for (k, weights) in weights[column * groups..][..groups].iter().enumerate() {
                let at = from + k * PIXELS;
                let four = _mm256_set_m128i(load_16(&rows[1][at..]), load_16(&rows[0][at..]));
                let [lower_first, lower_second, upper_first, upper_second] = *weights;
                let pair = _mm256_shuffle_epi8(four, first);
                lower = add_products(lower, pair, lower_first);
                upper = add_products(upper, pair, upper_first);
                let pair = _mm256_shuffle_epi8(four, second);
                lower = add_products(lower, pair, lower_second);
                upper = add_products(upper, pair, upper_second);
            }
            *pixel = total(lower, upper);
        }
        let bytes = _mm256_shuffle_epi8(to_bytes(pixels), close_up);
        store_pixels(_mm256_castsi256_si128(bytes), &mut out_a[start * 3..]);
        store_pixels(_mm256_extracti128_si256::<1>(bytes), &mut out_b[start * 3..]);
    }
}

/// See [`vertical`](super::vertical()); `None` where a weight is too large, or the columns
/// are fewer than fill a vector.
#[target_feature(enable = "avx2")]
pub(super) fn vertical(
    image: &Rgb,
    columns: Range<usize>,
    first_row: usize,
    rows: &Windows,
) -> Option<Vec<u8>> {
    let weights = rows.weights().iter().map(|&group| halves(group));
    let weights = weights.collect::<Option<Vec<_>>>()?;
    let (stride, groups) = (columns.len() * 3, rows.groups());
    let last_vector = stride.checked_sub(VECTOR)?;
    let mut pixels = vec![0; rows.len() * stride];
    for (y, out) in pixels.chunks_exact_mut(stride).enumerate() {
        let first = rows.first(y) - first_row;
        let weights = &weights[y * groups..][..groups];
        // The last vector overlaps with the one before it.
        for at in (0..last_vector).step_by(VECTOR).chain([last_vector]) {
            let out = out[at..].first_chunk_mut().expect("no vector passes the end of a row");
            one_vector(image, first, weights, columns.start * 3 + at, out);
        }
    }
    Some(pixels)
}

/// Sums up the bytes from byte `at` on of the rows from `first` on.
#[target_feature(enable = "avx2")]
fn one_vector(image: &Rgb, first: usize, weights: &[[i32; 4]], at: usize, out: &mut [u8; VECTOR]) {
    let last_row = image.height as usize - 1;
    let zero = _mm256_setzero_si256();
    let mut sums = [[zero; 2]; 4];
    for (k, weights) in weights.iter().enumerate() {
        let [lower_first, lower_second, upper_first, upper_second] = *weights;
        for (pair, lower, upper) in [(0, lower_first, upper_first), (2, lower_second, upper_second)]
        {
            // Beyond the last row weights are zero.
            let row = first + k * GROUP + pair;
            let a = load_32(&image.row(row.min(last_row))[at..]);
            let b = load_32(&image.row((row + 1).min(last_row))[at..]);
            let (low, high) = (_mm256_unpacklo_epi8(a, b), _mm256_unpackhi_epi8(a, b));
            let quarters = [
                _mm256_unpacklo_epi8(low, zero),
                _mm256_unpackhi_epi8(low, zero),
                _mm256_unpacklo_epi8(high, zero),
                _mm256_unpackhi_epi8(high, zero),
            ];
            for (sums, quarter) in sums.iter_mut().zip(quarters) {
                sums[0] = add_products(sums[0], quarter, lower);
                sums[1] = add_products(sums[1], quarter, upper);
            }
        }
    }
    let mut pixels = [zero; 4];
    for (pixel, [lower, upper]) in pixels.iter_mut().zip(sums) {
        *pixel = total(lower, upper);
    }
    // SAFETY: `out` has room for the 32 bytes that are written, at any alignment.
    unsafe { _mm256_storeu_si256(out.as_mut_ptr().cast(), to_bytes(pixels)) };
}

/// Adds the products of pairs of pixels with a pair of weights.
#[inline]
#[target_feature(enable = "avx2")]
fn add_products(sum: __m256i, pixels: __m256i, weights: i32) -> __m256i {
    _mm256_add_epi32(sum, _mm256_madd_epi16(pixels, _mm256_set1_epi32(weights)))
}

/// The pixels that the two sums stand for, not yet clipped.
#[inline]
#[target_feature(enable = "avx2")]
fn total(lower: __m256i, upper: __m256i) -> __m256i {
    let upper = _mm256_slli_epi32::<{ LOWER_BITS as i32 }>(upper);
    let sum = _mm256_add_epi32(_mm256_add_epi32(lower, upper), _mm256_set1_epi32(HALF));
    _mm256_srai_epi32::<{ FRACTION_BITS as i32 }>(sum)
}

/// Clips to 0..=255; the order is the one before unpacking.
#[inline]
#[target_feature(enable = "avx2")]
fn to_bytes(pixels: [__m256i; 4]) -> __m256i {
    let [a, b, c, d] = pixels;
    _mm256_packus_epi16(_mm256_packs_epi32(a, b), _mm256_packs_epi32(c, d))
}

/// Writes the first 12 bytes, fewer where fewer are left.
#[inline]
#[target_feature(enable = "avx2")]
fn store_pixels(pixels: __m128i, out: &mut [u8]) {
    if let Some(out) = out.first_chunk_mut::<16>() {
        // What is written beyond 12 bytes is overwritten by the pixels that follow.
        // SAFETY: `out` has room for the 16 bytes that are written, at any alignment.
        unsafe { _mm_storeu_si128(out.as_mut_ptr().cast(), pixels) };
    } else {
        let mut bytes = [0; 16];
        // SAFETY: `bytes` has room for the 16 bytes that are written, at any alignment.
        unsafe { _mm_storeu_si128(bytes.as_mut_ptr().cast(), pixels) };
        let n = out.len().min(PIXELS);
        out[..n].copy_from_slice(&bytes[..n]);
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn load_16(bytes: &[u8]) -> __m128i {
    let bytes: &[u8; 16] = bytes.first_chunk().expect("a row is readable as far as it is read");
    // SAFETY: the 16 bytes that are read are those of `bytes`, at any alignment.
    unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn load_32(bytes: &[u8]) -> __m256i {
    let bytes: &[u8; 32] = bytes.first_chunk().expect("no vector passes the end of a row");
    // SAFETY: the 32 bytes that are read are those of `bytes`, at any alignment.
    unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
}
