use faer::{
    Accum, Mat, MatMut, MatRef, Par,
    linalg::matmul::{
        matmul,
        triangular::{self, BlockStructure},
    },
};
use rayon::prelude::*;

use super::centered_rows::CenteredRows;

/// Rows of one product.
const CHUNK_ROWS: usize = 512;
/// Columns of a panel, which one thread computes.
const PANEL_COLUMNS: usize = 128;

/// Weighted sums over rows `z` (features and a 1) and their targets `y`.
#[derive(Clone)]
pub(super) struct Moments {
    /// The lower triangle of `sum s z z'`, column-major, `[order, order]`.
    gram: Vec<f64>,
    order: usize,
    /// `sum s z y'`, `[order, n_classes]`.
    pub(super) right: Mat<f64>,
    /// `sum s y^2`, `[n_classes]`.
    pub(super) squares: Vec<f64>,
}

impl Moments {
    /// The sums over the rows `indices` with targets `y` `[n_samples, n_classes]` and weights
    /// `[n_samples]`.
    pub(super) fn new(
        rows: &CenteredRows<'_>,
        y: MatRef<'_, f64>,
        indices: &[usize],
        weights: &[f64],
    ) -> Self {
        let order = rows.n_columns();
        let mut gram = vec![0.0; order * order];
        let mut right = Mat::zeros(order, y.ncols());
        for indices in indices.chunks(CHUNK_ROWS) {
            let gathered = rows.gather_in_parallel(indices, |row| weights[row].sqrt());
            let z = rows.matrix(&gathered);
            gram.par_chunks_mut(PANEL_COLUMNS * order)
                .enumerate()
                .for_each(|(panel, columns)| add_panel(columns, panel * PANEL_COLUMNS, z));
            let targets = Mat::from_fn(indices.len(), y.ncols(), |i, class| {
                weights[indices[i]].sqrt() * y[(indices[i], class)]
            });
            matmul(&mut right, Accum::Add, z.transpose(), &targets, 1.0, Par::Seq);
        }
        let square = |row: &usize, class| weights[*row] * y[(*row, class)].powi(2);
        let squares =
            (0..y.ncols()).map(|class| indices.iter().map(|row| square(row, class)).sum());
        Self { gram, order, right, squares: squares.collect() }
    }

    /// `sum s z z'`, of which only the lower triangle is filled.
    pub(super) fn gram(&self) -> MatRef<'_, f64> {
        MatRef::from_column_major_slice(&self.gram, self.order, self.order)
    }

    /// Replaces the sums over a part by those over the rest of `whole`.
    pub(super) fn complement(&mut self, whole: &Self) {
        for (part, whole) in self.gram.iter_mut().zip(&whole.gram) {
            *part = whole - *part;
        }
        self.right = &whole.right - &self.right;
        for (part, whole) in self.squares.iter_mut().zip(&whole.squares) {
            *part = whole - *part;
        }
    }

    /// Adds the sums over other rows.
    pub(super) fn add(&mut self, other: &Self) {
        self.gram.iter_mut().zip(&other.gram).for_each(|(sum, other)| *sum += other);
        self.right += &other.right;
        self.squares.iter_mut().zip(&other.squares).for_each(|(sum, other)| *sum += other);
    }
}

/// Adds columns `start..` of the lower triangle of `z' z`.
fn add_panel(columns: &mut [f64], start: usize, z: MatRef<'_, f64>) {
    let order = z.ncols();
    let width = columns.len() / order;
    let panel = MatMut::from_column_major_slice_mut(columns, order, width);
    let (diagonal, below) = panel.subrows_mut(start, order - start).split_at_row_mut(width);
    let right = z.subcols(start, width);
    triangular::matmul(
        diagonal,
        BlockStructure::TriangularLower,
        Accum::Add,
        right.transpose(),
        BlockStructure::Rectangular,
        right,
        BlockStructure::Rectangular,
        1.0,
        Par::Seq,
    );
    let left = z.subcols(start + width, order - start - width).transpose();
    matmul(below, Accum::Add, left, right, 1.0, Par::Seq);
}
