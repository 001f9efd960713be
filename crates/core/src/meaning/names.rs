//! Names that clean text knows: runs of capitalised words and how often each was counted.
//!
//! The table answers one question about a place in a text: would an edit break a name? It holds runs of one to
//! [`MAX_RUN`] words that clean news writes with capitals. "Home Depot" and "House of Commons" are in it, "White Home"
//! is not.

use std::ops::Range;

use crate::bytes::{Bytes, Section};
use crate::text::case::Case;
use crate::text::{Kind, Token, fold_into};

/// The longest run that is counted, in words.
pub const MAX_RUN: usize = 4;
/// A name of several words is kept if clean text has it at least as often as this code says: 7 times in 145 million words.
pub const LEAST: u8 = 12;
/// The same of a single word, which is capitalised for other reasons too: 64 times.
pub const LEAST_ALONE: u8 = 25;
/// What is restored must be this many steps commoner, four for each doubling: 8 times as common.
pub const COMMONER: u8 = 12;
/// Steps of the code of a count for each doubling.
const STEPS: f32 = 4.0;

/// Small words that stand inside names in lower case.
const LINKS: [&str; 8] = ["of", "the", "and", "for", "in", "on", "at", "de"];

/// The names that clean text knows, used where the table lies.
#[derive(Clone)]
pub struct Names {
    map: fst::raw::Fst<Section>,
}

impl std::fmt::Debug for Names {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Names").field("names", &self.map.len()).finish()
    }
}

/// The code of a count: four steps for each doubling, 1 for a name that was counted once.
pub fn code_of(count: u32) -> u8 {
    (1.0 + STEPS * (count.max(1) as f32).log2()).round() as u8
}

impl Names {
    /// The table in bytes that [`Names::build`] made; `None` if they are damaged.
    pub fn from_bytes(bytes: Bytes) -> Option<Names> {
        let section = match bytes {
            Bytes::Static(bytes) => Section::Static(bytes),
            Bytes::Shared(bytes) => {
                let range = 0..bytes.len();
                Section::Shared(bytes, range)
            }
        };
        Some(Names { map: fst::raw::Fst::new(section).ok()? })
    }

    /// A table of nothing.
    pub fn none() -> Option<Names> {
        Names::from_bytes(Bytes::Shared(fst::raw::Builder::memory().into_inner().ok()?.into()))
    }

    /// Builds the table from lines `code<TAB>name`, names folded and sorted; `#` comments allowed.
    ///
    /// # Errors
    ///
    /// The first line that is not of that form or out of order, with its number.
    ///
    /// ```
    /// use unspin_core::{bytes::Bytes, meaning::names::{Names, code_of}};
    /// let bytes = Names::build("30\thome depot\n12\tlord home\n").unwrap();
    /// let names = Names::from_bytes(Bytes::Shared(bytes.into())).unwrap();
    /// assert_eq!((names.code("home depot"), names.code("white home")), (30, 0));
    /// assert!(Names::build("30\thome depot\n30\talpha beta\n").is_err());
    /// ```
    pub fn build(text: &str) -> Result<Vec<u8>, String> {
        let mut builder = fst::raw::Builder::memory();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            let fields = line.split_once('\t').and_then(|(code, name)| Some((code.parse::<u8>().ok()?, name)));
            let (code, name) = fields.ok_or_else(|| format!("line {}: a name is `code<TAB>name`", number + 1))?;
            builder.insert(name, u64::from(code)).map_err(|e| format!("line {}: {e}", number + 1))?;
        }
        builder.into_inner().map_err(|e| e.to_string())
    }

    /// The code of the count of a folded name; 0 if clean text does not know it.
    pub fn code(&self, name: &str) -> u8 {
        self.map.get(name).map_or(0, |output| output.value() as u8)
    }
}

/// How the words of a text may stand in names.
#[derive(Clone, Copy)]
pub struct Runs<'t> {
    text: &'t str,
    tokens: &'t [Token],
}

impl<'t> Runs<'t> {
    /// The tokens of a text.
    pub fn new(text: &'t str, tokens: &'t [Token]) -> Self {
        Runs { text, tokens }
    }

    fn word(&self, at: usize) -> &'t str {
        &self.text[self.tokens[at].start..self.tokens[at].end]
    }

    /// Whether a token begins or ends names.
    pub fn is_name(&self, at: usize) -> bool {
        let token = &self.tokens[at];
        token.kind == Kind::Word && matches!(token.case, Case::Title | Case::Upper | Case::Mixed)
    }

    fn is_link(&self, at: usize) -> bool {
        self.tokens[at].kind == Kind::Word && LINKS.contains(&self.word(at))
    }

    /// Whether a token is an article, whatever its case.
    pub fn is_article(&self, at: usize) -> bool {
        self.tokens[at].kind == Kind::Word
            && ["the", "a", "an"].iter().any(|word| self.word(at).eq_ignore_ascii_case(word))
    }

    /// Whether one space, or the stop of an abbreviation and one, is all that parts a token from the one before.
    pub fn follows(&self, at: usize) -> bool {
        at > 0 && matches!(&self.text[self.tokens[at - 1].end..self.tokens[at].start], " " | ". ")
    }

    /// The tokens from a name to the end of the run: names in a row, small words between them.
    fn run_from(&self, start: usize) -> usize {
        let (mut end, mut at) = (start + 1, start + 1);
        while at < self.tokens.len() && self.follows(at) {
            if self.is_name(at) {
                end = at + 1;
            } else if !self.is_link(at) || at - end >= 2 {
                break;
            }
            at += 1;
        }
        end
    }

    /// Calls `found` with every run of names, the longest ones.
    pub fn for_each(&self, mut found: impl FnMut(Range<usize>)) {
        let mut at = 0;
        while at < self.tokens.len() {
            if self.is_name(at) {
                let end = self.run_from(at);
                found(at..end);
                at = end;
            } else {
                at += 1;
            }
        }
    }

    /// The longest run that some tokens stand in; `None` if the first of them is no name.
    pub fn around(&self, span: Range<usize>) -> Option<Range<usize>> {
        if !self.is_name(span.start) {
            return None;
        }
        let mut start = span.start;
        // Names before, a small word or two between them at most; a table of runs is no help for longer ones.
        for _ in 0..2 * MAX_RUN {
            let linked = (1..=3.min(start)).find(|&back| self.is_name(start - back));
            let Some(back) = linked else { break };
            let between = start - back + 1..start;
            if !(start - back + 1..=start).all(|at| self.follows(at)) || !between.clone().all(|at| self.is_link(at)) {
                break;
            }
            start -= back;
        }
        Some(start..self.run_from(start).max(span.end))
    }

    /// The parts of a run that may be names by themselves: at most [`MAX_RUN`] words, a name at each end; a single word
    /// only where it is the whole run.
    pub fn parts(&self, run: Range<usize>) -> impl Iterator<Item = Range<usize>> + use<'t> {
        let runs = *self;
        let is_alone = run.len() == 1;
        run.clone().flat_map(move |start| {
            let ends = start + if is_alone { 1 } else { 2 }..=run.end.min(start + MAX_RUN);
            let parts = ends.map(move |end| start..end);
            parts.filter(move |part| runs.is_name(part.start) && runs.is_name(part.end - 1))
        })
    }

    /// Writes some words as the table has them.
    pub fn key_into(&self, words: Range<usize>, key: &mut String) {
        for at in words {
            if !key.is_empty() {
                key.push(' ');
            }
            fold_into(self.word(at), key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokens;

    fn parts(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        tokens(text, &mut found);
        let runs = Runs::new(text, &found);
        let mut out = Vec::new();
        runs.for_each(|run| {
            out.extend(runs.parts(run).map(|part| {
                let mut key = String::new();
                runs.key_into(part, &mut key);
                key
            }))
        });
        out
    }

    #[test]
    fn runs_and_their_parts() {
        for (text, want) in [
            ("at the White House today", vec!["white house"]),
            ("saw House of Commons, Lord Home's son", vec!["house of commons", "lord home"]),
            ("saw Home Box Office", vec!["home box", "home box office", "box office"]),
            ("went to Subway and ate", vec!["subway"]),
            ("nothing here", vec![]),
        ] {
            assert_eq!(parts(text), want, "{text}");
        }
    }

    #[test]
    fn the_run_around_a_word() {
        let text = "the Bed Bath and Beyond and House of the Lords Home was";
        let mut found = Vec::new();
        tokens(text, &mut found);
        let runs = Runs::new(text, &found);
        assert_eq!(runs.around(9..10), runs.around(1..2).map(|run| 1..run.end));
        assert_eq!(runs.around(0..1), None);
        assert_eq!(runs.around(10..11), Some(1..11));
    }
}
