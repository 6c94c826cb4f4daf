//! A point on the way along a path.

use rayon::prelude::*;

use super::{
    Intercept,
    block_matrix::BlockMatrix,
    columns::Columns,
    space::{Space, combine},
};

/// Where problems are, and the gradient there, a column for each class.
#[derive(Default)]
pub(super) struct Iterate {
    pub(super) weights: Columns,
    /// Up to date for training rows.
    pub(super) scores: BlockMatrix,
    pub(super) gradient: Columns,
    /// The scores of the gradient, where coordinates are factors of rows; empty elsewhere.
    pub(super) gradient_scores: BlockMatrix,
    /// The C that the gradient belongs to; `None` where it is not computed yet.
    pub(super) gradient_c: Option<f64>,
}

/// A change of an [`Iterate`].
#[derive(Default)]
pub(super) struct Step {
    pub(super) weights: Columns,
    pub(super) scores: BlockMatrix,
}

impl Iterate {
    /// At zero.
    pub(super) fn zeros(space: &Space<'_>, n_columns: usize) -> Self {
        let vectors = || Columns::zeros(space.n_coordinates(), n_columns);
        let scores = || BlockMatrix::zeros(space.n_samples(), n_columns);
        let gradient_scores = match space {
            Space::Gram(_) => scores(),
            Space::Features(_) => BlockMatrix::default(),
        };
        Self {
            weights: vectors(),
            scores: scores(),
            gradient: vectors(),
            gradient_scores,
            gradient_c: None,
        }
    }

    /// Goes on to the value of C that is `factor` times as large.
    ///
    /// The gradient `P w + C sum_i r_i x_i`, where `P` takes a free intercept away, is known for every C
    /// once it is known for one.
    pub(super) fn multiply_c(&mut self, space: &Space<'_>, factor: f64) {
        let (level, factor) = (space.level(), factor as f32);
        let free = space.intercept() == Intercept::Unpenalized;
        let weights = &self.weights;
        let last = space.n_coordinates() - 1;
        self.gradient.par_columns_mut().for_each(|(column, gradient)| {
            let weights = weights.column(column);
            let len = if free { last } else { last + 1 };
            level.run(
                #[inline(always)]
                || {
                    gradient[len..].iter_mut().for_each(|value| *value *= factor);
                    combine(&mut gradient[..len], factor, &weights[..len], 1.0 - factor);
                },
            );
        });
        self.gradient_scores.par_blocks_mut().zip(self.scores.par_blocks()).for_each(
            |(gradient, scores)| {
                let len = scores.len() / weights.n_columns();
                let columns = gradient.chunks_exact_mut(len).zip(scores.chunks_exact(len));
                for (column, (gradient, scores)) in columns.enumerate() {
                    let intercept = if free { weights.column(column)[last] } else { 0.0 };
                    level.run(
                        #[inline(always)]
                        || {
                            let moved = gradient.iter_mut().zip(scores);
                            moved.for_each(|(gradient, score)| {
                                *gradient =
                                    factor * *gradient + (1.0 - factor) * (score - intercept);
                            });
                        },
                    );
                }
            },
        );
    }

    /// Takes the mean of the intercepts of the classes of each fold away: no probability depends on it,
    /// and nothing else decides it.
    pub(super) fn center_intercepts(&mut self, n_classes: usize) {
        let last = self.weights.len() - 1;
        let folds = 0..self.weights.n_columns() / n_classes;
        let mean = |fold: usize| {
            let of_fold = fold * n_classes..(fold + 1) * n_classes;
            let sum: f64 = of_fold.map(|column| f64::from(self.weights.column(column)[last])).sum();
            (sum / n_classes as f64) as f32
        };
        let means: Vec<f32> = folds.map(mean).collect();
        self.weights.par_columns_mut().for_each(|(column, w)| w[last] -= means[column / n_classes]);
        self.scores.par_blocks_mut().for_each(|scores| {
            let len = scores.len() / means.len();
            for (scores, mean) in scores.chunks_exact_mut(len).zip(&means) {
                scores.iter_mut().for_each(|score| *score -= mean);
            }
        });
    }

    /// Copies what the penalty sees: without free intercepts.
    pub(super) fn copy_penalized(&self, space: &Space<'_>, out: &mut Step) {
        let free = space.intercept() == Intercept::Unpenalized;
        let last = space.n_coordinates() - 1;
        out.weights.copy_from(&self.weights);
        if free {
            out.weights.par_columns_mut().for_each(|(_, weights)| weights[last] = 0.0);
        }
        let n_columns = self.weights.n_columns();
        out.scores.resize(space.n_samples(), n_columns);
        out.scores.par_blocks_mut().zip(self.scores.par_blocks()).for_each(|(out, scores)| {
            let len = scores.len() / n_columns;
            let columns = out.chunks_exact_mut(len).zip(scores.chunks_exact(len));
            for (column, (out, scores)) in columns.enumerate() {
                let intercept = if free { self.weights.column(column)[last] } else { 0.0 };
                out.iter_mut().zip(scores).for_each(|(out, score)| *out = score - intercept);
            }
        });
    }

    /// Takes over all columns of another one.
    pub(super) fn copy_from(&mut self, other: &Self) {
        self.weights.copy_from(&other.weights);
        self.scores.copy_from(&other.scores);
        self.gradient.copy_from(&other.gradient);
        self.gradient_scores.copy_from(&other.gradient_scores);
        self.gradient_c = other.gradient_c;
    }

    /// Takes over the columns of another one that begin at `from`, from `to` on.
    pub(super) fn copy_columns(&mut self, to: usize, other: &Self, from: usize, n: usize) {
        self.weights.copy_columns(to, &other.weights, from, n);
        self.scores.copy_columns(to, &other.scores, from, n);
        self.gradient.copy_columns(to, &other.gradient, from, n);
        if other.gradient_scores.n_rows() > 0 {
            self.gradient_scores.copy_columns(to, &other.gradient_scores, from, n);
        }
    }

    /// Keeps the columns named, in their order.
    pub(super) fn retain(&mut self, columns: &[usize]) {
        self.weights.retain(columns);
        self.scores.retain(columns);
        self.gradient.retain(columns);
        self.gradient_scores.retain(columns);
    }
}
