//! Decoding and resampling, timed on one thread, and digests of their results for comparisons.
//!
//! ```sh
//! cargo run --release --package preprocess --example pixels -- decode [--seconds S] FILE|FOLDER...
//! cargo run --release --package preprocess --example pixels -- resample [--seconds S]
//! cargo run --release --package preprocess --example pixels -- digest <CASES
//! ```
//!
//! `decode` prints files, megabytes and images a second; files that cannot be decoded are counted.
//! `resample` prints milliseconds an image for usual sizes, beside those of the crate
//! `fast_image_resize`, whose results differ from Pillow's by one level here and there.
//! `OFFSHELF_SIMD=portable|avx2|avx512` forces the instructions of our resampling.
//!
//! `digest` reads one case a line and prints a SHA-256 for each, of width and height as 32-bit
//! little-endian numbers and the RGB bytes (`error` and the reason for a file without pixels):
//!
//! ```text
//! decode FILE
//! upright FILE
//! resize FILTER IN_WIDTH IN_HEIGHT LEFT TOP RIGHT BOTTOM WIDTH HEIGHT
//! crop FILTER IN_WIDTH IN_HEIGHT SHORTER_SIDE CROP_WIDTH CROP_HEIGHT
//! ```
//!
//! `upright` applies the orientation in EXIF data. `resize` and `crop` work on the noise of
//! `tests/reference/make.py`. `tests/reference/compare.py` makes such cases and compares them with
//! Pillow.

#![expect(clippy::print_stdout, reason = "a measurement's result")]

mod decode;
mod digest;
mod resample;

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut seconds = 3.0;
    if let Some(at) = arguments.iter().position(|argument| argument == "--seconds") {
        seconds = arguments.get(at + 1).ok_or("--seconds takes a number")?.parse()?;
        arguments.drain(at..at + 2);
    }
    match arguments.split_first() {
        Some((command, paths)) if command == "decode" && !paths.is_empty() => {
            decode::measure(paths, seconds)
        }
        Some((command, [])) if command == "resample" => resample::measure(seconds),
        Some((command, [])) if command == "digest" => digest::answer(),
        _ => Err("usage: pixels decode FILE|FOLDER... | resample | digest <CASES".into()),
    }
}

/// Calls `work` until `seconds` are over, at least three times, and returns the median of the
/// seconds that a call took.
fn median_seconds(seconds: f64, mut work: impl FnMut()) -> f64 {
    let started = std::time::Instant::now();
    let mut taken = Vec::new();
    while taken.len() < 3 || started.elapsed().as_secs_f64() < seconds {
        let call = std::time::Instant::now();
        work();
        taken.push(call.elapsed().as_secs_f64());
    }
    taken.sort_by(f64::total_cmp);
    taken[taken.len() / 2]
}
