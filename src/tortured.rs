//! Tortured phrases, as screeners of papers list them: a phrase that stands for a term of a field, wherever it stands.
//!
//! One of them in a long clean paper says nothing of the paper's text, and is no reason to edit it; it is a question to
//! the paper. So they are listed by themselves, whatever the verdict.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use unspin_core::dictionary::compile::MAX_PHRASE;

use crate::engine::Engine;
use crate::reading::Reading;

/// The spinner that writes them.
const TORTURED: &str = "tortured";
/// The file of the phrases that screeners list; what was counted on pages is everyday English.
const LIST: &str = "tortured/pairs.tsv";
/// Words of a listed phrase, at least: single words stand in honest text.
const LEAST_WORDS: usize = 2;

/// A tortured phrase, and the term that is expected in its place.
///
/// ```
/// let text = "The features were fed to a profound neural organization, and the error was averaged.";
/// let found = unspin::Unspin::new().tortured(text);
/// assert_eq!((found[0].found(), found[0].expected()), ("profound neural organization", "deep neural network"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TorturedPhrase {
    start: usize,
    end: usize,
    found: String,
    expected: String,
}

impl TorturedPhrase {
    /// Where it stands, in bytes of the text.
    pub fn span(&self) -> Range<usize> {
        self.start..self.end
    }

    /// What stands there.
    pub fn found(&self) -> &str {
        &self.found
    }

    /// The term of the field.
    pub fn expected(&self) -> &str {
        &self.expected
    }
}

/// The tortured phrases of a text, in order, the longest where several begin; none overlap.
pub(crate) fn phrases(engine: &Engine, text: &str) -> Vec<TorturedPhrase> {
    let reading = Reading::of(text, &engine.words, &engine.protected);
    let ids: Vec<u32> = reading.words.iter().map(|word| word.id).collect();
    let mut out = Vec::new();
    let mut at = 0;
    while at < ids.len() {
        let is_whole = |words: usize| !reading.words[at + 1..at + words].iter().any(|word| word.parted);
        let mut best: Option<(usize, String)> = None;
        for dictionary in &engine.dictionaries {
            let Some(spinner) = dictionary.spinners().iter().position(|name| name == TORTURED) else { continue };
            dictionary.matches(&ids[at..ids.len().min(at + MAX_PHRASE)], |found| {
                if found.words < LEAST_WORDS || !is_whole(found.words) {
                    return;
                }
                let rewrites = found.numbers().filter_map(|number| dictionary.rewrite(number));
                let listed = rewrites.filter(|r| usize::from(r.spinner) == spinner && r.file.ends_with(LIST));
                // The commonest term that the list expects.
                if let Some(rewrite) = listed.max_by_key(|r| r.observed) {
                    best = Some((found.words, rewrite.text.to_string()));
                }
            });
        }
        let Some((words, expected)) = best else {
            at += 1;
            continue;
        };
        let span = reading.tokens[at].start..reading.tokens[at + words - 1].end;
        let found = text.get(span.clone()).unwrap_or_default().to_string();
        out.push(TorturedPhrase { start: span.start, end: span.end, found, expected });
        at += words;
    }
    out
}
