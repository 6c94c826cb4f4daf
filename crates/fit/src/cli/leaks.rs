//! Warnings of images that are on both sides.

use train::ChosenRows;

use super::PROGRAM;

/// Warns of images that lie in two splits, or under two labels.
pub(super) fn warn_of_leaks(rows: &ChosenRows) {
    for warning in rows.leaks.warnings() {
        console::note(PROGRAM, &format!("warning: {warning}"));
    }
    if rows.leaks.across_splits.n_contents > 0 {
        console::note(PROGRAM, "hint: `--leave-out-leaks` leaves them out of the later split");
    }
}
