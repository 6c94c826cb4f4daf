//! Comma-separated values, RFC 4180 with `\n`.

/// Text of comma-separated values; fields with commas, quotes or line breaks are quoted.
pub struct Csv(csv::Writer<Vec<u8>>);

impl Csv {
    /// A text that begins with the names of the columns.
    pub fn new<S: AsRef<str>>(columns: impl IntoIterator<Item = S>) -> Self {
        let mut text = Self(csv::Writer::from_writer(Vec::new()));
        text.line(columns);
        text
    }

    /// Adds a line.
    pub fn line<S: AsRef<str>>(&mut self, fields: impl IntoIterator<Item = S>) {
        fields
            .into_iter()
            .try_for_each(|field| self.0.write_field(field.as_ref()))
            .and_then(|()| self.0.write_record(None::<&[u8]>))
            .expect("memory takes what is written");
    }

    /// The whole text.
    pub fn text(self) -> String {
        let bytes = self.0.into_inner().expect("memory takes what is written");
        String::from_utf8(bytes).expect("fields are texts")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_needs_quotes_gets_them() {
        let mut csv = Csv::new(["a", "b", "c", "d"]);
        csv.line(["a b", "1,5", "say \"x\"", ""]);
        assert_eq!(csv.text(), "a,b,c,d\na b,\"1,5\",\"say \"\"x\"\"\",\n");
    }
}
