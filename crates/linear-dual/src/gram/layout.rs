use std::ops::Range;

use linear_problem::Folds;

use super::TILE;

/// Which sample stands where in a [`Gram`](super::Gram) matrix.
///
/// Positions are padded to whole tiles. Where there is room for it, every fold starts a tile of its
/// own, so that work on the tiles that a fold holds out can be left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    /// The row at each position, `None` for padding.
    rows: Vec<Option<usize>>,
    /// The fold that holds out every row of each tile, if it is one.
    tile_folds: Vec<Option<usize>>,
}

impl Layout {
    /// Rows in the order given, padded at the end.
    pub(crate) fn in_order(rows: impl IntoIterator<Item = usize>) -> Self {
        let mut rows: Vec<Option<usize>> = rows.into_iter().map(Some).collect();
        pad(&mut rows);
        let tile_folds = vec![None; rows.len() / TILE];
        Self { rows, tile_folds }
    }

    /// Rows fold by fold, those that no fold holds out last.
    pub(crate) fn of_folds(folds: &Folds<'_>) -> Self {
        let held_out_by = folds.held_out_by;
        // A fold is padded by half a tile on average: worth it where that is little.
        let aligned = folds.n_folds * TILE <= held_out_by.len();
        let (mut rows, mut tile_folds) = (Vec::new(), Vec::new());
        for fold in (0..folds.n_folds).map(Some).chain([None]) {
            let of_fold = (0..held_out_by.len()).filter(|&row| held_out_by[row] == fold);
            rows.extend(of_fold.map(Some));
            if aligned {
                pad(&mut rows);
                tile_folds.resize(rows.len() / TILE, fold);
            }
        }
        pad(&mut rows);
        tile_folds.resize(rows.len() / TILE, None);
        Self { rows, tile_folds }
    }

    /// The row at each position, `None` for padding.
    pub(crate) fn rows(&self) -> &[Option<usize>] {
        &self.rows
    }

    /// Number of positions, a multiple of [`TILE`].
    pub(crate) fn n_positions(&self) -> usize {
        self.rows.len()
    }

    /// Number of tiles.
    pub(crate) fn n_tiles(&self) -> usize {
        self.tile_folds.len()
    }

    /// The fold that holds out every row of a tile, if it is one.
    pub(crate) fn fold_of_tile(&self, tile: usize) -> Option<usize> {
        self.tile_folds[tile]
    }
}

/// The positions of a tile.
pub(crate) fn tile_range(tile: usize) -> Range<usize> {
    tile * TILE..(tile + 1) * TILE
}

fn pad(rows: &mut Vec<Option<usize>>) {
    rows.resize(rows.len().next_multiple_of(TILE), None);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_one_position() {
        for n_folds in [1, 2, 7] {
            let held_out_by: Vec<_> = (0..300).map(|row| Some(row * 7 % (n_folds + 1))).collect();
            let held_out_by: Vec<_> =
                held_out_by.into_iter().map(|fold| fold.filter(|&fold| fold < n_folds)).collect();
            let layout = Layout::of_folds(&Folds { n_folds, held_out_by: &held_out_by });
            let mut rows: Vec<usize> = layout.rows().iter().flatten().copied().collect();
            rows.sort_unstable();
            assert_eq!(rows, (0..300).collect::<Vec<_>>());
            assert_eq!(layout.n_positions(), layout.n_tiles() * TILE);
            for tile in 0..layout.n_tiles() {
                if let Some(fold) = layout.fold_of_tile(tile) {
                    let of_tile = layout.rows()[tile_range(tile)].iter().flatten();
                    assert!(of_tile.copied().all(|row| held_out_by[row] == Some(fold)));
                }
            }
        }
    }

    #[test]
    fn many_small_folds_share_tiles() {
        let held_out_by: Vec<_> = (0..200).map(|row| Some(row / 10)).collect();
        let layout = Layout::of_folds(&Folds { n_folds: 20, held_out_by: &held_out_by });
        assert_eq!(layout.n_tiles(), 2);
        assert_eq!(layout.fold_of_tile(0), None);
    }
}
