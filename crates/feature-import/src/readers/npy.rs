//! Arrays as NumPy writes them: <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>.

use std::fs;
use std::path::Path;

use atomic_file::open_regular;
use half::f16;

use crate::error::SourceError;
use crate::table::{Entry, Matrix, Table};

const MAGIC: &[u8] = b"\x93NUMPY";
/// A header is at most this long: NumPy itself refuses longer ones.
const LONGEST_HEADER: usize = 1 << 16;

/// An array, as it lies in a file.
pub(crate) struct Npy {
    kind: Kind,
    is_big_endian: bool,
    /// Bytes of a value.
    size: usize,
    is_fortran: bool,
    shape: Vec<usize>,
    /// The bytes of all values.
    bytes: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Float,
    Signed,
    Unsigned,
    Bool,
    /// Texts of four bytes a character.
    Unicode,
    /// Texts of one byte a character.
    Bytes,
}

pub(crate) fn open(path: &Path) -> Result<Npy, SourceError> {
    // Checked before it is read: a pipe would not end.
    drop(open_regular(path)?);
    Npy::parse(fs::read(path)?)
}

impl Npy {
    /// The array in a whole file.
    pub(crate) fn parse(mut file: Vec<u8>) -> Result<Self, SourceError> {
        let rest = file.strip_prefix(MAGIC);
        let rest = rest.ok_or_else(|| SourceError::content("it is no array of NumPy"))?;
        let cut = || SourceError::content("it is cut short within its header");
        let (length, begin) = match rest {
            [1, _, a, b, ..] => (usize::from(u16::from_le_bytes([*a, *b])), 10),
            [2 | 3, _, a, b, c, d, ..] => (u32::from_le_bytes([*a, *b, *c, *d]) as usize, 12),
            [version, ..] if *version > 3 => {
                let problem =
                    format!("it has version {version} of NumPy's format; 1 to 3 are read");
                return Err(SourceError::content(problem));
            }
            _ => return Err(cut()),
        };
        if length > LONGEST_HEADER {
            return Err(SourceError::content("its header is too long"));
        }
        let header = file.get(begin..begin + length).ok_or_else(cut)?;
        let header =
            str::from_utf8(header).map_err(|_| SourceError::content("its header is no text"))?;
        let (descr, is_fortran, shape) = parse_header(header)?;
        let (kind, is_big_endian, size) = parse_descr(&descr)?;
        let n_bytes = shape.iter().try_fold(size, |n, &d| n.checked_mul(d));
        let bytes = file.split_off(begin + length);
        if n_bytes != Some(bytes.len()) {
            let found = bytes.len();
            let problem = format!(
                "it has {found} bytes of values, and its shape {shape:?} of `{descr}` needs another number"
            );
            return Err(SourceError::content(problem));
        }
        Ok(Self { kind, is_big_endian, size, is_fortran, shape, bytes })
    }

    pub(crate) fn entry(&self, name: &str) -> Entry {
        let is_numeric = !matches!(self.kind, Kind::Unicode | Kind::Bytes);
        Entry { name: name.to_owned(), shape: self.shape.clone(), is_numeric }
    }

    pub(crate) fn matrix(&self) -> Result<Matrix, SourceError> {
        if !self.entry("").is_numeric {
            return Err(SourceError::content("it holds texts, expected numbers"));
        }
        let values = self.bytes.chunks_exact(self.size).map(|bytes| self.number(bytes) as f32);
        let values: Vec<f32> = values.collect();
        let values = if self.is_fortran { rows_first(&values, &self.shape) } else { values };
        Ok(Matrix { shape: self.shape.clone(), values })
    }

    pub(crate) fn strings(&self) -> Result<Vec<String>, SourceError> {
        let [_] = self.shape[..] else {
            let problem = format!("it has shape {:?}, expected one value a row", self.shape);
            return Err(SourceError::content(problem));
        };
        self.bytes.chunks_exact(self.size).map(|bytes| self.text(bytes)).collect()
    }

    fn number(&self, bytes: &[u8]) -> f64 {
        let value = self.bits(bytes);
        match (self.kind, self.size) {
            (Kind::Float, 2) => f16::from_bits(value as u16).to_f64(),
            (Kind::Float, 4) => f32::from_bits(value as u32).into(),
            (Kind::Float, _) => f64::from_bits(value),
            (Kind::Signed, _) => self.signed(value) as f64,
            _ => value as f64,
        }
    }

    fn text(&self, bytes: &[u8]) -> Result<String, SourceError> {
        let not_text = || SourceError::content("it holds a text that is no Unicode");
        match self.kind {
            Kind::Unicode => {
                let letter = |bytes: &[u8]| char::from_u32(self.bits(bytes) as u32);
                let text: Option<String> = bytes.chunks_exact(4).map(letter).collect();
                Ok(text.ok_or_else(not_text)?.trim_end_matches('\0').to_owned())
            }
            Kind::Bytes => {
                let text = str::from_utf8(bytes).map_err(|_| not_text())?;
                Ok(text.trim_end_matches('\0').to_owned())
            }
            Kind::Signed => Ok(self.signed(self.bits(bytes)).to_string()),
            Kind::Unsigned | Kind::Bool => Ok(self.bits(bytes).to_string()),
            Kind::Float => whole(self.number(bytes)),
        }
    }

    fn bits(&self, bytes: &[u8]) -> u64 {
        let mut value = [0; 8];
        value[..bytes.len()].copy_from_slice(bytes);
        if self.is_big_endian {
            value[..bytes.len()].reverse();
        }
        u64::from_le_bytes(value)
    }

    fn signed(&self, value: u64) -> i64 {
        let unused = 64 - 8 * self.size as u32;
        (value << unused) as i64 >> unused
    }
}

impl Table for Npy {
    fn entries(&self) -> Vec<Entry> {
        vec![self.entry("")]
    }

    fn has_columns(&self) -> bool {
        false
    }

    fn numbers(&self, _: &str) -> Result<Matrix, SourceError> {
        self.matrix()
    }

    fn texts(&self, _: &str) -> Result<Vec<String>, SourceError> {
        self.strings()
    }
}

/// A whole number as text, or nothing where there is none.
pub(crate) fn whole(number: f64) -> Result<String, SourceError> {
    if number.is_nan() {
        Ok(String::new())
    } else if number.fract() == 0.0 && number.abs() < 1e15 {
        Ok((number as i64).to_string())
    } else {
        Err(SourceError::content(format!("it holds {number}, expected whole numbers or texts")))
    }
}

/// `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`: type, order, shape.
fn parse_header(header: &str) -> Result<(String, bool, Vec<usize>), SourceError> {
    let malformed =
        || SourceError::content(format!("its header `{}` is not understood", header.trim()));
    let after = |key: &str| {
        let at = header.find(&format!("'{key}':"))?;
        Some(header[at + key.len() + 3..].trim_start())
    };
    let parse = || {
        let descr = after("descr")?;
        let descr = descr.strip_prefix('\'').and_then(|descr| descr.split_once('\''));
        let descr = descr.map_or("a structure", |(descr, _)| descr).to_owned();
        let order = after("fortran_order")?;
        let is_fortran = order.starts_with("True");
        if !is_fortran && !order.starts_with("False") {
            return None;
        }
        let (shape, _) = after("shape")?.strip_prefix('(')?.split_once(')')?;
        let sides = shape.split(',').map(str::trim).filter(|side| !side.is_empty());
        let shape = sides.map(|side| side.trim_end_matches('L').parse().ok());
        Some((descr, is_fortran, shape.collect::<Option<Vec<usize>>>()?))
    };
    parse().ok_or_else(malformed)
}

/// `<f4`: kind, byte order, bytes of a value.
fn parse_descr(descr: &str) -> Result<(Kind, bool, usize), SourceError> {
    let unknown = || {
        let advice = if descr.contains('O') || descr == "a structure" {
            "save an array of plain numbers or texts: objects are Python's own, and are not read"
        } else {
            "numbers of 2, 4 or 8 bytes, whole numbers, and texts are read"
        };
        SourceError::content(format!("its type `{descr}` is not read: {advice}"))
    };
    let (order, rest) = descr.split_at_checked(1).ok_or_else(unknown)?;
    let (letter, size) = rest.split_at_checked(1).ok_or_else(unknown)?;
    let size: usize = size.parse().map_err(|_| unknown())?;
    let kind = match (letter, size) {
        ("f", 2 | 4 | 8) => Kind::Float,
        ("i", 1 | 2 | 4 | 8) => Kind::Signed,
        ("u", 1 | 2 | 4 | 8) => Kind::Unsigned,
        ("b", 1) => Kind::Bool,
        ("U", 1..) => Kind::Unicode,
        ("S", 1..) => Kind::Bytes,
        _ => return Err(unknown()),
    };
    let is_big_endian = match order {
        "<" | "|" | "=" => false,
        ">" => true,
        _ => return Err(unknown()),
    };
    let size = if kind == Kind::Unicode { size.checked_mul(4).ok_or_else(unknown)? } else { size };
    Ok((kind, is_big_endian, size))
}

/// Values that lie column by column, row by row.
pub(crate) fn rows_first(values: &[f32], shape: &[usize]) -> Vec<f32> {
    let Some((&n_rows, rest)) = shape.split_first() else { return values.to_vec() };
    let row_len = rest.iter().product::<usize>();
    let mut rows = vec![0.0; values.len()];
    for (row, out) in rows.chunks_exact_mut(row_len.max(1)).enumerate() {
        let mut place = vec![0; rest.len()];
        for value in out {
            let mut offset = 0;
            for (at, n) in place.iter().zip(rest).rev() {
                offset = offset * n + at;
            }
            *value = values[offset * n_rows + row];
            for (at, n) in place.iter_mut().zip(rest).rev() {
                *at += 1;
                if *at < *n {
                    break;
                }
                *at = 0;
            }
        }
    }
    rows
}
