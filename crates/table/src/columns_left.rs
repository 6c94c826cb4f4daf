//! Columns of a table in sentences.

/// How many names a message shows.
const SHOWN: usize = 5;

/// The columns that are not read, as names in a sentence, the first of many; `None` when there is none. `is_read` is
/// given the number of a column, from 0 on. The column of an index, to which pandas gives no name, counts as one.
///
/// # Examples
///
/// ```
/// let columns = ["", "path", "label", "size"].map(str::to_owned);
/// let left = table::columns_left(&columns, |column| column == 1 || column == 2);
/// assert_eq!(left.as_deref(), Some("`number 1`, `size`"));
/// assert_eq!(table::columns_left(&columns, |_| true), None);
/// ```
pub fn columns_left(columns: &[String], is_read: impl Fn(usize) -> bool) -> Option<String> {
    let name = |(column, name): (usize, &String)| match name.as_str() {
        "" => format!("number {}", column + 1),
        name => name.to_owned(),
    };
    let left = columns.iter().enumerate().filter(|(column, _)| !is_read(*column));
    let left: Vec<String> = left.map(name).collect();
    (!left.is_empty()).then(|| listed(&left))
}

/// Names in a sentence, the first of many.
pub fn listed(names: &[String]) -> String {
    let shown = names.iter().take(SHOWN).map(|name| format!("`{name}`"));
    let shown = shown.collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
