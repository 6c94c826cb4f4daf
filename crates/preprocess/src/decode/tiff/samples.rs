use super::layout::{Layout, Meaning, Number};

/// The samples of a whole image, as the file has them, in the byte order of this machine.
pub(super) struct Samples {
    pub(super) layout: Layout,
    pub(super) bytes: Vec<u8>,
    /// Bytes from one row to the next.
    pub(super) row_stride: usize,
    /// Bytes from the samples of one channel to those of the next, where channels lie apart.
    pub(super) plane_stride: usize,
}

impl Samples {
    /// The samples of a channel of row `y`, as 8-bit numbers, into `levels`, which has a place for each
    /// pixel. Those of palettes stay as they are; fewer bits are stretched, and of 12 and 16 the highest
    /// eight are taken; whatever is signed, or has 32 bits, is clipped, as in Pillow.
    pub(super) fn read_row(&self, channel: usize, y: usize, levels: &mut [u8]) {
        let Layout { bits, is_planar, n_samples, .. } = self.layout;
        let (plane, first, step) =
            if is_planar { (channel, 0, 1) } else { (0, channel, n_samples) };
        let row = &self.bytes[plane * self.plane_stride + y * self.row_stride..][..self.row_stride];
        let places = (0..levels.len()).map(|x| first + x * step);
        let levels = levels.iter_mut().zip(places);
        match (bits, self.layout.number) {
            (1 | 2 | 4, _) => {
                let scale = self.scale();
                levels.for_each(|(level, i)| *level = few_bits(row, i, bits.into()) * scale);
            }
            (8, _) => levels.for_each(|(level, i)| *level = row[i]),
            (12, _) => levels.for_each(|(level, i)| *level = high_byte_of_12(row, i)),
            (16, Number::Unsigned) => levels
                .for_each(|(level, i)| *level = (u16::from_ne_bytes(bytes(row, i)) >> 8) as u8),
            (16, _) => {
                let value = |i| i16::from_ne_bytes(bytes(row, i));
                levels.for_each(|(level, i)| *level = value(i).clamp(0, 255) as u8);
            }
            // A conversion from floating point clips, and cuts what is behind the point off.
            (_, Number::Float) => {
                levels.for_each(|(level, i)| *level = f32::from_ne_bytes(bytes(row, i)) as u8);
            }
            (_, Number::Signed) => {
                let value = |i| i32::from_ne_bytes(bytes(row, i));
                levels.for_each(|(level, i)| *level = value(i).clamp(0, 255) as u8);
            }
            (_, Number::Unsigned) => {
                let value = |i| u32::from_ne_bytes(bytes(row, i));
                levels.for_each(|(level, i)| *level = value(i).min(255) as u8);
            }
        }
    }

    /// What a sample of few bits is multiplied by.
    fn scale(&self) -> u8 {
        match self.layout.meaning {
            Meaning::Gray { .. } => (255 / ((1_u16 << self.layout.bits) - 1)) as u8,
            _ => 1,
        }
    }

    /// Whether all samples are floating-point numbers from 0 to 1 and some lie between: fractions of white,
    /// of which Pillow makes black.
    pub(super) fn are_fractions(&self) -> bool {
        if self.layout.number != Number::Float {
            return false;
        }
        let values = || self.bytes.as_chunks().0.iter().map(|&bytes| f32::from_ne_bytes(bytes));
        values().all(|value| (0.0..=1.0).contains(&value))
            && values().any(|value| value.fract() > 0.0)
    }
}

/// Sample `i` of a row that has `bits` for each, the first in the highest bits of a byte.
fn few_bits(row: &[u8], i: usize, bits: usize) -> u8 {
    let at = i * bits;
    row[at / 8] >> (8 - bits - at % 8) & ((1 << bits) - 1)
}

/// The highest eight of the twelve bits of sample `i`.
fn high_byte_of_12(row: &[u8], i: usize) -> u8 {
    let at = i / 2 * 3;
    if i.is_multiple_of(2) { row[at] } else { row[at + 1] << 4 | row[at + 2] >> 4 }
}

/// The bytes of sample `i` of a row that has `N` for each.
fn bytes<const N: usize>(row: &[u8], i: usize) -> [u8; N] {
    std::array::from_fn(|k| row[i * N + k])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_of_few_bits_begin_with_the_highest() {
        assert_eq!([0, 1, 2, 3].map(|i| few_bits(&[0b1101_0010], i, 2)), [3, 1, 0, 2]);
        assert_eq!([0, 1, 2].map(|i| few_bits(&[0x12, 0x34], i, 4)), [1, 2, 3]);
        assert_eq!([6, 7, 8].map(|i| few_bits(&[2, 0x80], i, 1)), [1, 0, 1]);
        assert_eq!(
            [0, 1, 2].map(|i| high_byte_of_12(&[0x12, 0x34, 0x56, 0x78, 0x90], i)),
            [0x12, 0x45, 0x78]
        );
    }
}
