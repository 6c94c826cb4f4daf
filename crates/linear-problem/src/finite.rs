use ndarray::ArrayView1;
use rayon::prelude::*;

use super::FeatureRows;
use crate::FitError;

/// Rows that are looked at together.
const BLOCK_ROWS: usize = 128;

/// Refuses the first row that has a feature which is not finite.
///
/// # Errors
/// [`FitError::NotFinite`].
pub fn check_finite(rows: &dyn FeatureRows) -> Result<(), FitError> {
    let n = rows.n_samples();
    let first_bad = |buffer: &mut Vec<f32>, block: usize| {
        let range = block * BLOCK_ROWS..((block + 1) * BLOCK_ROWS).min(n);
        let values = rows.block(range.clone(), buffer);
        let is_bad = |row: ArrayView1<'_, f32>| !row.iter().all(|value| value.is_finite());
        values.rows().into_iter().position(is_bad).map(|row| range.start + row)
    };
    let blocks = (0..n.div_ceil(BLOCK_ROWS)).into_par_iter();
    match blocks.map_init(Vec::new, first_bad).flatten().min() {
        Some(row) => Err(FitError::NotFinite { row }),
        None => Ok(()),
    }
}
