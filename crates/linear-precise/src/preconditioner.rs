use faer::{Mat, MatMut};
use rayon::prelude::*;

use super::{newton::LARGEST_SYSTEM, rows::Rows, softmax::SoftmaxProblem};
use crate::Cholesky;

/// Values of all blocks at most: 1 GiB.
const LARGEST_BLOCKS: usize = 1 << 27;

/// Inverses of the diagonal blocks `I + X' D X` of a Hessian, `D` the second derivatives of a class; over rows
/// where these are fewer than features.
pub(super) struct Preconditioner<'a> {
    rows: &'a Rows<'a>,
    /// One for each class, or one for all.
    blocks: Vec<Block>,
}

enum Block {
    OverFeatures(Cholesky),
    /// Of `I + sqrt(D) X X' sqrt(D)`.
    OverRows {
        factor: Cholesky,
        roots: Vec<f64>,
        rows: Vec<usize>,
    },
}

impl<'a> Preconditioner<'a> {
    /// The blocks at some probabilities; `None` if they are too large, or not definite in f64.
    pub(super) fn new(problem: &SoftmaxProblem<'a>, probabilities: &[f64]) -> Option<Self> {
        let (rows, k) = (problem.rows, problem.n_classes);
        let counted: Vec<usize> =
            (0..rows.n_rows()).filter(|&row| problem.costs[row] > 0.0).collect();
        let size = counted.len().min(rows.width());
        if size > LARGEST_SYSTEM {
            return None;
        }
        let second = |row: usize, class: usize| {
            let p = probabilities[row * k + class];
            problem.costs[row] * p * (1.0 - p)
        };
        let n_blocks = if k * size * size <= LARGEST_BLOCKS { k } else { 1 };
        let blocks = (0..n_blocks).into_par_iter().map(|class| {
            let of_row = |&row: &usize| {
                if n_blocks == k {
                    second(row, class)
                } else {
                    (0..k).map(|class| second(row, class)).sum::<f64>() / k as f64
                }
            };
            block(rows, &counted, counted.iter().map(of_row).collect())
        });
        Some(Self { rows, blocks: blocks.collect::<Option<_>>()? })
    }

    /// The blocks' inverses times the vectors of the classes.
    pub(super) fn apply(&self, vectors: &[f64]) -> Vec<f64> {
        let mut out = vectors.to_vec();
        out.par_chunks_mut(self.rows.width()).enumerate().for_each(|(class, vector)| {
            match &self.blocks[class % self.blocks.len()] {
                Block::OverFeatures(factor) => factor.solve_in_place(as_column(vector)),
                Block::OverRows { factor, roots, rows } => {
                    let score = |(&row, root): (&usize, &f64)| root * self.rows.score(vector, row);
                    let mut scores: Vec<f64> = rows.iter().zip(roots).map(score).collect();
                    factor.solve_in_place(as_column(&mut scores));
                    for ((&row, root), score) in rows.iter().zip(roots).zip(&scores) {
                        self.rows.add_row(vector, -root * score, row);
                    }
                }
            }
        });
        out
    }
}

fn block(rows: &Rows<'_>, counted: &[usize], second: Vec<f64>) -> Option<Block> {
    let (n, width) = (counted.len(), rows.width());
    if width < n {
        let mut matrix = Mat::identity(width, width);
        rows.add_outer_products(counted, &second, matrix.as_mut());
        return Some(Block::OverFeatures(Cholesky::new(matrix)?));
    }
    let roots: Vec<f64> = second.iter().map(|value| value.sqrt()).collect();
    let products = rows.products_of(counted);
    let identity = |i: usize, j: usize| if i == j { 1.0 } else { 0.0 };
    let matrix = Mat::from_fn(n, n, |i, j| identity(i, j) + roots[i] * products[(i, j)] * roots[j]);
    Some(Block::OverRows { factor: Cholesky::new(matrix)?, roots, rows: counted.to_vec() })
}

fn as_column(values: &mut [f64]) -> MatMut<'_, f64> {
    let n = values.len();
    MatMut::from_column_major_slice_mut(values, n, 1)
}
