//! Tables of images as people have them: CSV files that pandas, spreadsheets and competitions write.
//!
//! A [`Table`] is read row by row. Its cells are separated by commas, semicolons, tabs or bars, whichever the
//! first line shows; they are quoted with `"`, and a quote inside doubled; lines end in LF, CRLF or CR; a byte
//! order mark is passed over. Whatever could be read in two ways is refused with the line that it stands in.
//! [`PathCells`] say how a cell leads to an image, [`list_cell()`] reads a list in a cell, and [`split_list`] one in
//! an option, which quotes like tables.
//!
//! # Examples
//!
//! ```
//! use table::{Format, Table};
//!
//! let text = "id;breed\r\n1f;\"hound; basset\"\r\n";
//! let mut table = Table::open(text.as_bytes(), &Format::default(), &["id"])?;
//! let breed = table.require("breed")?;
//! let row = table.next()?.expect("there is a row");
//! assert_eq!((row.line, row.cell(breed)), (2, "hound; basset"));
//! # Ok::<(), table::TableError>(())
//! ```

mod columns_left;
mod error;
mod list;
mod list_cell;
mod path_cells;
mod records;
mod separator;
mod table;
mod text;

pub use columns_left::{columns_left, listed};
pub use error::TableError;
pub use list::{ListError, quoted, split_list};
pub use list_cell::list_cell;
pub use path_cells::PathCells;
pub use separator::Separator;
pub use table::{Format, Row, Table};

/// Bytes of a row, at most: what never ends would fill the memory.
pub const ROW_BYTES: usize = 1 << 20;
