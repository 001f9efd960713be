//! A text as the words that the layers of torn words read: spans, what parts them, and their ids.

use std::ops::Range;

use unspin_core::text::vocabulary::{EDGE, NUMBER, PAUSE, POSSESSIVE, UNKNOWN};

use super::lexicon::Lexicon;

/// A word, with the marks that damage may have put into it.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    pub(crate) span: Range<usize>,
    /// The ids of what stands before it and of itself, as the language model reads them.
    pub(crate) ids: Vec<u32>,
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

    /// The ids of what parts it from the word before.
    pub(crate) fn parting(&self) -> Vec<u32> {
        self.ids.iter().copied().filter(|&id| id == EDGE || id == PAUSE).collect()
    }
}

/// The ids of a word as the language model reads it: the word, and its possessive.
pub(crate) fn ids_of(word: &str, lexicon: &Lexicon, out: &mut Vec<u32>) -> bool {
    if let Some(id) = lexicon.id(word) {
        out.push(id);
        return true;
    }
    let stem = ["'s", "’s", "'S", "’S"].iter().find_map(|end| word.strip_suffix(end));
    if let Some(stem) = stem {
        out.push(lexicon.id_or_unknown(stem));
        out.push(POSSESSIVE);
        return lexicon.knows(stem);
    }
    if word.starts_with(|c: char| c.is_ascii_digit()) && word.contains(|c: char| c.is_ascii_digit()) {
        out.push(NUMBER);
        return !word.contains(char::is_alphabetic);
    }
    out.push(UNKNOWN);
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
    let (mut at, mut gap_start) = (0, 0);
    let belongs = |inside: bool, c: char, next: Option<char>| c.is_alphanumeric() || is_mark(inside, c, next);
    loop {
        let start = {
            let mut chars = text[at..].char_indices().peekable();
            let mut found = None;
            while let Some((n, c)) = chars.next() {
                if belongs(false, c, chars.peek().map(|&(_, c)| c)) {
                    found = Some(at + n);
                    break;
                }
            }
            let Some(start) = found else { break };
            start
        };
        let mut end = start;
        let mut chars = text[start..].char_indices().peekable();
        while let Some((n, c)) = chars.next() {
            let next = chars.peek().map(|&(_, c)| c);
            let joins = matches!(c, '\'' | '’' | '-') && next.is_some_and(char::is_alphanumeric);
            if !belongs(true, c, next) && !joins {
                break;
            }
            end = start + n + c.len_utf8();
        }
        let gap = &text[gap_start..start];
        let mut ids = Vec::with_capacity(2);
        let is_edge = gap.contains(['.', '!', '?', '…']) || gap.contains("\n\n");
        if is_edge || out.is_empty() {
            ids.push(EDGE);
        } else if gap.contains([',', ';', ':', '(', ')', '[', ']', '–', '—']) {
            ids.push(PAUSE);
        }
        let known = ids_of(&text[start..end], lexicon, &mut ids);
        out.push(Word {
            span: start..end,
            ids,
            known,
            follows: gap == " " && !out.is_empty(),
            opens: is_edge || out.is_empty() || gap.contains('\n') || gap.ends_with(['"', '“', '‘', '\'']),
        });
        at = end;
        gap_start = end;
    }
    out
}
