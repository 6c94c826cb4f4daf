//! Probabilities of rows by heads that have not seen them.

use head::{HeadSpec, Settings, Steps};
use learn::{
    Divisible, Examples, FoldError, HeldOut, SolverError, held_out_scores, stratified_k_fold,
};
use ndarray::{Array2, ArrayView2};

/// Softmax probabilities of the rows that were held out, of the C that makes their labels likeliest.
pub(crate) struct HeldOutProbabilities {
    pub(crate) c: f64,
    /// Mean negative log likelihood of the labels.
    pub(crate) log_loss: f64,
    /// Whether the fits of this C met their tolerance.
    pub(crate) converged: bool,
    /// `[n_rows, n_classes]`.
    pub(crate) probabilities: Array2<f64>,
}

/// Why there are none.
#[derive(Debug, thiserror::Error)]
pub enum HeldOutError {
    /// The rows cannot be divided.
    #[error(transparent)]
    Folds(#[from] FoldError),
    /// A fit failed.
    #[error(transparent)]
    Solver(#[from] SolverError),
}

/// The probabilities of `examples` on `n_folds` folds, which leave rows of one group together. `cs` are ascending, at
/// least one.
pub(crate) fn held_out_probabilities(
    examples: &Examples<'_>,
    classes: &[String],
    groups: &[usize],
    n_folds: usize,
    cs: &[f64],
    settings: &Settings,
) -> Result<HeldOutProbabilities, HeldOutError> {
    let labels = examples.rows.labels.classes();
    let divisible = Divisible { labels, groups, classes };
    let division = stratified_k_fold(divisible, n_folds, settings.seed)?;
    let specs: Vec<HeadSpec> = cs.iter().map(|&c| HeadSpec::Softmax { c }).collect();
    let steps = Steps::unit_rows();
    let held_out = held_out_scores(examples, classes, &steps, &division, &specs, settings)?;
    let of_c = |(&c, HeldOut { scores, converged }): (&f64, HeldOut)| {
        let probabilities = softmax(scores.view());
        let log_loss = log_loss(probabilities.view(), labels);
        HeldOutProbabilities { c, log_loss, converged, probabilities }
    };
    let all = cs.iter().zip(held_out).map(of_c);
    let best = all.min_by(|a, b| a.log_loss.total_cmp(&b.log_loss));
    Ok(best.expect("a value of C is asked for"))
}

/// The softmax of each row.
fn softmax(scores: ArrayView2<'_, f32>) -> Array2<f64> {
    let mut probabilities = scores.mapv(f64::from);
    for mut row in probabilities.rows_mut() {
        let largest = row.fold(f64::NEG_INFINITY, |largest, &score| largest.max(score));
        row.mapv_inplace(|score| (score - largest).exp());
        let sum = row.sum();
        row.mapv_inplace(|power| power / sum);
    }
    probabilities
}

fn log_loss(probabilities: ArrayView2<'_, f64>, labels: &[usize]) -> f64 {
    let loss =
        |(row, &label): (usize, &usize)| -probabilities[[row, label]].max(f64::MIN_POSITIVE).ln();
    labels.iter().enumerate().map(loss).sum::<f64>() / labels.len() as f64
}
