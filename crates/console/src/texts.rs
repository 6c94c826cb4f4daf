//! Texts of others in tables that a spreadsheet may open.

use std::borrow::Cow;

use clap::Args;

/// How cells hold texts that others chose: paths, names of classes and taps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Texts {
    /// As they are.
    Exact,
    /// With a `'` before those that a spreadsheet would take for a formula, which may send what is in the
    /// table elsewhere.
    ForSpreadsheets,
}

impl Texts {
    /// A text as a cell holds it.
    pub fn cell(self, text: &str) -> Cow<'_, str> {
        let is_formula = text.starts_with(['=', '@', '+', '-', '\t', '\r']);
        if self == Self::ForSpreadsheets && is_formula {
            Cow::Owned(format!("'{text}"))
        } else {
            Cow::Borrowed(text)
        }
    }
}

/// The argument that says which.
#[derive(Clone, Copy, Debug, Args)]
pub struct TextsArgument {
    /// In CSV files, put a `'` before paths and names that begin with =, @, +, -, a tab or a carriage
    /// return: a spreadsheet would take them for formulas. Without it they are exactly as they are
    #[arg(long)]
    spreadsheet_safe: bool,
}

impl TextsArgument {
    /// What it says.
    pub fn texts(self) -> Texts {
        if self.spreadsheet_safe { Texts::ForSpreadsheets } else { Texts::Exact }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_texts_where_that_is_asked_for() {
        for (text, safe) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("a=1", "a=1"),
            ("'=1", "'=1"),
            ("", ""),
        ] {
            assert_eq!(Texts::ForSpreadsheets.cell(text), safe);
            assert_eq!(Texts::Exact.cell(text), text);
        }
    }
}
