//! A text as the words that the layers of torn words read: spans, what parts them, and their ids.

use std::ops::{Deref, DerefMut, Range};

use unspin_core::text::vocabulary::{EDGE, NUMBER, PAUSE, POSSESSIVE, UNKNOWN};

use super::lexicon::Lexicon;

/// Letters from which on a run is no word of English.
pub(crate) const LONGEST: usize = 16;

/// A word, with the marks that damage may have put into it.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    pub(crate) span: Range<usize>,
    /// The ids of what stands before it and of itself, as the language model reads them.
    pub(crate) ids: Ids,
    /// Whether it, without a possessive, is known.
    pub(crate) known: bool,
    /// Whether nothing but one space parts it from the word before.
    pub(crate) follows: bool,
    /// Whether a sentence or line begins with it.
    pub(crate) opens: bool,
}

impl Word {
    pub(crate) fn text<'t>(&self, text: &'t str) -> &'t str {
        &text[self.span.clone()]
    }

    /// Whether it is part of an address or of code.
    pub(crate) fn is_in_address(&self, text: &str) -> bool {
        let mark = |c: char| matches!(c, '@' | '#' | '/' | '_' | '=' | '\\' | '<' | '~');
        let (before, after) = (&text[..self.span.start], &text[self.span.end..]);
        let is_domain = after.starts_with('.') && after[1..].starts_with(|c: char| c.is_ascii_lowercase())
            || before.ends_with('.') && self.text(text).starts_with(char::is_lowercase);
        before.ends_with(mark) || after.starts_with(mark) || is_domain && self.span.len() < LONGEST
    }

    /// The ids of what parts it from the word before.
    pub(crate) fn parting(&self) -> Vec<u32> {
        self.ids.iter().copied().filter(|&id| id == EDGE || id == PAUSE).collect()
    }
}

/// The ids of one word: of what parts it from the word before, of itself and of its possessive.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ids {
    ids: [u32; 3],
    count: usize,
}

impl Ids {
    fn push(&mut self, id: u32) {
        self.ids[self.count] = id;
        self.count += 1;
    }
}

impl Extend<u32> for Ids {
    fn extend<I: IntoIterator<Item = u32>>(&mut self, ids: I) {
        ids.into_iter().for_each(|id| self.push(id));
    }
}

impl Deref for Ids {
    type Target = [u32];

    fn deref(&self) -> &[u32] {
        &self.ids[..self.count]
    }
}

impl DerefMut for Ids {
    fn deref_mut(&mut self) -> &mut [u32] {
        &mut self.ids[..self.count]
    }
}

/// Appends the ids of a word as the language model reads it, the word and its possessive; says whether it is known.
pub(crate) fn ids_of(word: &str, lexicon: &Lexicon, out: &mut impl Extend<u32>) -> bool {
    if let Some(id) = lexicon.id(word) {
        out.extend([id]);
        return true;
    }
    let stem = ["'s", "’s", "'S", "’S"].iter().find_map(|end| word.strip_suffix(end));
    if let Some(stem) = stem {
        out.extend([lexicon.id_or_unknown(stem), POSSESSIVE]);
        return lexicon.knows(stem);
    }
    if word.starts_with(|c: char| c.is_ascii_digit()) && word.contains(|c: char| c.is_ascii_digit()) {
        out.extend([NUMBER]);
        return !word.contains(char::is_alphabetic);
    }
    out.extend([UNKNOWN]);
    false
}

/// The words of a text, of letters and digits alone.
pub(crate) fn plain_words(text: &str, lexicon: &Lexicon) -> Vec<Word> {
    words(text, lexicon, |_, _, _| false)
}

/// The words of a text. `is_mark` says which characters besides letters, digits and apostrophes belong to words,
/// by whether a word has begun and by what stands after them.
pub(crate) fn words(text: &str, lexicon: &Lexicon, is_mark: impl Fn(bool, char, Option<char>) -> bool) -> Vec<Word> {
    let mut out: Vec<Word> = Vec::with_capacity(text.len() / 5);
    let mut gap_start = 0;
    let belongs = |inside: bool, c: char, next: Option<char>| c.is_alphanumeric() || is_mark(inside, c, next);
    let mut at = 0;
    while let Some(c) = char_at(text, at) {
        if !belongs(false, c, char_at(text, at + c.len_utf8())) {
            at += c.len_utf8();
            continue;
        }
        let start = at;
        while let Some(c) = char_at(text, at) {
            let next = char_at(text, at + c.len_utf8());
            let joins = matches!(c, '\'' | '’' | '-') && next.is_some_and(char::is_alphanumeric);
            if !belongs(true, c, next) && !joins {
                break;
            }
            at += c.len_utf8();
        }
        out.push(word(text, start..at, &text[gap_start..start], out.is_empty(), lexicon));
        gap_start = at;
    }
    out
}

/// The character that begins at a byte.
#[inline]
fn char_at(text: &str, at: usize) -> Option<char> {
    match text.as_bytes().get(at) {
        Some(&byte) if byte < 0x80 => Some(char::from(byte)),
        Some(_) => text[at..].chars().next(),
        None => None,
    }
}

/// A word with the gap before it.
fn word(text: &str, span: Range<usize>, gap: &str, is_first: bool, lexicon: &Lexicon) -> Word {
    let mut ids = Ids::default();
    let follows = gap == " " && !is_first;
    let is_edge = is_first || !follows && (gap.contains(['.', '!', '?', '…']) || gap.contains("\n\n"));
    if is_edge {
        ids.push(EDGE);
    } else if !follows && gap.contains([',', ';', ':', '(', ')', '[', ']', '–', '—']) {
        ids.push(PAUSE);
    }
    let known = ids_of(&text[span.clone()], lexicon, &mut ids);
    let opens = is_edge || !follows && (gap.contains('\n') || gap.ends_with(['"', '“', '‘', '\'']));
    Word { span, ids, known, follows, opens }
}
