//! Names that an edit would break: "Home Depot" is no "House Depot".

use std::ops::Range;

use unspin_core::meaning::names::{COMMONER, LEAST, LEAST_ALONE, Names, Runs};
use unspin_core::text::{Token, fold_into};

use super::params::{ALONE_CONFIDENCE, KNOWN_CONFIDENCE};
use super::place::Place;

/// Titles behind which a name stands that may be any word.
const TITLES: [&str; 8] = ["lord", "lady", "baron", "baroness", "viscount", "earl", "dame", "sir"];
/// What people are called before their names, and spinners write for other words.
const CALLED: [&str; 1] = ["doc"];

/// A text as the names in it.
pub(crate) struct KnownNames<'r> {
    names: &'r Names,
    text: &'r str,
    tokens: &'r [Token],
}

impl<'r> KnownNames<'r> {
    pub(crate) fn new(names: &'r Names, text: &'r str, tokens: &'r [Token]) -> Self {
        KnownNames { names, text, tokens }
    }

    /// How sure an edit of some words must be, which may stand in a name that clean text knows: `None` if they stand in
    /// one, and what would stand there instead is a rarer one.
    pub(crate) fn least_confidence(&self, span: Range<usize>, restored: &str) -> Option<f32> {
        let runs = Runs::new(self.text, self.tokens);
        let Some(mut run) = runs.around(span.clone()) else { return Some(0.0) };
        let place = Place { text: self.text, tokens: self.tokens };
        // "The Home voted": an article is no part of the name.
        if run.start < span.start && runs.is_article(run.start) {
            run.start += 1;
        }
        let is_alone = run.len() == 1;
        if is_alone && place.begins_sentence(span.start) {
            return Some(0.0);
        }
        let (known, becomes) = self.codes(run, &span, restored);
        if known < if is_alone { LEAST_ALONE } else { LEAST } || becomes >= known.saturating_add(COMMONER) {
            return Some(0.0);
        }
        if is_alone {
            // A single word has a capital for other reasons, too.
            return Some(ALONE_CONFIDENCE);
        }
        (becomes >= known).then_some(KNOWN_CONFIDENCE)
    }

    /// Whether some words are a title before a name, or a name behind a title: "Doc Gooden", "Lord Home".
    pub(crate) fn is_titled(&self, span: Range<usize>) -> bool {
        let runs = Runs::new(self.text, self.tokens);
        let word = |at: usize| self.text[self.tokens[at].start..self.tokens[at].end].to_lowercase();
        let is_joined = |at: usize| at < self.tokens.len() && runs.is_name(at) && runs.follows(at);
        let is_title = CALLED.contains(&word(span.start).as_str()) && is_joined(span.end);
        let is_behind =
            is_joined(span.start) && TITLES.contains(&word(span.start - 1).as_str()) && runs.is_name(span.start - 1);
        span.len() == 1 && (is_title || is_behind)
    }

    /// A part of a run as the table would have it after an edit.
    fn restored(&self, part: Range<usize>, span: &Range<usize>, restored: &str) -> String {
        let runs = Runs::new(self.text, self.tokens);
        let mut key = String::new();
        runs.key_into(part.start..span.start, &mut key);
        if !key.is_empty() {
            key.push(' ');
        }
        fold_into(restored, &mut key);
        runs.key_into(span.end..part.end, &mut key);
        key
    }

    /// The codes of the commonest name that holds some words of a run, and of the commonest that would.
    fn codes(&self, run: Range<usize>, span: &Range<usize>, restored: &str) -> (u8, u8) {
        let runs = Runs::new(self.text, self.tokens);
        let (mut known, mut becomes) = (0u8, 0u8);
        let mut key = String::new();
        for part in runs.parts(run).filter(|part| part.start <= span.start && span.end <= part.end) {
            key.clear();
            runs.key_into(part.clone(), &mut key);
            known = known.max(self.names.code(&key));
            becomes = becomes.max(self.names.code(&self.restored(part, span, restored)));
        }
        (known, becomes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unspin_core::bytes::Bytes;
    use unspin_core::text::tokens;

    #[test]
    fn table() {
        let table = "25\thome\n41\thome depot\n12\thome of commons\n47\thouse\n44\thouse of commons\n32\tmetro\n25\tsubway\n35\tthe home\n44\tthe house\n12\twhite home\n54\twhite house\n33\tworld trade\n33\tworld trade center\n";
        let names = Names::from_bytes(Bytes::Shared(Names::build(table).unwrap().into())).unwrap();
        for (text, word, restored, want) in [
            ("at the Home Depot store", "Home", "house", None),
            ("at the White Home on", "Home", "house", Some(0.0)),
            ("the Home voted", "Home", "house", Some(0.0)),
            ("ate at Subway on", "Subway", "metro", Some(ALONE_CONFIDENCE)),
            ("Home voted", "Home", "house", Some(0.0)),
            ("the World Trade Center fell", "Trade", "exchange", None),
            ("the home depot", "home", "house", Some(0.0)),
            ("the Northline Home said", "Home", "house", Some(0.0)),
            ("The Home voted", "Home", "house", Some(0.0)),
            ("the Home of Commons", "Home", "house", Some(0.0)),
        ] {
            let mut found = Vec::new();
            tokens(text, &mut found);
            let at = found.iter().position(|t| &text[t.start..t.end] == word).unwrap();
            assert_eq!(KnownNames::new(&names, text, &found).least_confidence(at..at + 1, restored), want, "{text}");
        }
    }
}
