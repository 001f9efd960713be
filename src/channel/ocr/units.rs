//! Units of recognised text: runs of letters, digits and stray marks, and the gaps between them.
//!
//! Units are finer than words: "th.e" is two, so that a dot or space that an engine saw within a word is a gap
//! over which the channel may join.

use unspin_core::ocr::lexicon::Known;

/// What stands between two units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// Spaces.
    Space,
    /// One line end, no mark.
    Line,
    /// A hyphen, and a space or line end after it.
    Hyphen,
    /// A hyphen alone.
    Compound,
    /// A dot, comma or apostrophe without a space.
    Stray,
    /// A comma or the like.
    Pause,
    /// The end of a sentence or paragraph.
    End,
}

impl Gap {
    /// Whether a word may go on after it.
    pub fn may_join(self) -> bool {
        matches!(self, Gap::Space | Gap::Line | Gap::Hyphen | Gap::Stray)
    }
}

/// A run of letters, digits and stray marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// First byte in the text.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// What stands after it.
    pub gap: Gap,
    /// The letters end here if the unit ends with `'s`.
    pub stem: usize,
    /// Part of an address, a file name, code: never edited.
    pub is_opaque: bool,
}

/// The units of a text, in order.
pub fn units(text: &str) -> Vec<Unit> {
    let mut out: Vec<Unit> = Vec::with_capacity(text.len() / 6);
    for (start, chunk) in chunks(text) {
        let is_opaque = is_opaque(chunk);
        let mut at = 0;
        while at < chunk.len() {
            let from = at + chunk[at..].find(in_unit).unwrap_or(chunk.len() - at);
            let mut to = from + chunk[from..].find(|c| !in_unit(c)).unwrap_or(chunk.len() - from);
            // An apostrophe between letters is one of them.
            while let Some(c) = chunk[to..].chars().next().filter(|c| matches!(c, '\'' | '’' | '´')) {
                let after = to + c.len_utf8();
                let is_inside = from < to && chunk[after..].starts_with(char::is_alphabetic);
                if !is_inside {
                    break;
                }
                to = after + chunk[after..].find(|c| !in_unit(c)).unwrap_or(chunk.len() - after);
            }
            at = to;
            let word = trimmed(chunk, from, to);
            if word.start < word.end {
                let stem = stem(&chunk[word.clone()]) + word.start;
                out.push(Unit {
                    start: start + word.start,
                    end: start + word.end,
                    gap: Gap::End,
                    stem: start + stem,
                    is_opaque,
                });
            }
        }
    }
    for n in 0..out.len().saturating_sub(1) {
        out[n].gap = gap(&text[out[n].end..out[n + 1].start]);
    }
    out
}

/// Runs without white space, and where they begin.
fn chunks(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split(char::is_whitespace)
        .map(|chunk| (chunk.as_ptr() as usize - text.as_ptr() as usize, chunk))
        .filter(|(_, chunk)| !chunk.is_empty())
}

/// Whether a character is of a unit: what is neither space nor the usual punctuation.
fn in_unit(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphanumeric() || matches!(c, '|' | '\\' | '^' | '~' | '<' | '>' | '{' | '}' | '$')
    } else {
        !matches!(
            c,
            '´' | '™'
                | '®'
                | '©'
                | '†'
                | '‡'
                | '“'
                | '”'
                | '’'
                | '‘'
                | '—'
                | '–'
                | '…'
                | '‐'
                | '‑'
                | '―'
                | '„'
                | '‚'
        ) && !c.is_whitespace()
    }
}

/// Stray marks at the edges go unless a letter may be behind them: those that stand for one in print.
fn trimmed(chunk: &str, from: usize, to: usize) -> std::ops::Range<usize> {
    let word = &chunk[from..to];
    if !word.contains(char::is_alphanumeric) {
        return from..from;
    }
    let edge =
        |c: char| matches!(c, '|' | '\\' | '^' | '~' | '<' | '>' | '{' | '}' | '$' | '£' | '•' | '■' | '·' | '°');
    let end = word.trim_end_matches(|c| edge(c) || c == '!').len();
    let start = end - word[..end].trim_start_matches(edge).len();
    from + start..from + end
}

/// The length of a word without the `'s` that ends it.
fn stem(word: &str) -> usize {
    for ending in ["'s", "’s", "'S", "’S"] {
        if let Some(stem) = word.strip_suffix(ending).filter(|stem| !stem.is_empty()) {
            return stem.len();
        }
    }
    word.len()
}

/// Whether a run without spaces is an address, a name of a file or an identifier.
fn is_opaque(chunk: &str) -> bool {
    if chunk.len() <= 2 {
        return false;
    }
    let first = chunk.as_bytes()[0];
    chunk.contains("://")
        || chunk.contains("www.")
        || chunk.contains('@') && chunk.contains('.')
        || matches!(first, b'@' | b'#')
        || chunk.contains(['_', '='])
        || chunk.matches('\\').count() > 1
        || chunk.contains('/') && chunk.matches('/').count() > 1
}

fn gap(between: &str) -> Gap {
    let lines = between.matches('\n').count();
    let marks = between.trim();
    let is_space = marks.len() < between.len();
    match marks {
        "" if lines == 0 => Gap::Space,
        "" if lines == 1 => Gap::Line,
        "-" | "‐" | "¬" | "\u{ad}" if lines <= 1 && is_space && between.starts_with(marks) => Gap::Hyphen,
        "-" | "‐" | "‑" if !is_space => Gap::Compound,
        "." | "," | "'" | "’" | "·" | "*" if !is_space => Gap::Stray,
        _ if lines > 1 => Gap::End,
        _ if marks.contains(['.', '!', '?']) => Gap::End,
        "" => Gap::Space,
        "\"" | "'" | "“" | "”" | "‘" | "’" => Gap::Space,
        _ => Gap::Pause,
    }
}

/// What a unit is as it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// What the lexicon knows of it.
    pub known: Option<Known>,
    /// Never edited: numbers, addresses, initials.
    pub is_frozen: bool,
    /// −log P(it), whatever stands beside it.
    pub cost: f32,
    /// −log P(its capitals | the word): what the language model does not see.
    pub odd: f32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_units_and_gaps() {
        use Gap::*;
        let cases: [(&str, &[&str], &[Gap]); 8] = [
            ("The »hip, tlie", &["The", "»hip", "tlie"], &[Space, Pause]),
            ("De-\ncember in th.e", &["De", "cember", "in", "th", "e"], &[Hyphen, Space, Space, Stray]),
            ("people's don’t", &["people's", "don’t"], &[Space]),
            ("to-day | wa|", &["to", "day", "wa"], &[Compound, Pause]),
            ("one\ntwo\n\nthree. Four", &["one", "two", "three", "Four"], &[Line, End, End]),
            ("'wh|ch' a^", &["wh|ch", "a"], &[Space]),
            ("", &[], &[]),
            ("— … !", &[], &[]),
        ];
        for (text, words, gaps) in cases {
            let units = units(text);
            let found: Vec<&str> = units.iter().map(|u| &text[u.start..u.end]).collect();
            assert_eq!(found, words, "{text:?}");
            let between: Vec<Gap> = units.iter().map(|u| u.gap).take(gaps.len()).collect();
            assert_eq!(between, gaps, "{text:?}");
        }
    }

    #[test]
    fn addresses_are_opaque() {
        let opaque = |text: &str| units(text).iter().any(|u| u.is_opaque);
        assert!(opaque("see www.example.org now") && opaque("a@b.org") && opaque("#tag") && opaque("snake_case"));
        assert!(!opaque("and/or 7.5 U.S. well-known"));
    }
}
