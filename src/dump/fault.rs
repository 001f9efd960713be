//! What can go wrong with a dump: a record that cannot be read, a file that cannot.

use std::{fmt, io};

/// A record that was passed through unchanged, or left out where it was not whole, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file, as the caller named it.
    pub file: String,
    /// The record, from 1; in JSONL its line. 0 is the file as a whole.
    pub record: u64,
    /// Why.
    pub reason: String,
}

impl Fault {
    /// Whether the record, or the table as a whole, does not have the field that holds the text.
    pub fn lacks_field(&self) -> bool {
        self.reason.starts_with("no field `") || self.reason.starts_with("no column `")
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (file, reason) = (Shown(&self.file), Shown(&self.reason));
        match self.record {
            0 => write!(f, "{file}: {reason}"),
            record => write!(f, "{file}: record {record}: {reason}"),
        }
    }
}

/// Text from a dump as a terminal may see it: what would move its cursor, colour it or turn its direction is
/// spelled out.
struct Shown<'t>(&'t str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_hostile = |c: char| {
            c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        let mut rest = self.0;
        while let Some(at) = rest.find(is_hostile) {
            let (before, from) = rest.split_at(at);
            f.write_str(before)?;
            let mut chars = from.chars();
            if let Some(hostile) = chars.next() {
                write!(f, "{}", hostile.escape_default())?;
            }
            rest = chars.as_str();
        }
        f.write_str(rest)
    }
}

/// What ends the cleaning of a file.
#[derive(Debug)]
pub enum DumpError {
    /// The input cannot be read at all; once it can, a failure is a [`Fault`].
    Read {
        /// The file.
        file: String,
        /// Why.
        error: io::Error,
    },
    /// The output cannot be written.
    Write {
        /// The file that was being cleaned.
        file: String,
        /// The last record that was written whole, from 1; 0 before the first.
        record: u64,
        /// Why.
        error: io::Error,
    },
    /// The file is not of its format, or the format does not go with the options.
    Format {
        /// The file.
        file: String,
        /// Why.
        reason: String,
    },
}

impl DumpError {
    /// Whether the reader of the output has gone away, which is no error of the cleaning.
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, DumpError::Write { error, .. } if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl fmt::Display for DumpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { file, error } => write!(f, "{}: cannot be read: {error}", Shown(file)),
            Self::Write { file, record: 0, error } => {
                write!(f, "{}: the result cannot be written: {error}", Shown(file))
            }
            Self::Write { file, record, error } => {
                write!(f, "{}: the result cannot be written after record {record}: {error}", Shown(file))
            }
            Self::Format { file, reason } => write!(f, "{}: {}", Shown(file), Shown(reason)),
        }
    }
}

impl std::error::Error for DumpError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read { error, .. } | Self::Write { error, .. } => Some(error),
            Self::Format { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_sees_no_control_characters() {
        let fault = Fault { file: "a\nb".into(), record: 3, reason: "field `\u{1b}[31mtext\u{202e}` \u{e9}".into() };
        assert_eq!(fault.to_string(), "a\\nb: record 3: field `\\u{1b}[31mtext\\u{202e}` \u{e9}");
    }
}
