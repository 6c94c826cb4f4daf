//! The features of `reference/path.safetensors`: the same bits that `reference/generated.py` makes.
//!
//! Everything up to the length of a row is an integer below 2^53, so that no order of summation and
//! no fused multiply-add can change it; the square root, the division and the rounding to f32 that
//! follow are exact by IEEE 754.

use ndarray::{Array1, Array2, Axis};

const RANK: usize = 48;

/// What a random number is for.
#[derive(Clone, Copy)]
enum Purpose {
    Label = 1,
    Center,
    Latent,
    Loading,
    Offset,
    Noise,
    Flip,
}

/// A set of features; its fields are those of `Set` in `generated.py`.
#[derive(Debug)]
pub(crate) struct Set {
    pub(crate) name: &'static str,
    pub(crate) n_features: usize,
    /// The first rows are for training, those after them are held out.
    pub(crate) n_train: usize,
    pub(crate) n_held_out: usize,
    pub(crate) n_classes: usize,
    /// How far apart the centers of the classes lie, in sixteenths of the spread within a class.
    pub(crate) separation: u32,
    pub(crate) seed: u64,
}

impl Set {
    /// Rows `[n_train + n_held_out, n_features]` of length 1, and their labels, one in ten wrong.
    pub(crate) fn generate(&self) -> (Array2<f32>, Vec<usize>) {
        let n = self.n_train + self.n_held_out;
        let n_classes = self.n_classes as u64;
        let class = |word: u64| (word % n_classes) as usize;
        let labels: Vec<usize> = (0..n).map(|row| class(self.word(Purpose::Label, row))).collect();

        let centers = self.bells(Purpose::Center, self.n_classes);
        let mut latent = self.bells(Purpose::Latent, n);
        for (mut row, &label) in latent.rows_mut().into_iter().zip(&labels) {
            for (j, value) in row.iter_mut().enumerate() {
                let scale = ((1_u64 << 16) / (j as u64 + 1)).isqrt() as f64;
                let center = f64::from(self.separation) * centers[[label, j]];
                *value = scale * (center + 16.0 * *value);
            }
        }
        let d = self.n_features;
        let loading =
            Array2::from_shape_fn((RANK, d), |(i, j)| self.bell(Purpose::Loading, i * d + j));
        let offset: Array1<f64> = (0..d).map(|j| self.bell(Purpose::Offset, j)).collect();
        let mut x = latent.dot(&loading);
        for (i, mut row) in x.axis_iter_mut(Axis(0)).enumerate() {
            let mut squares = 0.0;
            for (j, value) in row.iter_mut().enumerate() {
                *value += 2_f64.powi(19) * self.bell(Purpose::Noise, i * d + j);
                *value += 2_f64.powi(20) * offset[j] + 3.0 * 2_f64.powi(25);
                *value = (value.max(0.0) / 2_f64.powi(16)).floor();
                squares += *value * *value;
            }
            row /= squares.sqrt();
        }

        let flipped = labels.into_iter().enumerate().map(|(row, label)| {
            let word = self.word(Purpose::Flip, row);
            if word.is_multiple_of(10) { class(word >> 32) } else { label }
        });
        (x.mapv(|value| value as f32), flipped.collect())
    }

    /// `[n_rows, RANK]` of [`Self::bell`].
    fn bells(&self, purpose: Purpose, n_rows: usize) -> Array2<f64> {
        Array2::from_shape_fn((n_rows, RANK), |(i, j)| self.bell(purpose, i * RANK + j))
    }

    /// An integer of mean 0 and deviation 209, nearly normal: the sum of the eight bytes of a word.
    fn bell(&self, purpose: Purpose, index: usize) -> f64 {
        let bytes = self.word(purpose, index).to_le_bytes();
        f64::from(bytes.iter().map(|&byte| i32::from(byte)).sum::<i32>() - 1020)
    }

    fn word(&self, purpose: Purpose, index: usize) -> u64 {
        word((self.seed << 56) | ((purpose as u64) << 48), index)
    }
}

/// One word over the bits of features and labels, each mixed with its place.
pub(crate) fn checksum(x: &Array2<f32>, labels: &[usize]) -> u64 {
    let bits = x.iter().map(|value| u64::from(value.to_bits()));
    let bits = bits.chain(labels.iter().map(|&label| label as u64));
    bits.enumerate().fold(0, |sum, (index, bits)| {
        let mixed = (bits ^ word(0, index)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        sum.wrapping_add(mixed ^ (mixed >> 32))
    })
}

/// The finalizer of SplitMix64 on a counter.
fn word(start: u64, index: usize) -> u64 {
    let x = start.wrapping_add(index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
