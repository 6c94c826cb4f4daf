//! How a group file is read, where it does not say so itself.

use atomic_file::open_regular;
use table::{Separator, Table, columns_left};

use super::GroupFile;

impl GroupFile {
    /// What a user should know of how the file is read: what separates its columns, where that is no comma, and the
    /// columns that are passed over. Nothing of a file that cannot be read: what is wrong with it is the error of
    /// what uses it.
    pub(crate) fn notes(&self) -> Vec<String> {
        let Ok(file) = open_regular(&self.path) else { return Vec::new() };
        let columns = self.columns.each_ref().map(String::as_str);
        let Ok(table) = Table::open(file, &self.format, &columns) else { return Vec::new() };
        let path = self.path.display();
        let separator = Some(table.separator()).filter(|sign| *sign != Separator::Comma);
        let separator = separator.map(|sign| format!("`{path}` has {sign} between its columns"));
        let names = table.columns();
        let left = columns_left(names, |column| self.columns.contains(&names[column]));
        let left = left.map(|left| format!("of `{path}` these columns are not read: {left}"));
        separator.into_iter().chain(left).collect()
    }
}
