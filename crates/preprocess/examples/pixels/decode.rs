use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use preprocess::decode;

use crate::median_seconds;

/// Decodes all files over and over, from memory.
pub(crate) fn measure(paths: &[String], seconds: f64) -> Result<(), Box<dyn Error>> {
    let mut files = Vec::new();
    for path in paths {
        collect(Path::new(path), &mut files)?;
    }
    files.sort();
    let contents = files.iter().map(fs::read).collect::<Result<Vec<_>, _>>()?;
    let mut n_pixels = 0_u64;
    let mut readable = Vec::new();
    for content in &contents {
        if let Ok(image) = decode(content) {
            n_pixels += u64::from(image.width) * u64::from(image.height);
            readable.push(content);
        }
    }
    if readable.is_empty() {
        return Err("none of these files can be decoded".into());
    }
    let n_bytes: usize = readable.iter().map(|content| content.len()).sum();
    let taken = median_seconds(seconds, || {
        for content in &readable {
            std::hint::black_box(decode(content).is_ok());
        }
    });
    let n_images = readable.len() as f64;
    println!(
        "decode: {} files ({} cannot be decoded), {:.1} images/s, {:.1} MB/s of files, \
         {:.1} megapixels/s, {:.3} ms an image",
        readable.len(),
        contents.len() - readable.len(),
        n_images / taken,
        n_bytes as f64 / 1e6 / taken,
        n_pixels as f64 / 1e6 / taken,
        taken * 1e3 / n_images,
    );
    Ok(())
}

/// The file, or the files below the folder.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    } else {
        files.push(path.to_owned());
    }
    Ok(())
}
