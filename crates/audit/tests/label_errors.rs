//! Lists of likely label errors against cleanlab's on the same held-out probabilities
//! (`reference/make_label_errors.py`).

use audit::likely_label_errors;
use ndarray::Array2;
use serde::Deserialize;

#[derive(Deserialize)]
struct Reference {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    labels: Vec<usize>,
    probabilities: Vec<Vec<f64>>,
    issues: Vec<usize>,
    /// The rows whose labels were changed, of the stamps.
    changed: Option<Vec<usize>>,
}

fn cases() -> Vec<Case> {
    let reference: Reference =
        serde_json::from_str(include_str!("reference/label_errors.json")).unwrap();
    reference.cases
}

fn listed(case: &Case) -> Vec<usize> {
    let shape = (case.labels.len(), case.probabilities[0].len());
    let probabilities = Array2::from_shape_vec(shape, case.probabilities.concat()).unwrap();
    likely_label_errors(&case.labels, probabilities.view())
}

#[test]
fn the_lists_are_cleanlabs_in_its_order() {
    let cases = cases();
    assert_eq!(cases.len(), 7);
    for case in &cases {
        assert_eq!(listed(case), case.issues, "{}", case.name);
    }
    assert!(cases.iter().filter(|case| !case.issues.is_empty()).count() >= 5);
}

#[test]
fn of_the_changed_labels_of_the_stamps_most_are_listed() {
    let stamps = cases().into_iter().find(|case| case.name == "stamps").unwrap();
    let changed = stamps.changed.as_ref().unwrap();
    let n_found = listed(&stamps).iter().filter(|row| changed.contains(row)).count();
    assert!(n_found as f64 > 0.75 * changed.len() as f64, "{n_found} of {}", changed.len());
}
