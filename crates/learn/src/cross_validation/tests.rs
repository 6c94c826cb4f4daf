use head::{Algorithm, ClassWeights, HeadSpec, HingeLoss, Layers, Number};
use metrics::{Evaluation, OneClassEvaluation};
use ndarray::Array2;

use super::*;
use crate::folds::{Divisible, stratified_k_fold};
use crate::labels::Labels;
use crate::learn::learn;
use crate::rows::Rows;

const SQUARED_HINGE: HeadSpec = HeadSpec::Svm { loss: HingeLoss::SquaredHinge, c: 1.0 };
const SPECS: [HeadSpec; 2] = [HeadSpec::Softmax { c: 1.0 }, SQUARED_HINGE];

/// Features and labels of three classes of 26, 19 and 15 rows.
fn data() -> (Array2<f32>, Vec<usize>) {
    let labels: Vec<usize> =
        (0..60).map(|row| if row < 45 { row % 3 } else { row % 2 * (row % 4 / 2) }).collect();
    let features = Array2::from_shape_fn((60, 5), |(row, column)| {
        let noise = ((row * 37 + column * 17) % 23) as f32 / 20.0;
        if column == labels[row] { 1.0 + noise } else { noise }
    });
    (features, labels)
}

/// Settings of all tests here, but for sampling.
fn settings(sampling: Sampling) -> Settings {
    Settings {
        solver: Algorithm::Auto,
        tol: Some(1e-4),
        max_iter: None,
        class_weight: ClassWeights::None,
        sampling,
        temperature: None,
        gamma: None,
        network: None,
        views: None,
        seed: 0,
    }
}

/// Scores of `fits` on three classes of 26, 19 and 15 rows in four folds, in order.
fn scores_of(
    steps: &str,
    sampling: Sampling,
    fits: &[FoldFit],
    threads: usize,
    most: usize,
) -> Vec<(FoldFit, FoldScore)> {
    let (features, labels) = data();
    let classes = ["ant", "bee", "cat"].map(str::to_owned);
    let groups: Vec<_> = (0..60).collect();
    let divisible = Divisible { labels: &labels, groups: &groups, classes: &classes };
    let divisions = [3, 4].map(|seed| (seed, stratified_k_fold(divisible, 4, seed).unwrap()));
    let examples = Examples {
        features: features.view(),
        rows: Rows { indices: groups.clone(), labels: Labels::Classes(labels.clone()) },
    };
    let settings = settings(sampling);
    let steps = steps.parse().unwrap();
    let setup = Setup {
        examples: &examples,
        classes: &classes,
        steps: &steps,
        divisions: &divisions,
        settings: &settings,
    };
    let mut scores = Vec::new();
    let mut take = |fit, score| {
        scores.push((fit, FoldScore { fit_seconds: 0.0, ..score }));
        if scores.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let flow = pool.install(|| cross_validate(setup, fits, &mut take)).unwrap();
    assert_eq!(flow.is_break(), scores.len() >= most);
    scores
}

fn fits(seeds: &[u64], cs: &[f64]) -> Vec<FoldFit> {
    let mut fits = Vec::new();
    for &seed in seeds {
        for spec in SPECS {
            for &c in cs {
                let fit =
                    |fold| FoldFit { seed, spec: spec.with_number(Number::C(c)).unwrap(), fold };
                fits.extend((0..4).map(fit));
            }
        }
    }
    fits
}

#[test]
fn every_fit_is_scored_once_on_its_held_out_rows() {
    for (steps, sampling) in [
        ("l2", Sampling::None),
        ("power:0.5,standardize", Sampling::None),
        ("none", Sampling::Smote(3)),
    ] {
        let asked = fits(&[3, 4], &[0.1, 10.0]);
        let scores = scores_of(steps, sampling, &asked, 1, usize::MAX);
        assert_eq!(scores.len(), asked.len(), "{steps} {sampling}");
        assert!(asked.iter().all(|fit| scores.iter().any(|(made, _)| made == fit)));
        assert!(scores.iter().all(|(_, score)| score.n_rows == 15 && score.converged));
        let of_large_c = scores.iter().filter(|(fit, _)| fit.spec.number() == Number::C(10.0));
        assert!(
            of_large_c.map(|(_, s)| s.quality.decisive()).all(|a| a > 0.7),
            "{steps} {sampling}"
        );
        let threads = scores_of(steps, sampling, &asked, 3, usize::MAX);
        assert_eq!(scores, threads, "scores do not depend on the number of threads");
    }
}

#[test]
fn only_what_is_asked_for_is_fitted() {
    assert_eq!(scores_of("l2", Sampling::None, &[], 1, 9), []);
    let one = FoldFit { seed: 4, spec: SQUARED_HINGE, fold: 2 };
    let together = scores_of("l2", Sampling::None, std::slice::from_ref(&one), 1, 9);
    assert_eq!(together.len(), 4, "folds of one problem are fitted together");
    let apart = scores_of("standardize", Sampling::None, std::slice::from_ref(&one), 1, 9);
    assert_eq!(apart.len(), 1);
    assert_eq!(apart[0].0, one);
}

#[test]
fn it_ends_as_soon_as_it_is_told_to() {
    // Four folds of one C are fitted before anybody can say so.
    for (steps, expected) in [("l2", 8), ("standardize", 5)] {
        let scores = scores_of(steps, Sampling::None, &fits(&[3], &[0.1, 1.0]), 1, 5);
        assert_eq!(scores.len(), expected, "{steps}");
    }
}

#[test]
fn folds_together_score_as_folds_apart() {
    // Softmax does not see a rotation of all features, nor, since its intercept is free, a
    // shift of the origin: with all its axes, `pca` changes nothing but where it is learned.
    let asked: Vec<_> =
        fits(&[3], &[0.01, 1.0]).into_iter().filter(|f| f.spec.is_same_kind(&SPECS[0])).collect();
    let mut together = scores_of("none", Sampling::None, &asked, 1, usize::MAX);
    let mut apart = scores_of("pca:5", Sampling::None, &asked, 1, usize::MAX);
    let order = |(a, _): &(FoldFit, FoldScore), (b, _): &(FoldFit, FoldScore)| {
        a.fold.cmp(&b.fold).then(a.spec.simplest_first(&b.spec))
    };
    together.sort_by(order);
    apart.sort_by(order);
    assert_eq!(together, apart);
}

#[test]
fn a_fold_scores_as_a_head_that_is_trained_on_the_others_and_kept() {
    let (features, labels) = data();
    let classes = ["ant", "bee", "cat"].map(str::to_owned);
    let groups: Vec<_> = (0..60).collect();
    let divisible = Divisible { labels: &labels, groups: &groups, classes: &classes };
    let division = stratified_k_fold(divisible, 4, 3).unwrap();
    let rows = Rows { indices: groups.clone(), labels: Labels::Classes(labels.clone()) };
    let examples = Examples { features: features.view(), rows };
    for spec in [
        HeadSpec::OneVsOne { c: 0.1 },
        HeadSpec::Gaussian { c: 0.5 },
        HeadSpec::Knn { n_neighbors: 5 },
        HeadSpec::Mlp { layers: Layers::default(), learning_rate: 0.003 },
    ] {
        for (steps, sampling) in
            [("l2", Sampling::None), ("standardize", Sampling::None), ("none", Sampling::Over)]
        {
            let fit = |fold| FoldFit { seed: 3, spec: spec.clone(), fold };
            let asked: Vec<_> = (0..4).map(fit).collect();
            let scores = scores_of(steps, sampling, &asked, 2, usize::MAX);
            assert_eq!(scores.len(), 4);
            let (steps, settings) =
                (steps.parse().unwrap(), Settings { seed: 3, ..settings(sampling) });
            for (fit, score) in scores {
                let train = examples.at(&division.train(fit.fold));
                let (pipeline, record) = learn(&train, &classes, &steps, &spec, &settings).unwrap();
                let held_out = examples.at(&division.held_out(fit.fold));
                let predictions = pipeline.predict(None, held_out.features, &held_out.rows.indices);
                let truth = held_out.rows.labels.truth();
                let Evaluation::OneClass(OneClassEvaluation { accuracy, .. }) =
                    Evaluation::of(&predictions, truth, &classes, None)
                else {
                    panic!("rows have one class")
                };
                let expected = (accuracy, record.report.converged);
                let got = (score.quality.decisive(), score.converged);
                assert_eq!(got, expected, "{spec} {sampling}");
            }
        }
    }
}
