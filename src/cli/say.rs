//! Lines for a person on standard error: nothing that comes from a file reaches a terminal as a command.

use std::fmt::{self, Display, Write as _};
use std::io::{self, Write as _};

/// The longest line, in characters; a header or digest can be as long as its record.
const MAX_LINE: usize = 2_000;

/// Writes a line to standard error. That nobody reads it is no reason to stop.
pub(super) fn say(line: impl Display) {
    let _ = writeln!(io::stderr(), "{}", Harmless(line));
}

/// Writes an object to standard error, in a line.
pub(super) fn say_json(object: &serde_json::Value) {
    let mut line = String::new();
    // Outside its strings, JSON has nothing that would have to be escaped.
    for c in object.to_string().chars() {
        if is_harmful(c) {
            let _ = write!(line, "\\u{:04x}", u32::from(c));
        } else {
            line.push(c);
        }
    }
    let _ = writeln!(io::stderr(), "{line}");
}

/// Text as a terminal may see it: control characters, and those that turn the direction of writing, are
/// escaped, and a very long text is cut.
pub(super) struct Harmless<T>(pub(super) T);

impl<T: Display> Display for Harmless<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut escaping = Escaping { out: f, left: MAX_LINE };
        write!(escaping, "{}", self.0)
    }
}

struct Escaping<'e, 'f> {
    out: &'e mut fmt::Formatter<'f>,
    /// Characters that still fit.
    left: usize,
}

impl fmt::Write for Escaping<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            match self.left {
                0 => return Ok(()),
                1 => self.out.write_char('…')?,
                _ if is_harmful(c) => write!(self.out, "{}", c.escape_default())?,
                _ => self.out.write_char(c)?,
            }
            self.left -= 1;
        }
        Ok(())
    }
}

/// C0, DEL and C1, the marks that embed, override or isolate a direction, and line ends of Unicode.
pub(super) fn is_harmful(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || turns || matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_commands_a_terminal_is_escaped() {
        let cases = [
            ("a\u{1b}[31mb", "a\\u{1b}[31mb"),
            ("a\nb\r\tc", "a\\nb\\r\\tc"),
            ("a\u{9b}b\u{7f}", "a\\u{9b}b\\u{7f}"),
            ("a\u{202e}b\u{2066}c\u{2029}", "a\\u{202e}b\\u{2066}c\\u{2029}"),
            ("na\u{ef}ve \u{2019} \u{4e2d} \u{1f600}", "na\u{ef}ve \u{2019} \u{4e2d} \u{1f600}"),
        ];
        for (text, shown) in cases {
            assert_eq!(Harmless(text).to_string(), shown);
        }
    }

    #[test]
    fn a_line_ends() {
        assert_eq!(Harmless("x".repeat(1 << 20)).to_string().chars().count(), MAX_LINE);
    }
}
