//! Vector instructions chosen when the program runs, and memory in huge pages: what the crates with
//! numerical kernels share. The kernels themselves are in those crates.
//!
//! ```
//! use simd::Level;
//!
//! let x = [1.0_f32, 2.0, 3.0, 4.0];
//! let doubled = Level::detected().run(|| x.map(|x| 2.0 * x));
//! assert_eq!(doubled, [2.0, 4.0, 6.0, 8.0]);
//! ```

mod buffer;
mod level;
mod run;

pub use buffer::{Buffer, OutOfMemory};
pub use level::{Instructions, Level, UnknownLevel};
