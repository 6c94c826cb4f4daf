use faer::{ColMut, ColRef, Mat, linalg::solvers::PartialPivLu, prelude::Solve};

use super::coordinates::Coordinates;

/// The ignored rows of one class in a fit to all rows.
pub(super) struct IgnoredRows {
    /// `P` of these rows, `[n_ignored, rank]`.
    p: Mat<f64>,
    /// `diag(1 / (s^2 + alpha)) P'`, `[rank, n_ignored]`.
    shrunk: Mat<f64>,
    /// `q` of these rows, `[n_ignored]`.
    q: Vec<f64>,
    /// `I - H` between these rows, factored.
    own_share: PartialPivLu<f64>,
}

impl IgnoredRows {
    /// The rows `rows` under `shrinkage`, which is `1 / (s^2 + alpha)`.
    pub(super) fn new(all: &Coordinates, rows: &[usize], shrinkage: &[f64]) -> Self {
        let p = Mat::from_fn(rows.len(), shrinkage.len(), |i, j| all.p[(rows[i], j)]);
        let shrunk = Mat::from_fn(shrinkage.len(), rows.len(), |j, i| shrinkage[j] * p[(i, j)]);
        let q: Vec<f64> = rows.iter().map(|&row| all.q[row]).collect();
        let product = &p * &shrunk;
        let own_share = Mat::from_fn(rows.len(), rows.len(), |i, j| {
            let identity = if i == j { 1.0 } else { 0.0 };
            identity - q[i] * q[j] - product[(i, j)]
        });
        Self { p, shrunk, q, own_share: PartialPivLu::new(own_share.as_ref()) }
    }

    /// Gives the rows the targets that the class's fit predicts for them.
    pub(super) fn impute(&self, mut slopes: ColMut<'_, f64>, constant: &mut f64) {
        let product = &self.p * slopes.as_ref();
        let fitted = Mat::from_fn(self.q.len(), 1, |i, _| product[i] + self.q[i] * *constant);
        let imputed = self.own_share.solve(fitted);
        slopes += (&self.shrunk * &imputed).col(0);
        *constant += self.q.iter().zip(imputed.col(0).iter()).map(|(q, y)| q * y).sum::<f64>();
    }

    /// By how much `H_ii` of each row is larger for this class than for one that ignores nothing,
    /// `[n_samples]`.
    pub(super) fn leverages(&self, all: &Coordinates) -> Vec<f64> {
        let product = &all.p * &self.shrunk;
        let shares = Mat::from_fn(self.q.len(), all.q.len(), |i, row| {
            product[(row, i)] + all.q[row] * self.q[i]
        });
        let solved = self.own_share.solve(&shares);
        let dot = |(a, b): (ColRef<'_, f64>, ColRef<'_, f64>)| {
            a.iter().zip(b.iter()).map(|(a, b)| a * b).sum()
        };
        shares.col_iter().zip(solved.col_iter()).map(dot).collect()
    }
}
