//! Lines of comma-separated values, RFC 4180 with `\n`.

/// One line, ended; fields with commas, quotes or line breaks are quoted.
pub(super) fn line<S: AsRef<str>>(fields: impl IntoIterator<Item = S>) -> String {
    let fields: Vec<String> = fields.into_iter().map(|field| quoted(field.as_ref())).collect();
    fields.join(",") + "\n"
}

fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_needs_quotes_gets_them() {
        assert_eq!(line(["a b", "1,5", "say \"x\"", ""]), "a b,\"1,5\",\"say \"\"x\"\"\",\n");
    }
}
