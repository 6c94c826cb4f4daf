//! The filters that images are resampled with.

use std::f64::consts::PI;

use serde::{Deserialize, Serialize};

/// A resampling filter under Pillow's name. All but `Nearest` are stretched by the factor of
/// reduction, which is what is called antialiasing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Filter {
    /// The pixel at the center; no antialiasing.
    Nearest,
    /// Mean of the covered pixels.
    Box,
    /// Triangle.
    Bilinear,
    /// Cosine window over the width of the triangle.
    Hamming,
    /// Cubic convolution with a = -0.5 (Keys 1981).
    Bicubic,
    /// Sinc windowed by a sinc of three lobes.
    Lanczos,
}

/// A weighting function. The order of operations in the functions below is Pillow's, so that the
/// weights agree in the last bit.
pub(crate) struct Kernel {
    /// Half the width beyond which the function is zero, in pixels of an unscaled image.
    pub(crate) support: f64,
    /// The weight at a distance from the center.
    pub(crate) at: fn(f64) -> f64,
}

impl Filter {
    /// The weighting function; `None` for [`Filter::Nearest`], which takes no weighted sum.
    pub(crate) fn kernel(self) -> Option<Kernel> {
        match self {
            Self::Nearest => None,
            Self::Box => Some(Kernel { support: 0.5, at: unit_box }),
            Self::Bilinear => Some(Kernel { support: 1.0, at: triangle }),
            Self::Hamming => Some(Kernel { support: 1.0, at: hamming }),
            Self::Bicubic => Some(Kernel { support: 2.0, at: bicubic }),
            Self::Lanczos => Some(Kernel { support: 3.0, at: lanczos }),
        }
    }
}

/// Open on the left: a pixel on the border of two windows counts in one of them.
fn unit_box(x: f64) -> f64 {
    f64::from(x > -0.5 && x <= 0.5)
}

fn triangle(x: f64) -> f64 {
    (1.0 - x.abs()).max(0.0)
}

fn hamming(x: f64) -> f64 {
    // Pillow has these two numbers in single precision.
    let (mean, amplitude) = (f64::from(0.54_f32), f64::from(0.46_f32));
    match x.abs() {
        0.0 => 1.0,
        distance if distance >= 1.0 => 0.0,
        distance => sinc(distance) * (mean + amplitude * (distance * PI).cos()),
    }
}

fn bicubic(x: f64) -> f64 {
    const A: f64 = -0.5;
    let x = x.abs();
    if x < 1.0 {
        ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0
    } else if x < 2.0 {
        (((x - 5.0) * x + 8.0) * x - 4.0) * A
    } else {
        0.0
    }
}

fn lanczos(x: f64) -> f64 {
    if (-3.0..3.0).contains(&x) { sinc(x) * sinc(x / 3.0) } else { 0.0 }
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 {
        return 1.0;
    }
    let x = x * PI;
    x.sin() / x
}
