//! How an error is told: one line for what happened, one for each thing to do next.

use std::error::Error;

/// The text for an error and its causes, from the outermost on: the causes on one line, then the
/// `hint: ` lines that any of them has, each on a line of its own. `hint` adds what only a command line
/// can advise about a cause: a command, or an option by its name.
pub fn render_error<'a>(
    program: &str,
    causes: impl Iterator<Item = &'a (dyn Error + 'static)>,
    hint: impl Fn(&(dyn Error + 'static)) -> Option<String>,
) -> String {
    let mut messages: Vec<String> = Vec::new();
    let mut hints = String::new();
    for cause in causes {
        let text = cause.to_string();
        let is_hint = |line: &&str| line.trim_start().starts_with("hint: ");
        let (hint_lines, lines): (Vec<&str>, Vec<&str>) = text.lines().partition(is_hint);
        hints.extend(hint_lines.iter().map(|hint| format!("{}\n", hint.trim_start())));
        hints.extend(hint(cause).map(|hint| format!("hint: {hint}\n")));
        messages.push(lines.join("\n"));
    }
    format!("{program}: error: {}\n{hints}", messages.join(": "))
}

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::io;

    use super::*;

    #[test]
    fn causes_share_a_line_and_hints_come_last_whichever_cause_has_them() {
        let outer = io::Error::other("outer\nhint: look outside");
        let inner = io::Error::other("inner\n  hint: look inside");
        let causes: [&(dyn Error + 'static); 2] = [&outer, &inner];
        assert_eq!(
            render_error("fit", causes.into_iter(), |cause| {
                cause.to_string().starts_with("inner").then(|| "--look".to_owned())
            }),
            "fit: error: outer: inner\nhint: look outside\nhint: look inside\nhint: --look\n"
        );
    }
}
