//! Comma-separated values, RFC 4180 with `\n`.

use std::borrow::Cow;

/// How cells hold texts that others chose: paths, names of classes and taps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Texts {
    /// As they are.
    Exact,
    /// With a `'` before those that a spreadsheet would take for a formula, which may send what is in the
    /// table elsewhere.
    ForSpreadsheets,
}

impl Texts {
    /// A text as a cell holds it.
    pub(super) fn cell(self, text: &str) -> Cow<'_, str> {
        let is_formula = text.starts_with(['=', '@', '+', '-', '\t', '\r']);
        if self == Self::ForSpreadsheets && is_formula {
            Cow::Owned(format!("'{text}"))
        } else {
            Cow::Borrowed(text)
        }
    }
}

/// Text of comma-separated values; fields with commas, quotes or line breaks are quoted.
pub(super) struct Csv(csv::Writer<Vec<u8>>);

impl Csv {
    /// A text that begins with the names of the columns.
    pub(super) fn new<S: AsRef<str>>(columns: impl IntoIterator<Item = S>) -> Self {
        let mut text = Self(csv::Writer::from_writer(Vec::new()));
        text.line(columns);
        text
    }

    /// Adds a line.
    pub(super) fn line<S: AsRef<str>>(&mut self, fields: impl IntoIterator<Item = S>) {
        fields
            .into_iter()
            .try_for_each(|field| self.0.write_field(field.as_ref()))
            .and_then(|()| self.0.write_record(None::<&[u8]>))
            .expect("memory takes what is written");
    }

    /// The whole text.
    pub(super) fn text(self) -> String {
        let bytes = self.0.into_inner().expect("memory takes what is written");
        String::from_utf8(bytes).expect("fields are texts")
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

    #[test]
    fn only_what_needs_quotes_gets_them() {
        let mut csv = Csv::new(["a", "b", "c", "d"]);
        csv.line(["a b", "1,5", "say \"x\"", ""]);
        assert_eq!(csv.text(), "a,b,c,d\na b,\"1,5\",\"say \"\"x\"\"\",\n");
    }
}
