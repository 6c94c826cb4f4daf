//! Plain tables: columns by spaces, no color, the same on a terminal and in a pipe.

use comfy_table::{CellAlignment, Table, presets};
use console::shown;

/// A table whose first `n_text` columns are text (left) and whose others are numbers (right).
pub fn table(header: &[&str], n_text: usize, rows: Vec<Vec<String>>) -> String {
    let mut table = Table::new();
    // A cell may hold text of strangers: a line end would begin another row.
    let rows = rows.iter().map(|row| row.iter().map(|cell| shown(cell)));
    table.load_style(presets::NOTHING).set_header(header.to_vec()).add_rows(rows);
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        if index >= n_text {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n") + "\n"
}

/// The digits of a digest that a table has room for.
pub fn short(digest: &str) -> &str {
    &digest[..12]
}

/// A share as people read it: `83.7 %`.
pub fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}
