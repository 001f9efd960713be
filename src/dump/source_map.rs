//! A text as a reader sees it, and where each of its bytes stands in the source.
//!
//! JSON escapes, doubled CSV quotes, HTML entities and tags, and invalid UTF-8 all make the text that
//! is read differ from the bytes that hold it. A source map keeps the way back, so that an edit of the text
//! changes those bytes of the source alone that it is about.

use std::borrow::Cow;
use std::ops::Range;

use super::share::{Run, share, share_words};
use crate::Edit;
use crate::mend::Damage;

/// Parts that a source map may have; a record of more is passed unread. 20 bytes each: 40 MiB at most, while a
/// record of 32 MiB that is nothing but escapes would need 320.
const MAX_PARTS: usize = 2 << 20;

/// A text and its way back to the source.
#[derive(Debug)]
pub(super) struct SourceMap<'s> {
    text: Cow<'s, str>,
    /// In order of both text and source; empty when the text is the source.
    parts: Vec<Part>,
    /// Why the text is not to be read, if so.
    refusal: Option<String>,
    is_page: bool,
}

/// A stretch of the text; it ends where the next one starts. Source maps hold records of at most 32 MiB, so that
/// offsets fit into four bytes.
#[derive(Clone, Copy, Debug)]
struct Part {
    text: u32,
    text_end: u32,
    raw: u32,
    raw_end: u32,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The same bytes in text and source.
    Same,
    /// The same, where nothing can be escaped: in a CDATA section.
    Literal,
    /// Bytes of the source that stand for other bytes of text, as a whole: an escape, an entity.
    Atom,
    /// White space that is markup, such as `<br>`: it stays, words before and after it may be edited together.
    Gap,
    /// Text that the source does not have, such as the break between two paragraphs.
    Break,
}

impl Part {
    fn text(&self) -> (usize, usize) {
        (self.text as usize, self.text_end as usize)
    }

    fn raw(&self) -> (usize, usize) {
        (self.raw as usize, self.raw_end as usize)
    }
}

impl<'s> SourceMap<'s> {
    /// A text that is its own source.
    pub(super) fn plain(text: &'s str) -> Self {
        SourceMap { text: Cow::Borrowed(text), parts: Vec::new(), refusal: None, is_page: false }
    }

    /// Bytes that are UTF-8 in the main; invalid ones are read as U+FFFD and never edited.
    pub(super) fn bytes(raw: &'s [u8]) -> Self {
        if let Ok(text) = std::str::from_utf8(raw) {
            return SourceMap::plain(text);
        }
        let mut map = SourceMap::empty();
        let mut at = 0;
        for chunk in raw.utf8_chunks() {
            map.same(at, chunk.valid());
            at += chunk.valid().len();
            let end = at + chunk.invalid().len();
            if end > at {
                map.atom((at, end), "\u{FFFD}");
            }
            at = end;
        }
        map
    }

    pub(super) fn empty() -> Self {
        SourceMap { text: Cow::Owned(String::new()), ..SourceMap::plain("") }
    }

    /// The map of a page, whose source is what a reader of offsets has.
    pub(super) fn page() -> Self {
        SourceMap { is_page: true, ..SourceMap::empty() }
    }

    /// Adds text that stands at `raw` as it is.
    pub(super) fn same(&mut self, raw: usize, text: &str) {
        self.add((raw, raw + text.len()), text, Kind::Same);
    }

    /// Adds text that stands at `raw` as it is, in a place where markup cannot be escaped.
    pub(super) fn literal(&mut self, raw: usize, text: &str) {
        self.add((raw, raw + text.len()), text, Kind::Literal);
    }

    /// Adds text that the bytes of `raw` stand for as a whole.
    pub(super) fn atom(&mut self, raw: (usize, usize), text: &str) {
        self.add(raw, text, Kind::Atom);
    }

    /// Adds white space that the source spells as markup, at its byte `raw`.
    pub(super) fn gap(&mut self, raw: usize, text: &str) {
        self.add((raw, raw), text, Kind::Gap);
    }

    /// Adds a break that the source does not spell, at its byte `raw`; of several in a row, one is enough.
    pub(super) fn pause(&mut self, raw: usize, text: &str) {
        if self.parts.last().is_none_or(|last| last.kind != Kind::Break) {
            self.add((raw, raw), text, Kind::Break);
        }
    }

    fn add(&mut self, raw: (usize, usize), added: &str, kind: Kind) {
        if added.is_empty() || self.refusal.is_some() {
            return;
        }
        let start = self.text.len();
        let ends = (u32::try_from(start + added.len()), u32::try_from(raw.1));
        let (Ok(text_end), Ok(raw_end)) = ends else {
            return self.refuse(too_fine());
        };
        let part = Part { text: start as u32, text_end, raw: raw.0 as u32, raw_end, kind };
        let is_full = self.parts.len() == MAX_PARTS;
        match self.parts.last_mut() {
            Some(last)
                if kind == last.kind && matches!(kind, Kind::Same | Kind::Literal) && last.raw_end == part.raw =>
            {
                (last.text_end, last.raw_end) = (part.text_end, part.raw_end);
            }
            _ if is_full => return self.refuse(too_fine()),
            _ => self.parts.push(part),
        }
        self.text.to_mut().push_str(added);
    }

    /// What a reader sees.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Gives the text up: it passes unread.
    pub(super) fn refuse(&mut self, reason: String) {
        self.refusal.get_or_insert(reason);
    }

    /// Why the text is not to be read, if so.
    pub(super) fn refusal(&self) -> Option<&str> {
        self.refusal.as_deref()
    }

    /// Where a span of the text stands: in the source of a page, in the text itself elsewhere.
    pub(super) fn place(&self, span: Range<usize>) -> Range<usize> {
        let whole = |part: &Part| if part.kind == Kind::Break { part.raw() } else { place_in(part, &span) };
        if !self.is_page {
            return span;
        }
        let first = self.parts.partition_point(|p| p.text().1 <= span.start);
        let covered = self.parts[first..].iter().take_while(|p| p.text().0 < span.end).map(whole);
        covered.reduce(|all, part| (all.0, part.1)).map_or(0..0, |(start, end)| start..end)
    }

    /// Whether the edit can be made: it cuts no atom in two, covers no break and empties no element.
    pub(super) fn has_room(&self, edit: &Edit) -> bool {
        // What reads as an entity in a page was escaped: on purpose or once too often, nobody can tell.
        let is_escaped = self.is_page && &*edit.channel == Damage::Entity.name();
        !is_escaped && (self.parts.is_empty() || self.changes(edit).is_some())
    }

    /// The source with edits; those that have no room are left out. `escape` spells text as the source must.
    pub(super) fn apply(&self, raw: &[u8], edits: &[Edit], escape: impl Fn(&str, &mut Vec<u8>)) -> Vec<u8> {
        let mut rewrite = Rewrite::new(self, raw);
        rewrite.make(edits, escape);
        rewrite.finish()
    }

    /// What an edit writes where; `None` if it has no room.
    fn changes(&self, edit: &Edit) -> Option<Vec<((usize, usize), String)>> {
        // The spaces between words stay as they are spelt, if there are as many words as before.
        let fine = self.runs(edit, true)?;
        let shares = share_words(&self.text, &edit.replacement, &fine);
        let (runs, shares) = match shares {
            Some(shares) => (fine, shares),
            None => {
                let runs = self.runs(edit, false)?;
                let shares = share(&self.text, &edit.replacement, &runs)?;
                (runs, shares)
            }
        };
        Some(runs.iter().map(|run| run.raw).zip(shares).collect())
    }

    /// The stretches of the source that an edit is about, if `is_fine` those between spaces that are spelt in
    /// another way; `None` if it has no room.
    fn runs(&self, edit: &Edit, is_fine: bool) -> Option<Vec<Run>> {
        let span = &edit.span;
        let first = self.parts.partition_point(|p| p.text().1 <= span.start);
        let is_plain = |with: &str| with.is_ascii() && !with.contains(['&', '<', '>']);
        let mut runs: Vec<Run> = Vec::new();
        for (number, part) in self.parts.iter().enumerate().skip(first).take_while(|(_, p)| p.text().0 < span.end) {
            let text = (span.start.max(part.text().0), span.end.min(part.text().1));
            match part.kind {
                Kind::Break => return None,
                Kind::Atom if text != part.text() => return None,
                Kind::Literal if !is_plain(&edit.replacement) => return None,
                Kind::Gap => continue,
                Kind::Atom if is_fine && self.text[text.0..text.1].trim().is_empty() => continue,
                Kind::Same | Kind::Literal | Kind::Atom => {}
            }
            let raw = place_in(part, span);
            match runs.last_mut() {
                Some(run) if run.raw.1 == raw.0 => (run.raw.1, run.text.1) = (raw.1, text.1),
                _ => runs.push(Run { text, raw, is_spare: self.has_rest(number, text.0, span.end) }),
            }
        }
        (!runs.is_empty()).then_some(runs)
    }

    /// Whether the stretch between two tags that the text at `from` belongs to has words besides those
    /// from there up to `to`: it may lose these without being left empty.
    fn has_rest(&self, number: usize, from: usize, to: usize) -> bool {
        let is_word = |from: usize, to: usize| self.text.get(from..to).is_some_and(|text| !text.trim().is_empty());
        let touch = |one: usize, next: usize| match (self.parts.get(one), self.parts.get(next)) {
            (Some(one), Some(next)) => one.raw_end == next.raw && next.raw < next.raw_end && one.raw < one.raw_end,
            _ => false,
        };
        let (mut first, mut last) = (number, number);
        // A few parts tell: who looks for words in a long stretch has found them by then.
        while first > 0 && number - first < 8 && touch(first - 1, first) {
            first -= 1;
        }
        while self.parts.get(last).is_some_and(|p| p.text().1 <= to) && touch(last, last + 1) {
            last += 1;
        }
        let (start, end) = (self.parts[first].text().0, self.parts[last].text().1);
        is_word(start, from) || to < end && is_word(to, end)
    }
}

/// A source whose edits are made some at a time, in order: all of a long text need more memory than the text.
pub(super) struct Rewrite<'r> {
    map: &'r SourceMap<'r>,
    raw: &'r [u8],
    out: Vec<u8>,
    /// How many bytes of the source are done.
    done: usize,
}

impl<'r> Rewrite<'r> {
    pub(super) fn new(map: &'r SourceMap<'r>, raw: &'r [u8]) -> Self {
        Rewrite { map, raw, out: Vec::with_capacity(raw.len() + 64), done: 0 }
    }

    /// Makes the next edits.
    pub(super) fn make(&mut self, edits: &[Edit], escape: impl Fn(&str, &mut Vec<u8>)) {
        for edit in edits {
            if self.map.parts.is_empty() {
                self.replace((edit.span.start, edit.span.end), &edit.replacement, &escape);
            } else {
                let changes = self.map.changes(edit).unwrap_or_default();
                changes.iter().for_each(|(place, with)| self.replace(*place, with, &escape));
            }
        }
    }

    fn replace(&mut self, (start, end): (usize, usize), with: &str, escape: impl Fn(&str, &mut Vec<u8>)) {
        if let Some(between) = self.raw.get(self.done..start) {
            self.out.extend_from_slice(between);
            escape(with, &mut self.out);
            self.done = end;
        }
    }

    /// The source with its edits.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.out.extend_from_slice(self.raw.get(self.done..).unwrap_or_default());
        self.out
    }
}

fn too_fine() -> String {
    format!("more than {MAX_PARTS} escapes, tags or line ends; passed through unread")
}

/// Writes text as it is, where a source needs no escapes.
pub(super) fn verbatim(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(text.as_bytes());
}

/// The bytes of the source that the part has for a span of the text.
fn place_in(part: &Part, span: &Range<usize>) -> (usize, usize) {
    let ((text, text_end), (raw, raw_end)) = (part.text(), part.raw());
    match part.kind {
        Kind::Same | Kind::Literal => (raw + span.start.max(text) - text, raw + span.end.min(text_end) - text),
        Kind::Atom | Kind::Gap | Kind::Break => (raw, raw_end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(span: std::ops::Range<usize>, replacement: &str) -> Edit {
        Edit::new(span, replacement, 1.0, "folks".into())
    }

    /// `<` and `>` are tags, `&x;` stands for one letter, `|` for a break, `_` for `<br>`, `~` for a space.
    fn toy(raw: &str) -> SourceMap<'_> {
        let mut map = SourceMap::empty();
        let mut at = 0;
        while at < raw.len() {
            let rest = &raw[at..];
            let len = match rest.as_bytes()[0] {
                b'<' => rest.find('>').unwrap() + 1,
                b'&' => {
                    let len = rest.find(';').unwrap() + 1;
                    map.atom((at, at + len), "x");
                    len
                }
                b'~' => {
                    map.atom((at, at + 1), " ");
                    1
                }
                b'_' => {
                    map.gap(at, "\n");
                    1
                }
                b'|' => {
                    map.pause(at, "\n");
                    1
                }
                _ => {
                    let len = rest.find(['<', '&', '|', '_', '~']).unwrap_or(rest.len());
                    map.same(at, &rest[..len]);
                    len
                }
            };
            at += len;
        }
        map
    }

    #[test]
    fn edits_reach_their_bytes_and_no_others() {
        let cases: [(&str, std::ops::Range<usize>, &str, &str); 18] = [
            ("the Home", 4..8, "House", "the House"),
            ("&a;the Home", 5..9, "House", "&a;the House"),
            ("the White <b>Home</b> is", 4..14, "White House", "the White <b>House</b> is"),
            ("the <i>White</i> <b>Home</b>", 4..14, "White House", "the <i>White</i> <b>House</b>"),
            // No element is left empty.
            ("day <i>by day</i>.", 0..10, "daily", "day <i>by day</i>."),
            ("by <i>day by day</i> x", 0..13, "every day", "every <i>day</i> x"),
            ("day <i>by day or so</i>.", 0..10, "daily", "daily<i> or so</i>."),
            ("<i>in line</i> <i>with</i> it", 0..12, "according to", "<i>according</i> <i>to</i> it"),
            ("in <i>line with</i> it", 0..12, "according to the", "according <i>to the</i> it"),
            ("Ho<b>me</b>", 0..4, "House", "Ho<b>use</b>"),
            ("<b>F</b>olks", 0..5, "People", "<b>P</b>eople"),
            ("the White_Home", 4..14, "White House", "the White_House"),
            ("a&a;b", 0..3, "cd", "cd"),
            ("one|two", 0..7, "three", "one|two"),
            ("one &a; two", 4..5, "y", "one y two"),
            ("the White~Home", 4..14, "White House", "the White~House"),
            ("in~line~with it", 0..12, "according to", "according to it"),
            ("<b>in~line</b> it", 0..7, "by", "<b>by</b> it"),
        ];
        for (raw, span, with, expected) in cases {
            let out = toy(raw).apply(raw.as_bytes(), &[edit(span, with)], verbatim);
            assert_eq!(String::from_utf8(out).unwrap(), expected, "{raw}");
        }
    }

    #[test]
    fn breaks_and_halves_of_atoms_have_no_room() {
        let map = toy("one|two");
        assert!(!map.has_room(&edit(0..7, "x")));
        assert!(map.has_room(&edit(0..3, "x")));
        assert!(SourceMap::plain("one").has_room(&edit(0..3, "x")));
    }

    #[test]
    fn invalid_bytes_stay() {
        let raw = b"\xff the Home \xe2\x82";
        let map = SourceMap::bytes(raw);
        assert_eq!(map.text(), "\u{FFFD} the Home \u{FFFD}");
        let out = map.apply(raw, &[edit(8..12, "House")], verbatim);
        assert_eq!(out, b"\xff the House \xe2\x82");
    }
}
