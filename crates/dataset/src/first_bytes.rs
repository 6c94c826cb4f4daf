//! Whether a file is a picture by its first bytes.

/// Bytes that tell.
pub(crate) const N_BYTES: usize = 32;

/// Beginnings of files that are pictures.
const SIGNATURES: [&[u8]; 10] = [
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"GIF87a",
    b"GIF89a",
    b"II*\0",
    b"MM\0*",
    b"II+\0",
    b"MM\0+",
    b"\xff\x0a",
    b"\0\0\0\x0cJXL \r\n\x87\n",
];

/// Brands of pictures in ISO media files: HEIC, HEIF and AVIF.
const BRANDS: [&[u8]; 9] =
    [b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis"];

/// Lengths of the headers of BMP files.
const BMP_HEADERS: [u8; 8] = [12, 16, 40, 52, 56, 64, 108, 124];

/// Whether `bytes`, the first of a file, are those of a picture.
pub(crate) fn is_picture(bytes: &[u8]) -> bool {
    SIGNATURES.iter().any(|signature| bytes.starts_with(signature))
        || bytes.starts_with(b"RIFF") && at(bytes, 8).starts_with(b"WEBP")
        || bytes.starts_with(b"\0\0\0\x0cjP  \r\n\x87\n")
        || at(bytes, 4).starts_with(b"ftyp")
            && BRANDS.iter().any(|brand| at(bytes, 8).starts_with(brand))
        || bytes.starts_with(b"BM")
            && matches!(at(bytes, 14), [n, 0, 0, 0, ..] if BMP_HEADERS.contains(n))
        || is_netpbm(bytes)
}

fn at(bytes: &[u8], start: usize) -> &[u8] {
    bytes.get(start..).unwrap_or_default()
}

/// `P1` to `P6`, white space, and a number or a comment.
fn is_netpbm(bytes: &[u8]) -> bool {
    let [b'P', b'1'..=b'6', rest @ ..] = bytes else { return false };
    let after = rest.trim_ascii_start();
    after.len() < rest.len() && matches!(after, [b'0'..=b'9' | b'#', ..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_begin_as_their_formats_say() {
        let bmp = [b"BM".as_slice(), &[0; 12], &[40, 0, 0, 0]].concat();
        let beginnings: [&[u8]; 14] = [
            b"\xff\xd8\xff\xe0\0\x10JFIF",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
            b"GIF89a\x01\0",
            b"II*\0\x08\0",
            b"MM\0*\0\0",
            b"RIFF\x24\0\0\0WEBPVP8 ",
            &bmp,
            b"P6\n# made by hand\n2 2 255\n",
            b"P5 16 16 255 ",
            b"P3\r\n2",
            b"\0\0\0\x18ftypheic\0",
            b"\0\0\0\x1cftypavif\0",
            b"\xff\x0a\xfa",
            b"\0\0\0\x0cjP  \r\n\x87\n",
        ];
        for bytes in beginnings {
            assert!(is_picture(bytes), "{bytes:?}");
            assert!(!is_picture(&bytes[..1]), "{bytes:?}");
        }
    }

    #[test]
    fn other_files_do_not() {
        let others: [&[u8]; 10] = [
            b"",
            b"all: build\n",
            b"BMW and other cars of the list",
            b"P6",
            b"P100 is a name",
            b"P5 people",
            b"RIFF\x24\0\0\0WAVEfmt ",
            b"\0\0\0\x18ftypmp42",
            b"%PDF-1.4",
            b"<svg xmlns=",
        ];
        for bytes in others {
            assert!(!is_picture(bytes), "{bytes:?}");
        }
    }
}
