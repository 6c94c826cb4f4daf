//! An approximate inverse of the Hessian: exact on the leading eigenvectors of `X'X`, a multiple of
//! the identity on the rest.
//!
//! Features of a network are strongly correlated, so that a few of the eigenvalues carry most of
//! the trace. Their vectors come from subspace iteration (Halko, Martinsson and Tropp, Finding
//! Structure with Randomness, SIAM Review 53, 2011, section 4.5).

use std::mem::swap;

use faer::{Accum, Mat, MatMut, MatRef, Side};
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use super::{
    Intercept, block_matrix::BlockMatrix, columns::Columns, group::Group, iterate::Step,
    products::multiply, space::Space,
};

/// Eigenvectors taken.
const RANK: usize = 128;
/// Columns that one thread takes at a time.
const CHUNK: usize = 32;

/// The leading eigenvectors of `X'X` over the training rows of one fold (or over all rows, for all
/// folds).
struct Basis {
    /// Orthonormal in the sense of the coordinates, `[n_coordinates]` each.
    vectors: Columns,
    /// Their scores.
    scores: BlockMatrix,
    /// Eigenvalues, divided by the number of rows.
    eigenvalues: Vec<f64>,
    /// The mean of the eigenvalues left out.
    tail: f64,
}

/// See the head of the file.
pub(super) struct Preconditioner {
    bases: Vec<Basis>,
}

impl Preconditioner {
    /// Computes the eigenvectors, with `rounds` multiplications of a random start by `X'X`. `folds` are the
    /// folds and how many rows each trains on.
    pub(super) fn new(
        space: &Space<'_>,
        folds: &[(Option<usize>, usize)],
        rounds: usize,
        seed: u64,
    ) -> Self {
        // Weights serve all folds alike; factors of rows must be zero for rows held out.
        let one = [(None, space.n_samples())];
        let folds = if let Space::Gram(_) = space { folds } else { &one };
        let smallest = folds.iter().map(|&(_, n)| n).min().unwrap_or(0);
        let rank = RANK.min(smallest.min(space.n_coordinates() - 1) / 2).max(1);
        let all = [Group { fold: None, columns: 0..rank }];
        let mut start = random(space, rank, seed);
        let (mut images, mut scores) = (Columns::default(), BlockMatrix::default());
        for _ in 1..rounds {
            orthonormalize(&mut start, &all[0]);
            apply(space, &start, &all, &mut scores, &mut images);
            swap(&mut start, &mut images);
        }
        // The vectors of all rows are near those of each fold.
        let groups: Vec<Group> = folds
            .iter()
            .enumerate()
            .map(|(i, &(fold, _))| Group { fold, columns: i * rank..(i + 1) * rank })
            .collect();
        let mut vectors = Columns::zeros(start.len(), groups.len() * rank);
        for group in &groups {
            vectors.copy_columns(group.columns.start, &start, 0, rank);
        }
        mask(space, &groups, &mut vectors);
        for group in &groups {
            orthonormalize(&mut vectors, group);
        }
        // Rounding leaves its traces.
        mask(space, &groups, &mut vectors);
        apply(space, &vectors, &groups, &mut scores, &mut images);
        let bases = groups.iter().zip(folds).map(|(group, &(_, n))| {
            let (rotation, eigenvalues) = eigen(space, &vectors, &images, group, n as f64);
            let rest = (space.mean_square() - eigenvalues.iter().sum::<f64>()).max(0.0);
            let dimensions = (space.n_coordinates() - rank).max(1);
            let mut basis = Columns::zeros(vectors.len(), rank);
            let own = vectors.matrix(group.columns.clone());
            multiply(
                space.level(),
                basis.matrix_mut(0..rank),
                Accum::Replace,
                own,
                rotation.as_ref(),
            );
            let scores = rotated(space, &scores, group, rotation.as_ref());
            Basis { vectors: basis, scores, eigenvalues, tail: rest / dimensions as f64 }
        });
        Self { bases: bases.collect() }
    }

    /// Multiplies gradients by the inverse of `I + h X'X / n` with `h`, for each column, the
    /// curvature that the loss has summed over all rows; an unpenalized intercept is divided by
    /// its own. The scores become those of the results where those of the gradients are `known`.
    pub(super) fn apply(
        &self,
        space: &Space<'_>,
        groups: &[Group],
        curvature: &[f64],
        Step { weights: gradients, scores }: &mut Step,
        known: bool,
    ) {
        let level = space.level();
        let len = gradients.len();
        let last = len - 1;
        let free = space.intercept() == Intercept::Unpenalized;
        let intercept = |(gradient, curvature): (&[f32], &f64)| {
            let gradient = if free { gradient[last] } else { 0.0 };
            [gradient, gradient / curvature.max(f64::from(f32::MIN_POSITIVE)) as f32]
        };
        let intercepts: Vec<[f32; 2]> =
            gradients.values().chunks_exact(len).zip(curvature).map(intercept).collect();
        for group in groups {
            let index = if self.bases.len() == 1 { 0 } else { group.fold.unwrap_or(0) };
            let Basis { vectors, scores: basis_scores, eigenvalues, tail } = &self.bases[index];
            let rank = eigenvalues.len();
            let mut inner = Columns::zeros(rank, group.columns.len());
            let rest = |column: usize| 1.0 / (1.0 + curvature[column] * tail);
            let values = &mut gradients.values_mut()[group.columns.start * len..]
                [..group.columns.len() * len];
            let start = group.columns.start;
            values
                .par_chunks_mut(CHUNK * len)
                .zip(inner.values_mut().par_chunks_mut(CHUNK * rank))
                .enumerate()
                .for_each(|(chunk, (values, inner))| {
                    let n = values.len() / len;
                    let mut inner_matrix = MatMut::from_column_major_slice_mut(inner, rank, n);
                    let left = vectors.matrix(0..rank);
                    let gradients = MatRef::from_column_major_slice(values, len, n);
                    multiply(
                        level,
                        inner_matrix.as_mut(),
                        Accum::Replace,
                        left.transpose(),
                        gradients,
                    );
                    for (j, (inner, gradient)) in
                        inner.chunks_exact_mut(rank).zip(values.chunks_exact_mut(len)).enumerate()
                    {
                        let column = start + chunk * CHUNK + j;
                        let rest = rest(column);
                        for (inner, eigenvalue) in inner.iter_mut().zip(eigenvalues) {
                            *inner *= (1.0 / (1.0 + curvature[column] * eigenvalue) - rest) as f32;
                        }
                        gradient.iter_mut().for_each(|value| *value *= rest as f32);
                    }
                    let out = MatMut::from_column_major_slice_mut(values, len, n);
                    multiply(
                        level,
                        out,
                        Accum::Add,
                        left,
                        MatRef::from_column_major_slice(inner, rank, n),
                    );
                });
            if known {
                scores.par_blocks_mut().enumerate().for_each(|(block, scores)| {
                    let basis = basis_scores.block(block);
                    let rows = basis.len() / rank;
                    let scores = &mut scores[start * rows..][..group.columns.len() * rows];
                    for (j, scores) in scores.chunks_exact_mut(rows).enumerate() {
                        let (rest, [gradient, step]) =
                            (rest(start + j) as f32, intercepts[start + j]);
                        scores
                            .iter_mut()
                            .for_each(|score| *score = (*score - gradient) * rest + step);
                    }
                    multiply(
                        level,
                        MatMut::from_column_major_slice_mut(scores, rows, group.columns.len()),
                        Accum::Add,
                        MatRef::from_column_major_slice(basis, rows, rank),
                        inner.matrix(0..group.columns.len()),
                    );
                });
            }
        }
        if free {
            gradients.par_columns_mut().for_each(|(j, column)| column[last] = intercepts[j][1]);
        }
    }
}

/// Random vectors; zero where the vectors of a problem are.
fn random(space: &Space<'_>, n_columns: usize, seed: u64) -> Columns {
    let mut vectors = Columns::zeros(space.n_coordinates(), n_columns);
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    vectors.values_mut().iter_mut().for_each(|value| *value = rng.gen_range(-1.0..1.0));
    mask(space, &[Group { fold: None, columns: 0..n_columns }], &mut vectors);
    vectors
}

/// Sets the coordinates to zero that no vector of a problem has: those of held-out rows, and those
/// of an intercept that is not one of the features.
fn mask(space: &Space<'_>, groups: &[Group], vectors: &mut Columns) {
    for group in groups {
        for column in group.columns.clone() {
            let column = vectors.column_mut(column);
            if let Space::Gram(gram) = space {
                column[gram.features.order.held_out(group.fold)].fill(0.0);
            } else if space.intercept() == Intercept::Penalized {
                continue;
            }
            *column.last_mut().expect("a vector has an intercept") = 0.0;
        }
    }
}

/// `X'X` times vectors; `K` times factors of rows.
fn apply(
    space: &Space<'_>,
    vectors: &Columns,
    groups: &[Group],
    scores: &mut BlockMatrix,
    images: &mut Columns,
) {
    space.scores(vectors, groups, scores);
    space.weighted_rows(scores, groups, images);
    mask(space, groups, images);
}

fn orthonormalize(vectors: &mut Columns, group: &Group) {
    let orthonormal = vectors.matrix(group.columns.clone()).qr().compute_thin_Q();
    vectors.matrix_mut(group.columns.clone()).copy_from(orthonormal);
}

/// How to turn orthonormal vectors into approximate eigenvectors, given their images, and the
/// eigenvalues divided by `n`.
fn eigen(
    space: &Space<'_>,
    vectors: &Columns,
    images: &Columns,
    group: &Group,
    n: f64,
) -> (Mat<f32>, Vec<f64>) {
    let rank = group.columns.len();
    let (own, images) =
        (vectors.matrix(group.columns.clone()), images.matrix(group.columns.clone()));
    let mut projected = Mat::<f32>::zeros(rank, rank);
    multiply(space.level(), projected.as_mut(), Accum::Replace, own.transpose(), images);
    let symmetric = Mat::<f64>::from_fn(rank, rank, |i, j| {
        0.5 * (f64::from(projected[(i, j)]) + f64::from(projected[(j, i)]))
    });
    let Ok(eigen) = symmetric.self_adjoint_eigen(Side::Lower) else {
        return (Mat::identity(rank, rank), vec![0.0; rank]);
    };
    let rotation = Mat::<f32>::from_fn(rank, rank, |i, j| eigen.U()[(i, j)] as f32);
    (rotation, (0..rank).map(|i| eigen.S()[i].max(0.0) / n).collect())
}

/// The scores of a group's vectors, turned as these are.
fn rotated(
    space: &Space<'_>,
    scores: &BlockMatrix,
    group: &Group,
    rotation: MatRef<'_, f32>,
) -> BlockMatrix {
    let rank = rotation.ncols();
    let mut rotated = BlockMatrix::zeros(scores.n_rows(), rank);
    rotated.par_blocks_mut().zip(scores.par_blocks()).for_each(|(rotated, scores)| {
        let rows = rotated.len() / rank;
        let own = &scores[group.columns.start * rows..group.columns.end * rows];
        multiply(
            space.level(),
            MatMut::from_column_major_slice_mut(rotated, rows, rank),
            Accum::Replace,
            MatRef::from_column_major_slice(own, rows, rank),
            rotation,
        );
    });
    rotated
}
