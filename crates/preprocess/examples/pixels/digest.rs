use std::error::Error;
use std::fs;
use std::io::stdin;
use std::str::FromStr;

use preprocess::{
    ExifOrientation, Filter, Limits, Preset, Region, Resize, Rgb, decode_with, resample_region,
};
use sha2::{Digest as _, Sha256};

use crate::resample::noise;

/// Reads cases from standard input, and prints what became of each.
pub(crate) fn answer() -> Result<(), Box<dyn Error>> {
    for line in stdin().lines() {
        let line = line?;
        let (kind, rest) = line.split_once(' ').ok_or("a case is a word and what follows it")?;
        let orientation = match kind {
            "upright" => ExifOrientation::Applied,
            _ => ExifOrientation::Ignored,
        };
        let image = match kind {
            "decode" | "upright" => {
                match decode_with(&fs::read(rest)?, orientation, &Limits::default()) {
                    Ok(image) => image,
                    Err(error) => {
                        println!("error {}", error.to_string().replace('\n', " "));
                        continue;
                    }
                }
            }
            "resize" => resize(rest)?,
            "crop" => crop(rest)?,
            _ => return Err(format!("`{kind}` is no kind of case").into()),
        };
        println!("{}", digest(&image));
    }
    Ok(())
}

fn digest(image: &Rgb) -> String {
    let mut hash = Sha256::new();
    hash.update(image.width.to_le_bytes());
    hash.update(image.height.to_le_bytes());
    hash.update(&image.pixels);
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn resize(case: &str) -> Result<Rgb, Box<dyn Error>> {
    let (filter, rest) = filter(case)?;
    let [width, height, left, top, right, bottom, to_width, to_height] = numbers::<f32, 8>(rest)?;
    let region = Region { left, top, right, bottom };
    let image = noise(width as u32, height as u32);
    Ok(resample_region(&image, region, to_width as u32, to_height as u32, filter))
}

fn crop(case: &str) -> Result<Rgb, Box<dyn Error>> {
    let (filter, rest) = filter(case)?;
    let [width, height, length, crop_width, crop_height] = numbers::<u32, 5>(rest)?;
    let mut preset = Preset::named("torchvision")?;
    preset.filter = filter;
    preset.resize = Resize::ShorterSide { length, crop_width, crop_height };
    Ok(preset.pixels(&noise(width, height)))
}

/// The filter that a case begins with, and the rest.
fn filter(case: &str) -> Result<(Filter, &str), Box<dyn Error>> {
    let (name, rest) = case.split_once(' ').ok_or("a filter is missing")?;
    Ok((serde_json::from_value(name.into())?, rest))
}

fn numbers<T, const N: usize>(words: &str) -> Result<[T; N], Box<dyn Error>>
where
    T: FromStr,
    T::Err: Error + 'static,
{
    let numbers = words.split(' ').map(str::parse).collect::<Result<Vec<T>, _>>()?;
    numbers.try_into().map_err(|_| format!("`{words}` is not {N} numbers").into())
}
