//! Inner loops of the dual solvers, compiled for several instruction sets, one of them chosen when the
//! program runs.

mod add_columns;
mod coordinate_descent;

pub(crate) use add_columns::{Columns, Entry, add_columns, add_columns_f64};
pub(crate) use coordinate_descent::{CoordinateSweep, Movers, add_scaled, sweep_coordinates};
