//! From a map of activations to a vector, see [`Pooling`].

use ::winograd::Activation;
use backbone::Pooling;

/// The vector of one image.
pub(super) fn pool(activation: &Activation<'_>, pooling: &Pooling) -> Vec<f32> {
    let n_pixels = (activation.height * activation.width) as f64;
    match pooling {
        Pooling::Gap => to_f32(sums(activation, |value| value), |sum| sum / n_pixels),
        Pooling::Max => maxima(activation.channels, activation.pixels()),
        Pooling::Gem(exponent) => {
            let p = f64::from(*exponent);
            let powers = sums(activation, |value| value.max(Pooling::GEM_FLOOR).powf(p));
            to_f32(powers, |sum| (sum / n_pixels).powf(1.0 / p))
        }
        Pooling::Flatten => activation.pixels().flatten().copied().collect(),
        Pooling::Spp(grids) => grids.iter().flat_map(|&n| grid(activation, n)).collect(),
    }
}

/// Sums of a function of each channel's activations, in f64.
fn sums(activation: &Activation<'_>, term: impl Fn(f64) -> f64) -> Vec<f64> {
    let mut sums = vec![0.0; activation.channels];
    for pixel in activation.pixels() {
        for (sum, &value) in sums.iter_mut().zip(pixel) {
            *sum += term(f64::from(value));
        }
    }
    sums
}

fn to_f32(sums: Vec<f64>, finish: impl Fn(f64) -> f64) -> Vec<f32> {
    sums.into_iter().map(|sum| finish(sum) as f32).collect()
}

/// The largest activation of each channel.
fn maxima<'a>(channels: usize, pixels: impl Iterator<Item = &'a [f32]>) -> Vec<f32> {
    let mut maxima = vec![f32::NEG_INFINITY; channels];
    for pixel in pixels {
        for (maximum, &value) in maxima.iter_mut().zip(pixel) {
            *maximum = maximum.max(value);
        }
    }
    maxima
}

/// The maxima of n x n parts of the map.
fn grid(activation: &Activation<'_>, n: usize) -> Vec<f32> {
    let (height, width, channels) = (activation.height, activation.width, activation.channels);
    let part = |i: usize, size: usize| i * size / n..((i + 1) * size).div_ceil(n);
    let mut values = Vec::with_capacity(n * n * channels);
    for y in 0..n {
        for x in 0..n {
            let (rows, columns) = (part(y, height), part(x, width));
            let inside = |&(at, _): &(usize, &[f32])| {
                rows.contains(&(at / width)) && columns.contains(&(at % width))
            };
            let pixels = activation.pixels().enumerate().filter(inside).map(|(_, pixel)| pixel);
            values.extend(maxima(channels, pixels));
        }
    }
    values
}
