//! The tokeniser: text to words with byte spans, clause by clause.
//!
//! Word boundaries, possessives, hyphens and abbreviations are settled here and nowhere else. The
//! dictionary compiler, the model trainer and the engine all read text through [`tokens`], so a
//! phrase means the same sequence of words to each of them.

use super::boundary::{is_abbreviation, joins_by_dot};
use super::case::Case;
use super::hidden::is_hidden;
use super::opaque::{chunk as opaque, regions};
use super::swar::{LANES, Lanes};

/// What a [`Token`] is to the dictionary and to the context model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A word, number, abbreviation or hyphenated compound.
    Word,
    /// The `'s` that ends a word: "People's" is the word "People" and this.
    Possessive,
    /// A comma, bracket, dash or the like: part of the context, never part of a phrase.
    Pause,
    /// The end of a sentence or of a line.
    End,
    /// A URL, address, @name, #tag, code or whatever else is no prose: never edited, unknown to the model.
    Opaque,
}

/// A piece of a text: `text[start..end]` in bytes, always on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// First byte in the text.
    pub start: usize,
    /// One past the last byte in the text.
    pub end: usize,
    /// Its role.
    pub kind: Kind,
    /// How it is capitalised.
    pub case: Case,
}

/// Splits `text` into tokens, in order and without overlap, and appends them to `out`.
///
/// Spaces, quotation marks and other symbols are part of no token; they stay where they are
/// whatever is rewritten around them.
///
/// ```
/// use unspin_core::text::{tokens, Kind};
/// let text = "The People's Army, at www.example.org.";
/// let mut out = Vec::new();
/// tokens(text, &mut out);
/// let words: Vec<&str> = out.iter().map(|t| &text[t.start..t.end]).collect();
/// assert_eq!(words, ["The", "People", "'s", "Army", ",", "at", "www.example.org", "."]);
/// assert_eq!(out[6].kind, Kind::Opaque);
/// ```
pub fn tokens(text: &str, out: &mut Vec<Token>) {
    Scanner { text, bytes: text.as_bytes(), at: 0, is_page: false }.run(text.len(), out);
}

/// Splits a page into tokens: as [`tokens`] does, but what [`super::opaque::regions`] finds is one token each.
///
/// The sentences of a corpus and the phrases of a dictionary are prose; a page may be anything.
///
/// ```
/// use unspin_core::text::{page_tokens, Kind};
/// let page = "Run the doc with --help.";
/// let mut out = Vec::new();
/// page_tokens(page, &mut out);
/// let flag = out[out.len() - 2];
/// assert_eq!((&page[flag.start..flag.end], flag.kind), ("--help", Kind::Opaque));
/// ```
pub fn page_tokens(page: &str, out: &mut Vec<Token>) {
    let mut scanner = Scanner { text: page, bytes: page.as_bytes(), at: 0, is_page: true };
    for region in regions(page) {
        scanner.run(region.start, out);
        // A tag or an address may have run into the region.
        if scanner.at < region.end {
            scanner.mark(out, region.end - scanner.at, Kind::Opaque);
        }
    }
    scanner.run(page.len(), out);
}

struct Scanner<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    /// Whether words may hold what no reader sees, and go on after the hyphen of a line's end.
    is_page: bool,
}

impl Scanner<'_> {
    /// Reads what begins before `end`.
    fn run(&mut self, end: usize, out: &mut Vec<Token>) {
        while let Some(&byte) = self.bytes.get(self.at).filter(|_| self.at < end) {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => self.word(out),
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\n' => self.mark(out, 1, Kind::End),
                b',' | b';' | b':' | b'(' | b')' | b'[' | b']' => self.mark(out, 1, Kind::Pause),
                b'-' if self.peek(1) == b'-' || !is_word_byte(self.peek(1)) => {
                    let run = self.bytes[self.at..].iter().take_while(|&&b| b == b'-').count();
                    self.mark(out, run, Kind::Pause);
                }
                b'.' | b'!' | b'?' => self.stop(out),
                b'%' => self.mark(out, 1, Kind::Word),
                b'@' | b'#' if self.at_chunk_start() => self.chunk(out),
                b'`' => self.code(out),
                b'<' if self.is_tag() => self.tag(out),
                0..0x80 => self.at += 1,
                _ => self.non_ascii(out),
            }
        }
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(b' ')
    }

    fn mark(&mut self, out: &mut Vec<Token>, bytes: usize, kind: Kind) {
        let start = self.at;
        self.at += bytes;
        out.push(Token { start, end: self.at, kind, case: Case::None });
    }

    fn at_chunk_start(&self) -> bool {
        self.at == 0 || !is_word_byte(self.bytes[self.at - 1])
    }

    /// A sentence ends here unless the stop belongs to an abbreviation or number.
    fn stop(&mut self, out: &mut Vec<Token>) {
        let run = self.bytes[self.at..].iter().take_while(|b| matches!(b, b'.' | b'!' | b'?')).count();
        let is_abbreviation = run == 1
            && self.bytes[self.at] == b'.'
            && out.last().is_some_and(|last| {
                last.end == self.at && last.kind == Kind::Word && is_abbreviation(&self.text[last.start..last.end])
            });
        if is_abbreviation {
            self.at += 1;
        } else {
            self.mark(out, run, Kind::End);
        }
    }

    fn non_ascii(&mut self, out: &mut Vec<Token>) {
        let Some(c) = self.text[self.at..].chars().next() else {
            return;
        };
        match c {
            '–' | '—' | '―' => self.mark(out, c.len_utf8(), Kind::Pause),
            '…' | '\u{2028}' | '\u{2029}' | '。' => self.mark(out, c.len_utf8(), Kind::End),
            c if c.is_alphanumeric() => self.word(out),
            c => self.at += c.len_utf8(),
        }
    }

    /// The end of the run of letters and digits that begins at `from`, and whether nothing but lower case of ASCII
    /// follows its first byte.
    #[inline]
    fn leading_run(&self, from: usize) -> (usize, bool) {
        let mut at = from + usize::from(self.bytes.get(from).is_some_and(u8::is_ascii_alphabetic));
        loop {
            let length = Lanes::at(self.bytes, at).lowercase();
            at += length;
            if length < LANES {
                break;
            }
        }
        let end = self.run_end(at);
        (end, end == at)
    }

    /// The end of the run of letters and digits that begins at `from`.
    fn run_end(&self, from: usize) -> usize {
        let mut at = from;
        while let Some(&byte) = self.bytes.get(at) {
            if byte.is_ascii_alphanumeric() {
                at += 1;
            } else if byte < 0x80 {
                break;
            } else {
                match self.text[at..].chars().next() {
                    Some(c) if c.is_alphanumeric() || is_combining(c) => at += c.len_utf8(),
                    Some(c) if self.is_page && is_hidden(c) => match self.after_hidden(at) {
                        Some(after) => at = after,
                        None => break,
                    },
                    _ => break,
                }
            }
        }
        at
    }

    /// Where the letters of a word go on after what no reader sees, if they do.
    fn after_hidden(&self, at: usize) -> Option<usize> {
        let rest = self.text[at..].trim_start_matches(is_hidden);
        rest.starts_with(char::is_alphanumeric).then(|| self.text.len() - rest.len())
    }

    /// Where a word goes on in the next line, after the hyphen at `at` or a soft one.
    fn after_line_break(&self, at: usize) -> Option<usize> {
        let rest = self.text[at..].strip_prefix(['-', '\u{ad}', '‐'])?;
        let next = rest.trim_start_matches([' ', '\r']).strip_prefix('\n')?.trim_start_matches([' ', '\t']);
        next.starts_with(|c: char| c.is_lowercase()).then(|| self.text.len() - next.len())
    }

    /// Whether a letter or digit follows the mark at `at`.
    fn may_join(&self, at: usize) -> bool {
        self.bytes[at] != b' ' && self.bytes.get(at + 1).is_some_and(|&byte| is_word_byte(byte))
    }

    /// A mark that may stand inside a word, and its length in bytes.
    fn joiner(&self, at: usize) -> Option<(char, usize)> {
        match self.bytes.get(at)? {
            b'\'' | b'-' | b'&' | b'.' => Some((self.bytes[at] as char, 1)),
            0xE2 => match self.text[at..].chars().next()? {
                '’' | 'ʼ' => Some(('\'', 3)),
                '‑' | '‐' => Some(('-', 3)),
                _ => None,
            },
            b',' => Some((',', 1)),
            _ => None,
        }
    }

    fn word(&mut self, out: &mut Vec<Token>) {
        let start = self.at;
        if start > 0 && opaque::marks_before(self.bytes[start - 1]) && self.at_chunk_opaque(start) {
            return self.chunk(out);
        }
        let (mut end, is_plain) = self.leading_run(start);
        if is_plain && matches!(self.bytes.get(end), Some(b' ' | b'\n' | b'.' | b',')) && !self.may_join(end) {
            // Nearly every word.
            let case = if self.bytes[start].is_ascii_lowercase() { Case::Lower } else { Case::Title };
            out.push(Token { start, end, kind: Kind::Word, case });
            self.at = end;
            return;
        }
        if self.is_page
            && let Some(next) = self.after_line_break(end)
            && self.bytes[start..end].iter().skip(1).all(u8::is_ascii_lowercase)
        {
            // A word in two lines, and nothing else in it.
            end = self.run_end(next);
        }
        let mut possessive = None;
        while let Some((joiner, length)) = self.joiner(end) {
            let next = self.run_end(end + length);
            if next == end + length {
                break;
            }
            let (left, right) = (&self.text[start..end], &self.text[end + length..next]);
            let joins = match joiner {
                // "1,234" is a number, "London,Paris" two words.
                ',' => {
                    left.ends_with(|c: char| c.is_ascii_digit())
                        && right.len() == 3
                        && right.bytes().all(|b| b.is_ascii_digit())
                }
                '.' => joins_by_dot(left, right),
                _ => true,
            };
            if !joins {
                break;
            }
            possessive = (joiner == '\'' && (right == "s" || right == "S")).then_some(end);
            end = next;
        }
        let next = self.bytes.get(end).copied().unwrap_or(b' ');
        if opaque::marks_after(next) && self.at_chunk_opaque(start) {
            return self.chunk(out);
        }
        if end - start > 4 && self.text[start..end].contains('.') && opaque::is_opaque(&self.text[start..end]) {
            return self.chunk(out);
        }
        let word_end = possessive.unwrap_or(end);
        out.push(Token { start, end: word_end, kind: Kind::Word, case: Case::of(&self.text[start..word_end]) });
        if word_end < end {
            out.push(Token { start: word_end, end, kind: Kind::Possessive, case: Case::None });
        }
        self.at = end;
    }

    /// The whitespace-bounded piece of text around `at`, without the punctuation that closes it.
    fn chunk_around(&self, at: usize) -> (usize, usize) {
        let mut end = at;
        while end < self.bytes.len()
            && !self.bytes[end].is_ascii_whitespace()
            && !matches!(self.bytes[end], b'<' | b'>' | b'"')
        {
            end += 1;
        }
        while end > at && matches!(self.bytes[end - 1], b'.' | b',' | b';' | b':' | b'!' | b'?' | b')' | b']' | b'\'') {
            end -= 1;
        }
        // Step back out of the middle of a character such as a closing curly quote.
        while end > at && !self.text.is_char_boundary(end) {
            end -= 1;
        }
        (at, end)
    }

    fn at_chunk_opaque(&self, at: usize) -> bool {
        let (start, end) = self.chunk_around(at);
        opaque::is_opaque(&self.text[start..end])
    }

    fn chunk(&mut self, out: &mut Vec<Token>) {
        let (start, end) = self.chunk_around(self.at);
        let end = end.max(start + 1);
        out.push(Token { start, end, kind: Kind::Opaque, case: Case::None });
        self.at = end;
    }

    /// Text between backticks is code: up to the closing mark, or only the mark if none follows.
    fn code(&mut self, out: &mut Vec<Token>) {
        let ticks = self.bytes[self.at..].iter().take_while(|&&b| b == b'`').count();
        let from = self.at + ticks;
        let fence = &self.text[self.at..from];
        let limit = if ticks >= 3 {
            self.text.len()
        } else {
            self.text[from..].find('\n').map_or(self.text.len(), |n| from + n)
        };
        match self.text[from..limit].find(fence) {
            Some(length) => self.mark(out, ticks + length + ticks, Kind::Opaque),
            None => self.at = from,
        }
    }

    fn is_tag(&self) -> bool {
        matches!(self.peek(1), b'a'..=b'z' | b'A'..=b'Z' | b'/' | b'!')
    }

    /// Markup inside plain text, `<a href="…">`, stays whole if it closes nearby.
    fn tag(&mut self, out: &mut Vec<Token>) {
        let window = &self.bytes[self.at..self.bytes.len().min(self.at + 2048)];
        match window.iter().position(|&b| b == b'>') {
            Some(length) => self.mark(out, length + 1, Kind::Opaque),
            None => self.at += 1,
        }
    }
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        let mut out = Vec::new();
        tokens(text, &mut out);
        out.iter().map(|t| &text[t.start..t.end]).collect()
    }

    #[test]
    fn table() {
        for (text, want) in [
            ("Folks's Liberation Military", vec!["Folks", "'s", "Liberation", "Military"]),
            ("the folks’s army", vec!["the", "folks", "’s", "army"]),
            ("I won't, can’t", vec!["I", "won't", ",", "can’t"]),
            ("Mr. Smith left. He ran.", vec!["Mr", "Smith", "left", ".", "He", "ran", "."]),
            ("in the U.S. on Nov. 1", vec!["in", "the", "U.S", "on", "Nov", "1"]),
            ("$1,234.50, or 7.eight mm", vec!["1,234.50", ",", "or", "7.eight", "mm"]),
            ("military-civil fusion — AT&T", vec!["military-civil", "fusion", "—", "AT&T"]),
            ("see https://a.org/b?c=d, or me@x.com.", vec!["see", "https://a.org/b?c=d", ",", "or", "me@x.com", "."]),
            ("@jack said #news", vec!["@jack", "said", "#news"]),
            ("run `cargo test` now", vec!["run", "`cargo test`", "now"]),
            ("the end.The start", vec!["the", "end", ".", "The", "start"]),
            ("either/or, 50% off", vec!["either", "or", ",", "50", "%", "off"]),
            ("a\nb", vec!["a", "\n", "b"]),
            ("naïve İstanbul", vec!["naïve", "İstanbul"]),
        ] {
            assert_eq!(cut(text), want, "{text}");
        }
    }
}
