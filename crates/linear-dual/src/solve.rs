//! All columns at one value of C.

use linear_precise::Stop;
use linear_problem::HingeLoss;
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use super::{
    block_descent,
    column::Column,
    measure::Measure,
    price::Price,
    scores::{Scores, Shared},
    warm_start, working_set,
};

/// Epochs of block descent before the first working sets. With fewer of them the working sets have
/// too much left to do.
const EPOCHS: usize = 8;

/// Times that columns are looked at again after their scores were summed anew.
const REFRESHES: usize = 4;

/// Columns on their way along C.
pub(super) struct Path<'a> {
    pub(super) shared: Shared<'a>,
    pub(super) loss: HingeLoss,
    pub(super) columns: Vec<Column>,
    pub(super) scores: Scores,
    /// The C of the last solution.
    previous_c: Option<f64>,
    rng: Xoshiro256PlusPlus,
}

impl<'a> Path<'a> {
    pub(super) fn new(
        shared: Shared<'a>,
        loss: HingeLoss,
        columns: Vec<Column>,
        seed: u64,
    ) -> Self {
        let scores = Scores::zeros(columns.len(), shared.layout.n_positions());
        let rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        Self { shared, loss, columns, scores, previous_c: None, rng }
    }

    /// Solves every column at the next C; afterwards the scores of all rows are those of the
    /// solution, and each column's measure and `n_iter` are of this C.
    pub(super) fn advance(&mut self, c: f64, stop: Stop) {
        let price = Price { loss: self.loss, c };
        self.start(price);
        self.measure(price, stop);
        let mut refreshes = 0;
        for iteration in 0.. {
            if self.all_rest() {
                self.scores.refresh(&self.shared, &mut self.columns);
                self.columns.iter_mut().for_each(|column| column.active = true);
                self.measure(price, stop);
                refreshes += 1;
                if self.all_rest() || refreshes == REFRESHES {
                    break;
                }
            }
            let (shared, columns, scores) = (&self.shared, &mut self.columns, &mut self.scores);
            if iteration < EPOCHS {
                block_descent::epoch(shared, price, columns, scores, &mut self.rng);
            } else {
                working_set::round(shared, price, columns, scores, self.rng.r#gen());
            }
            for column in columns.iter_mut().filter(|column| column.active) {
                column.n_iter += 1;
            }
            self.measure(price, stop);
        }
        self.previous_c = Some(c);
    }

    /// Iterations of the slowest column at the last C.
    pub(super) fn n_iter(&self) -> usize {
        self.columns.iter().map(|column| column.n_iter).max().unwrap_or(0)
    }

    /// The last solution, scaled; zero where there is none of a smaller C.
    fn start(&mut self, price: Price) {
        match self.previous_c {
            Some(previous) if previous <= price.c => {
                let (columns, scores) = (&mut self.columns, &mut self.scores);
                warm_start::scale_to(price, previous, columns, scores, self.shared.layout);
            }
            _ => {
                self.columns.iter_mut().for_each(|column| column.beta.fill(0.0));
                self.scores.clear();
            }
        }
        for column in &mut self.columns {
            column.active = true;
            column.n_iter = 0;
            column.best = (f64::INFINITY, 0);
        }
    }

    /// Measures the active columns; those that are done, or may not go on, rest.
    fn measure(&mut self, price: Price, stop: Stop) {
        let (scores, layout) = (&self.scores, self.shared.layout);
        self.columns.par_iter_mut().filter(|column| column.active).for_each(|column| {
            let samples = column.samples(scores, layout).map(|(_, sample)| sample);
            column.look_at(Measure::of(samples, price), stop);
        });
    }

    fn all_rest(&self) -> bool {
        self.columns.iter().all(|column| !column.active)
    }
}
