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
    fn read_samples(&self, data: &[u8], n: usize, take: impl FnMut(u8)) -> Result<(), DecodeError> {
        match self.kind {
            b'1' => read_digits(data, n, take),
            b'2' | b'3' => self.read_numbers(data, n, take),
            b'4' => self.read_bits(data, take),
            _ => self.read_bytes(data, n, take),
        }
    }

    fn read_numbers(
        &self,
        data: &[u8],
        n: usize,
        mut take: impl FnMut(u8),
    ) -> Result<(), DecodeError> {
        let mut words = Words { rest: data };
        for i in 0..n {
            let number = words.number();
            let number = number.ok_or_else(|| malformed(&format!("sample {i} is no number")))?;
            if number > self.largest.into() {
                return Err(malformed(&format!("{number} is beyond {}", self.largest)));
            }
            take(self.level(number as u32));
        }
        Ok(())
    }

    /// Rows of bits, each a number of whole bytes; 1 is black.
    fn read_bits(&self, data: &[u8], mut take: impl FnMut(u8)) -> Result<(), DecodeError> {
        let row_len = self.width.div_ceil(8) as usize;
        let rows = data.get(..row_len * self.height as usize).ok_or_else(cut)?;
        for row in rows.chunks_exact(row_len) {
            let bits = (0..self.width as usize).map(|x| row[x / 8] >> (7 - x % 8) & 1);
            bits.for_each(|bit| take(white_or_black(bit == 1)));
        }
        Ok(())
    }

    /// Samples of one byte, or of two where one does not hold the largest.
    fn read_bytes(
        &self,
        data: &[u8],
        n: usize,
        mut take: impl FnMut(u8),
    ) -> Result<(), DecodeError> {
        if self.largest > 255 {
            let pairs = data.get(..2 * n).ok_or_else(cut)?.as_chunks().0;
            pairs.iter().for_each(|&pair| take(self.level(u16::from_be_bytes(pair).into())));
        } else {
            let bytes = data.get(..n).ok_or_else(cut)?;
            bytes.iter().for_each(|&byte| take(self.level(byte.into())));
        }
        Ok(())
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

/// Digits of one bit, with or without something between them; 1 is black.
fn read_digits(data: &[u8], n: usize, mut take: impl FnMut(u8)) -> Result<(), DecodeError> {
    let mut words = Words { rest: data };
    for _ in 0..n {
        match words.digit().ok_or_else(cut)? {
            bit @ (b'0' | b'1') => take(white_or_black(bit == b'1')),
            byte => return Err(malformed(&format!("`{}` is no bit", byte.escape_ascii()))),
        }
    }
    Ok(())
}

fn white_or_black(is_black: bool) -> u8 {
    if is_black { 0 } else { 255 }
}

fn cut() -> DecodeError {
    malformed("the file ends before its last pixel")
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
    fn digit(&mut self) -> Option<u8> {
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
