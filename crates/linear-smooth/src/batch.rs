//! The problems at one C that are not done yet, and their steps.

use std::mem::swap;

use rayon::prelude::*;

use super::{
    Intercept,
    block_matrix::BlockMatrix,
    columns::Columns,
    evaluate::{Evaluation, Move},
    features::add_scaled,
    group::groups,
    iterate::{Iterate, Step},
    line::Line,
    minimize::Solver,
    space::{Space, combine},
};

/// How many times as large C must become for the first step to be a leap.
const LEAP: f64 = 2.0;

/// See the head of the file.
pub(super) struct Batch<'a> {
    solver: &'a Solver<'a>,
    c: f64,
    /// See [`Self::leaps`].
    leaps: bool,
    problems: Vec<usize>,
    /// Problems for which the latest search found no descent.
    stuck: Vec<bool>,
    at: Iterate,
    /// The latest change.
    step: Step,
    /// The preconditioned gradient.
    direction: Step,
    residuals: BlockMatrix,
    evaluation: Evaluation,
    /// `||w||^2` of each problem.
    norms: Vec<f64>,
}

impl<'a> Batch<'a> {
    /// Without a problem; its memory is used again for every C.
    pub(super) fn new(solver: &'a Solver<'a>) -> Self {
        let (space, n_columns) = (&solver.space, solver.objective.n_columns());
        let scores = || BlockMatrix::zeros(space.n_samples(), n_columns);
        let step =
            || Step { weights: Columns::zeros(space.n_coordinates(), n_columns), scores: scores() };
        Self {
            solver,
            c: 0.0,
            leaps: false,
            problems: Vec::new(),
            stuck: Vec::new(),
            at: Iterate::zeros(space, n_columns),
            step: step(),
            direction: step(),
            residuals: scores(),
            evaluation: Evaluation::default(),
            norms: Vec::new(),
        }
    }

    /// All problems where they are, after a step that may go on: from `before`, whose scores are lost.
    pub(super) fn start(&mut self, c: f64, at: &Iterate, before: &mut Iterate) {
        let Solver { space, objective, .. } = self.solver;
        self.c = c;
        self.leaps = matches!(space, Space::Features(_))
            && at.gradient_c.is_some_and(|from| c >= LEAP * from);
        self.problems = (0..objective.n_problems()).collect();
        self.stuck = vec![false; self.problems.len()];
        self.at.copy_from(at);
        self.step.weights.set_difference(&at.weights, &before.weights);
        swap(&mut self.step.scores, &mut before.scores);
        for scores in [&mut before.scores, &mut self.residuals] {
            scores.resize(space.n_samples(), objective.n_columns());
        }
        self.evaluation = Evaluation::zero(self.problems.len(), objective.width());
        // The step is the difference; nothing moves.
        let difference = Move { gradient: 1.0, history: -1.0, length: 0.0 };
        self.move_along(&vec![Some(difference); self.problems.len()], Some(&at.scores));
        match at.gradient_c {
            Some(from) => self.at.multiply_c(space, c / from),
            None => self.compute_gradients(),
        }
    }

    pub(super) fn c(&self) -> f64 {
        self.c
    }

    /// The problems by their number, in the order of the batch.
    pub(super) fn problems(&self) -> &[usize] {
        &self.problems
    }

    /// Whether the latest search found no descent.
    pub(super) fn is_stuck(&self, index: usize) -> bool {
        self.stuck[index]
    }

    /// The objective of a problem.
    pub(super) fn objective(&self, index: usize) -> f64 {
        0.5 * self.norms[index] + self.c * self.evaluation.losses[index]
    }

    /// `C` times the summed second derivatives of the loss, of each column.
    pub(super) fn curvature(&self) -> &[f64] {
        &self.evaluation.curvature
    }

    /// The gradient by the intercept of a column.
    pub(super) fn intercept_gradient(&self, column: usize) -> f32 {
        self.at.gradient.column(column)[self.at.gradient.len() - 1]
    }

    /// Copies the columns of a problem to where those of all problems are.
    pub(super) fn copy_problem(&self, index: usize, all: &mut Iterate) {
        let width = self.width();
        all.copy_columns(self.problems[index] * width, &self.at, index * width, width);
    }

    /// Computes the gradients of all problems.
    pub(super) fn compute_gradients(&mut self) {
        let (space, at) = (&self.solver.space, &mut self.at);
        let groups = groups(&self.solver.objective, &self.problems);
        space.gradient(&at.weights, &self.residuals, &groups, self.c, &mut at.gradient);
        if let Space::Gram(_) = space {
            space.scores(&at.gradient, &groups, &mut at.gradient_scores);
        }
    }

    /// Computes `||w||^2` of all problems.
    pub(super) fn compute_norms(&mut self) {
        self.norms = self.inner(&self.at.weights, &self.at.weights, &self.at.scores);
    }

    /// `||g||^2` of each problem.
    pub(super) fn gradient_squares(&self) -> Vec<f64> {
        self.inner(&self.at.gradient, &self.at.gradient, &self.at.gradient_scores)
    }

    /// Keeps the problems at these places.
    pub(super) fn retain(&mut self, kept: &[usize]) {
        if kept.len() == self.problems.len() {
            return;
        }
        let width = self.width();
        let columns: Vec<usize> =
            kept.iter().flat_map(|&index| index * width..(index + 1) * width).collect();
        self.at.retain(&columns);
        self.step.weights.retain(&columns);
        self.step.scores.retain(&columns);
        self.residuals.retain(&columns);
        self.problems = kept.iter().map(|&index| self.problems[index]).collect();
        self.norms = kept.iter().map(|&index| self.norms[index]).collect();
        let Evaluation { losses, slopes, curvature, own_curvature } = &mut self.evaluation;
        *losses = kept.iter().map(|&index| losses[index]).collect();
        slopes.truncate(kept.len());
        for curvature in [curvature, own_curvature] {
            *curvature = columns.iter().map(|&column| curvature[column]).collect();
        }
    }

    /// Whether the first step is a leap: see [`Self::compute_directions`].
    pub(super) fn leaps(&self) -> bool {
        self.leaps
    }

    /// Turns gradients into directions, or for a `leap` the weights.
    ///
    /// Where `C` becomes `c` times as large at a minimum, the gradient is `(1 - c) w`, as
    /// `w + C sum r x` was 0. Scores of `w` are known, and those of the eigenvectors of the
    /// preconditioner, so that the direction of such a leap costs no product with the features. (With the
    /// Gram matrix, scores of every gradient are known.)
    pub(super) fn compute_directions(&mut self, leap: bool) {
        let Solver { space, objective, preconditioner, class_means, .. } = self.solver;
        let groups = groups(objective, &self.problems);
        let Evaluation { curvature, own_curvature, .. } = &self.evaluation;
        let width = objective.width();
        let columns = self.problems.iter().flat_map(|p| p * width..(p + 1) * width);
        let shifts = (space.intercept() == Intercept::Unpenalized)
            .then(|| class_means.shifts(columns, curvature, own_curvature));
        let direction = &mut self.direction;
        let known = leap || matches!(space, Space::Gram(_));
        if leap {
            self.at.copy_penalized(space, direction);
        } else {
            swap(&mut direction.weights, &mut self.at.gradient);
            if known {
                swap(&mut direction.scores, &mut self.at.gradient_scores);
            }
            if let Some(shifts) = &shifts {
                class_means.decouple(space, shifts, direction);
            }
        }
        preconditioner.apply(space, &groups, curvature, direction, known);
        if let Some(shifts) = &shifts {
            class_means.couple(space, shifts, direction, known);
        }
        if !known {
            let Step { weights, scores } = direction;
            space.scores(weights, &groups, scores);
        }
    }

    /// Takes the step of every problem.
    pub(super) fn search(&mut self) {
        let (width, level) = (self.width(), self.solver.space.level());
        let mut lines = self.lines();
        let mut moves: Vec<Option<Move>> = lines
            .iter()
            .map(|line| {
                let [gradient, history] = line.factors();
                Some(Move { gradient, history, length: line.length() as f32 })
            })
            .collect();
        while moves.iter().any(Option::is_some) {
            self.move_along(&moves, None);
            let Evaluation { losses, slopes, .. } = &self.evaluation;
            for (index, (line, next)) in lines.iter_mut().zip(&mut moves).enumerate() {
                if next.is_some() {
                    *next = line.advance(losses[index], slopes[index]).map(along);
                }
            }
        }

        let lengths: Vec<f32> = lines.iter().map(|line| line.length() as f32).collect();
        let direction = &self.direction.weights;
        self.step.weights.par_columns_mut_with(&mut self.at.weights, |column, step, weights| {
            let [gradient, history] = lines[column / width].factors();
            let length = lengths[column / width];
            level.run(
                #[inline(always)]
                || {
                    combine(step, length * history, direction.column(column), length * gradient);
                    add_scaled(weights, 1.0, step);
                },
            );
        });
        self.step.scores.scale(&lengths);
        self.stuck = lengths.iter().map(|&length| length == 0.0).collect();
    }

    /// Moves the scores of problems and evaluates their losses there; problems whose move is `None` stay
    /// as they are. The scores of the directions are used where no others are given.
    fn move_along(&mut self, moves: &[Option<Move>], direction: Option<&BlockMatrix>) {
        let moved = self.solver.evaluator(&self.problems).advance(
            moves,
            direction.unwrap_or(&self.direction.scores),
            &mut self.step.scores,
            &mut self.at.scores,
            &mut self.residuals,
        );
        let width = self.width();
        for index in (0..moves.len()).filter(|&index| moves[index].is_some()) {
            self.evaluation.losses[index] = moved.losses[index];
            self.evaluation.slopes[index] = moved.slopes[index];
            for column in index * width..(index + 1) * width {
                self.evaluation.curvature[column] = self.c * moved.curvature[column];
                self.evaluation.own_curvature[column] = self.c * moved.own_curvature[column];
            }
        }
    }

    /// The line of each problem, from all that is known without further products.
    fn lines(&self) -> Vec<Line> {
        let Step { weights: step, scores: step_scores } = &self.step;
        let Step { weights: direction, scores: direction_scores } = &self.direction;
        let pairs = [
            (&self.at.weights, direction, direction_scores),
            (&self.at.weights, step, step_scores),
            (direction, direction, direction_scores),
            (direction, step, step_scores),
            (step, step, step_scores),
        ];
        let products = pairs.into_par_iter().map(|(a, b, b_scores)| self.inner(a, b, b_scores));
        let products: Vec<Vec<f64>> = products.collect();
        let evaluator = self.solver.evaluator(&self.problems);
        evaluator
            .curvatures(&self.residuals, direction_scores, step_scores)
            .into_iter()
            .enumerate()
            .map(|(i, loss)| {
                let value = [self.norms[i], self.evaluation.losses[i]];
                let product = |pair: usize| products[pair][i];
                let linear = [product(0), product(1)];
                Line::new(self.c, value, linear, [product(2), product(3), product(4)], loss)
            })
            .collect()
    }

    fn width(&self) -> usize {
        self.solver.objective.width()
    }

    /// The inner product of the penalty, problem by problem.
    fn inner(&self, a: &Columns, b: &Columns, b_scores: &BlockMatrix) -> Vec<f64> {
        sums(&self.solver.space.inner(a, b, b_scores), self.width())
    }
}

/// A move along the step as it is.
fn along(length: f64) -> Move {
    Move { gradient: 0.0, history: 1.0, length: length as f32 }
}

/// Sums over the columns of each problem.
pub(super) fn sums(values: &[f64], width: usize) -> Vec<f64> {
    values.chunks_exact(width).map(|values| values.iter().sum()).collect()
}
