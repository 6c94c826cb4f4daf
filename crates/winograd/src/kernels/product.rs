//! Products of a few rows with a panel of a packed matrix.

#![expect(unsafe_code, reason = "vector instructions on checked ranges")]

use super::vector::Vector;

/// Numbers ahead of those in use that the panel is brought into the cache: some 3 KiB.
const PREFETCH: usize = 768;

/// `out = a panel`, where `a` has `rows` rows of `k` numbers and `panel` `k` rows of two vectors.
pub(crate) struct Product<'a> {
    /// Number of rows, at least 1.
    pub(crate) rows: usize,
    /// Numbers summed over.
    pub(crate) k: usize,
    /// The first row begins at 0, every other `a_stride` after the one before.
    pub(crate) a: &'a [f32],
    pub(crate) a_stride: usize,
    /// `[k, 2 LANES]`.
    pub(crate) panel: &'a [f32],
    /// Rows of `2 LANES` numbers, `out_stride` apart.
    pub(crate) out: &'a mut [f32],
    pub(crate) out_stride: usize,
    /// Whether the product is added to what `out` holds.
    pub(crate) accumulate: bool,
}

/// Computes the product in groups of at most 14 rows of nearly equal size. Every number is summed in the order of
/// `k`, however the rows are grouped.
#[inline(always)]
pub(super) fn product_body<V: Vector>(product: Product<'_>) {
    // Two vectors of each row stay in registers, of which AVX-512 has 32 and the others 16 (NEON 16
    // pairs), beside two of the panel.
    let max_rows = if V::LANES == 16 { 14 } else { 6 };
    let Product { rows, k, a, a_stride, panel, out, out_stride, accumulate } = product;
    let width = 2 * V::LANES;
    assert!(rows > 0 && panel.len() >= k * width, "a panel of the product's depth");
    assert!(a.len() >= (rows - 1) * a_stride + k, "rows of the left factor");
    assert!(out.len() >= (rows - 1) * out_stride + width, "rows of the product");
    let groups = rows.div_ceil(max_rows);
    let (size, larger) = (rows / groups, rows % groups);
    let mut first = 0;
    for group in 0..groups {
        let n = size + usize::from(group < larger);
        let a = a[first * a_stride..].as_ptr();
        let out = out[first * out_stride..].as_mut_ptr();
        // SAFETY: the ranges of all rows were checked above.
        unsafe {
            let panel = panel.as_ptr();
            match n {
                1 => rows_times_panel::<V, 1>(k, a, a_stride, panel, out, out_stride, accumulate),
                2 => rows_times_panel::<V, 2>(k, a, a_stride, panel, out, out_stride, accumulate),
                3 => rows_times_panel::<V, 3>(k, a, a_stride, panel, out, out_stride, accumulate),
                4 => rows_times_panel::<V, 4>(k, a, a_stride, panel, out, out_stride, accumulate),
                5 => rows_times_panel::<V, 5>(k, a, a_stride, panel, out, out_stride, accumulate),
                6 => rows_times_panel::<V, 6>(k, a, a_stride, panel, out, out_stride, accumulate),
                7 => rows_times_panel::<V, 7>(k, a, a_stride, panel, out, out_stride, accumulate),
                8 => rows_times_panel::<V, 8>(k, a, a_stride, panel, out, out_stride, accumulate),
                9 => rows_times_panel::<V, 9>(k, a, a_stride, panel, out, out_stride, accumulate),
                10 => rows_times_panel::<V, 10>(k, a, a_stride, panel, out, out_stride, accumulate),
                11 => rows_times_panel::<V, 11>(k, a, a_stride, panel, out, out_stride, accumulate),
                12 => rows_times_panel::<V, 12>(k, a, a_stride, panel, out, out_stride, accumulate),
                13 => rows_times_panel::<V, 13>(k, a, a_stride, panel, out, out_stride, accumulate),
                14 => rows_times_panel::<V, 14>(k, a, a_stride, panel, out, out_stride, accumulate),
                _ => unreachable!("no level has more than 14 rows"),
            }
        }
        first += n;
    }
}

/// # Safety
/// `ROWS` rows of `k` numbers at `a`, `k` rows of two vectors at `panel`, and `ROWS` rows of two
/// vectors at `out` are there.
#[inline(always)]
unsafe fn rows_times_panel<V: Vector, const ROWS: usize>(
    k: usize,
    a: *const f32,
    a_stride: usize,
    panel: *const f32,
    out: *mut f32,
    out_stride: usize,
    accumulate: bool,
) {
    // SAFETY: the caller has the memory, and is compiled for the instructions of `V`.
    unsafe {
        let mut sums = [[V::splat(0.0); 2]; ROWS];
        if accumulate {
            for (row, sums) in sums.iter_mut().enumerate() {
                let out = out.add(row * out_stride);
                *sums = [V::load(out), V::load(out.add(V::LANES))];
            }
        }
        for i in 0..k {
            let panel = panel.add(i * 2 * V::LANES);
            let (left, right) = (V::load(panel), V::load(panel.add(V::LANES)));
            V::prefetch(panel.wrapping_add(PREFETCH));
            V::prefetch(panel.wrapping_add(PREFETCH + V::LANES));
            for (row, sums) in sums.iter_mut().enumerate() {
                let value = V::splat(*a.add(row * a_stride + i));
                *sums = [value.mul_add(left, sums[0]), value.mul_add(right, sums[1])];
            }
        }
        for (row, sums) in sums.iter().enumerate() {
            let out = out.add(row * out_stride);
            sums[0].store(out);
            sums[1].store(out.add(V::LANES));
        }
    }
}
