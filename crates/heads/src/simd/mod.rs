//! Inner loops of the dual solvers, and any work that the smooth ones hand to a [`Level`], compiled for
//! several instruction sets, one of them chosen when the program runs.

mod add_columns;
mod coordinate_descent;
mod level;
mod run;

pub(crate) use add_columns::{Columns, Entry, add_columns, add_columns_f64};
pub(crate) use coordinate_descent::{CoordinateSweep, Movers, add_scaled, sweep_coordinates};
pub(crate) use level::{Level, portable_is_forced};
