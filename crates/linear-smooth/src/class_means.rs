//! Where each class lies, as seen from all rows of its fold.
//!
//! A class pulls its weights towards `v = sum_i c_i e_i x_i`, where `e_i` is 1 for its rows less its
//! mean over all rows: `v = a (mean of its rows - mean of all)`, with `a` the sum of `c_i` over its rows.
//!
//! The pull tells where weights and a free intercept are coupled, too. With second derivatives `h_i` of
//! the rows' losses, the Hessian has `sum_i h_i x_i` between them, which is zero for the rows less
//! `m = sum_i h_i x_i / sum_i h_i`: then the intercept is the score at `m`. Once rows are fitted, most
//! of the curvature of a class is that of its own rows. Where these have the part `f` of the sum of
//! `h_i`, and `p` of that of `c_i`, and `h_i / c_i` is the same for all of them and for all others, `m` is
//! the mean of all, which is near zero, plus `(f - p) / (1 - p) v / a`.

use rayon::prelude::*;

use super::{
    Intercept,
    block_matrix::{BLOCK_ROWS, BlockMatrix},
    columns::Columns,
    features::add_scaled,
    group::groups,
    iterate::Step,
    objective::{Objective, PerRow},
    space::Space,
};

/// See the head of the file.
pub(super) struct ClassMeans {
    /// `a`, and what all rows of the fold count, of each column.
    totals: Vec<[f64; 2]>,
    /// `||v||^2` of each column.
    squares: Vec<f64>,
    /// `v` of each column, with scores where coordinates are factors of rows; without columns where no
    /// intercept is free.
    pulls: Step,
}

impl ClassMeans {
    pub(super) fn new(space: &Space<'_>, objective: &Objective) -> Self {
        let n_columns = objective.n_columns();
        let totals = class_totals(objective, space.n_samples());
        let mut factors = BlockMatrix::zeros(space.n_samples(), n_columns);
        factors.par_blocks_mut().enumerate().for_each(|(block, factors)| {
            let len = factors.len() / n_columns;
            for (column, factors) in factors.chunks_exact_mut(len).enumerate() {
                let [mut signs, mut costs]: [PerRow; 2] = [[0.0; BLOCK_ROWS]; 2];
                let fold_and_class = objective.fold_and_class(column);
                objective.signs(fold_and_class, block * BLOCK_ROWS, len, &mut signs, &mut costs);
                let [present, all] = totals[column];
                for ((factor, &sign), &cost) in factors.iter_mut().zip(&signs).zip(&costs) {
                    *factor = cost * (f32::from(u8::from(sign > 0.0)) - (present / all) as f32);
                }
            }
        });
        let problems: Vec<usize> = (0..objective.n_problems()).collect();
        let groups = groups(objective, &problems);
        let zero = Columns::zeros(space.n_coordinates(), n_columns);
        let mut pulls = Step::default();
        space.gradient(&zero, &factors, &groups, 1.0, &mut pulls.weights);
        if space.intercept() == Intercept::Unpenalized {
            let last = space.n_coordinates() - 1;
            pulls.weights.par_columns_mut().for_each(|(_, v)| v[last] = 0.0);
        }
        if let Space::Gram(_) = space {
            space.scores(&pulls.weights, &groups, &mut pulls.scores);
        }
        let squares = space.inner(&pulls.weights, &pulls.weights, &pulls.scores);
        // Features that say nothing leave rounding, which no gradient can be small beside.
        let least = |[_, all]: &[f64; 2]| 1e-10 * all * all * space.mean_square();
        let squares = squares.iter().zip(&totals).map(|(square, total)| square.max(least(total)));
        let squares = squares.collect();
        if space.intercept() != Intercept::Unpenalized {
            pulls = Step::default();
        }
        Self { totals, squares, pulls }
    }

    /// What the rows of each column's class count, and all rows of its fold.
    pub(super) fn totals(&self) -> &[[f64; 2]] {
        &self.totals
    }

    /// `||v||^2` of each column.
    pub(super) fn squares(&self) -> &[f64] {
        &self.squares
    }

    /// The part of its `v` that is `m`, for some columns; `all` and `own` are the sums of `h_i` over all
    /// rows and over those of the class, for each.
    pub(super) fn shifts(
        &self,
        columns: impl Iterator<Item = usize>,
        all: &[f64],
        own: &[f64],
    ) -> Vec<Shift> {
        columns
            .zip(all.iter().zip(own))
            .map(|(column, (all, own))| {
                let [present, total] = self.totals[column];
                let (f, p) = (own / all, present / total);
                let factor = ((f - p) / ((1.0 - p) * present)) as f32;
                // Not finite where no curvature is left, or the class is all that counts.
                let factor = if factor.is_finite() { factor } else { 0.0 };
                Shift { column, factor }
            })
            .collect()
    }

    /// Turns the gradient by weights and intercept into that by weights and the score at `m`; its scores,
    /// too, where coordinates are factors of rows.
    pub(super) fn decouple(&self, space: &Space<'_>, shifts: &[Shift], gradient: &mut Step) {
        let last = gradient.weights.len() - 1;
        let mut lengths = vec![0.0; shifts.len()];
        gradient.weights.par_columns_mut().zip(&mut lengths).for_each(|((j, gradient), length)| {
            let Shift { column, factor } = shifts[j];
            let (weights, intercept) = gradient.split_at_mut(last);
            *length = -factor * intercept[0];
            add_scaled(weights, *length, &self.pulls.weights.column(column)[..last]);
        });
        if let Space::Gram(_) = space {
            let blocks = gradient.scores.par_blocks_mut().zip(self.pulls.scores.par_blocks());
            blocks.for_each(|(scores, pulls)| {
                let len = scores.len() / shifts.len();
                for (j, scores) in scores.chunks_exact_mut(len).enumerate() {
                    add_scaled(scores, lengths[j], &pulls[shifts[j].column * len..][..len]);
                }
            });
        }
    }

    /// Turns a direction of weights and the score at `m` into that of weights and intercept; its scores,
    /// too, where they are known.
    pub(super) fn couple(
        &self,
        space: &Space<'_>,
        shifts: &[Shift],
        direction: &mut Step,
        known: bool,
    ) {
        let last = direction.weights.len() - 1;
        let column = |j: usize| shifts[j].column;
        let along =
            space.inner_of(&self.pulls.weights, column, &direction.weights, &direction.scores);
        let changes: Vec<f32> =
            shifts.iter().zip(along).map(|(shift, along)| -shift.factor * along as f32).collect();
        direction.weights.par_columns_mut().for_each(|(j, column)| column[last] += changes[j]);
        if known {
            direction.scores.par_blocks_mut().for_each(|scores| {
                let len = scores.len() / changes.len();
                for (scores, change) in scores.chunks_exact_mut(len).zip(&changes) {
                    scores.iter_mut().for_each(|score| *score += change);
                }
            });
        }
    }
}

/// How far `m` of a column is along its `v`.
pub(super) struct Shift {
    column: usize,
    factor: f32,
}

/// What the rows of each column's class count, and all rows of its fold.
fn class_totals(objective: &Objective, n_samples: usize) -> Vec<[f64; 2]> {
    (0..objective.n_columns())
        .into_par_iter()
        .map(|column| {
            let [mut present, mut all] = [0.0; 2];
            for start in (0..n_samples).step_by(BLOCK_ROWS) {
                let len = BLOCK_ROWS.min(n_samples - start);
                let [mut signs, mut costs]: [PerRow; 2] = [[0.0; BLOCK_ROWS]; 2];
                let fold_and_class = objective.fold_and_class(column);
                objective.signs(fold_and_class, start, len, &mut signs, &mut costs);
                for (&sign, &cost) in signs.iter().zip(&costs).take(len) {
                    all += f64::from(cost);
                    present += if sign > 0.0 { f64::from(cost) } else { 0.0 };
                }
            }
            [present, all]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use linear_problem::{ClassWeight, Folds, PathProblem, Targets};
    use ndarray::Array2;
    use simd::Level;

    use super::*;
    use crate::{SmoothLoss, features::Features, gram::Gram, order::Order};

    const CLASSES: usize = 3;
    const FOLDS: usize = 2;

    fn wave(i: usize, j: usize) -> f32 {
        ((i * i * 7 + j * 13 + i * j) as f32 * 0.37).sin()
    }

    /// Three classes and two folds; with factors of rows as coordinates or without.
    fn with_problem(gram: bool, test: impl Fn(&Array2<f32>, &Space<'_>, &Objective)) {
        let x = Array2::from_shape_fn((50, 7), |(i, j)| wave(i, j) + wave(i % CLASSES, j));
        let labels: Vec<usize> = (0..x.nrows()).map(|row| row % CLASSES).collect();
        let held_out_by: Vec<_> = (0..x.nrows()).map(|row| Some(row / CLASSES % FOLDS)).collect();
        let rows = x.view();
        let problem = PathProblem {
            rows: &rows,
            targets: Targets::Classes(&labels),
            n_classes: CLASSES,
            folds: Folds { n_folds: FOLDS, held_out_by: &held_out_by },
        };
        let order = Order::by_fold(&problem);
        let weight = ClassWeight::Given(vec![1.0, 2.0, 0.5]);
        let objective =
            Objective::new(&problem, SmoothLoss::Softmax, &weight, order.rows()).unwrap();
        let intercept = Intercept::Unpenalized;
        let mut features = Features::new(&rows, order, intercept, Level::PORTABLE).unwrap();
        let space = if gram {
            Space::Gram(Gram::new(features).unwrap())
        } else {
            features.copy_rows().unwrap();
            Space::Features(features)
        };
        test(&x, &space, &objective);
    }

    /// What each row counts in the fold of a column, by position.
    fn costs(objective: &Objective, column: usize) -> &[f32] {
        objective.costs(objective.fold_and_class(column).0)
    }

    #[test]
    fn shifts_lead_to_the_weighted_means_of_the_rows() {
        with_problem(false, |x, space, objective| {
            let means = ClassMeans::new(space, objective);
            // Rows of the class have second derivatives of 3, the others of 1.
            let own: Vec<f64> = means.totals.iter().map(|[a, _]| 3.0 * a).collect();
            let all: Vec<f64> = means.totals.iter().map(|[a, all]| 3.0 * a + (all - a)).collect();
            for shift in means.shifts(0..objective.n_columns(), &all, &own) {
                let (column, class) =
                    (shift.column, objective.fold_and_class(shift.column).1 as u32);
                let mean = |feature: usize, own: f32| {
                    let (mut sum, mut total) = (0.0, 0.0);
                    for (position, &cost) in costs(objective, column).iter().enumerate() {
                        let own = if objective.classes()[position] == class { own } else { 1.0 };
                        sum += own * cost * x[[space.row_at(position), feature]];
                        total += own * cost;
                    }
                    sum / total
                };
                for (feature, v) in means.pulls.weights.column(column)[..7].iter().enumerate() {
                    let expected = mean(feature, 3.0) - mean(feature, 1.0);
                    assert!((shift.factor * v - expected).abs() < 1e-5, "{column} {feature}");
                }
            }
        });
    }

    /// `<decouple(g), d> = <g, couple(d)>`: what is around the preconditioner keeps it symmetric. And
    /// scores remain those of the vectors.
    #[test]
    fn both_changes_are_transposed_to_each_other() {
        for gram in [false, true] {
            with_problem(gram, |_, space, objective| {
                let means = ClassMeans::new(space, objective);
                let n_columns = objective.n_columns();
                let problems: Vec<usize> = (0..objective.n_problems()).collect();
                let groups = groups(objective, &problems);
                let scores_of = |weights: &Columns| {
                    let mut scores = BlockMatrix::default();
                    space.scores(weights, &groups, &mut scores);
                    scores
                };
                let step = |seed: usize| {
                    let mut weights = Columns::zeros(space.n_coordinates(), n_columns);
                    weights.par_columns_mut().for_each(|(column, values)| {
                        let last = values.len() - 1;
                        for (index, value) in values.iter_mut().enumerate() {
                            let trained =
                                !gram || index == last || costs(objective, column)[index] > 0.0;
                            *value = if trained { wave(index + seed, column) } else { 0.0 };
                        }
                    });
                    let scores = scores_of(&weights);
                    Step { weights, scores }
                };
                let product = |a: &Step, b: &Step| -> Vec<f64> {
                    let last = space.n_coordinates() - 1;
                    let intercepts = (0..n_columns)
                        .map(|j| a.weights.column(j)[last] * b.weights.column(j)[last]);
                    let inner = space.inner(&a.weights, &b.weights, &b.scores);
                    inner.into_iter().zip(intercepts).map(|(a, b)| a + f64::from(b)).collect()
                };
                let own: Vec<f64> = (0..n_columns).map(|j| 1.0 + j as f64).collect();
                let shifts = means.shifts(0..n_columns, &vec![10.0; n_columns], &own);

                let (gradient, mut decoupled) = (step(1), step(1));
                let (direction, mut coupled) = (step(2), step(2));
                means.decouple(space, &shifts, &mut decoupled);
                means.couple(space, &shifts, &mut coupled, true);
                let pairs =
                    product(&decoupled, &direction).into_iter().zip(product(&gradient, &coupled));
                for (column, (a, b)) in pairs.enumerate() {
                    assert!(
                        (a - b).abs() < 1e-4 * a.abs().max(1.0),
                        "{gram} {column}: {a} and {b}"
                    );
                }
                for step in if gram { vec![decoupled, coupled] } else { vec![coupled] } {
                    let expected = scores_of(&step.weights);
                    for position in 0..space.n_samples() {
                        let pairs = step.scores.row(position, 0..n_columns);
                        let pairs = pairs.zip(expected.row(position, 0..n_columns)).enumerate();
                        for (column, (got, expected)) in pairs {
                            let trained = costs(objective, column)[position] > 0.0;
                            let near = (got - expected).abs() < 1e-4 * expected.abs().max(1.0);
                            assert!(!trained || near, "{position} {column}: {got} {expected}");
                        }
                    }
                }
            });
        }
    }
}
