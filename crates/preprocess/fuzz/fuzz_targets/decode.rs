//! Any bytes are decoded to an image within the limits, or are an error.
//!
//! ```sh
//! RUSTC_BOOTSTRAP=1 cargo fuzz run decode -- -max_len=65536       # needs cargo-fuzz; in crates/preprocess
//! ```
//! (or `cargo +nightly fuzz`; libFuzzer needs the sanitizers that a stable compiler keeps to itself).
//! Files to begin with go into `fuzz/corpus/decode`, such as those of `tests/reference/images`.
//!
//! The decoders' panics are errors to `decode_with`, yet libFuzzer stops at each: it aborts in the
//! panic hook. That is wanted here: each is a bug to report to its decoder.

#![no_main]

use libfuzzer_sys::fuzz_target;
use preprocess::{ExifOrientation, Limits, Rgb, decode_with};

const LIMITS: Limits = Limits { max_pixels: 1 << 18, max_bytes: 1 << 20 };

fuzz_target!(|file: &[u8]| {
    if let Ok(Rgb { width, height, pixels }) =
        decode_with(file, ExifOrientation::Applied, &LIMITS)
    {
        let n_pixels = u64::from(width) * u64::from(height);
        assert!((1..=LIMITS.max_pixels).contains(&n_pixels));
        assert_eq!(pixels.len() as u64, n_pixels * 3);
    }
});
