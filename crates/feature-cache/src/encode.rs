//! Features as bytes, in the element type of the cache.

use half::f16;
use schema::Dtype;

/// Appends `numbers` to `bytes`, little-endian. To f16 they are rounded to nearest, ties to even; what is
/// too large for it becomes infinite, and `extract verify` reports that.
pub(crate) fn encode(dtype: Dtype, numbers: &[f32], bytes: &mut Vec<u8>) {
    match dtype {
        Dtype::F32 => bytes.extend(numbers.iter().flat_map(|x| x.to_le_bytes())),
        Dtype::F16 => bytes.extend(numbers.iter().flat_map(|&x| f16::from_f32(x).to_le_bytes())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_rounded_to_nearest_ties_to_even() {
        let ulp = 2_f32.powi(-10);
        let mut bytes = Vec::new();
        let numbers = [1.0 + 0.5 * ulp, 1.0 + 1.5 * ulp, 1.0 + 0.51 * ulp, 1e6];
        encode(Dtype::F16, &numbers, &mut bytes);
        let halves: Vec<f32> =
            bytes.as_chunks().0.iter().map(|&b| f16::from_le_bytes(b).to_f32()).collect();
        assert_eq!(halves, [1.0, 1.0 + 2.0 * ulp, 1.0 + ulp, f32::INFINITY]);
    }
}
