//! What a reader of a page sees: its text without what is hidden, and with breaks between paragraphs.

use std::collections::HashMap;
use std::ops::Range;

use super::charset::Charset;
use super::elements::{self, INLINE, is_hidden};
use super::markup::{Tag, Token, Tokens};
use crate::dump::source_map::SourceMap;

/// The longest entity, `&CounterClockwiseContourIntegral;`, and room for leading zeros.
const MAX_ENTITY: usize = 40;
/// How many open elements are looked at for the one that a tag ends. Pages are a few dozen deep.
const MAX_LOOK: usize = 256;
/// Elements that may be open at once, each some 60 bytes; a page of more is passed unread.
const MAX_OPEN: usize = 1 << 18;
/// The longest mark of a footnote, with its tags, in bytes.
const MAX_NOTE: usize = 200;

/// Reads a page.
pub(super) fn read(raw: &[u8], charset: Charset) -> SourceMap<'static> {
    let is_xml = is_xml(raw);
    let mut reading = Reading {
        raw,
        charset,
        is_xml,
        map: SourceMap::page(),
        open: Vec::new(),
        counts: HashMap::new(),
        hidden: 0,
        line: None,
    };
    let mut tokens = Tokens::new(raw, is_xml);
    while let Some(token) = tokens.next() {
        match token {
            Token::Text(range) => reading.text(range),
            Token::Literal(range) => reading.literal(range),
            Token::Start(tag) => reading.start(&tag, &mut tokens),
            Token::End(tag) => reading.end(&tag),
        }
    }
    reading.map
}

/// Whether a page is XML: says so at its start, or names the name space in its first tag.
fn is_xml(raw: &[u8]) -> bool {
    let start = raw.strip_prefix(b"\xef\xbb\xbf").unwrap_or(raw).trim_ascii_start();
    let first = || {
        Tokens::new(&raw[..raw.len().min(4096)], true).find_map(|token| match token {
            Token::Start(tag) => Some(tag.name == "html" && tag.attribute("xmlns").is_some()),
            _ => None,
        })
    };
    start.starts_with(b"<?xml") || first().unwrap_or(false)
}

/// An element that is open and matters: it is a block, or hides what is in it, or stands in one that does.
#[derive(Debug)]
struct Open {
    name: String,
    hides: bool,
    is_block: bool,
}

struct Reading<'p> {
    raw: &'p [u8],
    charset: Charset,
    is_xml: bool,
    map: SourceMap<'static>,
    open: Vec<Open>,
    /// How many elements of a name are open.
    counts: HashMap<String, usize>,
    /// How many open elements hide their text.
    hidden: usize,
    /// Where the text ended at the last `<br>`: two of them make a paragraph.
    line: Option<usize>,
}

impl Reading<'_> {
    fn start(&mut self, tag: &Tag<'_>, tokens: &mut Tokens<'_>) {
        let name = tag.name.as_str();
        if name == "br" {
            self.line_break(tag.at);
            return;
        }
        let is_block = !INLINE.contains(&name);
        self.end_implied(name);
        if is_block {
            self.pause(tag.at, "\n");
        }
        let is_foreign = self.counts.contains_key("svg") || self.counts.contains_key("math");
        let is_empty = elements::VOID.contains(&name) || tag.is_self_closed && (self.is_xml || is_foreign);
        if is_empty {
            return;
        }
        let is_note = name == "sup" && self.is_note(tag.at);
        let hides = is_note || is_hidden(tag);
        if hides && !is_block && !is_note {
            // Words before and after what is not read do not stand together.
            self.pause(tag.at, "\n");
        }
        if elements::RAW.contains(&name) && !is_foreign || matches!(name, "script" | "style") {
            let text = tokens.raw_text(name);
            if name == "title" && !hides {
                self.text(text);
            }
        } else if name == "plaintext" {
            tokens.end();
        }
        if self.open.len() == MAX_OPEN {
            self.map.refuse(format!("more than {MAX_OPEN} elements are open; passed through unread"));
            tokens.end();
        } else if is_block || hides || self.hidden > 0 {
            self.hidden += usize::from(hides);
            *self.counts.entry(name.to_string()).or_default() += 1;
            self.open.push(Open { name: name.to_string(), hides, is_block });
        }
    }

    fn end(&mut self, tag: &Tag<'_>) {
        let name = tag.name.as_str();
        if matches!(name, "br") {
            self.line_break(tag.at);
        }
        if self.counts.contains_key(name)
            && let Some(depth) = self.depth_of(|open| open == name, elements::walls_of_end(name))
        {
            let is_block = self.open[depth].is_block;
            self.close(depth);
            if is_block {
                self.pause(tag.at, "\n");
            }
        } else if !INLINE.contains(&name) {
            self.pause(tag.at, "\n");
        }
    }

    /// Closes the elements that end where an element of this name starts.
    fn end_implied(&mut self, name: &str) {
        for (ended, walls) in elements::ended_by(name) {
            if ended.iter().any(|ended| self.counts.contains_key(*ended))
                && let Some(depth) = self.depth_of(|open| ended.contains(&open), walls)
            {
                self.close(depth);
            }
        }
    }

    /// The innermost open element that is wanted, if none of the `walls` stands around this place before it.
    fn depth_of(&self, is_wanted: impl Fn(&str) -> bool, walls: &[&str]) -> Option<usize> {
        let near = self.open.iter().enumerate().rev().take(MAX_LOOK);
        for (depth, open) in near {
            if is_wanted(&open.name) {
                return Some(depth);
            }
            if walls.contains(&open.name.as_str()) {
                return None;
            }
        }
        None
    }

    /// Closes the element at `depth` and all within it.
    fn close(&mut self, depth: usize) {
        for open in self.open.drain(depth..) {
            self.hidden -= usize::from(open.hides);
            if let Some(count) = self.counts.get_mut(&open.name) {
                *count -= 1;
                if *count == 0 {
                    self.counts.remove(&open.name);
                }
            }
        }
    }

    fn pause(&mut self, at: usize, text: &str) {
        if self.hidden == 0 {
            self.map.pause(at, text);
        }
    }

    fn line_break(&mut self, at: usize) {
        if self.hidden > 0 {
            return;
        }
        let text = self.map.text();
        let is_second = self.line.is_some_and(|from| text.get(from..).is_some_and(|since| since.trim().is_empty()));
        if is_second {
            self.map.pause(at, "\n");
        } else {
            self.map.gap(at, " ");
        }
        self.line = Some(self.map.text().len());
    }

    /// Whether the `sup` that starts here holds the mark of a note: `[1]`, a dagger, a link that is a number.
    fn is_note(&self, at: usize) -> bool {
        let near = &self.raw[at..self.raw.len().min(at + MAX_NOTE)];
        let (mut text, mut is_link, mut is_closed) = (String::new(), false, false);
        for token in Tokens::new(near, self.is_xml) {
            match token {
                Token::Text(range) | Token::Literal(range) => text += &String::from_utf8_lossy(&near[range]),
                Token::Start(tag) => is_link |= tag.name == "a",
                Token::End(tag) if tag.name == "sup" => {
                    is_closed = true;
                    break;
                }
                Token::End(_) => {}
            }
        }
        let mark = htmlize::unescape(text.trim()).into_owned();
        let is_bracketed = mark.starts_with('[') && mark.ends_with(']') && mark.len() <= 16;
        let is_sign = !mark.is_empty() && mark.chars().all(|c| matches!(c, '*' | '\u{2020}' | '\u{2021}' | '\u{a7}'));
        let is_number = is_link && mark.len() <= 3 && mark.chars().all(char::is_alphanumeric);
        is_closed && (is_bracketed || is_sign || is_number)
    }

    /// Adds text without entities.
    fn literal(&mut self, range: Range<usize>) {
        if self.hidden > 0 {
            return;
        }
        let mut at = range.start;
        for chunk in self.raw.get(range).unwrap_or_default().utf8_chunks() {
            self.map.literal(at, chunk.valid());
            at += chunk.valid().len();
            let end = at + chunk.invalid().len();
            if end > at {
                self.map.atom((at, end), "\u{FFFD}");
            }
            at = end;
        }
    }

    /// Adds a stretch of text: entities decoded, line breaks as the spaces they are shown as.
    fn text(&mut self, range: Range<usize>) {
        if self.hidden > 0 {
            return;
        }
        let raw = self.raw;
        let mut at = range.start;
        while at < range.end {
            let rest = &raw[at..range.end];
            let plain =
                rest.iter().take_while(|&&b| b.is_ascii() && !matches!(b, b'&' | b'\n' | b'\r' | b'\t')).count();
            if plain > 0 {
                self.map.same(at, std::str::from_utf8(&rest[..plain]).unwrap_or_default());
                at += plain;
                continue;
            }
            at += match rest[0] {
                b'&' => self.entity(rest, at),
                b'\n' | b'\r' | b'\t' => {
                    let len = rest.iter().take_while(|b| matches!(b, b'\n' | b'\r' | b'\t' | b' ')).count();
                    self.map.atom((at, at + len), " ");
                    len
                }
                _ => self.letters(rest, at),
            };
        }
    }

    /// Adds what stands beyond ASCII, and says how long it is.
    fn letters(&mut self, rest: &[u8], at: usize) -> usize {
        if !self.charset.is_unicode() && !self.charset.is_single_byte() {
            return self.letter(rest, at);
        }
        let len = rest.iter().take_while(|b| !b.is_ascii()).count();
        if !self.charset.is_unicode() {
            if self.charset.is_legible(&rest[..len]) {
                for byte in 0..len {
                    self.letter(&rest[byte..], at + byte);
                }
            } else {
                self.map.atom((at, at + len), "\u{FFFD}");
            }
            return len;
        }
        let mut from = at;
        for chunk in rest[..len].utf8_chunks() {
            let mut valid = chunk.valid();
            while let Some(cut) = valid.find(is_invisible) {
                self.map.same(from, &valid[..cut]);
                let len = cut + valid[cut..].chars().next().map_or(0, char::len_utf8);
                (from, valid) = (from + len, &valid[len..]);
            }
            self.map.same(from, valid);
            from += valid.len();
            if !chunk.invalid().is_empty() {
                self.map.atom((from, from + chunk.invalid().len()), "\u{FFFD}");
                from += chunk.invalid().len();
            }
        }
        len
    }

    /// Adds a character of an encoding that is not Unicode, and says how long it is.
    fn letter(&mut self, rest: &[u8], at: usize) -> usize {
        let Some((text, len)) = self.charset.character(rest) else {
            self.map.atom((at, at + 1), "\u{FFFD}");
            return 1;
        };
        self.atom((at, at + len), &text);
        len
    }

    /// Adds the entity that stands here, or its `&` where there is none; says how long it is.
    fn entity(&mut self, rest: &[u8], at: usize) -> usize {
        let end = rest.iter().take(MAX_ENTITY).position(|&b| b == b';').map(|at| at + 1);
        if let Some(source) = end.and_then(|end| std::str::from_utf8(&rest[..end]).ok()) {
            let decoded = htmlize::unescape(source);
            if decoded != source {
                self.atom((at, at + source.len()), &decoded);
                return source.len();
            }
        }
        self.map.same(at, "&");
        1
    }

    fn atom(&mut self, raw: (usize, usize), text: &str) {
        match text {
            // A space that keeps its words on one line is a space to a reader.
            "\u{a0}" => self.map.atom(raw, " "),
            text if text.chars().all(is_invisible) => {}
            text => self.map.atom(raw, text),
        }
    }
}

/// Characters that say where a word may be parted, or nothing.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}')
}
