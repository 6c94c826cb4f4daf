//! The order in which a solver has the rows, and what folds hold out of it.

use std::ops::Range;

use linear_problem::PathProblem;
use rayon::prelude::*;

use super::{
    block_matrix::{BLOCK_ROWS, BlockMatrix, block_rows},
    group::Group,
};

/// A position for each row.
pub(super) struct Order {
    rows: Vec<usize>,
    /// The positions that each fold holds out, as far as they are one range.
    held_out: Vec<Range<usize>>,
}

/// Some positions and neighboring columns.
pub(super) struct Tile {
    pub(super) rows: Range<usize>,
    pub(super) columns: Range<usize>,
}

impl Order {
    /// The rows that no fold holds out, then those of each fold: none of these needs to be multiplied
    /// for the fold.
    pub(super) fn by_fold(problem: &PathProblem<'_>) -> Self {
        let all = 0..problem.rows.n_samples();
        let of_fold = |fold| all.clone().filter(move |&row| problem.folds.held_out_by[row] == fold);
        let mut rows: Vec<usize> = of_fold(None).collect();
        let held_out = (0..problem.folds.n_folds)
            .map(|fold| {
                let start = rows.len();
                rows.extend(of_fold(Some(fold)));
                start..rows.len()
            })
            .collect();
        Self { rows, held_out }
    }

    /// The rows as they come, in which folds hold out rows here and there.
    pub(super) fn given(problem: &PathProblem<'_>) -> Self {
        let rows = (0..problem.rows.n_samples()).collect();
        Self { rows, held_out: vec![0..0; problem.folds.n_folds] }
    }

    /// The row at each position.
    pub(super) fn rows(&self) -> &[usize] {
        &self.rows
    }

    /// The positions that are known to be held out by a fold.
    pub(super) fn held_out(&self, fold: Option<usize>) -> Range<usize> {
        fold.map_or(0..0, |fold| self.held_out[fold].clone())
    }

    /// Whether a fold holds out all of these positions, and is known to.
    pub(super) fn holds_out(&self, fold: usize, positions: &Range<usize>) -> bool {
        let held_out = &self.held_out[fold];
        held_out.start <= positions.start && positions.end <= held_out.end
    }

    /// The parts of `positions` that a fold trains on; one or both may be empty.
    pub(super) fn trained(
        &self,
        fold: Option<usize>,
        positions: &Range<usize>,
    ) -> [Range<usize>; 2] {
        let held_out = self.held_out(fold);
        let end = positions.end.min(held_out.start).max(positions.start);
        let start = positions.start.max(held_out.end).min(positions.end);
        [positions.start..end, start..positions.end]
    }

    /// The part of `positions` that a fold holds out, which may be empty.
    pub(super) fn left_out(&self, fold: Option<usize>, positions: &Range<usize>) -> Range<usize> {
        let held_out = self.held_out(fold);
        let start = positions.start.max(held_out.start).min(positions.end);
        start..positions.end.min(held_out.end).max(start)
    }

    /// Sets scores of rows that are known to be held out to zero.
    pub(super) fn clear_left_out(&self, groups: &[Group], scores: &mut BlockMatrix) {
        let n_rows = scores.n_rows();
        scores.par_blocks_mut().enumerate().for_each(|(block, scores)| {
            let (start, len) = (block * BLOCK_ROWS, block_rows(n_rows, block));
            for group in groups {
                let rows = self.left_out(group.fold, &(start..start + len));
                let rows = rows.start - start..rows.end - start;
                for column in group.columns.clone() {
                    scores[column * len..][rows.clone()].fill(0.0);
                }
            }
        });
    }

    /// Tiles that cover `positions` for the columns of the folds that train on them, as large as possible.
    pub(super) fn tiles(&self, groups: &[Group], positions: &Range<usize>) -> Vec<Tile> {
        let bounds = groups.iter().flat_map(|group| {
            let held_out = self.held_out(group.fold);
            [held_out.start, held_out.end]
        });
        let mut cuts: Vec<usize> = bounds
            .filter(|&cut| positions.start < cut && cut < positions.end)
            .chain([positions.start, positions.end])
            .collect();
        cuts.sort_unstable();
        cuts.dedup();
        let mut tiles: Vec<Tile> = Vec::new();
        for rows in cuts.windows(2).map(|pair| pair[0]..pair[1]) {
            let trained = groups.iter().filter(|group| self.left_out(group.fold, &rows).is_empty());
            for Group { columns, .. } in trained {
                match tiles.last_mut() {
                    Some(tile) if tile.rows == rows && tile.columns.end == columns.start => {
                        tile.columns.end = columns.end;
                    }
                    _ => tiles.push(Tile { rows: rows.clone(), columns: columns.clone() }),
                }
            }
        }
        tiles
    }
}

#[cfg(test)]
mod tests {
    use linear_problem::{Folds, Targets};
    use ndarray::Array2;

    use super::*;

    /// Seven rows, of which the second and the seventh are never held out.
    const HELD_OUT_BY: [Option<usize>; 7] =
        [Some(1), None, Some(0), Some(2), Some(1), Some(0), None];

    fn order(make: fn(&PathProblem<'_>) -> Order) -> Order {
        let (x, labels) = (Array2::zeros((7, 1)), [0; 7]);
        make(&PathProblem {
            rows: &x.view(),
            targets: Targets::Classes(&labels),
            n_classes: 1,
            folds: Folds { n_folds: 3, held_out_by: &HELD_OUT_BY },
        })
    }

    #[test]
    fn tiles_are_all_that_folds_train_on() {
        // The columns of fold 1 are done.
        let groups = [0, 2].map(|fold| Group { fold: Some(fold), columns: fold * 2..fold * 2 + 2 });
        for (order, n_multiplied) in [(order(Order::by_fold), 22), (order(Order::given), 28)] {
            let mut multiplied = Array2::<usize>::zeros((7, 6));
            for positions in [0..3, 3..7] {
                for Tile { rows, columns } in order.tiles(&groups, &positions) {
                    let tile =
                        rows.flat_map(|row| columns.clone().map(move |column| (row, column)));
                    tile.for_each(|at| multiplied[at] += 1);
                }
            }
            assert_eq!(multiplied.sum(), n_multiplied);
            for ((position, column), &times) in multiplied.indexed_iter() {
                let fold = column / 2;
                let trains = fold != 1 && HELD_OUT_BY[order.rows()[position]] != Some(fold);
                assert!(times <= 1 && (times == 1 || !trains), "{position}, {column}: {times}");
            }
        }
    }

    #[test]
    fn a_fold_trains_on_what_it_does_not_leave_out() {
        let order = order(Order::by_fold);
        for positions in [0..7, 0..2, 3..4, 2..6, 5..7] {
            for fold in [None, Some(0), Some(1), Some(2)] {
                let left_out = order.left_out(fold, &positions);
                let trained: usize = order.trained(fold, &positions).iter().map(Range::len).sum();
                assert_eq!(trained + left_out.len(), positions.len());
                for position in left_out {
                    assert_eq!(HELD_OUT_BY[order.rows()[position]], fold);
                }
            }
        }
    }
}
