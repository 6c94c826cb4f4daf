//! Votes against scikit-learn's `SVC(kernel="linear")`, on rows that `make_one_vs_one.py` draws, too.

use heads::{Folds, Targets};
use metrics::argmax_rows;
use ndarray::{Array2, s};
use serde::Deserialize;

use super::*;

const N_CLASSES: usize = 12;
const N_FEATURES: usize = 64;
const N_HELD_OUT: usize = 100;

#[derive(Deserialize)]
struct Reference {
    /// C, and a letter for each held-out row.
    predictions: Vec<(f64, String)>,
}

struct SplitMix64(u64);

impl SplitMix64 {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 44) as f64 / f64::from(1 << 20)
    }
}

/// Unit rows, their labels, and the number of those that are trained on, which come first.
fn rows() -> (Array2<f32>, Vec<usize>, usize) {
    let mut rng = SplitMix64(7);
    let centers = Array2::from_shape_simple_fn((N_CLASSES, N_FEATURES), || rng.uniform());
    let count = |class: usize| 10 + 2 * class;
    let train = (0..N_CLASSES).flat_map(|class| vec![class; count(class)]);
    let held_out = (0..N_CLASSES).flat_map(|class| vec![class; N_HELD_OUT]);
    let labels: Vec<usize> = train.chain(held_out).collect();
    let mut x = Array2::zeros((labels.len(), N_FEATURES));
    for ((row, feature), value) in x.indexed_iter_mut() {
        let noise = (0..4).map(|_| rng.uniform()).sum::<f64>() - 2.0;
        *value = (0.8 * centers[[labels[row], feature]] + noise).max(0.0);
    }
    for mut row in x.rows_mut() {
        let norm = row.dot(&row).sqrt();
        row /= norm;
    }
    (x.mapv(|value| value as f32), labels, (0..N_CLASSES).map(count).sum())
}

/// Labels predicted for the held-out rows at each C.
fn predictions(cs: &[f64], method: Method) -> Vec<Vec<usize>> {
    let (x, labels, n_train) = rows();
    let (train, held_out) = x.view().split_at(ndarray::Axis(0), n_train);
    let problem = PathProblem {
        rows: &train,
        targets: Targets::Classes(&labels[..n_train]),
        n_classes: N_CLASSES,
        folds: Folds { n_folds: 1, held_out_by: &vec![None; n_train] },
    };
    let predict = |&c: &f64| {
        let mut predicted = Vec::new();
        solve(method, &problem, &kept(method, c), &mut |point| {
            assert!(point.converged && point.c == c);
            let scores = point.head.unwrap().decision_function(held_out);
            predicted = argmax_rows(method.responses(scores).view());
        })
        .unwrap();
        predicted
    };
    cs.iter().map(predict).collect()
}

#[test]
fn votes_are_those_of_libsvm() {
    let reference = include_str!("../../../tests/reference/one_vs_one.json");
    let reference: Reference = serde_json::from_str(reference).unwrap();
    let cs: Vec<f64> = reference.predictions.iter().map(|(c, _)| *c).collect();
    let ours = predictions(&cs, Method::LibsvmVotes);
    for (ours, (c, theirs)) in ours.iter().zip(&reference.predictions) {
        let theirs = theirs.bytes().map(|letter| usize::from(letter - b'a'));
        let equal = ours.iter().zip(theirs).filter(|(ours, theirs)| **ours == *theirs).count();
        let share = equal as f64 / (N_CLASSES * N_HELD_OUT) as f64;
        assert!(share >= 0.995, "C {c}: {share}");
    }
}

#[test]
fn held_out_scores_are_those_of_the_head() {
    let (x, labels, n_train) = rows();
    let held_out_by: Vec<_> = (0..labels.len()).map(|row| (row >= n_train).then_some(0)).collect();
    for method in [Method::LibsvmVotes, Method::LibsvmRest, Method::Liblinear(HingeLoss::Hinge)] {
        let problem = PathProblem {
            rows: &x.view(),
            targets: Targets::Classes(&labels),
            n_classes: N_CLASSES,
            folds: Folds { n_folds: 1, held_out_by: &held_out_by },
        };
        solve(method, &problem, &kept(method, 2.0), &mut |point| {
            let head = point.head.unwrap();
            let rows = s![n_train.., ..];
            let of_head = method.responses(head.decision_function(x.slice(rows)));
            let difference = &point.held_out_scores.slice(rows) - &of_head;
            let apart = difference.iter().filter(|d| d.abs() >= 1e-3).count();
            // A margin of next to nothing may give its vote to either side.
            let may_be = if method == Method::LibsvmVotes { difference.len() / 500 } else { 0 };
            assert!(apart <= may_be, "{method:?}: {apart} of {}", difference.len());
        })
        .unwrap();
    }
}
