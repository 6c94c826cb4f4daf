//! `scores += K entries`, the kernel in which a path spends most of its time: a tile of scores stays
//! in registers while column after column is added to it.
//!
//! The compiler keeps so many sums in memory when they are written as arrays, three times as slow;
//! hence intrinsics.

#![cfg_attr(
    target_arch = "x86_64",
    expect(unsafe_code, reason = "functions compiled for instructions that were looked up; loads")
)]

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::{
    __m256, __m512, __m512d, _mm256_add_ps, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_set1_ps,
    _mm256_setzero_ps, _mm256_storeu_ps, _mm512_add_pd, _mm512_add_ps, _mm512_cvtps_pd,
    _mm512_fmadd_pd, _mm512_fmadd_ps, _mm512_loadu_pd, _mm512_loadu_ps, _mm512_set1_pd,
    _mm512_set1_ps, _mm512_setzero_pd, _mm512_setzero_ps, _mm512_storeu_pd, _mm512_storeu_ps,
};

use simd::{Instructions, Level};

use crate::gram::TILE;

/// `value` at a position of a sparse vector.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Entry {
    pub(crate) position: u32,
    pub(crate) value: f32,
}

/// [`TILE`] rows of a matrix whose columns follow each other.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Columns<'a> {
    /// The matrix, from the first of the rows in the first column on.
    pub(crate) values: &'a [f32],
    /// From a column to the next.
    pub(crate) stride: usize,
}

impl<'a> Columns<'a> {
    #[inline(always)]
    fn column(self, position: u32) -> &'a [f32; TILE] {
        let column = &self.values[position as usize * self.stride..];
        column.first_chunk().expect("a column has the rows of a tile")
    }
}

/// `scores += sum of value * columns[position]` over the entries.
pub(crate) fn add_columns(
    level: Level,
    scores: &mut [f32; TILE],
    columns: Columns<'_>,
    entries: &[Entry],
) {
    match level.instructions() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a `Level` holds these instructions only where they were detected.
        Instructions::Avx2 => unsafe { add_columns_avx2(scores, columns, entries) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a `Level` holds these instructions only where they were detected.
        Instructions::Avx512 { .. } => unsafe { add_columns_avx512(scores, columns, entries) },
        _ => add_columns_portable(scores, columns, entries),
    }
}

/// [`add_columns`] summed in f64.
pub(crate) fn add_columns_f64(
    level: Level,
    scores: &mut [f64; TILE],
    columns: Columns<'_>,
    entries: &[Entry],
) {
    match level.instructions() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a `Level` holds these instructions only where they were detected.
        Instructions::Avx512 { .. } => unsafe { add_columns_f64_avx512(scores, columns, entries) },
        _ => add_columns_f64_portable(scores, columns, entries),
    }
}

/// Sums that the portable kernel keeps at a time.
const LANES: usize = 16;

fn add_columns_portable(scores: &mut [f32; TILE], columns: Columns<'_>, entries: &[Entry]) {
    for (part, scores) in scores.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
        let mut sums = [0.0_f32; LANES];
        for entry in entries {
            let x = &columns.column(entry.position).as_chunks::<LANES>().0[part];
            for lane in 0..LANES {
                sums[lane] += entry.value * x[lane];
            }
        }
        for lane in 0..LANES {
            scores[lane] += sums[lane];
        }
    }
}

fn add_columns_f64_portable(scores: &mut [f64; TILE], columns: Columns<'_>, entries: &[Entry]) {
    for (part, scores) in scores.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
        let mut sums = [0.0_f64; LANES];
        for entry in entries {
            let x = &columns.column(entry.position).as_chunks::<LANES>().0[part];
            let value = f64::from(entry.value);
            for lane in 0..LANES {
                sums[lane] += value * f64::from(x[lane]);
            }
        }
        for lane in 0..LANES {
            scores[lane] += sums[lane];
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn add_columns_avx512(scores: &mut [f32; TILE], columns: Columns<'_>, entries: &[Entry]) {
    let mut sums = [_mm512_setzero_ps(); TILE / 16];
    for entry in entries {
        let value = _mm512_set1_ps(entry.value);
        let column = columns.column(entry.position).as_chunks().0;
        for (sum, x) in sums.iter_mut().zip(column) {
            *sum = _mm512_fmadd_ps(value, load_512(x), *sum);
        }
    }
    for (sum, score) in sums.into_iter().zip(scores.as_chunks_mut::<16>().0) {
        let total = _mm512_add_ps(load_512(score), sum);
        // SAFETY: `score` has room for the 16 values that are written, at any alignment.
        unsafe { _mm512_storeu_ps(score.as_mut_ptr(), total) };
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn add_columns_avx2(scores: &mut [f32; TILE], columns: Columns<'_>, entries: &[Entry]) {
    // Half a tile at a time: there are 16 registers.
    for (half, scores) in scores.as_chunks_mut::<{ TILE / 2 }>().0.iter_mut().enumerate() {
        let mut sums = [_mm256_setzero_ps(); TILE / 2 / 8];
        for entry in entries {
            let value = _mm256_set1_ps(entry.value);
            let column = &columns.column(entry.position).as_chunks::<{ TILE / 2 }>().0[half];
            for (sum, x) in sums.iter_mut().zip(column.as_chunks().0) {
                *sum = _mm256_fmadd_ps(value, load_256(x), *sum);
            }
        }
        for (sum, score) in sums.into_iter().zip(scores.as_chunks_mut::<8>().0) {
            let total = _mm256_add_ps(load_256(score), sum);
            // SAFETY: `score` has room for the 8 values that are written, at any alignment.
            unsafe { _mm256_storeu_ps(score.as_mut_ptr(), total) };
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx2")]
fn add_columns_f64_avx512(scores: &mut [f64; TILE], columns: Columns<'_>, entries: &[Entry]) {
    let mut sums = [_mm512_setzero_pd(); TILE / 8];
    for entry in entries {
        let value = _mm512_set1_pd(f64::from(entry.value));
        let column = columns.column(entry.position).as_chunks().0;
        for (sum, x) in sums.iter_mut().zip(column) {
            *sum = _mm512_fmadd_pd(value, _mm512_cvtps_pd(load_256(x)), *sum);
        }
    }
    for (sum, score) in sums.into_iter().zip(scores.as_chunks_mut::<8>().0) {
        let total = _mm512_add_pd(load_512_f64(score), sum);
        // SAFETY: `score` has room for the 8 values that are written, at any alignment.
        unsafe { _mm512_storeu_pd(score.as_mut_ptr(), total) };
    }
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx512f")]
fn load_512(x: &[f32; 16]) -> __m512 {
    // SAFETY: the 16 values that are read are those of `x`, at any alignment.
    unsafe { _mm512_loadu_ps(x.as_ptr()) }
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx512f")]
fn load_512_f64(x: &[f64; 8]) -> __m512d {
    // SAFETY: the 8 values that are read are those of `x`, at any alignment.
    unsafe { _mm512_loadu_pd(x.as_ptr()) }
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2")]
fn load_256(x: &[f32; 8]) -> __m256 {
    // SAFETY: the 8 values that are read are those of `x`, at any alignment.
    unsafe { _mm256_loadu_ps(x.as_ptr()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_adds_every_column() {
        let columns: Vec<[f32; TILE]> =
            (0..5).map(|j| std::array::from_fn(|i| (i * 7 + j * 3) as f32)).collect();
        let entry = |position, value| Entry { position, value };
        let entries = [entry(1, 2.0), entry(4, -0.5)];
        for level in Level::available() {
            let (mut scores, mut precise) = ([1.0; TILE], [1.0; TILE]);
            let view = Columns { values: columns.as_flattened(), stride: TILE };
            add_columns(level, &mut scores, view, &entries);
            add_columns_f64(level, &mut precise, view, &entries);
            for i in 0..TILE {
                let expected = 1.0 + 2.0 * columns[1][i] - 0.5 * columns[4][i];
                assert_eq!(scores[i], expected, "{level:?}");
                assert_eq!(precise[i], f64::from(expected), "{level:?}");
            }
        }
    }
}
