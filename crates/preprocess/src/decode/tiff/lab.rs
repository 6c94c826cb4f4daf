/// A color of CIE Lab under the light D50, as TIFF stores it, in sRGB. What lies beyond sRGB is clipped.
///
/// Pillow asks LittleCMS for this, which interpolates in a table: results differ by a few levels.
pub(super) fn lab_to_rgb([lightness, a, b]: [u8; 3]) -> [u8; 3] {
    const D50: [f64; 3] = [0.964_22, 1.0, 0.825_21];
    // From XYZ under D50 to linear sRGB, whose own white D65 is adapted by Bradford's matrix.
    const TO_LINEAR: [[f64; 3]; 3] = [
        [3.133_856_1, -1.616_866_7, -0.490_614_6],
        [-0.978_768_4, 1.916_141_5, 0.033_454_0],
        [0.071_945_3, -0.228_991_4, 1.405_242_7],
    ];
    let y = (f64::from(lightness) / 2.55 + 16.0) / 116.0;
    let x = y + f64::from(a.cast_signed()) / 500.0;
    let z = y - f64::from(b.cast_signed()) / 200.0;
    let xyz = [x, y, z].map(undo_root);
    TO_LINEAR.map(|row| {
        let linear: f64 = (0..3).map(|i| row[i] * xyz[i] * D50[i]).sum();
        (255.0 * gamma(linear)).round() as u8
    })
}

/// The share of white that has this root, by the definition of Lab.
fn undo_root(root: f64) -> f64 {
    const CORNER: f64 = 6.0 / 29.0;
    if root > CORNER { root.powi(3) } else { 3.0 * CORNER * CORNER * (root - 4.0 / 29.0) }
}

/// From linear light to sRGB (IEC 61966-2-1).
fn gamma(linear: f64) -> f64 {
    if linear <= 0.003_130_8 { 12.92 * linear } else { 1.055 * linear.powf(1.0 / 2.4) - 0.055 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_gray_and_black_have_no_color() {
        for (lightness, expected) in [(0, 0), (255, 255), (137, 128)] {
            let [red, green, blue] = lab_to_rgb([lightness, 0, 0]);
            assert!([red, green, blue].iter().all(|&color| color.abs_diff(expected) <= 1));
        }
    }
}
