//! The algorithm: F(4x4, 3x3), sixteen outputs of a 3x3 convolution from 36 products instead of 144.
//!
//! Four outputs of a correlation with three weights are the coefficients of a product of polynomials,
//! transposed; a product of degree 5 is determined by its values at six points (Toom and Cook;
//! Winograd, "Arithmetic Complexity of Computations", 1980). With the matrices
//!
//! ```text
//! Y = A' [ (G g G') * (B' d B) ] A      * elementwise, g [3, 3] weights, d [6, 6] inputs, Y [4, 4] outputs
//! ```
//!
//! of Lavin and Gray ("Fast Algorithms for Convolutional Neural Networks", 2016, equation 8), where
//! for the points p
//!
//! ```text
//! G [6, 3]:   (1, p, p^2) / prod_{q != p} (p - q),   and (0, 0, 1) for the point at infinity
//! B' [6, 6]:  coefficients of prod_{q != p} (x - q), and of prod_q (x - q)
//! A' [4, 6]:  p^row,                                 and (0, 0, 0, 1)
//! ```
//!
//! The points are 0, +-3/4, +-3/2 and infinity. They need as many operations as the usual 0, +-1, +-2,
//! and round better, since the powers of 3/4 and 3/2 stay nearer to 1.

/// Outputs of a tile along an axis.
pub(crate) const TILE: usize = 4;

/// Inputs that a tile depends on along an axis; a tile has `WINDOW * WINDOW` positions.
pub(crate) const WINDOW: usize = TILE + 2;

/// Positions of a transformed tile.
pub(crate) const POSITIONS: usize = WINDOW * WINDOW;

/// The points next to 0.
pub(crate) const INNER: f32 = 0.75;

/// The points furthest from 0, but for infinity.
pub(crate) const OUTER: f32 = 1.5;

/// `G g G'` as a linear map: for each position the factors of the nine weights `g`.
pub(crate) fn kernel_transform() -> [[f64; 9]; POSITIONS] {
    let g = kernel_matrix();
    let factors = |position| {
        let (of_rows, of_columns): ([f64; 3], [f64; 3]) =
            (g[position / WINDOW], g[position % WINDOW]);
        std::array::from_fn(|i| of_rows[i / 3] * of_columns[i % 3])
    };
    std::array::from_fn(factors)
}

/// `G`.
fn kernel_matrix() -> [[f64; 3]; WINDOW] {
    let (a, b) = (f64::from(INNER), f64::from(OUTER));
    let points = [0.0, a, -a, b, -b];
    let mut matrix = [[0.0, 0.0, 1.0]; WINDOW];
    for (row, p) in matrix.iter_mut().zip(points) {
        let scale: f64 = points.iter().filter(|&&q| q != p).map(|q| p - q).product();
        *row = [1.0 / scale, p / scale, p * p / scale];
    }
    matrix
}
