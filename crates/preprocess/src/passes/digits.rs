//! Weights taken apart, as the vector instructions want them.

use crate::windows::GROUP;

/// Fraction of a weight that [`halves`] leaves in the lower half.
pub(super) const LOWER_BITS: u32 = 12;

/// The weights of a group in two halves of 16 bits, `weight = (upper << 12) + lower`, in pairs of
/// neighbors: lower halves of the first pair, of the second, upper halves of the first, of the
/// second. `None` for a weight whose upper half does not fit, beyond 32 in fixed point.
pub(super) fn halves(weights: [i32; GROUP]) -> Option<[i32; 4]> {
    let lower = weights.map(|weight| weight & ((1 << LOWER_BITS) - 1));
    let upper = weights.map(|weight| weight >> LOWER_BITS);
    let pair = |a: i32, b: i32| (a & 0xFFFF) | (b << 16);
    upper.iter().all(|&upper| i16::try_from(upper).is_ok()).then(|| {
        [
            pair(lower[0], lower[1]),
            pair(lower[2], lower[3]),
            pair(upper[0], upper[1]),
            pair(upper[2], upper[3]),
        ]
    })
}

/// The weights of a group in three digits of 8 bits with a sign,
/// `weight = (d2 << 16) + (d1 << 8) + d0`: the four first digits, the four second ones, the four
/// third ones. `None` for a weight beyond what three such digits can say, about 2 in fixed point.
pub(super) fn bytes(weights: [i32; GROUP]) -> Option<[i32; 3]> {
    let mut digits = [[0_u8; GROUP]; 3];
    for (i, weight) in weights.into_iter().enumerate() {
        let mut rest = i64::from(weight);
        for digit in &mut digits {
            let lowest = rest as i8;
            digit[i] = lowest as u8;
            rest = (rest - i64::from(lowest)) >> 8;
        }
        if rest != 0 {
            return None;
        }
    }
    Some(digits.map(i32::from_le_bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEIGHTS: [i32; 12] =
        [0, 1, -1, 127, 128, -128, -129, 1 << 22, -(1 << 21), 8_355_711, -8_421_504, 5_000_001];

    #[test]
    fn halves_sum_up_to_the_weight() {
        for weights in WEIGHTS.as_chunks::<GROUP>().0 {
            let pairs = halves(*weights).unwrap().map(|pair| [pair as i16, (pair >> 16) as i16]);
            for i in 0..GROUP {
                let (lower, upper) = (pairs[i / 2][i % 2], pairs[2 + i / 2][i % 2]);
                assert_eq!((i32::from(upper) << LOWER_BITS) + i32::from(lower), weights[i]);
            }
        }
    }

    #[test]
    fn bytes_sum_up_to_the_weight() {
        for weights in WEIGHTS.as_chunks::<GROUP>().0 {
            let digits = bytes(*weights).unwrap().map(i32::to_le_bytes);
            for i in 0..GROUP {
                let [low, middle, high] = digits.map(|digit| i32::from(digit[i] as i8));
                assert_eq!((high << 16) + (middle << 8) + low, weights[i]);
            }
        }
    }

    #[test]
    fn a_weight_that_does_not_fit_is_refused() {
        for weight in [8_355_712, -8_421_505, i32::MAX, i32::MIN] {
            assert_eq!(bytes([0, 0, weight, 0]), None, "{weight}");
        }
        for weight in [1 << 27, -(1 << 27) - 1] {
            assert_eq!(halves([0, 0, weight, 0]), None, "{weight}");
        }
    }
}
