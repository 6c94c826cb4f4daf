use std::num::NonZeroUsize;

use image::metadata::Orientation;
use tiff::decoder::{ChunkType, Decoder};
use tiff::tags::Tag;

use super::color::{self, Palette};
use super::jpeg_chunks;
use super::layout::{Layout, malformed};
use super::relabelled::{Relabelled, ShortTag};
use super::samples::Samples;
use crate::decode::error::DecodeError;
use crate::decode::exif_orientation::ExifOrientation;
use crate::decode::limits::Limits;
use crate::rgb::Rgb;

/// Decodes the first image of a file. It is turned upright, whatever is asked for: Pillow does so whenever
/// it loads one.
pub(crate) fn decode(file: &[u8], limits: &Limits) -> Result<Rgb, DecodeError> {
    let mut tags = open(file, &[(ShortTag::Photometric, MEANINGLESS)])?;
    let (width, height) = tags.dimensions().map_err(malformed)?;
    limits.check_pixels(width, height)?;
    // What the file says, without what was put in its place.
    let mut true_tags = open(file, &[])?;
    let layout = Layout::of(&mut true_tags)?;
    let orientation = true_tags.find_tag_unsigned::<u8>(Tag::Orientation).ok().flatten();
    let orientation = orientation.and_then(Orientation::from_exif);
    let image = if layout.is_jpeg {
        jpeg_chunks::decode(file, &mut tags, layout, limits)?
    } else {
        let palette = true_tags.find_tag_unsigned_vec(Tag::ColorMap).map_err(malformed)?;
        let samples = read(file, tags, layout, limits)?;
        if samples.are_fractions() {
            return Err(DecodeError::Fractions);
        }
        color::to_rgb(&samples, &Palette(palette.unwrap_or_default()), width, height)?
    };
    Ok(ExifOrientation::Applied.turn(image, orientation.unwrap_or(Orientation::NoTransforms)))
}

/// Gray where black is zero: samples of any number and size are then let through as they are.
const MEANINGLESS: u16 = 1;

fn open<'a>(
    file: &'a [u8],
    values: &[(ShortTag, u16)],
) -> Result<Decoder<Relabelled<'a>>, DecodeError> {
    let decoder = Decoder::new(Relabelled::new(file, values)).map_err(malformed)?;
    let mut limits = tiff::decoder::Limits::default();
    // A strip may be as long as the file, which is in memory.
    limits.intermediate_buffer_size = file.len();
    Ok(decoder.with_limits(limits))
}

/// All samples of the image.
fn read(
    file: &[u8],
    tags: Decoder<Relabelled<'_>>,
    layout: Layout,
    limits: &Limits,
) -> Result<Samples, DecodeError> {
    let mut decoder = tags;
    let mut values = vec![(ShortTag::Photometric, MEANINGLESS)];
    if layout.bits == 12 {
        // Three samples of 4 bits, which the decoder knows, are as many bytes in a row.
        values.extend([(ShortTag::BitsPerSample, 4), (ShortTag::SamplesPerPixel, 3)]);
    }
    if layout.is_planar && decoder.get_chunk_type() == ChunkType::Tile {
        // Of several planes, the decoder knows whole tiles only: those at the end are read as they are.
        let (width, height) = decoder.dimensions().map_err(malformed)?;
        let whole = height.checked_next_multiple_of(decoder.chunk_dimensions().1);
        let whole = whole.unwrap_or(u32::MAX);
        limits.check_pixels(width, whole)?;
        values.push((ShortTag::ImageLength, u16::try_from(whole).unwrap_or(u16::MAX)));
    }
    if values.len() > 1 {
        decoder = open(file, &values)?;
    }
    let places = decoder.image_buffer_layout().map_err(malformed)?;
    let stride = |stride: Option<NonZeroUsize>| stride.map_or(0, NonZeroUsize::get);
    let mut bytes = vec![0; places.complete_len];
    decoder.read_image_bytes(&mut bytes).map_err(malformed)?;
    if layout.bits_reversed {
        bytes.iter_mut().for_each(|byte| *byte = byte.reverse_bits());
    }
    let (row_stride, plane_stride) = (stride(places.row_stride), stride(places.plane_stride));
    Ok(Samples { layout, bytes, row_stride, plane_stride })
}
