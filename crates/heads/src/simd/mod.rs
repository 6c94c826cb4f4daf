//! Inner loops of the dual solvers, compiled for several instruction sets, one of them chosen when
//! the program runs.

mod kernels;
mod level;

pub(crate) use kernels::{
    CoordinateSweep, Entry, add_columns, add_columns_f64, add_scaled, sweep_coordinates,
};
pub(crate) use level::Level;
