use ndarray::Axis;
use rand::SeedableRng;

use super::*;
use crate::{
    Targets, mlp::loss::loss, mlp::loss::score_gradient, mlp::target_matrix::TargetMatrix,
};

/// Epsilon of batch normalization.
const EPSILON: f64 = 1e-3;

/// The mean loss by plain formulas in f64, with the arrays of parameters given.
fn plain_loss(description: &str, arrays: &[Vec<f64>], x: &Array2<f64>, labels: &[usize]) -> f64 {
    let mut arrays = arrays.iter();
    let mut values = x.clone();
    let words: Vec<&str> = description.split(',').collect();
    for (index, word) in words.iter().enumerate() {
        let is_last = index + 1 == words.len();
        if is_last || word.starts_with("dense") {
            let (weights, bias) = (arrays.next().unwrap(), arrays.next().unwrap());
            let shape = (values.ncols(), bias.len());
            let weights = Array2::from_shape_vec(shape, weights.clone()).unwrap();
            values = values.dot(&weights) + &Array1::from_vec(bias.clone());
        } else if *word == "relu" {
            values.mapv_inplace(|value| value.max(0.0));
        } else if *word == "batchnorm" {
            let (gamma, beta) = (arrays.next().unwrap(), arrays.next().unwrap());
            let mean = values.mean_axis(Axis(0)).unwrap();
            let variance = values.var_axis(Axis(0), 0.0);
            values = (values - &mean) / &variance.mapv(|variance| (variance + EPSILON).sqrt());
            values = values * &Array1::from_vec(gamma.clone()) + &Array1::from_vec(beta.clone());
        }
    }
    let row_loss = |(row, &label): (ndarray::ArrayView1<'_, f64>, &usize)| match words.last() {
        Some(&"softmax") => row.mapv(f64::exp).sum().ln() - row[label],
        _ if row.len() == 1 => (1.0 + row[0].exp()).ln() - label as f64 * row[0],
        _ => {
            let entry = |(class, z): (usize, &f64)| {
                (1.0 + z.exp()).ln() - if class == label { *z } else { 0.0 }
            };
            row.iter().enumerate().map(entry).sum::<f64>() / row.len() as f64
        }
    };
    values.rows().into_iter().zip(labels).map(row_loss).sum::<f64>() / labels.len() as f64
}

/// Checks every gradient against finite differences of the plain loss.
fn check(description: &str, n_classes: usize, n_outputs: usize) {
    let architecture: MlpArchitecture = description.parse().unwrap();
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(3);
    let x = Array2::from_shape_simple_fn((9, 5), || rng.gen_range(-1.0_f32..1.0));
    let labels: Vec<usize> = (0..9).map(|row| row % n_classes).collect();
    let mut network = Network::new(&architecture, 5, n_outputs, &mut rng);
    for array in network.parameters_mut() {
        // Neither zero nor one, so that no gradient is trivially right.
        array.iter_mut().for_each(|value| *value += rng.gen_range(-0.3..0.3));
    }
    let arrays: Vec<Vec<f64>> = network
        .parameters_mut()
        .into_iter()
        .map(|array| array.iter().map(|&value| f64::from(value)).collect())
        .collect();

    let output = architecture.output();
    let targets = Targets::Classes(&labels);
    let targets = TargetMatrix::new(targets, n_outputs, &vec![[1.0; 2]; n_classes]);
    let pass = network.forward_training(x.clone(), &mut rng);
    let wide = x.mapv(f64::from);
    let plain = plain_loss(description, &arrays, &wide, &labels);
    let ours = loss(output, &pass.scores, &targets).sum / 9.0;
    assert!((ours - plain).abs() < 1e-6, "{description}: loss {ours}, plainly {plain}");

    let gradients = network.gradients(&pass, score_gradient(output, &pass.scores, &targets));
    assert_eq!(gradients.len(), arrays.len());
    for (array, gradients) in gradients.iter().enumerate() {
        for (index, &gradient) in gradients.iter().enumerate() {
            let at = |step: f64| {
                let mut arrays = arrays.clone();
                arrays[array][index] += step;
                plain_loss(description, &arrays, &wide, &labels)
            };
            // Truncation leaves about step^2 = 1e-12, rounding 1e-16 / step = 1e-10; the gradient in
            // f32 about 1e-7.
            let expected = (at(1e-6) - at(-1e-6)) / 2e-6;
            let error = (f64::from(gradient) - expected).abs();
            assert!(error < 2e-6, "{description}: array {array}, {gradient} is not {expected}");
        }
    }
}

#[test]
fn gradients_are_those_of_finite_differences() {
    check("softmax", 3, 3);
    check("sigmoid", 2, 1);
    check("dense:4,relu,batchnorm,softmax", 3, 3);
    check("batchnorm,dense:6,batchnorm,relu,dense:4,relu,sigmoid", 3, 3);
    check("dense:4,relu,sigmoid", 2, 1);
}

#[test]
fn dropout_drops_its_part_and_keeps_the_mean() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(0);
    let factors = dropout_factors((300, 100), 0.25, &mut rng);
    let dropped = factors.iter().filter(|&&factor| factor == 0.0).count();
    // A standard deviation is 75 of 30,000.
    assert!(dropped.abs_diff(7500) < 300, "{dropped}");
    assert!(factors.iter().all(|&factor| factor == 0.0 || factor == 4.0 / 3.0));
}

#[test]
fn what_is_dropped_has_no_gradient() {
    let architecture: MlpArchitecture = "dense:8,dropout:0.5,softmax".parse().unwrap();
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
    let mut network = Network::new(&architecture, 2, 2, &mut rng);
    let pass = network.forward_training(Array2::ones((1, 2)), &mut rng);
    let Trace::Dropout(factors) = &pass.traces[1] else { panic!("the second layer drops") };
    let gradients = network.gradients(&pass, ndarray::array![[1.0, -1.0]]);
    let bias = &gradients[1];
    for (factor, gradient) in factors.iter().zip(bias) {
        assert_eq!(*factor == 0.0, *gradient == 0.0);
    }
    assert!(factors.iter().any(|&factor| factor == 0.0) && factors.iter().any(|&f| f == 2.0));
}
