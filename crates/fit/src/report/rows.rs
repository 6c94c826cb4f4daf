//! Which rows took no part, for people.

use console::shown;
use train::ChosenRows;

/// A line for the classes that were left out, and one for images that were.
pub(crate) fn text(rows: &ChosenRows) -> String {
    let ChosenRows { left_out_classes, left_out_leaks, .. } = rows;
    let mut text = String::new();
    if !left_out_classes.is_empty() {
        let class = |left_out: &train::LeftOutClass| {
            format!("`{}` ({})", shown(&left_out.class), left_out.rows)
        };
        let classes: Vec<String> = left_out_classes.iter().map(class).collect();
        text += &format!("classes left out, with their rows: {}\n", classes.join(", "));
    }
    if *left_out_leaks > 0 {
        text += &format!("images left out that an earlier split has, too: {left_out_leaks}\n");
    }
    text
}
