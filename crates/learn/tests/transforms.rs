//! Transforms against scikit-learn.
#![expect(clippy::unwrap_used, reason = "what fails outside a `#[test]` fails the test too")]

use std::collections::BTreeMap;

use learn::fit_transform;
use ndarray::Array2;
use serde::Deserialize;
use serde_json::Value;

/// Values are of the order of one and kept in f32, whose rounding is 6e-8; a few steps follow each
/// other.
const TOLERANCE: f64 = 1e-6;

/// A projection adds up rounded products; whitening then divides by deviations below one.
const PROJECTION_TOLERANCE: f64 = 1e-5;

#[derive(Deserialize)]
struct Projections {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    train: Vec<Vec<f64>>,
    other: Vec<Vec<f64>>,
    transformed: BTreeMap<String, Vec<Vec<f64>>>,
}

fn matrix(rows: &[Vec<f64>]) -> Array2<f64> {
    Array2::from_shape_vec((rows.len(), rows[0].len()), rows.concat()).unwrap()
}

/// The largest difference between `expected` and `other` after `steps`, learned from `train`.
fn difference(steps: &str, train: &Array2<f64>, other: &Array2<f64>, expected: Array2<f64>) -> f64 {
    let in_f32 = |x: &Array2<f64>| x.mapv(|value| value as f32);
    let transform = fit_transform(&steps.parse().unwrap(), &in_f32(train).view()).unwrap();
    let ours = transform.apply(in_f32(other));
    assert_eq!(ours.dim(), expected.dim(), "{steps}");
    (ours.mapv(f64::from) - expected).fold(0.0, |largest: f64, d| largest.max(d.abs()))
}

#[test]
fn transforms_equal_those_of_scikit_learn() {
    let reference: Value = serde_json::from_str(include_str!("reference/transforms.json")).unwrap();
    let named = |name: &str| {
        let rows: Vec<Vec<f64>> = serde_json::from_value(reference[name].clone()).unwrap();
        matrix(&rows)
    };
    for name in ["l2", "standardize", "standardize,l2"] {
        let largest = difference(name, &named("train"), &named("other"), named(name));
        assert!(largest <= TOLERANCE, "{name}: {largest}");
    }
}

#[test]
fn powers_and_projections_equal_those_of_scikit_learn() {
    let reference: Projections =
        serde_json::from_str(include_str!("reference/projections.json")).unwrap();
    for Case { train, other, transformed } in reference.cases {
        let (train, other) = (matrix(&train), matrix(&other));
        for (name, expected) in transformed {
            let largest = difference(&name, &train, &other, matrix(&expected));
            assert!(largest <= PROJECTION_TOLERANCE, "{name} of {} rows: {largest}", train.nrows());
        }
    }
}
