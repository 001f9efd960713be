//! A text as a reader sees it, and where each of its bytes stands in the source.
//!
//! JSON escapes, doubled CSV quotes, HTML entities and tags, and invalid UTF-8 all make the text that
//! is read differ from the bytes that hold it. A view keeps the way back, so that an edit of the text
//! changes those bytes of the source alone that it is about.

use std::borrow::Cow;

use crate::Edit;

/// A text and its way back to the source.
#[derive(Debug)]
pub(super) struct View<'s> {
    text: Cow<'s, str>,
    /// In order of both text and source; empty when the text is the source.
    parts: Vec<Part>,
}

/// A stretch of the text.
#[derive(Clone, Copy, Debug)]
struct Part {
    text: usize,
    text_end: usize,
    raw: usize,
    raw_end: usize,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The same bytes in text and source.
    Same,
    /// Bytes of the source that stand for other bytes of text, as a whole: an escape, an entity.
    Atom,
    /// Text that the source does not have, such as the break between two paragraphs.
    Break,
}

/// A stretch of an edit that is contiguous in the source.
struct Run {
    text: (usize, usize),
    raw: (usize, usize),
}

impl<'s> View<'s> {
    /// A text that is its own source.
    pub(super) fn plain(text: &'s str) -> Self {
        View { text: Cow::Borrowed(text), parts: Vec::new() }
    }

    /// Bytes that are UTF-8 in the main; invalid ones are read as U+FFFD and never edited.
    pub(super) fn bytes(raw: &'s [u8]) -> Self {
        if let Ok(text) = std::str::from_utf8(raw) {
            return View::plain(text);
        }
        let mut view = View::empty();
        let mut at = 0;
        for chunk in raw.utf8_chunks() {
            view.same(at, chunk.valid());
            at += chunk.valid().len();
            let end = at + chunk.invalid().len();
            if end > at {
                view.atom((at, end), "\u{FFFD}");
            }
            at = end;
        }
        view
    }

    pub(super) fn empty() -> Self {
        View { text: Cow::Owned(String::new()), parts: Vec::new() }
    }

    /// Adds text that stands at `raw` as it is.
    pub(super) fn same(&mut self, raw: usize, text: &str) {
        self.add((raw, raw + text.len()), text, Kind::Same);
    }

    /// Adds text that the bytes of `raw` stand for as a whole.
    pub(super) fn atom(&mut self, raw: (usize, usize), text: &str) {
        self.add(raw, text, Kind::Atom);
    }

    /// Adds a break that the source does not spell, at its byte `raw`.
    pub(super) fn pause(&mut self, raw: usize, text: &str) {
        self.add((raw, raw), text, Kind::Break);
    }

    fn add(&mut self, (raw, raw_end): (usize, usize), added: &str, kind: Kind) {
        if added.is_empty() {
            return;
        }
        let text = self.text.len();
        self.text.to_mut().push_str(added);
        let part = Part { text, text_end: text + added.len(), raw, raw_end, kind };
        match self.parts.last_mut() {
            Some(last) if kind == Kind::Same && last.kind == Kind::Same && last.raw_end == raw => {
                (last.text_end, last.raw_end) = (part.text_end, part.raw_end);
            }
            _ => self.parts.push(part),
        }
    }

    /// What a reader sees.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether the edit can be made: it cuts no atom in two and covers no break.
    pub(super) fn has_room(&self, edit: &Edit) -> bool {
        self.parts.is_empty() || self.runs(edit).is_some()
    }

    /// Makes the edits in the source. `escape` writes text as the source must spell it.
    ///
    /// Edits that have no room are left out.
    pub(super) fn apply(&self, raw: &[u8], edits: &[Edit], escape: impl Fn(&str, &mut Vec<u8>)) -> Vec<u8> {
        let mut out = Vec::with_capacity(raw.len() + 64);
        let mut at = 0;
        let mut replace = |(start, end): (usize, usize), with: &str| {
            if let Some(between) = raw.get(at..start) {
                out.extend_from_slice(between);
                escape(with, &mut out);
                at = end;
            }
        };
        for edit in edits {
            if self.parts.is_empty() {
                replace((edit.span.start, edit.span.end), &edit.replacement);
                continue;
            }
            match self.runs(edit).as_deref() {
                None | Some([]) => {}
                Some([run]) => replace(run.raw, &edit.replacement),
                Some(runs) => {
                    for (run, with) in runs.iter().zip(self.share(edit, runs)) {
                        replace(run.raw, &with);
                    }
                }
            }
        }
        out.extend_from_slice(raw.get(at..).unwrap_or_default());
        out
    }

    /// The stretches of the source that an edit is about; `None` if it has no room.
    fn runs(&self, edit: &Edit) -> Option<Vec<Run>> {
        let (start, end) = (edit.span.start, edit.span.end);
        let first = self.parts.partition_point(|p| p.text_end <= start);
        let mut runs: Vec<Run> = Vec::new();
        for part in self.parts.get(first..)?.iter().take_while(|p| p.text < end) {
            let (from, to) = (start.max(part.text), end.min(part.text_end));
            let whole = (from, to) == (part.text, part.text_end);
            let raw = match part.kind {
                Kind::Break => return None,
                Kind::Atom if !whole => return None,
                Kind::Atom => (part.raw, part.raw_end),
                Kind::Same => (part.raw + (from - part.text), part.raw + (to - part.text)),
            };
            match runs.last_mut() {
                Some(run) if run.raw.1 == raw.0 => {
                    run.raw.1 = raw.1;
                    run.text.1 = to;
                }
                _ => runs.push(Run { text: (from, to), raw }),
            }
        }
        (!runs.is_empty()).then_some(runs)
    }

    /// Shares a replacement out among the stretches of its edit: word for word when there are as many
    /// words, so that tags stay around the words they were around; all in the first otherwise.
    fn share(&self, edit: &Edit, runs: &[Run]) -> Vec<String> {
        let whole = || {
            let mut shares = vec![String::new(); runs.len()];
            shares[0].clone_from(&edit.replacement);
            shares
        };
        let found: Vec<&str> =
            runs.iter().map(|run| self.text.get(run.text.0..run.text.1).unwrap_or_default()).collect();
        let mut words = edit.replacement.split_whitespace();
        let count = edit.replacement.split_whitespace().count();
        let is_parted = found
            .windows(2)
            .all(|pair| pair[0].ends_with(char::is_whitespace) || pair[1].starts_with(char::is_whitespace));
        if !is_parted || found.iter().map(|f| f.split_whitespace().count()).sum::<usize>() != count {
            return whole();
        }
        let rewrite = |found: &str| {
            let mut share = String::new();
            for piece in found.split_inclusive(char::is_whitespace) {
                let word = piece.trim_end();
                if word.is_empty() {
                    share.push_str(piece);
                } else {
                    share.push_str(words.next().unwrap_or_default());
                    share.push_str(&piece[word.len()..]);
                }
            }
            share
        };
        found.into_iter().map(rewrite).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(span: std::ops::Range<usize>, replacement: &str) -> Edit {
        Edit {
            span,
            replacement: replacement.into(),
            confidence: 1.0,
            spinner: "folks".into(),
            group: None,
            group_size: 1,
            entry: None,
        }
    }

    fn verbatim(text: &str, out: &mut Vec<u8>) {
        out.extend_from_slice(text.as_bytes());
    }

    /// `<` and `>` are tags, `&x;` stands for one letter, `|` for a break.
    fn toy(raw: &str) -> View<'_> {
        let mut view = View::empty();
        let mut at = 0;
        while at < raw.len() {
            let rest = &raw[at..];
            let len = match rest.as_bytes()[0] {
                b'<' => rest.find('>').unwrap() + 1,
                b'&' => {
                    let len = rest.find(';').unwrap() + 1;
                    view.atom((at, at + len), "x");
                    len
                }
                b'|' => {
                    view.pause(at, "\n");
                    1
                }
                _ => {
                    let len = rest.find(['<', '&', '|']).unwrap_or(rest.len());
                    view.same(at, &rest[..len]);
                    len
                }
            };
            at += len;
        }
        view
    }

    #[test]
    fn edits_reach_their_bytes_and_no_others() {
        let cases: [(&str, std::ops::Range<usize>, &str, &str); 9] = [
            ("the Home", 4..8, "House", "the House"),
            ("&a;the Home", 5..9, "House", "&a;the House"),
            ("the White <b>Home</b> is", 4..14, "White House", "the White <b>House</b> is"),
            ("the <i>White</i> <b>Home</b>", 4..14, "White House", "the <i>White</i> <b>House</b>"),
            ("day <i>by day</i>.", 0..10, "daily", "daily<i></i>."),
            ("Ho<b>me</b>", 0..4, "House", "House<b></b>"),
            ("a&a;b", 0..3, "cd", "cd"),
            ("one|two", 0..7, "three", "one|two"),
            ("one &a; two", 4..5, "y", "one y two"),
        ];
        for (raw, span, with, expected) in cases {
            let out = toy(raw).apply(raw.as_bytes(), &[edit(span, with)], verbatim);
            assert_eq!(String::from_utf8(out).unwrap(), expected, "{raw}");
        }
    }

    #[test]
    fn breaks_and_halves_of_atoms_have_no_room() {
        let view = toy("one|two");
        assert!(!view.has_room(&edit(0..7, "x")));
        assert!(view.has_room(&edit(0..3, "x")));
        assert!(View::plain("one").has_room(&edit(0..3, "x")));
    }

    #[test]
    fn invalid_bytes_stay() {
        let raw = b"\xff the Home \xe2\x82";
        let view = View::bytes(raw);
        assert_eq!(view.text(), "\u{FFFD} the Home \u{FFFD}");
        let out = view.apply(raw, &[edit(8..12, "House")], verbatim);
        assert_eq!(out, b"\xff the House \xe2\x82");
    }
}
