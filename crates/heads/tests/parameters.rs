//! Parameters: defaults, refusals, and what a single head has of its own.

use heads::{ClassWeight, FitError, LinearSvm, ParamError, Smo, Softmax};
use linfa::{ParamGuard, traits::Fit};

use crate::reference_file::training;

#[test]
fn c_must_be_positive_and_finite() {
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(Softmax::params().c(bad).check(), Err(ParamError::C { .. })), "{bad}");
        assert!(matches!(LinearSvm::params().c(bad).check(), Err(ParamError::C { .. })), "{bad}");
        assert!(matches!(Smo::params().c(bad).check(), Err(ParamError::C { .. })), "{bad}");
    }
}

#[test]
fn tol_must_be_positive_and_finite() {
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let tol = |error| matches!(error, ParamError::Tol { .. });
        assert!(tol(Softmax::params().tol(bad).check().unwrap_err()), "{bad}");
        assert!(tol(LinearSvm::params().tol(bad).check().unwrap_err()), "{bad}");
        assert!(tol(Smo::params().tol(bad).check().unwrap_err()), "{bad}");
    }
}

#[test]
fn at_least_one_iteration_is_allowed() {
    let error = Softmax::params().max_iter(0).check().unwrap_err();
    assert_eq!(error.to_string(), "max_iter must be at least 1");
    assert_eq!(LinearSvm::params().max_iter(0).check(), Err(ParamError::MaxIter));
}

#[test]
fn class_weights_must_be_positive() {
    let negative = ClassWeight::Given(vec![1.0, -2.0]);
    let error = ParamError::ClassWeight { class: 1, got: -2.0 };
    assert_eq!(Softmax::params().class_weight(negative.clone()).check(), Err(error.clone()));
    assert_eq!(LinearSvm::params().class_weight(negative).check(), Err(error));
}

#[test]
fn a_fit_with_invalid_parameters_names_the_parameter() {
    let error = Softmax::params().c(-1.0).fit(&training("main")).unwrap_err();
    assert!(matches!(error, FitError::Param(ParamError::C { got: -1.0 })));
    assert_eq!(error.to_string(), "C must be positive and finite, got `-1`");
}

#[test]
fn smo_refuses_more_samples_than_its_limit() {
    let error = Smo::params().max_samples(199).fit(&training("main")).unwrap_err();
    assert!(matches!(error, FitError::TooManySamples { limit: 199, got: 200 }));
    assert_eq!(
        error.to_string(),
        "`200` samples are more than the `199` that this solver takes\n  \
         hint: use LinearSvm, or raise max_samples"
    );
    assert!(Smo::params().max_samples(200).fit(&training("main")).is_ok());
}

#[test]
fn another_seed_reaches_the_same_optimum_by_another_way() {
    let fit = |seed| LinearSvm::params().seed(seed).fit(&training("main")).unwrap();
    let (a, b) = (fit(0), fit(1));
    assert_ne!(a.head, b.head);
    assert!((a.report.objective - b.report.objective).abs() < 1e-4 * a.report.objective);
}
