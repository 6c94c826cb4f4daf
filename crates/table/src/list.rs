//! Lists in options: `a,b`, with quotes around what holds a comma.

use thiserror::Error;

/// A quote of a list that is never closed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "`{0}` has a quote that is never closed\n\
     hint: put double quotes around a name with a comma, and double those inside it"
)]
pub struct ListError(pub String);

/// The parts between the commas of `text`. In double quotes a comma is one of the part, and two quotes there are
/// one; quotes may begin anywhere, as in `label="a, b"`.
///
/// # Errors
/// [`ListError`] for a quote that is never closed.
///
/// # Examples
///
/// ```
/// let parts = table::split_list(r#"cat=2,"dog, black"=0.5"#)?;
/// assert_eq!(parts, ["cat=2", "dog, black=0.5"]);
/// # Ok::<(), table::ListError>(())
/// ```
pub fn split_list(text: &str) -> Result<Vec<String>, ListError> {
    let (mut parts, mut in_quotes) = (vec![String::new()], false);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let part = parts.last_mut().expect("there is always one");
        match character {
            '"' if in_quotes && characters.next_if_eq(&'"').is_some() => part.push('"'),
            '"' => in_quotes = !in_quotes,
            ',' if !in_quotes => parts.push(String::new()),
            _ => part.push(character),
        }
    }
    if in_quotes { Err(ListError(text.to_owned())) } else { Ok(parts) }
}

/// A name as [`split_list`] reads it back, quoted where it has to be.
pub fn quoted(name: &str) -> String {
    if name.contains([',', '"']) {
        format!("\"{}\"", name.replace('"', "\"\""))
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_names_come_back() {
        for names in [["a", "b, c"], ["say \"x\"", ""], ["\"", ","], ["\"\"", "a,\"b"]] {
            let text = names.map(quoted).join(",");
            assert_eq!(split_list(&text).unwrap(), names, "{text}");
        }
        assert_eq!(split_list("").unwrap(), [""]);
        let error = split_list("a,\"b").unwrap_err().to_string();
        assert!(error.starts_with("`a,\"b` has a quote that is never closed\nhint: "), "{error}");
    }
}
