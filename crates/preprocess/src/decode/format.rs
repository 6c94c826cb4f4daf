use super::error::DecodeError;

/// The formats that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Bmp,
    Gif,
    Jpeg,
    Jpeg2000,
    Netpbm,
    Png,
    Tiff,
    WebP,
}

/// The format of a file by how it begins, whatever it is called.
pub(super) fn format(file: &[u8]) -> Result<Format, DecodeError> {
    use Format::{Bmp, Gif, Jpeg, Jpeg2000, Netpbm, Png, Tiff, WebP};
    let begins = |start: &[u8]| file.starts_with(start);
    Ok(match file {
        [0xFF, 0xD8, 0xFF, ..] => Jpeg,
        _ if begins(b"\x89PNG\r\n\x1A\n") => Png,
        _ if begins(b"GIF87a") || begins(b"GIF89a") => Gif,
        _ if begins(b"II*\0") || begins(b"MM\0*") || begins(b"II+\0") || begins(b"MM\0+") => Tiff,
        _ if begins(b"RIFF") && file.get(8..12) == Some(b"WEBP") => WebP,
        [b'B', b'M', ..] => Bmp,
        [b'P', b'1'..=b'6', space, ..] if space.is_ascii_whitespace() || *space == b'#' => Netpbm,
        _ if begins(b"\0\0\0\x0CjP  \r\n\x87\n") || begins(b"\xFF\x4F\xFF\x51") => Jpeg2000,
        _ => return Err(unread(file)),
    })
}

/// Formats that are not read: how they begin (from which byte on), their name, and what to do about it.
#[rustfmt::skip]
const UNREAD: [(usize, &[u8], &str, &str); 44] = [
    (4, b"ftypavif", "an AVIF picture", CONVERT_AVIF),
    (4, b"ftypavis", "an AVIF animation", CONVERT_AVIF),
    (4, b"ftyphei", "a HEIC picture", CONVERT_HEIC),
    (4, b"ftyphev", "a HEIC picture", CONVERT_HEIC),
    (4, b"ftypmif1", "a HEIF picture", CONVERT_HEIC),
    (4, b"ftypmsf1", "a HEIF picture", CONVERT_HEIC),
    (0, b"\xFF\x0A", "a JPEG XL picture", CONVERT_JXL),
    (0, b"\0\0\0\x0CJXL \r\n\x87\n", "a JPEG XL picture", CONVERT_JXL),
    (4, b"ftypcrx", "raw data of a camera (CR3)", DEVELOP),
    (4, b"ftyp", "a video (MP4 or QuickTime)", FRAMES),
    (4, b"moov", "a video (QuickTime)", FRAMES),
    (8, b"AVI ", "a video (AVI)", FRAMES),
    (0, b"\x1A\x45\xDF\xA3", "a video (Matroska or WebM)", FRAMES),
    (0, b"\0\0\x01\0", "an icon (ICO)", CONVERT),
    (0, b"\0\0\x02\0", "a cursor (CUR)", CONVERT),
    (0, b"8BPS", "a Photoshop document (PSD)", CONVERT),
    (0, b"gimp xcf", "a GIMP document (XCF)", CONVERT),
    (0, b"II\xBC\x01", "a JPEG XR picture", CONVERT),
    (0, b"P7", "a PAM picture", CONVERT),
    (0, b"PF\n", "a PFM picture of floating-point numbers", CONVERT),
    (0, b"Pf\n", "a PFM picture of floating-point numbers", CONVERT),
    (0, b"\x76\x2F\x31\x01", "an OpenEXR picture", CONVERT),
    (0, b"#?RADIANCE", "a Radiance picture (HDR)", CONVERT),
    (0, b"DDS ", "a DDS texture", CONVERT),
    (0, b"qoif", "a QOI picture", CONVERT),
    (0, b"FLIF", "a FLIF picture", CONVERT),
    (0, b"BPG\xFB", "a BPG picture", CONVERT),
    (0, b"IIRO", "raw data of a camera (ORF)", DEVELOP),
    (0, b"IIU\0", "raw data of a camera (RW2)", DEVELOP),
    (0, b"FUJIFILM", "raw data of a camera (RAF)", DEVELOP),
    (128, b"DICM", "a DICOM file", "write its pixels as PNG, for example with pydicom and Pillow"),
    (0, b"SIMPLE  =", "a FITS file", "write its pixels as PNG, for example with astropy and Pillow"),
    (0, b"%PDF", "a PDF document", DRAW),
    (0, b"%!PS", "a PostScript document", DRAW),
    (0, b"<svg", "an SVG drawing", DRAW),
    (0, b"<?xml", "an XML document, such as an SVG drawing", DRAW),
    (0, b"<!DOCTYPE", "an HTML page", PAGE),
    (0, b"<html", "an HTML page", PAGE),
    (0, b"version https://git-lfs", "a pointer of Git LFS in the place of a file", "fetch the files themselves with `git lfs pull`"),
    (0, b"\0\x05\x16\x07", "what macOS keeps beside a file (AppleDouble), not the file", "remove the files whose names begin with `._`"),
    (0, b"\x93NUMPY", "an array of NumPy", "write it as PNG, for example with Pillow"),
    (0, b"\x89HDF\r\n\x1A\n", "an HDF5 file", "write its pictures as PNG, for example with h5py and Pillow"),
    (0, b"PK\x03\x04", "a ZIP archive", "unpack it"),
    (0, b"\x1F\x8B", "a gzip archive", "unpack it"),
];

const CONVERT: &str = "convert it to PNG or JPEG, for example with ImageMagick";
const CONVERT_AVIF: &str =
    "convert it to PNG or JPEG, for example with ImageMagick or Pillow 11.3 or newer";
const CONVERT_HEIC: &str = "convert it to PNG or JPEG, for example with ImageMagick or pillow-heif";
const CONVERT_JXL: &str = "convert it to PNG or JPEG, for example with djxl or pillow-jxl-plugin";
const DEVELOP: &str = "convert it to PNG or JPEG, for example with darktable or rawpy";
const FRAMES: &str = "write its frames as PNG or JPEG files, for example with ffmpeg";
const DRAW: &str = "draw it as PNG, for example with ImageMagick or Inkscape";
const PAGE: &str = "fetch the picture again: this is what a server sent in its place";

/// What the file is instead.
fn unread(file: &[u8]) -> DecodeError {
    let is = |(at, start, ..): &&(usize, &[u8], _, _)| {
        file.get(*at..).is_some_and(|rest| rest.starts_with(start))
    };
    match UNREAD.iter().find(is) {
        Some(&(_, _, what, remedy)) => DecodeError::OtherFormat { what, remedy },
        None => DecodeError::UnknownFormat { start: file[..file.len().min(8)].to_vec() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(file: &[u8]) -> String {
        format(file).unwrap_err().to_string()
    }

    #[test]
    fn a_picture_of_another_format_is_named_with_the_way_to_convert_it() {
        let heic = told(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic");
        assert_eq!(
            heic,
            "a HEIC picture, which is not read\n\
             hint: convert it to PNG or JPEG, for example with ImageMagick or pillow-heif"
        );
        for (file, what) in [
            (&b"\0\0\0\x1cftypavif\0\0\0\0"[..], "AVIF"),
            (b"\0\0\0\x18ftypmif1", "HEIF"),
            (b"\xFF\x0A\xFA\x1F", "JPEG XL"),
            (b"\0\0\0\x18ftypisom", "video"),
            (b"RIFF\0\0\0\0AVI LIST", "video"),
            (b"<?xml version=\"1.0\"?><svg/>", "SVG"),
            (b"version https://git-lfs.github.com/spec/v1", "Git LFS"),
            (b"\0\0\x01\0\x01\0", "icon"),
            (b"P7\nWIDTH 1", "PAM"),
            (&[&[0; 128][..], b"DICM"].concat(), "DICOM"),
        ] {
            let told = told(file);
            assert!(told.contains(what) && told.contains("\nhint: "), "{told}");
        }
    }

    /// Each row can be found, and none is hidden behind another one.
    #[test]
    fn every_row_is_what_its_own_beginning_leads_to() {
        for (at, start, what, remedy) in UNREAD {
            let file = [&vec![b'-'; at][..], start].concat();
            let told = told(&file);
            assert_eq!(told, format!("{what}, which is not read\nhint: {remedy}"));
        }
    }

    #[test]
    fn formats_that_are_read_are_known_by_their_first_bytes() {
        for (file, expected) in [
            (&b"\xFF\xD8\xFF\xE0"[..], Format::Jpeg),
            (b"II+\0\x08\0\0\0", Format::Tiff),
            (b"P6\n1 1\n255\n", Format::Netpbm),
            (b"P5#words\n", Format::Netpbm),
            (b"\xFF\x4F\xFF\x51\0", Format::Jpeg2000),
        ] {
            assert_eq!(format(file).ok(), Some(expected));
        }
        for file in [&b"P6"[..], b"P8\n", b"RIFF\0\0\0\0WAVE", b"GIF88a", b"\xFF", b""] {
            assert!(matches!(format(file), Err(DecodeError::UnknownFormat { .. })));
        }
    }
}
