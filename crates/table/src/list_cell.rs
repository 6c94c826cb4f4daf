//! Lists as JSON and Python write them into a cell: `["a", "b"]`, `['a', "it's"]`, `[1, 2]`.

use std::iter::Peekable;
use std::str::Chars;

/// The elements of a list of texts or numbers in a cell; `None` for what is no list.
///
/// # Examples
///
/// ```
/// use table::list_cell;
///
/// assert_eq!(list_cell(r#"['a', "it's", 3]"#).unwrap(), ["a", "it's", "3"]);
/// assert_eq!(list_cell("a"), None);
/// ```
pub fn list_cell(text: &str) -> Option<Vec<String>> {
    let inner = text.trim().strip_prefix('[')?.strip_suffix(']')?;
    let mut characters = inner.chars().peekable();
    let mut elements = Vec::new();
    skip_spaces(&mut characters);
    while characters.peek().is_some() {
        elements.push(element(&mut characters)?);
        skip_spaces(&mut characters);
        match characters.next() {
            Some(',') => skip_spaces(&mut characters),
            None => break,
            Some(_) => return None,
        }
    }
    Some(elements)
}

fn skip_spaces(characters: &mut Peekable<Chars<'_>>) {
    while characters.next_if(|character| character.is_whitespace()).is_some() {}
}

/// A text in quotes of either kind, or a word without.
fn element(characters: &mut Peekable<Chars<'_>>) -> Option<String> {
    if let Some(quote) = characters.next_if(|character| matches!(character, '"' | '\'')) {
        return in_quotes(characters, quote);
    }
    let is_of_word = |character: &char| !matches!(character, ',' | '"' | '\'' | '[' | ']');
    let mut word = String::new();
    while let Some(character) = characters.next_if(is_of_word) {
        word.push(character);
    }
    let word = word.trim();
    (!word.is_empty()).then(|| word.to_owned())
}

/// The rest of a text up to its closing quote.
fn in_quotes(characters: &mut Peekable<Chars<'_>>, quote: char) -> Option<String> {
    let mut text = String::new();
    loop {
        match characters.next()? {
            character if character == quote => return Some(text),
            '\\' => text.push(escaped(characters)?),
            character => text.push(character),
        }
    }
}

/// The character behind a `\`.
fn escaped(characters: &mut Peekable<Chars<'_>>) -> Option<char> {
    match characters.next()? {
        'n' => Some('\n'),
        't' => Some('\t'),
        'r' => Some('\r'),
        'x' => char::from_u32(hex(characters, 2)?),
        'U' => char::from_u32(hex(characters, 8)?),
        'u' => match hex(characters, 4)? {
            // JSON writes what takes more than 16 bits as two numbers.
            high @ 0xd800..0xdc00 => {
                (characters.next()? == '\\' && characters.next()? == 'u').then_some(())?;
                let low = hex(characters, 4)?.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
                char::from_u32(0x10000 + ((high - 0xd800) << 10) + low)
            }
            number => char::from_u32(number),
        },
        character @ ('"' | '\'' | '\\' | '/') => Some(character),
        _ => None,
    }
}

fn hex(characters: &mut Peekable<Chars<'_>>, n_digits: usize) -> Option<u32> {
    (0..n_digits).try_fold(0_u32, |number, _| {
        let digit = characters.next()?.to_digit(16)?;
        number.checked_mul(16)?.checked_add(digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_python_and_json_are_read() {
        for (text, expected) in [
            (r#"["a", "b c"]"#, vec!["a", "b c"]),
            (r#"['a', "it's", 'say "x"']"#, vec!["a", "it's", "say \"x\""]),
            (r#"[ 'it\'s' ,'b\\c', ]"#, vec!["it's", "b\\c"]),
            (r#"["\u00e9\ud83d\ude00\n\/", '\xe9', '\U0001f600']"#, vec!["é😀\n/", "é", "😀"]),
            ("[1, 2.5, cat dog]", vec!["1", "2.5", "cat dog"]),
            ("['a,b', 'c]']", vec!["a,b", "c]"]),
            ("[]", vec![]),
            (" [ ] ", vec![]),
        ] {
            assert_eq!(list_cell(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_lists() {
        for text in [
            "",
            "a",
            "[",
            "['a",
            "['a' 'b']",
            "[,]",
            "['a',,'b']",
            "[a",
            "('a',)",
            "[['a']]",
            r"['\q']",
            r#"["\ud83d"]"#,
            r#"["\ud83dx"]"#,
            r"['\U99999999']",
            "{'a'}",
            "a[1]",
        ] {
            assert_eq!(list_cell(text), None, "{text}");
        }
    }
}
