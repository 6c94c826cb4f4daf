//! The passes over scores: moving them, the loss and its derivatives.

use rayon::prelude::*;
use simd::Level;

use super::{
    SmoothLoss,
    block_matrix::{BLOCK_ROWS, BlockMatrix},
    columns::dot,
    features::add_scaled,
    objective::{Curvature, Objective, PerRow},
    order::Order,
    softmax_tile,
    space::combine,
    squared_hinge_tile,
};

/// The loss of problems at some scores.
#[derive(Default)]
pub(super) struct Evaluation {
    /// Of each problem.
    pub(super) losses: Vec<f64>,
    /// The derivative of each problem's loss along its latest step.
    pub(super) slopes: Vec<f64>,
    /// The sum of the second derivatives, of each column.
    pub(super) curvature: Vec<f64>,
    /// The same over the rows of the column's class, of a softmax.
    pub(super) own_curvature: Vec<f64>,
}

/// How the scores of a problem move.
#[derive(Debug, Clone, Copy)]
pub(super) struct Move {
    /// The step becomes `gradient` times the scores of the preconditioned gradient ...
    pub(super) gradient: f32,
    /// ... plus `history` times the previous step.
    pub(super) history: f32,
    /// The scores go this far along it.
    pub(super) length: f32,
}

/// Some problems, and how to evaluate them.
pub(super) struct Evaluator<'a> {
    pub(super) level: Level,
    pub(super) objective: &'a Objective,
    pub(super) order: &'a Order,
    pub(super) problems: &'a [usize],
}

impl Evaluator<'_> {
    /// Moves the scores of problems and evaluates their losses there, with the residuals; problems
    /// whose move is `None` are left as they are, and so are scores that are known to be held out.
    pub(super) fn advance(
        &self,
        moves: &[Option<Move>],
        direction: &BlockMatrix,
        step: &mut BlockMatrix,
        scores: &mut BlockMatrix,
        residuals: &mut BlockMatrix,
    ) -> Evaluation {
        let width = self.objective.width();
        let parts: Vec<Evaluation> = scores
            .par_blocks_mut()
            .zip(step.par_blocks_mut())
            .zip(residuals.par_blocks_mut())
            .zip(direction.par_blocks())
            .enumerate()
            .map(|(block, (((scores, step), residuals), direction))| {
                let len = scores.len() / (self.problems.len() * width);
                let mut part = Evaluation::zero(self.problems.len(), width);
                let tiles = scores
                    .chunks_exact_mut(len * width)
                    .zip(step.chunks_exact_mut(len * width))
                    .zip(residuals.chunks_exact_mut(len * width))
                    .zip(direction.chunks_exact(len * width))
                    .enumerate();
                for (index, (((scores, step), residuals), direction)) in tiles {
                    let Some(Move { gradient, history, length }) = moves[index] else { continue };
                    let (problem, start) = (self.problems[index], block * BLOCK_ROWS);
                    if self.holds_out(problem, start, len) {
                        residuals.fill(0.0);
                        continue;
                    }
                    let columns = index * width..(index + 1) * width;
                    let curvature =
                        [&mut part.curvature[columns.clone()], &mut part.own_curvature[columns]];
                    (part.losses[index], part.slopes[index]) = self.level.run(
                        #[inline(always)]
                        || {
                            if gradient != 0.0 || history != 1.0 {
                                combine(step, history, direction, gradient);
                            }
                            add_scaled(scores, length, step);
                            let loss = self
                                .objective
                                .evaluate(problem, start, scores, residuals, curvature);
                            (loss, dot(residuals, step))
                        },
                    );
                }
                part
            })
            .collect();
        let mut sum = Evaluation::zero(self.problems.len(), width);
        for part in parts {
            add(&mut sum.losses, &part.losses);
            add(&mut sum.slopes, &part.slopes);
            add(&mut sum.curvature, &part.curvature);
            add(&mut sum.own_curvature, &part.own_curvature);
        }
        sum
    }

    /// The derivatives of each problem's loss along two changes of its scores.
    pub(super) fn curvatures(
        &self,
        residuals: &BlockMatrix,
        a: &BlockMatrix,
        b: &BlockMatrix,
    ) -> Vec<Curvature> {
        let parts: Vec<Vec<Curvature>> = residuals
            .par_blocks()
            .zip(a.par_blocks())
            .zip(b.par_blocks())
            .enumerate()
            .map(|(block, ((residuals, a), b))| {
                let len = residuals.len() / self.problems.len();
                self.problems
                    .iter()
                    .zip(residuals.chunks_exact(len))
                    .zip(a.chunks_exact(len).zip(b.chunks_exact(len)))
                    .map(|((&problem, residuals), (a, b))| {
                        let start = block * BLOCK_ROWS;
                        if self.holds_out(problem, start, len / self.objective.width()) {
                            return Curvature::default();
                        }
                        self.level.run(
                            #[inline(always)]
                            || self.objective.curvature(problem, start, residuals, a, b),
                        )
                    })
                    .collect()
            })
            .collect();
        let mut sums = vec![Curvature::default(); self.problems.len()];
        for part in parts {
            for (sum, part) in sums.iter_mut().zip(part) {
                sum.a += part.a;
                sum.b += part.b;
                sum.aa += part.aa;
                sum.ab += part.ab;
                sum.bb += part.bb;
            }
        }
        sums
    }

    /// Whether `len` rows from `start` on do not count for a problem.
    fn holds_out(&self, problem: usize, start: usize, len: usize) -> bool {
        self.order.holds_out(self.objective.fold_of(problem), &(start..start + len))
    }
}

impl Evaluation {
    /// Nothing yet.
    pub(super) fn zero(n_problems: usize, width: usize) -> Self {
        Self {
            losses: vec![0.0; n_problems],
            slopes: vec![0.0; n_problems],
            curvature: vec![0.0; n_problems * width],
            own_curvature: vec![0.0; n_problems * width],
        }
    }
}

fn add(sums: &mut [f64], parts: &[f64]) {
    sums.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part);
}

impl Objective {
    /// The loss of a problem on the rows of one block, from `start` on: see the functions of the
    /// two losses.
    #[inline(always)]
    fn evaluate(
        &self,
        problem: usize,
        start: usize,
        scores: &[f32],
        residuals: &mut [f32],
        [curvature, own_curvature]: [&mut [f64]; 2],
    ) -> f64 {
        let len = scores.len() / self.width();
        match self.loss {
            SmoothLoss::Softmax => {
                let costs = &self.costs(self.fold_of(problem))[start..start + len];
                let labels = &self.classes()[start..start + len];
                softmax_tile::evaluate(scores, labels, costs, residuals, curvature, own_curvature)
            }
            SmoothLoss::SquaredHinge => {
                let [mut signs, mut costs]: [PerRow; 2] = [[0.0; BLOCK_ROWS]; 2];
                self.signs(self.fold_and_class(problem), start, len, &mut signs, &mut costs);
                squared_hinge_tile::evaluate(scores, &signs, &costs, residuals, &mut curvature[0])
            }
        }
    }

    #[inline(always)]
    fn curvature(
        &self,
        problem: usize,
        start: usize,
        residuals: &[f32],
        a: &[f32],
        b: &[f32],
    ) -> Curvature {
        let len = residuals.len() / self.width();
        match self.loss {
            SmoothLoss::Softmax => {
                let costs = &self.costs(self.fold_of(problem))[start..start + len];
                let labels = &self.classes()[start..start + len];
                softmax_tile::curvature(residuals, labels, costs, a, b)
            }
            SmoothLoss::SquaredHinge => {
                let [mut signs, mut costs]: [PerRow; 2] = [[0.0; BLOCK_ROWS]; 2];
                self.signs(self.fold_and_class(problem), start, len, &mut signs, &mut costs);
                squared_hinge_tile::curvature(residuals, &costs, a, b)
            }
        }
    }
}
