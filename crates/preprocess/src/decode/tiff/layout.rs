use std::io::{Read, Seek};

use tiff::TiffError;
use tiff::decoder::Decoder;
use tiff::tags::Tag;

use crate::decode::error::DecodeError;

/// What the samples of a pixel mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Gray { white_is_zero: bool },
    Rgb,
    Palette,
    Inks,
    YCbCr,
    Lab,
}

/// What a sample after those of the color means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alpha {
    /// There is none.
    None,
    /// The color is as it is.
    Straight,
    /// The color is multiplied by it.
    Associated,
}

/// How the bits of a sample are a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    Unsigned,
    Signed,
    Float,
}

/// What the tags of a file say of its samples.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    pub(super) meaning: Meaning,
    pub(super) alpha: Alpha,
    pub(super) number: Number,
    /// Bits of a sample.
    pub(super) bits: u16,
    /// Samples of a pixel, also of those that mean nothing.
    pub(super) n_samples: usize,
    /// Whether the bits of each byte are stored from the last to the first.
    pub(super) bits_reversed: bool,
    pub(super) is_jpeg: bool,
    pub(super) is_planar: bool,
}

impl Layout {
    /// What is read of the tags, where Pillow reads such a file; an error with words for it where not.
    pub(super) fn of<R: Read + Seek>(tags: &mut Decoder<R>) -> Result<Self, DecodeError> {
        const JPEG: u16 = 7;
        let number = |tags: &mut Decoder<R>, tag, default| -> Result<u16, DecodeError> {
            Ok(tags.find_tag_unsigned(tag).map_err(malformed)?.unwrap_or(default))
        };
        let numbers = |tags: &mut Decoder<R>, tag| -> Result<Vec<u16>, DecodeError> {
            Ok(tags.find_tag_unsigned_vec(tag).map_err(malformed)?.unwrap_or_default())
        };
        let compression = number(tags, Tag::Compression, 1)?;
        let photometric = number(tags, Tag::PhotometricInterpretation, 0)?;
        let n_samples = number(tags, Tag::SamplesPerPixel, 1)?.into();
        let formats = numbers(tags, Tag::SampleFormat)?;
        let extra = numbers(tags, Tag::ExtraSamples)?;
        let bits = numbers(tags, Tag::BitsPerSample)?.first().copied().unwrap_or(1);
        let bits_reversed = number(tags, Tag::FillOrder, 1)? == 2;
        let is_planar = number(tags, Tag::PlanarConfiguration, 1)? == 2;
        let is_jpeg = compression == JPEG;
        let kind = || Kind { photometric, bits, n_samples, format: formats.first().copied() };
        let unknown = || DecodeError::Unsupported { what: kind().to_string() };
        let meaning = meaning(photometric).ok_or_else(unknown)?;
        let alpha = alpha(meaning, n_samples, &extra).ok_or_else(unknown)?;
        let number = number_of(formats.first().copied()).ok_or_else(unknown)?;
        let layout =
            Self { meaning, alpha, number, bits, n_samples, bits_reversed, is_jpeg, is_planar };
        if bits_reversed && compression != 1 {
            let what = "TIFF with compressed data whose bits are reversed (FillOrder 2)".to_owned();
            return Err(DecodeError::Unsupported { what });
        }
        if meaning == Meaning::YCbCr && !is_jpeg {
            // Chroma of fewer pixels lies in blocks with those of the light, if nothing else is said.
            let subsampling = numbers(tags, Tag::ChromaSubsampling)?;
            if subsampling != [1, 1] {
                let what = "TIFF with subsampled chroma and no JPEG data".to_owned();
                return Err(DecodeError::Unsupported { what });
            }
        }
        if is_jpeg && n_samples != meaning.n_samples() {
            let what = "TIFF with JPEG data for alpha".to_owned();
            return Err(DecodeError::Unsupported { what });
        }
        if layout.is_read() { Ok(layout) } else { Err(unknown()) }
    }

    /// Whether Pillow reads such samples.
    fn is_read(&self) -> bool {
        use Meaning::{Gray, Inks, Lab, Palette, Rgb, YCbCr};
        use Number::{Float, Signed, Unsigned};
        let alone = self.n_samples == 1;
        match (self.meaning, self.number, self.bits) {
            (Gray { .. } | Palette, Unsigned, 1 | 2 | 4) => alone,
            (Gray { .. }, Unsigned, 8) | (Palette, Unsigned, 8) => self.n_samples <= 2,
            (Gray { .. }, Unsigned, 12 | 16 | 32) => alone,
            (Gray { .. }, Signed, 8 | 16 | 32) | (Gray { .. }, Float, 32) => alone,
            (Rgb | Inks, Unsigned, 8) => self.n_samples <= 6,
            (Rgb, Unsigned, 16) => self.n_samples <= 4,
            (Inks, Unsigned, 16) => self.n_samples == 4,
            (YCbCr | Lab, Unsigned, 8) => self.n_samples == 3,
            _ => false,
        }
    }
}

fn meaning(photometric: u16) -> Option<Meaning> {
    Some(match photometric {
        0 | 1 => Meaning::Gray { white_is_zero: photometric == 0 },
        2 => Meaning::Rgb,
        3 => Meaning::Palette,
        5 => Meaning::Inks,
        6 => Meaning::YCbCr,
        8 => Meaning::Lab,
        _ => return None,
    })
}

/// `None` where there are fewer samples than the color needs.
fn alpha(meaning: Meaning, n_samples: usize, extra: &[u16]) -> Option<Alpha> {
    /// The value that a program for drawings wrote for straight alpha.
    const COREL_DRAW: u16 = 999;
    let n_more = n_samples.checked_sub(meaning.n_samples())?;
    Some(match extra.first() {
        None if meaning == Meaning::Rgb && n_more == 1 => Alpha::Straight,
        Some(&(2 | COREL_DRAW)) if n_more > 0 => Alpha::Straight,
        Some(&1) if n_more > 0 => Alpha::Associated,
        _ => Alpha::None,
    })
}

fn number_of(format: Option<u16>) -> Option<Number> {
    Some(match format {
        None | Some(1) => Number::Unsigned,
        Some(2) => Number::Signed,
        Some(3) => Number::Float,
        Some(_) => return None,
    })
}

impl Meaning {
    /// Samples of the color alone.
    pub(super) fn n_samples(self) -> usize {
        match self {
            Self::Gray { .. } | Self::Palette => 1,
            Self::Rgb | Self::YCbCr | Self::Lab => 3,
            Self::Inks => 4,
        }
    }
}

/// A kind of samples in words.
struct Kind {
    photometric: u16,
    bits: u16,
    n_samples: usize,
    format: Option<u16>,
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let number = match self.format {
            None | Some(1) => "",
            Some(2) => "signed ",
            Some(3) => "floating-point ",
            Some(5 | 6) => "complex ",
            Some(_) => "undefined ",
        };
        let meaning = match self.photometric {
            0 | 1 => "gray",
            2 => "RGB",
            3 => "a palette",
            4 => "a mask",
            5 => "CMYK",
            6 => "YCbCr",
            8..=10 => "Lab",
            32803 => "raw data of a camera's sensor",
            32844 | 32845 => "LogLuv",
            _ => "an unknown meaning",
        };
        let Self { photometric, bits, n_samples, .. } = self;
        write!(
            f,
            "TIFF with {n_samples} {number}samples of {bits} bits for {meaning} \
             (PhotometricInterpretation {photometric})"
        )
    }
}

pub(super) fn malformed(error: TiffError) -> DecodeError {
    match error {
        TiffError::UnsupportedError(error) => {
            DecodeError::Unsupported { what: format!("TIFF ({error})") }
        }
        error => DecodeError::Malformed { reason: error.to_string() },
    }
}
