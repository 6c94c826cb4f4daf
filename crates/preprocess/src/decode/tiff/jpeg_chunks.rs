use std::io::{Read, Seek};

use tiff::decoder::{ChunkType, Decoder};
use tiff::tags::Tag;

use super::layout::{Layout, Meaning, malformed};
use crate::decode::error::DecodeError;
use crate::decode::jpeg;
use crate::decode::limits::Limits;
use crate::rgb::Rgb;

/// Decodes an image whose strips or tiles are JPEG streams, by the library that decodes JPEG files.
pub(super) fn decode<R: Read + Seek>(
    file: &[u8],
    tags: &mut Decoder<R>,
    layout: Layout,
    limits: &Limits,
) -> Result<Rgb, DecodeError> {
    let start = start(tags, layout)?;
    let (width, height) = tags.dimensions().map_err(malformed)?;
    let mut image = Rgb { width, height, pixels: vec![0; width as usize * height as usize * 3] };
    let chunk_size = tags.chunk_dimensions();
    let n_across = width.div_ceil(chunk_size.0);
    for (i, bytes) in chunks(file, tags)?.into_iter().enumerate() {
        let i = u32::try_from(i).expect("the decoder counts chunks in 32 bits");
        // Each chunk is a whole stream but for the tables that all share.
        let stream = [&start[..], bytes.get(2..).unwrap_or_default()].concat();
        let (chunk, _) = jpeg::decode(&stream, limits)?;
        let place = (i % n_across * chunk_size.0, i / n_across * chunk_size.1);
        copy(&chunk, &mut image, place, tags.chunk_data_dimensions(i))?;
    }
    Ok(image)
}

/// What comes before the data of each chunk: the tables of all, and a marker of Adobe's that says whether
/// colors are RGB, which is guessed without it.
fn start<R: Read + Seek>(tags: &mut Decoder<R>, layout: Layout) -> Result<Vec<u8>, DecodeError> {
    let transform = match (layout.meaning, layout.is_planar) {
        (Meaning::Gray { white_is_zero: false } | Meaning::Rgb, false) => 0,
        (Meaning::YCbCr, false) => 1,
        _ => {
            let what = "TIFF with JPEG data for inks, or for each color apart".to_owned();
            return Err(DecodeError::Unsupported { what });
        }
    };
    let mut start = b"\xFF\xD8\xFF\xEE\0\x0EAdobe\0\x64\0\0\0\0".to_vec();
    start.push(transform);
    let tables: Option<Vec<u8>> = tags.find_tag_unsigned_vec(Tag::JPEGTables).map_err(malformed)?;
    // Without the marker for a start, and the one for an end.
    let tables = tables.unwrap_or_default();
    start.extend(tables.get(2..tables.len().saturating_sub(2)).unwrap_or_default());
    Ok(start)
}

/// The bytes of each strip or tile.
fn chunks<'a, R: Read + Seek>(
    file: &'a [u8],
    tags: &mut Decoder<R>,
) -> Result<Vec<&'a [u8]>, DecodeError> {
    let (offsets, lengths) = match tags.get_chunk_type() {
        ChunkType::Strip => (Tag::StripOffsets, Tag::StripByteCounts),
        ChunkType::Tile => (Tag::TileOffsets, Tag::TileByteCounts),
    };
    let mut numbers = |tag| -> Result<Vec<u64>, DecodeError> {
        Ok(tags.find_tag_unsigned_vec(tag).map_err(malformed)?.unwrap_or_default())
    };
    let (offsets, lengths) = (numbers(offsets)?, numbers(lengths)?);
    let bytes = |(offset, length): (u64, u64)| {
        let start = usize::try_from(offset).ok()?;
        file.get(start..start.checked_add(usize::try_from(length).ok()?)?)
    };
    let chunks: Option<Vec<&[u8]>> = offsets.into_iter().zip(lengths).map(bytes).collect();
    chunks
        .ok_or_else(|| DecodeError::Malformed { reason: "a strip lies beyond the file".to_owned() })
}

/// Copies the `size` of a chunk that lies in the image to its place.
fn copy(
    chunk: &Rgb,
    image: &mut Rgb,
    (left, top): (u32, u32),
    (width, height): (u32, u32),
) -> Result<(), DecodeError> {
    if chunk.width < width || chunk.height < height {
        let Rgb { width: w, height: h, .. } = chunk;
        let reason =
            format!("a strip or tile has {w}x{h} pixels, and should have {width}x{height}");
        return Err(DecodeError::Malformed { reason });
    }
    let (stride, len) = (image.stride(), width as usize * 3);
    for y in 0..height as usize {
        let at = (top as usize + y) * stride + left as usize * 3;
        image.pixels[at..at + len].copy_from_slice(&chunk.row(y)[..len]);
    }
    Ok(())
}
