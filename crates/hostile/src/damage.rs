//! Files that are damaged, at random places and by what readers stumble over.

/// Random numbers that depend on nothing but a seed (SplitMix64).
pub struct Random(u64);

impl Random {
    /// The numbers of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to below `end`, which is above 0.
    ///
    /// # Panics
    /// When it is not.
    pub fn below(&mut self, end: usize) -> usize {
        (self.number() % end as u64) as usize
    }
}

/// The file with damage in one to three places: bits, bytes, lengths and numbers that mean something,
/// pieces that are lost, added, zeroed, or stand at another place.
pub fn damage(sound: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = sound.to_vec();
    for _ in 0..1 + random.below(3) {
        if bytes.is_empty() {
            break;
        }
        let at = random.below(bytes.len());
        match random.below(9) {
            0 => bytes[at] ^= 1 << random.below(8),
            1 => bytes[at] = random.below(256) as u8,
            // A length, an address or an index.
            2 => {
                let numbers =
                    [0, 1, 16, 4096, sound.len() as u64, 1 << 31, i64::MAX as u64, u64::MAX];
                let number = numbers[random.below(numbers.len())];
                let n_bytes = (1 << random.below(4)).min(bytes.len() - at);
                let little = random.below(2) == 0;
                for (i, byte) in bytes[at..at + n_bytes].iter_mut().enumerate() {
                    let place = if little { i } else { n_bytes - 1 - i };
                    *byte = number.to_le_bytes()[place];
                }
            }
            3 => bytes.truncate(at),
            4 => {
                let added: Vec<u8> =
                    (0..1 + random.below(15)).map(|_| random.below(256) as u8).collect();
                bytes.splice(at..at, added);
            }
            // A lost sector.
            5 => {
                let len = (1 + random.below(600)).min(bytes.len() - at);
                bytes[at..at + len].fill(0);
            }
            6 => {
                let from = random.below(bytes.len());
                let len = (1 + random.below(63)).min(bytes.len() - at.max(from));
                bytes.copy_within(from..from + len, at);
            }
            // A piece once more, many times over.
            7 => {
                let len = (1 + random.below(63)).min(bytes.len() - at);
                let piece = bytes[at..at + len].repeat(1 + random.below(20));
                bytes.splice(at..at, piece);
            }
            // A number in a text.
            _ => number_in_text(&mut bytes, at, random),
        }
    }
    bytes
}

/// Replaces the first digits from `at` on by a number that is too large, too small, or none.
fn number_in_text(bytes: &mut Vec<u8>, at: usize, random: &mut Random) {
    let numbers =
        ["-1", "0", "99999999999", "18446744073709551615", "1e308", "NaN", "1e-400", "4294967296"];
    let number = numbers[random.below(numbers.len())];
    let Some(start) = bytes[at..].iter().position(u8::is_ascii_digit) else { return };
    let start = at + start;
    let len = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    bytes.splice(start..start + len, number.bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_damage_and_the_same_each_time() {
        let sound: Vec<u8> = (0..200_u8).chain(*b" 123 ").collect();
        let of_seed = |seed| damage(&sound, &mut Random::new(seed));
        let n_same = (0..1000).filter(|&seed| of_seed(seed) == sound).count();
        assert!(n_same < 100, "{n_same} of 1000");
        assert_eq!(of_seed(7), of_seed(7));
        assert_eq!(damage(&[], &mut Random::new(0)), []);
    }
}
