//! Passes and steps against PyTorch, from the same initial arrays and in the same order of rows.

use ndarray::ArrayD;
use safetensors::SafeTensors;

use super::*;
use crate::mlp::MlpArchitecture;

/// Made by `make_mlp.py`.
const REFERENCE: &[u8] = include_bytes!("../../../tests/reference/mlp.safetensors");

/// What `make_mlp.py` trains: the description and the number of classes.
const NETWORKS: [(&str, usize); 3] = [
    ("dense:6,relu,batchnorm,softmax", 3),
    ("dense:8,relu,sigmoid", 2),
    ("batchnorm,dense:4,relu,dense:5,relu,sigmoid", 3),
];

/// Of the largest value. Both sides compute in f32, whose rounding is 6e-8 of a value; sums of some
/// terms and 15 steps leave a few times that. (No bias here stands before batch normalization with
/// all its rows active: its gradient is 0 but for rounding, which Adam scales up.)
const TOLERANCE: f32 = 1e-6;

fn array(name: &str) -> Option<ArrayD<f32>> {
    let file = SafeTensors::deserialize(REFERENCE).unwrap();
    let tensor = file.tensor(name).ok()?;
    let values = tensor.data().chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap()));
    Some(ArrayD::from_shape_vec(tensor.shape().to_vec(), values.collect()).unwrap())
}

fn labels(name: &str) -> Vec<usize> {
    let file = SafeTensors::deserialize(REFERENCE).unwrap();
    file.tensor(name).unwrap().data().iter().map(|&label| usize::from(label)).collect()
}

/// The arrays `<n>.<stage>.<i>`.
fn arrays(n: usize, stage: &str) -> Vec<ArrayD<f32>> {
    (0..).map_while(|i| array(&format!("{n}.{stage}.{i}"))).collect()
}

fn assert_close(what: &str, got: &ArrayD<f32>, expected: &ArrayD<f32>) {
    assert_eq!(got.shape(), expected.shape(), "{what}");
    let error = got.iter().zip(expected).fold(0.0_f32, |max, (a, b)| max.max((a - b).abs()));
    let largest = expected.iter().fold(0.0_f32, |max, value| max.max(value.abs()));
    assert!(error <= TOLERANCE * largest, "{what}: off by {error:e} of {largest}");
}

#[test]
fn passes_and_steps_are_pytorchs() {
    for (n, (description, n_classes)) in NETWORKS.into_iter().enumerate() {
        let architecture: MlpArchitecture = description.parse().unwrap();
        let output = architecture.output();
        let x = array(&format!("{n}.x")).unwrap().into_dimensionality().unwrap();
        let y = labels(&format!("{n}.y"));
        let before = array(&format!("{n}.before")).unwrap();
        let n_outputs = before.shape()[1];

        let head = MlpHead::from_parts(architecture.clone(), 5, n_outputs, arrays(n, "initial"));
        let mut network = head.unwrap().into_network();
        let scores = network.scores(x.view());
        assert_close(&format!("{description} before"), &scores.into_dyn(), &before);

        let weights = vec![[1.0; 2]; n_classes];
        let targets = TargetMatrix::new(Targets::Classes(&y), n_outputs, &weights);
        let data = Data { rows: &x.view(), targets, output };
        let lengths: Vec<_> = network.parameters_mut().iter().map(|array| array.len()).collect();
        let mut adam = Adam::new(1e-3, lengths.into_iter());
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(0);
        let order: Vec<usize> = (0..22).collect();
        let mut losses = Vec::new();
        for _ in 0..5 {
            for batch in order.chunks(8) {
                let loss = step(&data, &mut network, &mut adam, batch, &mut rng);
                losses.push((loss.sum / batch.len() as f64) as f32);
            }
        }
        let losses = ndarray::Array1::from_vec(losses).into_dyn();
        assert_close(
            &format!("{description} losses"),
            &losses,
            &array(&format!("{n}.losses")).unwrap(),
        );
        let scores = network.scores(x.view());
        let after = array(&format!("{n}.after")).unwrap();
        assert_close(&format!("{description} after"), &scores.into_dyn(), &after);
        let trained = MlpHead::new(architecture, network, n_classes);
        for ((name, got), expected) in trained.arrays().into_iter().zip(arrays(n, "trained")) {
            assert_close(&format!("{description} {name}"), &got.to_owned(), &expected);
        }
    }
}
