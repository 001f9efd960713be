//! Letters without spaces as words: the likeliest way to part them.

use std::collections::HashSet;

use unspin_core::language_model::State;
use unspin_core::text::vocabulary::UNKNOWN;

use super::lexicon::Lexicon;

/// The longest word that is looked up, in letters.
const MAX_WORD: usize = 20;
/// The longest string that is parted at once, in letters.
const MAX_LETTERS: usize = 1000;
/// Readings kept at each place.
const BEAM: usize = 4;
/// log P of a word that the lexicon lacks: once, and for each of its letters.
const UNKNOWN_WORD: f32 = -7.0;
pub(crate) const UNKNOWN_LETTER: f32 = -2.0;
/// log P of a word that is made of a known one with a usual ending: "ornately" is no "ornate ly".
const DERIVED: f32 = -9.0;
/// Such endings.
const ENDINGS: [&str; 13] = ["s", "es", "ed", "ing", "er", "ers", "ly", "al", "ness", "less", "ism", "ist", "ation"];
/// Letters of the word before the ending, at the least.
const STEM: usize = 5;
/// log P of a compound of known words.
const COMPOUND: f32 = -5.0;
/// What an upper-case letter inside of a word costs: names like "McDonald" have one.
const UPPER_INSIDE: f32 = -8.0;

#[derive(Clone, Copy)]
struct Node {
    log: f32,
    state: State,
    start: usize,
    from: usize,
}

/// What parts letters into words.
pub(crate) struct Segmenter<'k, 'l> {
    pub(crate) lexicon: &'l Lexicon<'k>,
    /// Words of the text that the lexicon may lack, in lower case.
    pub(crate) seen: HashSet<String>,
    /// log P of a place between two words, natural.
    pub(crate) cost: f32,
    /// log P of a letter of an unknown word that begins in upper case.
    pub(crate) name_letter: f32,
}

impl Segmenter<'_, '_> {
    /// Whether the lexicon knows a word, or the text has it elsewhere.
    pub(crate) fn knows(&self, word: &str) -> bool {
        self.lexicon.knows(word) || self.seen.contains(&word.to_lowercase())
    }

    /// The likeliest words; `None` if there are too many letters. What is unknown stays together as far as it can.
    pub(crate) fn segment<'t>(&self, letters: &'t str) -> Option<Vec<&'t str>> {
        self.segment_after(letters, self.lexicon.start()).map(|(parts, _)| parts)
    }

    /// As [`Self::segment`] after a state of the language model, with log P of the words, natural.
    pub(crate) fn segment_after<'t>(&self, letters: &'t str, state: State) -> Option<(Vec<&'t str>, f32)> {
        segment(letters, self, state)
    }

    /// Whether a word is a known one, which may have lost an e, with an ending.
    fn is_derived(&self, word: &str) -> bool {
        let is_word = |stem: &str| self.lexicon.knows(stem) || self.lexicon.knows(&[stem, "e"].concat());
        let mut stems = ENDINGS.iter().filter_map(|ending| word.strip_suffix(ending));
        stems.any(|stem| stem.len() >= STEM && is_word(stem))
    }

    /// The id of a word, and log P that it is meant, natural.
    fn word(&self, word: &str, length: usize) -> (u32, f32) {
        if length == 1 {
            let is_word = matches!(word, "a" | "A" | "I");
            return match self.lexicon.id(word).filter(|_| is_word) {
                Some(id) => (id, 0.0),
                None => (UNKNOWN, 2.0 * UNKNOWN_WORD),
            };
        }
        if word.contains('-') && !self.lexicon.knows(word) {
            let is_compound = word.split('-').all(|part| part.len() > 1 && self.lexicon.knows(part));
            return (UNKNOWN, if is_compound { COMPOUND } else { 2.0 * UNKNOWN_WORD + UNKNOWN_LETTER * length as f32 });
        }
        let known = self.lexicon.id(word).or_else(|| {
            let stem = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s"))?;
            self.lexicon.id(stem)
        });
        match known {
            Some(id) => (id, 0.0),
            None if self.seen.contains(&word.to_lowercase()) => (UNKNOWN, UNKNOWN_WORD),
            None if self.is_derived(word) => (UNKNOWN, DERIVED),
            None if word.starts_with(char::is_uppercase) && !word.chars().skip(1).any(char::is_uppercase) => {
                (UNKNOWN, UNKNOWN_WORD + self.name_letter * length as f32)
            }
            None => (UNKNOWN, UNKNOWN_WORD + UNKNOWN_LETTER * length as f32),
        }
    }
}

/// Viterbi over the places between letters, with a beam over the states of the language model.
fn segment<'t>(letters: &'t str, segmenter: &Segmenter, state: State) -> Option<(Vec<&'t str>, f32)> {
    let (lexicon, cost) = (segmenter.lexicon, segmenter.cost);
    let mut places: Vec<usize> = letters.char_indices().map(|(at, _)| at).collect();
    if places.is_empty() || places.len() > MAX_LETTERS {
        return None;
    }
    places.push(letters.len());
    let count = places.len() - 1;
    let is_upper: Vec<bool> = letters.chars().map(char::is_uppercase).collect();
    let all_upper = is_upper.iter().all(|&upper| upper);
    let mut nodes = vec![Node { log: 0.0, state, start: 0, from: usize::MAX }];
    let mut at: Vec<Vec<usize>> = vec![Vec::new(); count + 1];
    at[0].push(0);
    for end in 1..=count {
        let mut here: Vec<Node> = Vec::new();
        for start in end.saturating_sub(MAX_WORD)..end {
            if at[start].is_empty() {
                continue;
            }
            let word = &letters[places[start]..places[end]];
            let length = end - start;
            let inside = if all_upper { 0 } else { is_upper[start + 1..end].iter().filter(|&&upper| upper).count() };
            let (id, own) = segmenter.word(word, length);
            let own = own + UPPER_INSIDE * inside as f32 + if start > 0 { cost } else { 0.0 };
            for &from in &at[start] {
                let node = nodes[from];
                let (log, state) = lexicon.score(node.state, id);
                here.push(Node { log: node.log + log + own, state, start, from });
            }
        }
        here.sort_by(|a, b| b.log.total_cmp(&a.log));
        here.truncate(BEAM);
        for node in here {
            at[end].push(nodes.len());
            nodes.push(node);
        }
    }
    let best = *at[count].first()?;
    let (mut parts, mut node, mut end) = (Vec::new(), best, count);
    while nodes[node].from != usize::MAX {
        let start = nodes[node].start;
        parts.push(&letters[places[start]..places[end]]);
        (end, node) = (start, nodes[node].from);
    }
    parts.reverse();
    Some((parts, nodes[best].log))
}
