//! A text as the engine reads it: words with their ids, sentences, and the places that no edit may touch.

use std::ops::Range;

use unspin_core::text::case::Case;
use unspin_core::text::hidden::is_space;
use unspin_core::text::vocabulary::EDGE;
use unspin_core::text::{Kind, Token, page_tokens};

use crate::channel::Word;
use crate::document::Finding;
use crate::embedded::Words;
use crate::mentions::mentioned;
use crate::protect::Protected;

/// The longest sentence that is read whole, in words; longer ones are cut.
const MAX_SENTENCE: usize = 120;

/// A text as words of the engine.
pub(crate) struct Reading<'t> {
    pub(crate) text: &'t str,
    pub(crate) tokens: Vec<Token>,
    pub(crate) words: Vec<Word>,
    pub(crate) sentences: Vec<Range<usize>>,
    /// The places of words that no edit may touch; they are evidence like others.
    pub(crate) protected: Vec<usize>,
}

impl<'t> Reading<'t> {
    /// Reads a text: its words, sentences, and the places that are protected.
    pub(crate) fn of(text: &'t str, known: &Words, protected: &Protected) -> Reading<'t> {
        let mut found = Vec::with_capacity(text.len() / 5);
        page_tokens(text, &mut found);
        let ids = known.ids(text, &found);
        let mut words: Vec<Word> = Vec::with_capacity(found.len());
        let mut sentences = Vec::new();
        let (mut start, mut last_end) = (0, 0);
        for (n, (token, id)) in found.iter().zip(ids).enumerate() {
            let gap = &text[last_end..token.start];
            words.push(Word {
                id,
                frozen: token.kind == Kind::Opaque || is_half(text, token),
                capitalised: matches!(token.case, Case::Title | Case::Upper | Case::Mixed),
                parted: gap != " " && !gap.chars().all(is_space),
            });
            last_end = token.end;
            if id == EDGE || n - start == MAX_SENTENCE {
                sentences.push(start..if id == EDGE { n } else { n + 1 });
                start = n + 1;
            }
        }
        sentences.push(start..found.len());
        sentences.retain(|s| !s.is_empty());
        for place in mentioned(text, &found, &sentences) {
            words[place].frozen = true;
        }
        let protected = protected.find(text, &found);
        Reading { text, tokens: found, words, sentences, protected }
    }
}

/// Whether a token is part of a compound that the tokeniser could not join, "based" in "L.A.-based": a compound is edited
/// as a whole or not at all.
fn is_half(text: &str, token: &Token) -> bool {
    let bytes = text.as_bytes();
    let before = token.start > 1 && bytes[token.start - 1] == b'-' && !bytes[token.start - 2].is_ascii_whitespace();
    let rest = &bytes[token.end..];
    let rest = rest.strip_prefix(b".").unwrap_or(rest);
    token.kind == Kind::Word
        && (before && bytes[token.start - 2] != b'-'
            || rest.first() == Some(&b'-') && rest.get(1).is_some_and(u8::is_ascii_alphanumeric))
}

/// The findings that change none of the words at these places, in order, unless the name that one of them begins is
/// changed too: "5 Under" was "Five Below".
pub(crate) fn without_places(findings: &[Finding], places: &[usize], words: &[Word]) -> Vec<Finding> {
    const LIKELY: f32 = 0.5;
    let is_capital = |at: Option<usize>| at.and_then(|at| words.get(at)).is_some_and(|word| word.capitalised);
    let is_renamed = |finding: &Finding| {
        let next = findings.partition_point(|other| other.from < finding.to);
        let mut after = findings[next..].iter().take_while(|other| other.from == finding.to);
        is_capital(Some(finding.to))
            && !is_capital(finding.from.checked_sub(1))
            && after.any(|other| other.posterior >= LIKELY)
    };
    let is_free = |finding: &&Finding| {
        let next = places.partition_point(|&place| place < finding.from);
        places.get(next).is_none_or(|&place| place >= finding.to) || is_renamed(finding)
    };
    findings.iter().filter(is_free).copied().collect()
}
