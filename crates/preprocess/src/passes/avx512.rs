//! The passes with AVX-512 and its dot products of bytes (VNNI): weights in three digits of 8 bits,
//! four neighboring pixels multiplied and added at once.

#![expect(unsafe_code, reason = "loads and stores of vectors")]

use std::arch::x86_64::{
    __m128i, __m512i, _mm_loadu_si128, _mm_setr_epi8, _mm_storeu_si128, _mm512_add_epi32,
    _mm512_broadcast_i32x4, _mm512_castsi128_si512, _mm512_dpbusd_epi32, _mm512_extracti32x4_epi32,
    _mm512_inserti32x4, _mm512_loadu_si512, _mm512_packs_epi32, _mm512_packus_epi16,
    _mm512_set1_epi32, _mm512_setzero_si512, _mm512_shuffle_epi8, _mm512_slli_epi32,
    _mm512_srai_epi32, _mm512_storeu_si512, _mm512_unpackhi_epi8, _mm512_unpackhi_epi16,
    _mm512_unpacklo_epi8, _mm512_unpacklo_epi16,
};
use std::ops::Range;

use super::digits::bytes;
use super::rows::{in_groups, reach};
use crate::rgb::Rgb;
use crate::windows::{FRACTION_BITS, GROUP, HALF, Windows};

/// Bytes of a vector.
const VECTOR: usize = 64;

/// Bytes of four pixels.
const PIXELS: usize = 4 * 3;

/// See [`horizontal`](super::horizontal()); `None` where a weight is too large.
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
pub(super) fn horizontal(image: &Rgb, rows: Range<usize>, columns: &Windows) -> Option<Vec<u8>> {
    let weights = columns.weights().iter().map(|&group| bytes(group));
    let weights = weights.collect::<Option<Vec<_>>>()?;
    let stride = columns.len() * 3;
    Some(in_groups(image, rows, reach(columns), stride, |rows, out| {
        four_rows(rows, columns, &weights, out);
    }))
}

/// Resamples four rows along their length, each in its quarter of the vectors.
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
fn four_rows(rows: [&[u8]; 4], columns: &Windows, weights: &[[i32; 3]], out: &mut [u8]) {
    // Four times red, four times green, four times blue.
    let by_color = _mm_setr_epi8(0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11, -1, -1, -1, -1);
    let by_color = _mm512_broadcast_i32x4(by_color);
    let close_up = _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
    let close_up = _mm512_broadcast_i32x4(close_up);
    let (width, groups) = (columns.len(), columns.groups());
    for start in (0..width).step_by(4) {
        let mut pixels = [_mm512_setzero_si512(); 4];
        for (i, pixel) in pixels.iter_mut().enumerate() {
            let column = (start + i).min(width - 1);
            let from = columns.first(column) * 3;
            let mut sums = [_mm512_setzero_si512(); 3];
            for (k, weights) in weights[column * groups..][..groups].iter().enumerate() {
                let at = from + k * PIXELS;
                let four = _mm512_castsi128_si512(load_16(&rows[0][at..]));
                let four = _mm512_inserti32x4::<1>(four, load_16(&rows[1][at..]));
                let four = _mm512_inserti32x4::<2>(four, load_16(&rows[2][at..]));
                let four = _mm512_inserti32x4::<3>(four, load_16(&rows[3][at..]));
                sums = add_products(sums, _mm512_shuffle_epi8(four, by_color), *weights);
            }
            *pixel = total(sums);
        }
        let bytes = _mm512_shuffle_epi8(to_bytes(pixels), close_up);
        let at = start * 3;
        let stride = width * 3;
        store_pixels(_mm512_extracti32x4_epi32::<0>(bytes), &mut out[at..stride]);
        store_pixels(_mm512_extracti32x4_epi32::<1>(bytes), &mut out[stride..][at..stride]);
        store_pixels(_mm512_extracti32x4_epi32::<2>(bytes), &mut out[2 * stride..][at..stride]);
        store_pixels(_mm512_extracti32x4_epi32::<3>(bytes), &mut out[3 * stride..][at..stride]);
    }
}

/// See [`vertical`](super::vertical()); `None` where a weight is too large, or the columns
/// are fewer than fill a vector.
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
pub(super) fn vertical(
    image: &Rgb,
    columns: Range<usize>,
    first_row: usize,
    rows: &Windows,
) -> Option<Vec<u8>> {
    let weights = rows.weights().iter().map(|&group| bytes(group));
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
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
fn one_vector(image: &Rgb, first: usize, weights: &[[i32; 3]], at: usize, out: &mut [u8; VECTOR]) {
    let last_row = image.height as usize - 1;
    let mut sums = [[_mm512_setzero_si512(); 3]; 4];
    for (k, weights) in weights.iter().enumerate() {
        // Beyond the last row weights are zero.
        let row = first + k * GROUP;
        let a = load_64(&image.row(row.min(last_row))[at..]);
        let b = load_64(&image.row((row + 1).min(last_row))[at..]);
        let c = load_64(&image.row((row + 2).min(last_row))[at..]);
        let d = load_64(&image.row((row + 3).min(last_row))[at..]);
        let (ab_low, ab_high) = (_mm512_unpacklo_epi8(a, b), _mm512_unpackhi_epi8(a, b));
        let (cd_low, cd_high) = (_mm512_unpacklo_epi8(c, d), _mm512_unpackhi_epi8(c, d));
        let quarters = [
            _mm512_unpacklo_epi16(ab_low, cd_low),
            _mm512_unpackhi_epi16(ab_low, cd_low),
            _mm512_unpacklo_epi16(ab_high, cd_high),
            _mm512_unpackhi_epi16(ab_high, cd_high),
        ];
        for (sums, quarter) in sums.iter_mut().zip(quarters) {
            *sums = add_products(*sums, quarter, *weights);
        }
    }
    let mut pixels = [_mm512_setzero_si512(); 4];
    for (pixel, sums) in pixels.iter_mut().zip(sums) {
        *pixel = total(sums);
    }
    // SAFETY: `out` has room for the 64 bytes that are written, at any alignment.
    unsafe { _mm512_storeu_si512(out.as_mut_ptr().cast(), to_bytes(pixels)) };
}

/// Adds the products of four pixels with each digit of four weights.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
fn add_products(sums: [__m512i; 3], pixels: __m512i, weights: [i32; 3]) -> [__m512i; 3] {
    [
        _mm512_dpbusd_epi32(sums[0], pixels, _mm512_set1_epi32(weights[0])),
        _mm512_dpbusd_epi32(sums[1], pixels, _mm512_set1_epi32(weights[1])),
        _mm512_dpbusd_epi32(sums[2], pixels, _mm512_set1_epi32(weights[2])),
    ]
}

/// The pixels that the sums of the three digits stand for, not yet clipped.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
fn total(sums: [__m512i; 3]) -> __m512i {
    let upper = _mm512_add_epi32(_mm512_slli_epi32::<8>(sums[1]), _mm512_slli_epi32::<16>(sums[2]));
    let lower = _mm512_add_epi32(sums[0], _mm512_set1_epi32(HALF));
    _mm512_srai_epi32::<FRACTION_BITS>(_mm512_add_epi32(lower, upper))
}

/// Clips to 0..=255; the order is the one before unpacking.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
fn to_bytes(pixels: [__m512i; 4]) -> __m512i {
    let [a, b, c, d] = pixels;
    _mm512_packus_epi16(_mm512_packs_epi32(a, b), _mm512_packs_epi32(c, d))
}

/// Writes the first 12 bytes, fewer where fewer are left.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
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
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
fn load_16(bytes: &[u8]) -> __m128i {
    let bytes: &[u8; 16] = bytes.first_chunk().expect("a row is readable as far as it is read");
    // SAFETY: the 16 bytes that are read are those of `bytes`, at any alignment.
    unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
fn load_64(bytes: &[u8]) -> __m512i {
    let bytes: &[u8; 64] = bytes.first_chunk().expect("no vector passes the end of a row");
    // SAFETY: the 64 bytes that are read are those of `bytes`, at any alignment.
    unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
}
