//! The problems at one C that are not done yet, and their steps.

use super::{
    block_matrix::BlockMatrix,
    columns::Columns,
    evaluate::{Evaluation, Move, advance, curvatures},
    features::add_scaled,
    group::Group,
    line::Line,
    minimize::Solver,
    objective::Objective,
    space::{Space, combine},
};

/// Where the problems start, a column for each class, with a change that may go on.
pub(super) struct Iterate {
    pub(super) weights: Columns,
    pub(super) scores: BlockMatrix,
    pub(super) step: Columns,
    pub(super) step_scores: BlockMatrix,
}

/// See the head of the file.
pub(super) struct Batch<'a> {
    solver: &'a Solver<'a>,
    c: f64,
    problems: Vec<usize>,
    /// Problems for which the latest search found no descent.
    stuck: Vec<bool>,
    weights: Columns,
    /// The latest change of the weights.
    step: Columns,
    /// The gradient, or the gradient made a direction.
    direction: Columns,
    scores: BlockMatrix,
    step_scores: BlockMatrix,
    direction_scores: BlockMatrix,
    residuals: BlockMatrix,
    evaluation: Evaluation,
    /// `||w||^2` of each problem.
    norms: Vec<f64>,
}

impl<'a> Batch<'a> {
    /// All problems at their start.
    pub(super) fn new(solver: &'a Solver<'a>, c: f64, start: Iterate) -> Self {
        let objective = &solver.objective;
        let Iterate { weights, mut scores, step, mut step_scores } = start;
        let (mut residuals, direction_scores) = (scores.clone(), scores.clone());
        let problems: Vec<usize> = (0..objective.n_problems()).collect();
        let evaluation = advance(
            objective,
            &problems,
            &vec![Some(along(0.0)); problems.len()],
            &direction_scores,
            &mut step_scores,
            &mut scores,
            &mut residuals,
        );
        Self {
            solver,
            c,
            stuck: vec![false; problems.len()],
            problems,
            weights,
            step,
            direction: Columns::default(),
            scores,
            step_scores,
            direction_scores,
            residuals,
            evaluation: Evaluation {
                curvature: evaluation.curvature.iter().map(|curvature| c * curvature).collect(),
                ..evaluation
            },
            norms: Vec::new(),
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

    /// The gradient by the intercept of a column, after [`compute_gradients`](Self::compute_gradients).
    pub(super) fn intercept_gradient(&self, column: usize) -> f32 {
        self.direction.column(column)[self.direction.len() - 1]
    }

    /// Copies the columns of a problem to where those of all problems are.
    pub(super) fn copy_weights(&self, index: usize, solution: &mut Columns) {
        let width = self.width();
        for column in 0..width {
            let to = self.problems[index] * width + column;
            solution.column_mut(to).copy_from_slice(self.weights.column(index * width + column));
        }
    }

    /// Computes the gradients of all problems.
    pub(super) fn compute_gradients(&mut self) {
        let space = &self.solver.space;
        self.direction = space.gradient(&self.weights, &self.residuals, self.c);
        if let Space::Gram(_) = space {
            let groups = groups(&self.solver.objective, &self.problems);
            space.scores(&self.direction, &groups, false, &mut self.direction_scores);
        }
        self.norms = self.inner(&self.weights, &self.weights, &self.scores);
    }

    /// `||g||^2` of each problem.
    pub(super) fn gradient_squares(&self) -> Vec<f64> {
        self.inner(&self.direction, &self.direction, &self.direction_scores)
    }

    /// Keeps the problems at these places.
    pub(super) fn retain(&mut self, kept: &[usize]) {
        if kept.len() == self.problems.len() {
            return;
        }
        let width = self.width();
        let columns: Vec<usize> =
            kept.iter().flat_map(|&index| index * width..(index + 1) * width).collect();
        for vectors in [&mut self.weights, &mut self.step, &mut self.direction] {
            vectors.retain(&columns);
        }
        for scores in [
            &mut self.scores,
            &mut self.step_scores,
            &mut self.direction_scores,
            &mut self.residuals,
        ] {
            scores.retain(&columns);
        }
        self.problems = kept.iter().map(|&index| self.problems[index]).collect();
        self.norms = kept.iter().map(|&index| self.norms[index]).collect();
        let Evaluation { losses, curvature, .. } = &mut self.evaluation;
        *losses = kept.iter().map(|&index| losses[index]).collect();
        *curvature = columns.iter().map(|&column| curvature[column]).collect();
    }

    /// Turns gradients into directions.
    pub(super) fn compute_directions(&mut self) {
        let space = &self.solver.space;
        let groups = groups(&self.solver.objective, &self.problems);
        self.solver.preconditioner.apply(
            space,
            &groups,
            &self.evaluation.curvature,
            &mut self.direction,
            &mut self.direction_scores,
        );
        if let Space::Features(_) = space {
            space.scores(&self.direction, &groups, false, &mut self.direction_scores);
        }
    }

    /// Takes the step of every problem.
    pub(super) fn search(&mut self) {
        let width = self.width();
        let mut lines = self.lines();
        let mut moves: Vec<Option<Move>> = lines
            .iter()
            .map(|line| {
                let [gradient, history] = line.factors();
                Some(Move { gradient, history, length: line.length() as f32 })
            })
            .collect();
        while moves.iter().any(Option::is_some) {
            let trial = advance(
                &self.solver.objective,
                &self.problems,
                &moves,
                &self.direction_scores,
                &mut self.step_scores,
                &mut self.scores,
                &mut self.residuals,
            );
            for (index, (line, next)) in lines.iter_mut().zip(&mut moves).enumerate() {
                if next.is_some() {
                    self.evaluation.losses[index] = trial.losses[index];
                    for column in index * width..(index + 1) * width {
                        self.evaluation.curvature[column] = self.c * trial.curvature[column];
                    }
                    *next = line.advance(trial.losses[index], trial.slopes[index]).map(along);
                }
            }
        }

        let lengths: Vec<f32> = lines.iter().map(|line| line.length() as f32).collect();
        let direction = &self.direction;
        self.step.par_columns_mut_with(&mut self.weights, |column, step, weights| {
            let [gradient, history] = lines[column / width].factors();
            let length = lengths[column / width];
            combine(step, length * history, direction.column(column), length * gradient);
            add_scaled(weights, 1.0, step);
        });
        self.step_scores.scale(&lengths);
        self.stuck = lengths.iter().map(|&length| length == 0.0).collect();
    }

    /// The line of each problem, from all that is known without further products.
    fn lines(&self) -> Vec<Line> {
        let (step, direction) = (&self.step, &self.direction);
        let (step_scores, direction_scores) = (&self.step_scores, &self.direction_scores);
        let wd = self.inner(&self.weights, direction, direction_scores);
        let ws = self.inner(&self.weights, step, step_scores);
        let dd = self.inner(direction, direction, direction_scores);
        let ds = self.inner(direction, step, step_scores);
        let ss = self.inner(step, step, step_scores);
        let (objective, problems) = (&self.solver.objective, &self.problems);
        curvatures(objective, problems, &self.residuals, direction_scores, step_scores)
            .into_iter()
            .enumerate()
            .map(|(i, loss)| {
                let value = [self.norms[i], self.evaluation.losses[i]];
                Line::new(self.c, value, [wd[i], ws[i]], [dd[i], ds[i], ss[i]], loss)
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

/// The columns of each fold.
pub(super) fn groups(objective: &Objective, problems: &[usize]) -> Vec<Group> {
    let width = objective.width();
    let mut groups: Vec<Group> = Vec::new();
    for (index, &problem) in problems.iter().enumerate() {
        let fold = Some(objective.fold_of(problem));
        let end = (index + 1) * width;
        match groups.last_mut() {
            Some(group) if group.fold == fold => group.columns.end = end,
            _ => groups.push(Group { fold, columns: index * width..end }),
        }
    }
    groups
}
