//! Where the vectors of a problem live: weights for the features, or combinations of rows.
//!
//! Both are the same vectors with the same inner product; what differs is which products turn
//! residuals into a gradient, and the gradient into changes of the scores.

use rayon::prelude::*;
use simd::Level;

use super::{
    Intercept,
    block_matrix::{BLOCK_ROWS, BlockMatrix},
    columns::{Columns, dot, dot_shifted, sum},
    features::Features,
    gram::Gram,
    group::Group,
    order::Order,
};

/// The products of a solver.
pub(super) enum Space<'a> {
    /// Coordinates are weights.
    Features(Features<'a>),
    /// Coordinates are factors of rows.
    Gram(Gram<'a>),
}

impl Space<'_> {
    fn features(&self) -> &Features<'_> {
        match self {
            Self::Features(features) => features,
            Self::Gram(gram) => &gram.features,
        }
    }

    pub(super) fn intercept(&self) -> Intercept {
        self.features().intercept
    }

    pub(super) fn level(&self) -> Level {
        self.features().level
    }

    pub(super) fn n_samples(&self) -> usize {
        self.features().n_samples()
    }

    pub(super) fn order(&self) -> &Order {
        &self.features().order
    }

    /// The row at a position in the order of the solver.
    pub(super) fn row_at(&self, position: usize) -> usize {
        self.order().rows()[position]
    }

    /// The mean of the squared norms of the rows.
    pub(super) fn mean_square(&self) -> f64 {
        self.features().mean_square
    }

    /// Coordinates of a vector; the last is the intercept.
    pub(super) fn n_coordinates(&self) -> usize {
        match self {
            Self::Features(features) => features.n_features() + 1,
            Self::Gram(gram) => gram.features.n_samples() + 1,
        }
    }

    /// The scores under vectors of at least the rows that the vector's fold trains on.
    pub(super) fn scores(&self, vectors: &Columns, groups: &[Group], out: &mut BlockMatrix) {
        match self {
            Self::Features(features) => features.scores(vectors, groups, out),
            Self::Gram(gram) => gram.scores(vectors, groups, out),
        }
    }

    /// Adds to scores of training rows those of the rows held out, where they are not known yet.
    pub(super) fn complete_scores(
        &self,
        vectors: &Columns,
        groups: &[Group],
        scores: &mut BlockMatrix,
    ) {
        match self {
            Self::Features(features) => features.complete_scores(vectors, groups, scores),
            Self::Gram(gram) => gram.complete_scores(vectors, groups, scores),
        }
    }

    /// `sum_i residuals_i x_i` for each column; residuals of held-out rows are zero.
    pub(super) fn weighted_rows(
        &self,
        residuals: &BlockMatrix,
        groups: &[Group],
        out: &mut Columns,
    ) {
        match self {
            Self::Features(features) => features.weighted_rows(residuals, groups, out),
            Self::Gram(gram) => {
                out.resize(self.n_coordinates(), residuals.n_columns());
                let n_blocks = residuals.n_rows().div_ceil(BLOCK_ROWS);
                out.par_columns_mut().for_each(|(index, column)| {
                    let (rows, last) = column.split_at_mut(residuals.n_rows());
                    for block in 0..n_blocks {
                        let values = residuals.block(block);
                        let len = values.len() / residuals.n_columns();
                        rows[block * BLOCK_ROWS..][..len]
                            .copy_from_slice(&values[index * len..][..len]);
                    }
                    let free = gram.features.intercept == Intercept::Unpenalized;
                    last[0] = if free { sum(rows) as f32 } else { 0.0 };
                });
            }
        }
    }

    /// The gradient `penalized part of w + c sum_i residuals_i x_i`.
    pub(super) fn gradient(
        &self,
        w: &Columns,
        residuals: &BlockMatrix,
        groups: &[Group],
        c: f64,
        gradient: &mut Columns,
    ) {
        self.weighted_rows(residuals, groups, gradient);
        let (last, c, level) = (self.n_coordinates() - 1, c as f32, self.level());
        let penalized = self.intercept() == Intercept::Penalized;
        gradient.par_columns_mut().for_each(|(index, gradient)| {
            let (gradient, intercept) = gradient.split_at_mut(last);
            let (w, b) = w.column(index).split_at(last);
            level.run(
                #[inline(always)]
                || combine(gradient, c, w, 1.0),
            );
            intercept[0] = c * intercept[0] + if penalized { b[0] } else { 0.0 };
        });
    }

    /// The inner product of the penalty, column by column. The scores of `b` on training rows are
    /// needed where coordinates are factors of rows.
    pub(super) fn inner(&self, a: &Columns, b: &Columns, b_scores: &BlockMatrix) -> Vec<f64> {
        self.inner_of(a, |j| j, b, b_scores)
    }

    /// The inner product of each column of `b` with the column of `a` that belongs to it.
    pub(super) fn inner_of(
        &self,
        a: &Columns,
        column: impl Fn(usize) -> usize + Sync,
        b: &Columns,
        b_scores: &BlockMatrix,
    ) -> Vec<f64> {
        let level = self.level();
        match self {
            Self::Features(features) => {
                let penalized = features.intercept == Intercept::Penalized;
                let len = features.n_features() + usize::from(penalized);
                (0..b.n_columns())
                    .into_par_iter()
                    .map(|j| {
                        level.run(
                            #[inline(always)]
                            || dot(&a.column(column(j))[..len], &b.column(j)[..len]),
                        )
                    })
                    .collect()
            }
            Self::Gram(gram) => {
                let n = gram.features.n_samples();
                let parts: Vec<Vec<f64>> = b_scores
                    .par_blocks()
                    .enumerate()
                    .map(|(block, scores)| {
                        let len = scores.len() / b.n_columns();
                        let of_column = |(j, scores): (usize, &[f32])| {
                            let factors = &a.column(column(j))[block * BLOCK_ROWS..][..len];
                            let intercept = b.column(j)[n];
                            level.run(
                                #[inline(always)]
                                || dot_shifted(factors, scores, intercept),
                            )
                        };
                        scores.chunks_exact(len).enumerate().map(of_column).collect()
                    })
                    .collect();
                (0..b.n_columns()).map(|j| parts.iter().map(|part| part[j]).sum()).collect()
            }
        }
    }

    /// The weights and intercepts of a head on the features as they came, `[n_features + 1]`.
    pub(super) fn weights(&self, vectors: &Columns) -> Columns {
        let mut weights = match self {
            Self::Features(_) => vectors.clone(),
            Self::Gram(gram) => gram.weights(vectors),
        };
        let features = self.features();
        weights.par_columns_mut().for_each(|(_, column)| {
            let (w, b) = column.split_at_mut(features.n_features());
            b[0] = (f64::from(b[0]) - dot(w, &features.shift)) as f32;
        });
        weights
    }
}

/// `out = factor * out + other * values`, column by column.
#[inline(always)]
pub(super) fn combine(out: &mut [f32], factor: f32, values: &[f32], other: f32) {
    for (out, value) in out.iter_mut().zip(values) {
        *out = factor * *out + other * value;
    }
}
