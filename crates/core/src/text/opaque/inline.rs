//! Within a line of prose: link targets, placeholders, commands, and the pieces that [`chunk`] knows.

use std::ops::Range;

use super::chunk;
use super::latex::{command, group};

/// Words that begin or join a phrase of prose, and never name a variable.
const FUNCTION_WORDS: [&str; 34] = [
    "a", "an", "and", "as", "at", "be", "been", "but", "by", "for", "from", "had", "has", "have", "he", "in", "is",
    "it", "its", "not", "of", "on", "or", "she", "that", "the", "their", "they", "this", "to", "was", "were", "which",
    "with",
];
/// Longer things in double braces or brackets are read as prose.
const NEAR: usize = 500;
/// A placeholder is no longer than this.
const PLACEHOLDER: usize = 60;

/// Whether `text[open..=close]`, a brace and what it encloses, is what a spinner leaves of a word in running prose
/// ("40 million {dollars}", "{that a}") and no placeholder, command or code.
///
/// ```
/// use unspin_core::text::opaque::is_spinners_brace;
/// let is = |text: &str| is_spinners_brace(text, text.find('{').unwrap(), text.find('}').unwrap());
/// assert!(is("about 40 million {boats} a year") && is("it said {that a} fleet"));
/// assert!(!is("Dear {name}, welcome") && !is("cd ${home}") && !is("{{name}}") && !is("\\emph{the house}"));
/// ```
pub fn is_spinners_brace(text: &str, open: usize, close: usize) -> bool {
    let Some(inside) = text.get(open + 1..close) else { return false };
    let stands_free = text[..open].is_empty() || text[..open].ends_with([' ', '\n', '"', '“', '(', '\u{a0}']);
    let goes_on = text[close + 1..].is_empty()
        || text[close + 1..].starts_with([' ', '\n', '.', ',', ';', ':', '?', '!', '"', '”', ')', '\'', '’']);
    let is_plain = !inside.is_empty()
        && inside.len() <= PLACEHOLDER
        && inside.bytes().all(|b| b.is_ascii_lowercase() || b == b' ')
        && !inside.starts_with(' ')
        && !inside.ends_with(' ');
    if !stands_free || !goes_on || !is_plain {
        return false;
    }
    if inside.split(' ').any(|word| FUNCTION_WORDS.contains(&word)) {
        return true;
    }
    // What was counted there is a word; else a word alone is a name, but for those of money.
    const MONEY: [&str; 5] = ["cents", "dollar", "dollars", "euros", "pounds"];
    const SCALES: [&str; 5] = ["hundred", "thousand", "million", "billion", "trillion"];
    let mut before = text[..open].trim_end().rsplit([' ', '\n', '$', '(']).filter(|word| *word != "of");
    let counted = before.next().unwrap_or_default().trim_end_matches('s');
    MONEY.contains(&inside)
        || counted.starts_with(|c: char| c.is_ascii_digit())
        || SCALES.iter().any(|scale| counted.eq_ignore_ascii_case(scale))
}

/// Reads lines of prose.
pub(super) struct Inline<'t> {
    pub(super) text: &'t str,
    /// Whether the text is LaTeX for certain: dollars may enclose mathematics.
    pub(super) is_latex: bool,
}

impl Inline<'_> {
    /// Finds the regions of a line.
    pub(super) fn find(&self, line: Range<usize>, out: &mut Vec<Range<usize>>) {
        let bytes = self.text.as_bytes();
        let (mut at, mut piece_end) = (line.start, line.start);
        let mut is_line_start = true;
        while at < line.end {
            let byte = bytes[at];
            if byte == b'`' {
                // Code: the tokeniser knows its end, and nothing in it is for us.
                at = self.code(at, line.end);
                piece_end = piece_end.max(at);
                is_line_start = false;
                continue;
            }
            if byte == b'<' && bytes.get(at + 1).is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'/' | b'!')) {
                // A tag: the same of it.
                let near = &bytes[at..line.end.min(at + NEAR)];
                at += near.iter().position(|b| *b == b'>').map_or(1, |length| length + 1);
                piece_end = piece_end.max(at);
                continue;
            }
            if at >= piece_end && !byte.is_ascii_whitespace() {
                if let Some(end) = ordinary_piece(bytes, at, line.end) {
                    (at, piece_end) = (end, end);
                    is_line_start = false;
                    continue;
                }
                piece_end = self.piece_end(at, line.end);
                // Brackets and marks of quotation and emphasis stand around a piece, not in it.
                let opens = bytes[at..piece_end].iter().take_while(|b| b"([\"'*>|".contains(b)).count();
                let open = at + opens;
                let closed = self.without_marks(open, piece_end);
                if open < closed
                    && bytes[open..closed].iter().any(|b| b"-/.\\$%:(>=&|!~".contains(b))
                    && chunk::is_technical(&self.text[open..closed], is_line_start)
                    && !self.is_command(open)
                    && !self.text[open..closed].contains("](")
                {
                    out.push(open..closed);
                    at = closed.max(at + 1);
                    is_line_start = false;
                    continue;
                }
                is_line_start = false;
            }
            match self.sign(at, line.start, line.end) {
                Some(Sign { region, next }) => {
                    if !region.is_empty() {
                        out.push(region);
                    }
                    at = next.max(at + 1);
                    piece_end = piece_end.max(at.min(line.end));
                }
                None => at += 1,
            }
        }
    }

    fn is_command(&self, at: usize) -> bool {
        self.text.as_bytes()[at] == b'\\' || self.is_latex && self.text.as_bytes()[at] == b'$'
    }

    /// The end of code between backticks, or one past its first mark.
    fn code(&self, at: usize, limit: usize) -> usize {
        let ticks = self.text[at..limit].bytes().take_while(|b| *b == b'`').count();
        let from = at + ticks;
        let fence = &self.text[at..from];
        self.text[from..limit].find(fence).map_or(from, |length| from + length + ticks)
    }

    /// The end of the piece without white space that begins at `at`.
    fn piece_end(&self, at: usize, limit: usize) -> usize {
        let rest = &self.text.as_bytes()[at..limit];
        at + rest
            .iter()
            .position(|b| b.is_ascii_whitespace() || matches!(b, b'<' | b'"' | b'`'))
            .unwrap_or(rest.len())
            .max(1)
    }

    /// The end of a piece without the marks that close it.
    fn without_marks(&self, open: usize, end: usize) -> usize {
        let piece = self.text.get(open..end).unwrap_or_default();
        let is_called = piece.contains('(');
        let is_mark =
            |c: char| ".,;!?]'*>|…”’".contains(c) || c == ')' && !is_called || c == ':' && !piece.starts_with(':');
        open + piece.trim_end_matches(is_mark).len()
    }

    /// The region that begins with a sign in the line, and where to go on.
    fn sign(&self, at: usize, start: usize, limit: usize) -> Option<Sign> {
        let bytes = self.text.as_bytes();
        let next = |ahead: usize| bytes.get(at + ahead).copied().filter(|_| at + ahead < limit).unwrap_or(b' ');
        match bytes[at] {
            b'\\' if matches!(next(1), b'(' | b'[') => {
                let close = if next(1) == b'(' { "\\)" } else { "\\]" };
                self.until(at, limit, close)
            }
            b'\\' if next(1).is_ascii_punctuation() => Some(Sign { region: at..at, next: at + 2 }),
            b'\\' => {
                let end = command(self.text, at, limit)?;
                // What a brace holds after that is prose, and its braces stay.
                let next = if bytes.get(end) == Some(&b'{') { end + 1 } else { end };
                Some(Sign { region: at..end, next })
            }
            b'{' if next(1) == b'{' => self.until(at, limit, "}}").or(Some(Sign { region: at..limit, next: limit })),
            b'{' if matches!(next(1), b'%' | b'#') => self.until(at, limit, if next(1) == b'%' { "%}" } else { "#}" }),
            b'{' => self.brace(at, limit),
            b'$' if next(1) == b'{' => self.until(at, limit, "}"),
            b'$' if self.is_latex => self.mathematics(at, limit),
            b'[' if next(1) == b'[' => self.wiki_link(at, limit),
            b'[' => self.capitals(at, limit),
            b']' if next(1) == b'(' => self.target(at + 1, limit),
            b']' if next(1) == b'[' && at > start => {
                let end = group(bytes, at + 1, limit, b'[', b']')?;
                Some(Sign { region: at + 1..end, next: end })
            }
            b'"' => self.json_key(at, limit),
            _ => None,
        }
    }

    /// A region up to a mark, if it is near.
    fn until(&self, at: usize, limit: usize, mark: &str) -> Option<Sign> {
        let bytes = self.text.as_bytes();
        let near = &bytes[at + 2..limit.min(at + NEAR).max(at + 2).min(bytes.len())];
        let length = near.windows(mark.len()).position(|window| window == mark.as_bytes())?;
        let mut end = at + 2 + length + mark.len();
        end += usize::from(mark == "}}" && bytes.get(end) == Some(&b'}'));
        Some(Sign { region: at..end, next: end })
    }

    /// "{name}", "{user.name}", "{a|b}", "{ return home; }": all but prose.
    fn brace(&self, at: usize, limit: usize) -> Option<Sign> {
        let bytes = self.text.as_bytes();
        let end = group(bytes, at, limit, b'{', b'}')?;
        let inside = &self.text[at + 1..end - 1];
        let from = if at > 0 && matches!(bytes[at - 1], b'#' | b'%' | b'@') { at - 1 } else { at };
        if is_spinners_brace(self.text, at, end - 1) {
            return None;
        }
        let words = inside.split(' ').count();
        let is_prose = words > 3 || inside.split(' ').any(|word| FUNCTION_WORDS.contains(&word));
        let is_code = inside.contains([';', '=', '|', '(', '<', '_', '$']);
        let is_placeholder = inside.len() <= PLACEHOLDER && !is_prose && !inside.contains(['"', '\\']);
        (is_code || is_placeholder).then_some(Sign { region: from..end, next: end })
    }

    /// "$x_i + y$", never "$4 million … $5 million".
    fn mathematics(&self, at: usize, limit: usize) -> Option<Sign> {
        let bytes = self.text.as_bytes();
        let opening = bytes[at..limit].iter().take_while(|b| **b == b'$').count().min(2);
        let near = &bytes[at + opening..limit.min(at + NEAR).max(at + opening)];
        let length = near.iter().position(|b| *b == b'$')?;
        let inside = &near[..length];
        let is_formula = inside.iter().any(|b| b"\\^_=<>+".contains(b)) || !inside.contains(&b' ') && length <= 3;
        let end = at + opening + length + opening;
        (is_formula && end <= limit).then_some(Sign { region: at..end, next: end })
    }

    /// "[[White Home|the house]]": the name of the page, and its text where there is no other.
    fn wiki_link(&self, at: usize, limit: usize) -> Option<Sign> {
        let Sign { region, .. } = self.until(at, limit, "]]")?;
        match self.text[region.clone()].rfind('|') {
            Some(bar) => Some(Sign { region: at..at + bar + 1, next: at + bar + 1 }),
            None => Some(Sign { next: region.end, region }),
        }
    }

    /// "[OPTIONS]", "[YOUR NAME]": a place to be filled in.
    fn capitals(&self, at: usize, limit: usize) -> Option<Sign> {
        let end = group(self.text.as_bytes(), at, limit, b'[', b']')?;
        let inside = &self.text[at + 1..end - 1];
        let is_capitals =
            inside.len() > 1 && inside.bytes().all(|b| b.is_ascii_uppercase() || matches!(b, b' ' | b'_' | b'-'));
        let is_tag = inside.len() <= PLACEHOLDER && inside.starts_with(['^', '!', '/', '@']) && !inside.contains(' ');
        (is_capitals || is_tag).then_some(Sign { region: at..end, next: end })
    }

    /// "(home/doc.md \"Title\")" after a text in brackets.
    fn target(&self, at: usize, limit: usize) -> Option<Sign> {
        let end = group(self.text.as_bytes(), at, limit, b'(', b')')?;
        let inside = self.text[at + 1..end - 1].trim();
        let is_titled =
            inside.split_once(' ').is_some_and(|(_, title)| title.trim_start().starts_with(['"', '\'', '(']));
        let is_target = !inside.contains(' ') || is_titled || inside.starts_with('<');
        is_target.then_some(Sign { region: at..end, next: end })
    }

    /// "\"key\":" of JSON.
    fn json_key(&self, at: usize, limit: usize) -> Option<Sign> {
        let bytes = self.text.as_bytes();
        let near = &bytes[at + 1..limit.min(at + PLACEHOLDER).max(at + 1)];
        let length = near.iter().position(|b| *b == b'"')?;
        let is_key = length > 0
            && near[..length]
                .iter()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b' ' | b'@' | b'$'));
        let end = at + length + 2;
        let before = bytes[..at].iter().rev().find(|b| !matches!(b, b' ' | b'\t'));
        let opens = before.is_none_or(|b| matches!(b, b'{' | b',' | b'\n'));
        (is_key && opens && bytes.get(end) == Some(&b':')).then_some(Sign { region: at..end, next: end + 1 })
    }
}

/// What bytes of running prose are made of: nothing that [`Inline::sign`] or [`chunk::is_technical`] looks for.
const ORDINARY: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let own = byte as u8;
        table[byte] = own.is_ascii_alphanumeric()
            || matches!(own, b',' | b'.' | b';' | b'\'' | b'?' | b'-' | b')')
            || own >= 0x80;
        byte += 1;
    }
    table
};

/// The end of the piece without white space that begins at `at`, if it begins like a word and has no byte that a closer
/// look could be for. Nearly every piece of a text is one.
fn ordinary_piece(bytes: &[u8], at: usize, limit: usize) -> Option<usize> {
    if !bytes[at].is_ascii_alphanumeric() && bytes[at] < 0x80 {
        return None;
    }
    let end = at + bytes[at..limit].iter().position(|&byte| !ORDINARY[usize::from(byte)]).unwrap_or(limit - at);
    let is_end = |at: usize| at == limit || bytes[at].is_ascii_whitespace();
    // A colon or an exclamation mark closes a piece.
    let is_closed = is_end(end) || matches!(bytes[end], b':' | b'!') && is_end(end + 1);
    is_closed.then_some(end)
}

/// A region that a sign opens, and where to read on.
struct Sign {
    region: Range<usize>,
    next: usize,
}
