//! Text of strangers: paths, names of classes and tensors, metadata. On a terminal it could move the cursor,
//! take the place of lines that were printed, look like a hint of ours, or be run when a hint is pasted.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt as _;

/// The text on one line, with everything that a terminal would act on written as Rust would: `\n`,
/// `\u{1b}`. Letters of every script stay as they are.
///
/// # Examples
/// ```
/// assert_eq!(console::shown("Müller.h5"), "Müller.h5");
/// assert_eq!(console::shown("a\nhint: \u{1b}[2J"), "a\\nhint: \\u{1b}[2J");
/// ```
pub fn shown(text: &str) -> Cow<'_, str> {
    escaped(text, is_acted_on)
}

/// The same of a text whose line ends are ours.
pub fn shown_lines(text: &str) -> Cow<'_, str> {
    escaped(text, |character| character != '\n' && is_acted_on(character))
}

fn escaped(text: &str, is_escaped: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if is_escaped(character) {
            safe.extend(character.escape_default());
        } else {
            safe.push(character);
        }
    }
    Cow::Owned(safe)
}

/// Whether a terminal does something else with a character than to draw it: control characters, line and
/// paragraph separators, and what turns the direction of writing.
pub(crate) fn is_acted_on(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

/// A word of a command to copy: as it is where no shell sees anything but letters in it, in quotes where one
/// would. What a terminal would act on, and bytes that are no text, are written as escapes that bash, zsh
/// and ksh read.
///
/// # Examples
/// ```
/// assert_eq!(console::quote_for_shell("birds.h5"), "birds.h5");
/// assert_eq!(console::quote_for_shell("my birds; ls"), "'my birds; ls'");
/// assert_eq!(console::quote_for_shell("it's\n"), r"$'it\'s\n'");
/// ```
pub fn quote_for_shell(word: impl AsRef<OsStr>) -> String {
    let word = word.as_ref();
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || "_-./:=@%+,".contains(character);
    match word.to_str() {
        Some(text) if !text.is_empty() && text.chars().all(is_plain) => text.to_owned(),
        Some(text) if !text.contains(is_acted_on) && !text.contains('\'') => format!("'{text}'"),
        _ => {
            let mut quoted = "$'".to_owned();
            for piece in word.as_bytes().utf8_chunks() {
                for character in piece.valid().chars() {
                    match character {
                        '\\' | '\'' => quoted.extend(['\\', character]),
                        '\n' => quoted.push_str("\\n"),
                        _ if is_acted_on(character) => {
                            let mut bytes = [0; 4];
                            push_bytes(&mut quoted, character.encode_utf8(&mut bytes).as_bytes());
                        }
                        _ => quoted.push(character),
                    }
                }
                push_bytes(&mut quoted, piece.invalid());
            }
            quoted.push('\'');
            quoted
        }
    }
}

/// Adds bytes as escapes. They are octal, of three digits each: what follows is never taken for a digit.
fn push_bytes(quoted: &mut String, bytes: &[u8]) {
    for byte in bytes {
        write!(quoted, "\\{byte:03o}").expect("a string takes everything");
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn what_a_terminal_acts_on_is_escaped_and_letters_are_not() {
        for (text, expected) in [
            ("\u{1b}]8;;http://x\u{7}a", "\\u{1b}]8;;http://x\\u{7}a"),
            ("\u{9b}2J\u{7f}", "\\u{9b}2J\\u{7f}"),
            ("a\r\n\tb", "a\\r\\n\\tb"),
            (
                "\u{202e}4gpj.exe\u{2066}\u{200f}\u{2028}",
                "\\u{202e}4gpj.exe\\u{2066}\\u{200f}\\u{2028}",
            ),
        ] {
            assert_eq!(shown(text), expected);
        }
        for text in ["", "Ωμέγα שלום 猫 e\u{301} 👩\u{200d}🚀 C:\\n `'\""] {
            assert!(matches!(shown(text), Cow::Borrowed(same) if same == text));
        }
        assert_eq!(shown_lines("a\n\u{1b}b\n"), "a\n\\u{1b}b\n");
    }

    #[test]
    fn a_shell_reads_quoted_words_as_they_were() {
        let words: [&[u8]; 12] = [
            b"plain-1.h5",
            b"",
            b"two words",
            b"it's",
            b"$(touch x) `id` \"$HOME\" \\ ! * ? ~ # & | < > ( ) { }",
            b"a\nhint: rm -rf ~\n",
            b"\x1b[2J1",
            b"\xff\xfe7",
            "\u{202e}\u{85}8".as_bytes(),
            "größer".as_bytes(),
            b"back\\slash's",
            b"-x;y",
        ];
        for word in words {
            let quoted = quote_for_shell(OsStr::from_bytes(word));
            assert!(!quoted.contains(is_acted_on), "{quoted}");
            let line = format!("printf %s {quoted}");
            let read = Command::new("bash").arg("-c").arg(&line).output();
            let read = read.expect("bash is there");
            assert_eq!(read.stdout, word, "{line}");
        }
    }
}
