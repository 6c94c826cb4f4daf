//! A head as arrays for numpy.

use std::io::{Cursor, Write};

use heads::LinearHead;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::calibration::{Calibration, Temperature};
use crate::head_file::SavedHead;
use crate::transform::FittedStep;

/// The bytes of the archive of a head whose pipeline ends in `linear`.
pub(super) fn archive_bytes(head: &SavedHead, linear: &LinearHead) -> Vec<u8> {
    let SavedHead { pipeline, description } = head;
    let (coef, intercept) = (linear.coef(), linear.intercept());
    let steps: Vec<String> = description.transform.0.iter().map(ToString::to_string).collect();
    let mut arrays = vec![
        ("coef".to_owned(), f4(coef.shape(), coef.iter())),
        ("intercept".to_owned(), f4(intercept.shape(), intercept.iter())),
        (
            "classes".to_owned(),
            text(&[description.origin.classes.len()], &description.origin.classes),
        ),
        ("link".to_owned(), text(&[], &[description.link.to_string()])),
        ("transform".to_owned(), text(&[steps.len()], &steps)),
    ];
    for (place, step) in pipeline.transform.0.iter().enumerate() {
        let learned = match step {
            FittedStep::L2 | FittedStep::Power(_) => vec![],
            FittedStep::Standardize { mean, scale } => {
                vec![("mean", mean.view().into_dyn()), ("scale", scale.view().into_dyn())]
            }
            FittedStep::Project { mean, projection, .. } => {
                vec![("mean", mean.view().into_dyn()), ("projection", projection.view().into_dyn())]
            }
        };
        for (name, values) in learned {
            let name = format!("transform.{place}.{name}");
            arrays.push((name, f4(values.shape(), values.iter())));
        }
    }
    match &description.calibration {
        Some(Calibration::Temperature(Temperature { temperature })) => {
            arrays.push(("calibration.temperature".to_owned(), f8(&[], &[*temperature])));
        }
        Some(Calibration::Platt(platt)) => {
            for (name, values) in [("slope", &platt.slope), ("intercept", &platt.intercept)] {
                arrays.push((format!("calibration.{name}"), f8(&[values.len()], values)));
            }
        }
        None => {}
    }
    archive(&arrays)
}

fn archive(arrays: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // No time of day: equal heads give equal bytes.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default());
    for (name, bytes) in arrays {
        zip.start_file(format!("{name}.npy"), options).expect("names are short and different");
        zip.write_all(bytes).expect("memory takes what is written");
    }
    zip.finish().expect("memory takes what is written").into_inner()
}

fn f4<'a>(shape: &[usize], values: impl Iterator<Item = &'a f32>) -> Vec<u8> {
    npy("<f4", shape, values.flat_map(|value| value.to_le_bytes()))
}

fn f8(shape: &[usize], values: &[f64]) -> Vec<u8> {
    npy("<f8", shape, values.iter().flat_map(|value| value.to_le_bytes()))
}

/// Strings in UTF-32, as numpy keeps them: each as long as the longest, filled up with zeros.
fn text(shape: &[usize], values: &[String]) -> Vec<u8> {
    let longest = values.iter().map(|value| value.chars().count()).max().unwrap_or(0).max(1);
    let code_points = values
        .iter()
        .flat_map(|value| value.chars().map(u32::from).chain(std::iter::repeat(0)).take(longest));
    npy(&format!("<U{longest}"), shape, code_points.flat_map(u32::to_le_bytes))
}

/// One array in numpy's file format, version 1.0.
fn npy(descr: &str, shape: &[usize], data: impl Iterator<Item = u8>) -> Vec<u8> {
    const MAGIC: &[u8] = b"\x93NUMPY\x01\x00";
    let shape: String = shape.iter().map(|length| format!("{length}, ")).collect();
    let mut header = format!(
        "{{'descr': '{descr}', 'fortran_order': False, 'shape': ({}), }}",
        shape.trim_end()
    );
    // Filled up so that the data begin at a multiple of 64.
    let before = MAGIC.len() + size_of::<u16>();
    let padding = 63 - (before + header.len()) % 64;
    header.extend(std::iter::repeat_n(' ', padding));
    header.push('\n');
    let length = u16::try_from(header.len()).expect("a header of two dimensions is short");
    let mut bytes = [MAGIC, &length.to_le_bytes(), header.as_bytes()].concat();
    bytes.extend(data);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(bytes: &[u8]) -> (&str, &[u8]) {
        let length = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
        let (header, data) = bytes[10..].split_at(length);
        assert_eq!((10 + length) % 64, 0);
        (std::str::from_utf8(header).unwrap().trim_end(), data)
    }

    #[test]
    fn arrays_say_what_they_are() {
        let matrix = f4(&[1, 2], [1.5f32, -2.0].iter());
        let (text, data) = header(&matrix);
        assert_eq!(text, "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2,), }");
        assert_eq!(data, [1.5f32.to_le_bytes(), (-2f32).to_le_bytes()].concat());
        let scalar = f8(&[], &[0.1]);
        assert!(header(&scalar).0.contains("'<f8'") && header(&scalar).0.contains("'shape': ()"));
    }

    #[test]
    fn names_are_filled_up_to_the_longest() {
        let names = text(&[2], &["ant".to_owned(), "é".to_owned()]);
        let (header, data) = header(&names);
        assert!(header.contains("'<U3'") && header.contains("'shape': (2,)"), "{header}");
        let expected: Vec<u8> =
            [97u32, 110, 116, 233, 0, 0].into_iter().flat_map(u32::to_le_bytes).collect();
        assert_eq!(data, expected);
        assert_eq!(text(&[0], &[]).len() % 64, 0, "nothing follows the header");
    }
}
