//! Rows of one path.

use super::ListedRow;
use crate::layout_error::LayoutError;
use crate::layouts::table::Table;
use crate::numbered_path;
use crate::published::Published;

/// Numbers of the rows in the order of their paths, those of one path in the order of the table.
fn by_path<T>(rows: &[ListedRow<T>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|&a, &b| rows[a].path.cmp(&rows[b].path));
    order
}

/// The rows, where several boxes in one image have numbered paths.
pub(super) fn number_boxes<T>(
    set: Published<'_>,
    mut rows: Vec<ListedRow<T>>,
) -> Result<Vec<ListedRow<T>>, LayoutError> {
    let order = by_path(&rows);
    let mut numbered = Vec::new();
    for same in order.chunk_by(|&a, &b| rows[a].path == rows[b].path).filter(|same| same.len() > 1)
    {
        if same.len() >= numbered_path::LIMIT {
            return Err(set.twice(rows[same[0]].path.clone()));
        }
        let number = |(number, &row): (usize, &usize)| {
            (row, numbered_path::numbered(&rows[row].path, number))
        };
        numbered.extend((1..).zip(same).map(number));
    }
    numbered.into_iter().for_each(|(row, path)| rows[row].path = path);
    Ok(rows)
}

/// The rows without those that repeat an earlier one, and a note on these.
pub(super) fn without_repeated<T: PartialEq>(
    table: &Table<'_>,
    rows: Vec<ListedRow<T>>,
) -> Result<(Vec<ListedRow<T>>, Option<String>), LayoutError> {
    let mut is_repeated = vec![false; rows.len()];
    let mut first = None;
    for same in by_path(&rows).chunk_by(|&a, &b| rows[a].path == rows[b].path) {
        let (earlier, later) = same.split_first().expect("no chunk is empty");
        for &later in later {
            let (earlier, row) = (&rows[*earlier], &rows[later]);
            if earlier.labels != row.labels || earlier.split != row.split {
                let what = if earlier.split == row.split { "label" } else { "split" };
                let (path, lines) = (&row.path, (earlier.line, row.line));
                let problem = format!(
                    "names `{path}` in line {} and, with another {what}, in line {}",
                    lines.0, lines.1
                );
                let hint = "leave one of them out; several labels of an image stand in one cell of a column \
                            `labels`";
                return Err(table.odd_with(problem, hint.to_owned()));
            }
            is_repeated[later] = true;
            first = Some(first.unwrap_or((row.line, earlier.line)).min((row.line, earlier.line)));
        }
    }
    let n = is_repeated.iter().filter(|is| **is).count();
    let note = first.map(|(line, earlier)| {
        let file = table.name();
        format!("`{file}` has {n} rows that repeat an earlier one: line {line} is line {earlier}")
    });
    let rows = rows.into_iter().zip(is_repeated).filter(|(_, is)| !is).map(|(row, _)| row);
    Ok((rows.collect(), note))
}
