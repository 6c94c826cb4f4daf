//! Coordinates of many vectors, one a column.

use std::ops::Range;

use faer::{MatMut, MatRef};
use rayon::prelude::*;

/// Vectors of one length, one after the other.
#[derive(Debug, Clone, Default)]
pub(super) struct Columns {
    values: Vec<f32>,
    len: usize,
}

impl Columns {
    pub(super) fn zeros(len: usize, n_columns: usize) -> Self {
        Self { values: vec![0.0; len * n_columns], len }
    }

    /// Gives the matrix another shape; what it holds is to be overwritten.
    pub(super) fn resize(&mut self, len: usize, n_columns: usize) {
        self.len = len;
        self.values.resize(len * n_columns, 0.0);
    }

    /// Length of a column.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn n_columns(&self) -> usize {
        self.values.len().checked_div(self.len).unwrap_or(0)
    }

    pub(super) fn column(&self, index: usize) -> &[f32] {
        &self.values[index * self.len..][..self.len]
    }

    pub(super) fn column_mut(&mut self, index: usize) -> &mut [f32] {
        &mut self.values[index * self.len..][..self.len]
    }

    /// All values, column by column.
    pub(super) fn values(&self) -> &[f32] {
        &self.values
    }

    /// All values, column by column.
    pub(super) fn values_mut(&mut self) -> &mut [f32] {
        &mut self.values
    }

    /// Some columns, as a matrix.
    pub(super) fn matrix(&self, columns: Range<usize>) -> MatRef<'_, f32> {
        let n = columns.len();
        let values = &self.values[columns.start * self.len..columns.end * self.len];
        MatRef::from_column_major_slice(values, self.len, n)
    }

    /// Some columns, as a matrix.
    pub(super) fn matrix_mut(&mut self, columns: Range<usize>) -> MatMut<'_, f32> {
        let n = columns.len();
        let values = &mut self.values[columns.start * self.len..columns.end * self.len];
        MatMut::from_column_major_slice_mut(values, self.len, n)
    }

    /// The columns, for work on each of them.
    pub(super) fn par_columns_mut(
        &mut self,
    ) -> impl IndexedParallelIterator<Item = (usize, &mut [f32])> {
        self.values.par_chunks_mut(self.len).enumerate()
    }

    /// Works on each column together with that of another matrix of the same shape.
    pub(super) fn par_columns_mut_with(
        &mut self,
        other: &mut Self,
        work: impl Fn(usize, &mut [f32], &mut [f32]) + Sync,
    ) {
        let pairs = self.values.par_chunks_mut(self.len).zip(other.values.par_chunks_mut(self.len));
        pairs.enumerate().for_each(|(index, (column, other))| work(index, column, other));
    }

    /// Takes over `n` columns of another matrix from `from` on, as those from `to` on.
    pub(super) fn copy_columns(&mut self, to: usize, other: &Self, from: usize, n: usize) {
        let len = self.len;
        self.values[to * len..(to + n) * len]
            .copy_from_slice(&other.values[from * len..(from + n) * len]);
    }

    /// Becomes another matrix.
    pub(super) fn copy_from(&mut self, other: &Self) {
        self.resize(other.len, other.n_columns());
        self.values
            .par_chunks_mut(self.len)
            .zip(other.values.par_chunks(self.len))
            .for_each(|(column, other)| column.copy_from_slice(other));
    }

    /// Becomes `a - b`.
    pub(super) fn set_difference(&mut self, a: &Self, b: &Self) {
        self.resize(a.len, a.n_columns());
        self.par_columns_mut().for_each(|(index, column)| {
            for ((out, a), b) in column.iter_mut().zip(a.column(index)).zip(b.column(index)) {
                *out = a - b;
            }
        });
    }

    /// Keeps the columns named, in their order.
    pub(super) fn retain(&mut self, keep: &[usize]) {
        for (to, &from) in keep.iter().enumerate() {
            self.values.copy_within(from * self.len..(from + 1) * self.len, to * self.len);
        }
        self.values.truncate(keep.len() * self.len);
    }
}

/// `a . b`: short sums in f32, their sum in f64.
#[inline(always)]
pub(super) fn dot(a: &[f32], b: &[f32]) -> f64 {
    sum_of(a, b, |a, b| a * b)
}

/// `a . (b - shift)`, summed as [`dot`] does.
#[inline(always)]
pub(super) fn dot_shifted(a: &[f32], b: &[f32], shift: f32) -> f64 {
    sum_of(a, b, |a, b| a * (b - shift))
}

/// The sum of numbers, as [`dot`] does it.
#[inline(always)]
pub(super) fn sum(values: &[f32]) -> f64 {
    sum_of(values, values, |value, _| value)
}

#[inline(always)]
fn sum_of(a: &[f32], b: &[f32], term: impl Fn(f32, f32) -> f32) -> f64 {
    const LANES: usize = 16;
    let mut total = 0.0;
    // A `for` loop: what `sum` calls is not compiled for the level of the caller.
    for (a, b) in a.chunks(16 * LANES).zip(b.chunks(16 * LANES)) {
        let (a, a_rest) = a.as_chunks::<LANES>();
        let (b, b_rest) = b.as_chunks::<LANES>();
        let mut sums = [0.0_f32; LANES];
        for (a, b) in a.iter().zip(b) {
            for lane in 0..LANES {
                sums[lane] += term(a[lane], b[lane]);
            }
        }
        for (&a, &b) in a_rest.iter().zip(b_rest) {
            total += f64::from(term(a, b));
        }
        for sum in sums {
            total += f64::from(sum);
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_columns_stay_in_order() {
        let mut columns = Columns { values: (0..8_u8).map(f32::from).collect(), len: 2 };
        columns.retain(&[1, 3]);
        assert_eq!(columns.values(), [2.0, 3.0, 6.0, 7.0]);
    }

    #[test]
    fn inner_products_are_summed_in_f64() {
        let ones = vec![1.0_f32; 1037];
        assert_eq!(dot(&ones, &ones), 1037.0);
        // 2^24 + 1 is no f32.
        assert_eq!(dot(&vec![4097.0; 1025], &ones[..1025]), 4097.0 * 1025.0);
    }
}
