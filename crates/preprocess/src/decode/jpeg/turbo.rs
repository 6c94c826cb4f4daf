//! libjpeg-turbo, through its TurboJPEG interface, as Pillow uses it: exact inverse DCT (`islow`),
//! smooth enlarging of subsampled chroma ("fancy upsampling"), damaged data borne.

#![expect(unsafe_code, reason = "calls of a C library")]

use std::ffi::{CStr, c_int, c_void};

use turbojpeg_sys::{
    TJCS_TJCS_CMYK, TJCS_TJCS_YCCK, TJERR_TJERR_WARNING, TJINIT_TJINIT_DECOMPRESS,
    TJPARAM_TJPARAM_COLORSPACE, TJPARAM_TJPARAM_JPEGHEIGHT, TJPARAM_TJPARAM_JPEGWIDTH,
    TJPF_TJPF_CMYK, TJPF_TJPF_RGB, tj3Decompress8, tj3DecompressHeader, tj3Destroy, tj3Get,
    tj3GetErrorCode, tj3GetErrorStr, tj3Init,
};

use crate::decode::{DecodeError, Limits, cmyk};
use crate::rgb::Rgb;

/// Decodes a JPEG file.
pub(super) fn decode(file: &[u8], limits: &Limits) -> Result<Rgb, DecodeError> {
    let (header, mut pixels) = read(file, limits, 0)?;
    if let Pixels { warning: Some(message), last_row_untouched: true, .. } = &pixels {
        // The library tells of a fatal error after a warning as of a warning. But it writes whole
        // rows in order: the last one is missing if it is whatever it was before.
        let (_, again) = read(file, limits, 0xFF)?;
        if again.last_row_untouched {
            return Err(malformed(message));
        }
        pixels = again;
    }
    let Header { width, height, has_inks } = header;
    if has_inks {
        cmyk::inverted_to_rgb(&mut pixels.bytes);
    }
    Ok(Rgb { width, height, pixels: pixels.bytes })
}

/// Header and pixels; `fill` is what pixels are that are not written.
fn read(file: &[u8], limits: &Limits, fill: u8) -> Result<(Header, Pixels), DecodeError> {
    let decoder = Decoder::new(file)?;
    let header = decoder.read_header()?;
    limits.check_pixels(header.width, header.height)?;
    Ok((header, decoder.read_pixels(header, fill)?))
}

fn malformed(reason: &str) -> DecodeError {
    DecodeError::Malformed { reason: reason.to_owned() }
}

/// What is known before the pixels.
#[derive(Clone, Copy)]
struct Header {
    width: u32,
    height: u32,
    /// Whether colors are CMYK or YCCK.
    has_inks: bool,
}

/// Pixels as they are decoded.
struct Pixels {
    /// RGB, or CMYK.
    bytes: Vec<u8>,
    /// What is wrong with the file, when something is.
    warning: Option<String>,
    /// Whether the last row is nothing but the fill.
    last_row_untouched: bool,
}

/// A TurboJPEG instance that decodes one file.
struct Decoder<'a> {
    /// Not null; freed with `self`.
    handle: *mut c_void,
    /// The instance keeps a pointer to it between calls.
    file: &'a [u8],
}

impl<'a> Decoder<'a> {
    fn new(file: &'a [u8]) -> Result<Self, DecodeError> {
        // SAFETY: this takes a number and gives a new instance, or null.
        let handle = unsafe { tj3Init(TJINIT_TJINIT_DECOMPRESS as c_int) };
        if handle.is_null() {
            return Err(malformed("there is no memory for a decoder"));
        }
        Ok(Self { handle, file })
    }

    fn read_header(&self) -> Result<Header, DecodeError> {
        // SAFETY: the handle is valid, and the library reads no more than the file.
        let status =
            unsafe { tj3DecompressHeader(self.handle, self.file.as_ptr(), self.file.len() as _) };
        self.check(status)?;
        let get = |parameter| {
            // SAFETY: the handle is valid, and this does nothing but return a number.
            unsafe { tj3Get(self.handle, parameter) }
        };
        let size = |parameter| {
            let size = u32::try_from(get(parameter)).ok().filter(|&size| size > 0);
            size.ok_or_else(|| malformed("the image has no size"))
        };
        let color_space = get(TJPARAM_TJPARAM_COLORSPACE as c_int);
        Ok(Header {
            width: size(TJPARAM_TJPARAM_JPEGWIDTH as c_int)?,
            height: size(TJPARAM_TJPARAM_JPEGHEIGHT as c_int)?,
            has_inks: [TJCS_TJCS_CMYK as c_int, TJCS_TJCS_YCCK as c_int].contains(&color_space),
        })
    }

    /// The pixels under the `header` that was read.
    fn read_pixels(&self, header: Header, fill: u8) -> Result<Pixels, DecodeError> {
        let (format, n_channels) =
            if header.has_inks { (TJPF_TJPF_CMYK, 4) } else { (TJPF_TJPF_RGB, 3) };
        let stride = header.width as usize * n_channels;
        let mut bytes = vec![fill; stride * header.height as usize];
        // SAFETY: the handle is valid, and the library reads no more than the file. It has read the
        // header, and goes on from there (or reads the same bytes again); it writes as many rows
        // of as many pixels as the header says, without gaps: no more than `bytes` has.
        let status = unsafe {
            tj3Decompress8(
                self.handle,
                self.file.as_ptr(),
                self.file.len() as _,
                bytes.as_mut_ptr(),
                0,
                format as c_int,
            )
        };
        let warning = self.check(status)?;
        let last_row_untouched = bytes[bytes.len() - stride..].iter().all(|&byte| byte == fill);
        Ok(Pixels { bytes, warning, last_row_untouched })
    }

    /// The warning behind the status of a call, if there is one. Warnings are no errors: data is
    /// damaged, and what could be decoded is there, as in Pillow.
    fn check(&self, status: c_int) -> Result<Option<String>, DecodeError> {
        if status == 0 {
            return Ok(None);
        }
        // SAFETY: the handle is valid, and this does nothing but return a number.
        let code = unsafe { tj3GetErrorCode(self.handle) };
        // SAFETY: the handle is valid; what is returned is a string with a zero at its end that
        // lives as long as the handle, and is copied here.
        let message = unsafe { CStr::from_ptr(tj3GetErrorStr(self.handle)) };
        let message = message.to_string_lossy().into_owned();
        if code == TJERR_TJERR_WARNING as c_int {
            Ok(Some(message))
        } else {
            Err(malformed(&message))
        }
    }
}

impl Drop for Decoder<'_> {
    fn drop(&mut self) {
        // SAFETY: the handle is valid, and not used after this.
        unsafe { tj3Destroy(self.handle) };
    }
}
