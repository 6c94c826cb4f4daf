//! The metrics of benchmarks against independent implementations, on 1200 random cases with ties,
//! ignored rows and empty classes.

use metrics::{Metric, Truth};
use ndarray::Array2;
use serde::Deserialize;

#[derive(Deserialize)]
struct Reference {
    columns: Vec<String>,
    cases: Vec<[Option<f64>; 4]>,
}

const METRICS: [(&str, Metric); 4] = [
    ("eleven_point_map", Metric::ElevenPointMap),
    ("all_point_map", Metric::AllPointMap),
    ("mean_roc_auc", Metric::MeanRocAuc),
    ("mean_class_accuracy", Metric::MeanClassAccuracy),
];

/// Steele, Lea and Flood, Fast splittable pseudorandom number generators, 2014.
struct SplitMix64(u64);

impl SplitMix64 {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }
}

struct Case {
    scores: Array2<f32>,
    truth: Array2<i8>,
    labels: Vec<usize>,
}

/// The case of a number, drawn as `make_benchmark_metrics.py` draws it.
fn case(number: u64) -> Case {
    let mut rng = SplitMix64(number);
    let (n_rows, n_classes) = (1 + rng.below(60), 1 + rng.below(6));
    let levels = [2, 4, 16, 1 << 20][rng.below(4) as usize];
    let kinds: Vec<u64> = (0..n_classes).map(|_| rng.below(8)).collect();
    let shape = (n_rows as usize, n_classes as usize);
    let (mut scores, mut truth) = (Array2::zeros(shape), Array2::zeros(shape));
    let mut labels = Vec::new();
    for row in 0..shape.0 {
        for (class, kind) in kinds.iter().enumerate() {
            scores[[row, class]] = rng.below(levels) as f32 / levels as f32;
            let value: i8 = match rng.below(10) {
                3 => 0,
                0..3 => 1,
                _ => -1,
            };
            truth[[row, class]] = match kind {
                0 => value.min(0),
                1 => value.max(0),
                _ => value,
            };
        }
        labels.push(rng.below(n_classes) as usize);
    }
    Case { scores, truth, labels }
}

#[test]
fn metrics_equal_the_official_ones_on_random_cases() {
    let reference: Reference =
        serde_json::from_str(include_str!("reference/benchmark_metrics.json")).unwrap();
    assert!(reference.columns.iter().eq(METRICS.iter().map(|(name, _)| name)));
    assert_eq!(reference.cases.len(), 1200);
    let mut n_undefined = 0;
    for (number, expected) in reference.cases.iter().enumerate() {
        let Case { scores, truth, labels } = case(number as u64);
        for ((name, metric), expected) in METRICS.into_iter().zip(expected) {
            let truth = match metric {
                Metric::MeanClassAccuracy => Truth::Classes(&labels),
                _ => Truth::MultiLabel(truth.view()),
            };
            let ours = metric.measure(scores.view(), truth, None).map(|measured| measured.value);
            match (ours, expected) {
                // Both sides compute in f64, and differ in the order of a few sums.
                (Some(ours), Some(expected)) => {
                    assert!((ours - expected).abs() < 1e-9, "case {number}, {name}: {ours}");
                }
                (ours, expected) => {
                    assert_eq!((ours, None), (None, *expected), "case {number}, {name}");
                    n_undefined += 1;
                }
            }
        }
    }
    assert!(n_undefined > 50, "some cases have no class with positive rows: {n_undefined}");
}
