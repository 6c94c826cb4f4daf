//! PBM, PGM and PPM files, as text and as bytes, as Pillow reads them.

use super::error::DecodeError;
use super::limits::Limits;
use crate::rgb::Rgb;

/// Decodes the first image of a file.
///
/// Colors are scaled to 0..=255 from the largest value that the file names; gray of more than 255 values
/// is scaled to 16 bits, of which the high byte is taken, as everywhere.
pub(super) fn decode(file: &[u8], limits: &Limits) -> Result<Rgb, DecodeError> {
    let (header, data) = Header::read(file)?;
    let Header { width, height, .. } = header;
    limits.check_pixels(width, height)?;
    let n = width as usize * height as usize * header.n_channels();
    let mut pixels = Vec::with_capacity(width as usize * height as usize * 3);
    header.read_samples(data, n, |level| match header.n_channels() {
        1 => pixels.extend([level; 3]),
        _ => pixels.push(level),
    })?;
    Ok(Rgb { width, height, pixels })
}

/// The words and numbers that a file begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Header {
    /// The digit after `P`.
    kind: u8,
    width: u32,
    height: u32,
    /// The sample that is white; 1 in files of bits.
    largest: u32,
}

impl Header {
    /// The header, and what comes after it.
    fn read(file: &[u8]) -> Result<(Self, &[u8]), DecodeError> {
        let mut words = Words { rest: file.get(2..).unwrap_or_default() };
        let kind = file[1];
        let mut number = |what: &str| {
            let number = words.number().filter(|&number| number <= 0xFFFF_FFFF);
            let word = number.ok_or_else(|| malformed(&format!("the header has no {what}")))?;
            Ok(word as u32)
        };
        let (width, height) = (number("width")?, number("height")?);
        let largest = if matches!(kind, b'1' | b'4') { 1 } else { number("largest value")? };
        if !(1..=0xFFFF).contains(&largest) {
            return Err(malformed(&format!("its largest value is {largest}, not from 1 to 65535")));
        }
        Ok((Self { kind, width, height, largest }, words.rest))
    }

    fn n_channels(&self) -> usize {
        if matches!(self.kind, b'3' | b'6') { 3 } else { 1 }
    }

    /// Gives `take` the levels of `n` samples.
    fn read_samples(
        &self,
        data: &[u8],
        n: usize,
        mut take: impl FnMut(u8),
    ) -> Result<(), DecodeError> {
        let cut = || malformed("the file ends before its last pixel");
        match self.kind {
            b'1' => {
                let mut words = Words { rest: data };
                (0..n).try_for_each(|_| match words.bit() {
                    Some(b'0') => Ok(take(255)),
                    Some(b'1') => Ok(take(0)),
                    Some(byte) => Err(malformed(&format!("`{}` is no bit", byte.escape_ascii()))),
                    None => Err(cut()),
                })
            }
            b'2' | b'3' => {
                let mut words = Words { rest: data };
                (0..n).try_for_each(|_| match words.number() {
                    Some(value) if value <= self.largest.into() => {
                        Ok(take(self.level(value as u32)))
                    }
                    Some(value) => Err(malformed(&format!("{value} is beyond {}", self.largest))),
                    None => Err(malformed(
                        "the file ends, or has another word than a number, before its last pixel",
                    )),
                })
            }
            b'4' => {
                let row_len = self.width.div_ceil(8) as usize;
                let rows = data.get(..row_len * self.height as usize).ok_or_else(cut)?;
                for row in rows.chunks_exact(row_len) {
                    for x in 0..self.width as usize {
                        take(if row[x / 8] >> (7 - x % 8) & 1 == 0 { 255 } else { 0 });
                    }
                }
                Ok(())
            }
            _ if self.largest > 255 => {
                let data = data.get(..2 * n).ok_or_else(cut)?;
                let values = data.as_chunks().0.iter().map(|&bytes| u16::from_be_bytes(bytes));
                values.for_each(|value| take(self.level(value.into())));
                Ok(())
            }
            _ => {
                data.get(..n)
                    .ok_or_else(cut)?
                    .iter()
                    .for_each(|&value| take(self.level(value.into())));
                Ok(())
            }
        }
    }

    /// A sample in 0..=255. Pillow's arithmetic: a quotient in floating point, rounded to the even one of two
    /// neighbors.
    fn level(&self, value: u32) -> u8 {
        let scaled = |white: f64| {
            (f64::from(value) / f64::from(self.largest) * white).round_ties_even().min(white)
        };
        match (self.largest, self.n_channels()) {
            (255, _) => value as u8,
            (256.., 1) => (scaled(65535.0) as u32 >> 8) as u8,
            _ => scaled(255.0) as u8,
        }
    }
}

fn malformed(reason: &str) -> DecodeError {
    DecodeError::Malformed { reason: reason.to_owned() }
}

/// Text of words and comments.
struct Words<'a> {
    rest: &'a [u8],
}

impl Words<'_> {
    /// The next number, and one whitespace after it; `None` where the next word is none.
    fn number(&mut self) -> Option<u64> {
        let mut number: Option<u64> = None;
        loop {
            let byte = self.byte()?;
            number = match byte {
                b'0'..=b'9' => {
                    let tens = number.unwrap_or(0).checked_mul(10)?;
                    Some(tens.checked_add(u64::from(byte - b'0'))?)
                }
                _ if byte.is_ascii_whitespace() && number.is_none() => None,
                _ if byte.is_ascii_whitespace() => return number,
                _ => return None,
            };
            if self.rest.is_empty() {
                return number;
            }
        }
    }

    /// The next digit of text in which they need nothing between them.
    fn bit(&mut self) -> Option<u8> {
        std::iter::from_fn(|| self.byte()).find(|byte| !byte.is_ascii_whitespace())
    }

    /// The next byte that is in no comment.
    fn byte(&mut self) -> Option<u8> {
        loop {
            let (&byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            if byte != b'#' {
                return Some(byte);
            }
            let end = rest.iter().position(|byte| b"\r\n".contains(byte));
            self.rest = rest.get(end? + 1..).unwrap_or_default();
        }
    }
}
