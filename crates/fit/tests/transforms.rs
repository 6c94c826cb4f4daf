//! Transforms against scikit-learn.

use fit::transform::Transform;
use ndarray::Array2;
use serde_json::Value;

/// Values are of the order of one and kept in f32, whose rounding is 6e-8; a few steps follow each
/// other.
const TOLERANCE: f64 = 1e-6;

fn matrix(value: &Value) -> Array2<f64> {
    let rows: Vec<Vec<f64>> = serde_json::from_value(value.clone()).unwrap();
    Array2::from_shape_vec((rows.len(), rows[0].len()), rows.concat()).unwrap()
}

#[test]
fn transforms_equal_those_of_scikit_learn() {
    let reference: Value = serde_json::from_str(include_str!("reference/transforms.json")).unwrap();
    let in_f32 = |name: &str| matrix(&reference[name]).mapv(|v| v as f32);
    for name in ["l2", "standardize", "standardize,l2"] {
        let transform = Transform::fit_in_place(&name.parse().unwrap(), &mut in_f32("train"));
        let mut ours = in_f32("other");
        transform.apply(&mut ours);
        let difference = ours.mapv(f64::from) - matrix(&reference[name]);
        let largest = difference.fold(0.0, |largest: f64, d| largest.max(d.abs()));
        assert!(largest <= TOLERANCE, "{name}: {largest}");
    }
}
