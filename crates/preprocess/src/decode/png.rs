//! PNG files, also those whose pixels are whole though something around them is not.

use std::io::{Read as _, copy, sink};

use flate2::read::ZlibDecoder;
use image::ImageFormat;
use image::metadata::Orientation;

use super::error::DecodeError;
use super::limits::Limits;
use super::other;
use crate::rgb::Rgb;

/// Decodes a file; its orientation is told, not applied.
///
/// A wrong checksum of pixels, and an end that is missing behind them, are borne, as in Pillow, where the
/// checksum inside the compressed pixels is right. A wrong checksum of transparent colors is not.
pub(super) fn decode(file: &[u8], limits: &Limits) -> Result<(Rgb, Orientation), DecodeError> {
    if Chunks::of(file).any(|chunk| chunk.kind == b"tRNS" && !chunk.is_sound()) {
        let reason = "the checksum of its transparent colors is wrong".to_owned();
        return Err(DecodeError::Malformed { reason });
    }
    other::decode(file, ImageFormat::Png, limits).or_else(|refusal| {
        let DecodeError::Malformed { .. } = refusal else { return Err(refusal) };
        let Some(mended) = mended(file, limits) else { return Err(refusal) };
        other::decode(&mended, ImageFormat::Png, limits).map_err(|_| refusal)
    })
}

/// The file with right checksums of pixels and with an end. `None` where they are not what is wrong, the
/// pixels are not what was written, or it takes more memory than a file of these limits should.
fn mended(file: &[u8], limits: &Limits) -> Option<Vec<u8>> {
    if file.len() as u64 > limits.max_pixels.saturating_mul(4).saturating_add(16 << 20) {
        return None;
    }
    let mut mended = SIGNATURE.to_vec();
    let mut pixels = Vec::new();
    for chunk in Chunks::of(file) {
        match chunk.kind {
            b"IDAT" => pixels.extend(chunk.data),
            _ if !pixels.is_empty() => break,
            _ if !chunk.is_sound() => return None,
            _ => append(&mut mended, chunk.kind, chunk.data),
        }
    }
    if !holds_what_was_written(&pixels) {
        return None;
    }
    append(&mut mended, b"IDAT", &pixels);
    append(&mut mended, b"IEND", b"");
    Some(mended)
}

/// Whether nothing in the compressed pixels contradicts their own checksum. They may lack an end: whether
/// it is one of pixels, their decoder tells.
fn holds_what_was_written(pixels: &[u8]) -> bool {
    let mut inflated = ZlibDecoder::new(pixels).take(u64::MAX);
    match copy(&mut inflated, &mut sink()) {
        Ok(n) => n > 0,
        Err(error) => error.kind() == std::io::ErrorKind::UnexpectedEof,
    }
}

const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1A\n";

fn append(file: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    file.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    file.extend(kind);
    file.extend(data);
    file.extend(checksum(kind, data).to_be_bytes());
}

fn checksum(kind: &[u8], data: &[u8]) -> u32 {
    let mut sum = flate2::Crc::new();
    sum.update(kind);
    sum.update(data);
    sum.sum()
}

/// A part of a file.
struct Chunk<'a> {
    kind: &'a [u8; 4],
    data: &'a [u8],
    /// `None` where the file ends before it.
    checksum: Option<&'a [u8; 4]>,
}

impl Chunk<'_> {
    fn is_sound(&self) -> bool {
        self.checksum == Some(&checksum(self.kind, self.data).to_be_bytes())
    }
}

/// The chunks of a file, to its end or where it is none any more. The last one may be cut.
struct Chunks<'a>(&'a [u8]);

impl<'a> Chunks<'a> {
    fn of(file: &'a [u8]) -> Self {
        Self(file.strip_prefix(SIGNATURE).unwrap_or_default())
    }
}

impl<'a> Iterator for Chunks<'a> {
    type Item = Chunk<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let (length, rest) = self.0.split_first_chunk()?;
        let (kind, rest) = rest.split_first_chunk()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?.min(rest.len());
        let (data, rest) = rest.split_at(length);
        self.0 = rest.get(4..).unwrap_or_default();
        Some(Chunk { kind, data, checksum: rest.first_chunk() })
    }
}
