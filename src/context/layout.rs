//! The model as it is queried: sorted tables in one run of bytes, used where they lie.
//!
//! A state remembers the bigram it stands on, so that the next word costs one search among the
//! few words seen after that bigram and, where it is not among them, one among those seen after
//! the last word alone.

use super::storage::Tables;
use crate::bytes::u32_at;
use crate::quantum;
use crate::text::vocabulary::UNKNOWN;

const NO_BIGRAM: u32 = u32::MAX;
/// A word that the model has never seen is rarer than the class of all such words, by this much (natural log).
const UNKNOWN_WORD: f32 = -14.0;

/// What the model remembers of the words so far: the last one or two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct State {
    bigram: u32,
    word: u32,
}

/// A trigram model over borrowed bytes.
#[derive(Clone, Copy, Debug)]
pub struct Context<'b> {
    words: usize,
    unigram: &'b [u8],
    unigram_backoff: &'b [u8],
    bigram_start: &'b [u8],
    bigram_word: &'b [u8],
    bigram: &'b [u8],
    bigram_backoff: &'b [u8],
    trigram_start: &'b [u8],
    trigram_word: &'b [u8],
    trigram: &'b [u8],
}

/// Writes tables in the layout that [`Context`] reads.
pub fn lay_out(tables: &Tables) -> Vec<u8> {
    let mut out = Vec::new();
    for length in [tables.words.len(), tables.bigram_word.len(), tables.trigram_word.len()] {
        out.extend((length as u32).to_le_bytes());
    }
    out.extend(&tables.unigram);
    out.extend(&tables.unigram_backoff);
    let mut start = 0u32;
    out.extend(start.to_le_bytes());
    for count in &tables.bigrams_of {
        start += count;
        out.extend(start.to_le_bytes());
    }
    out.extend(tables.bigram_word.iter().flat_map(|w| w.to_le_bytes()));
    out.extend(&tables.bigram);
    out.extend(&tables.bigram_backoff);
    let mut start = 0u32;
    out.extend(start.to_le_bytes());
    for count in &tables.trigrams_of {
        start += count;
        out.extend(start.to_le_bytes());
    }
    out.extend(tables.trigram_word.iter().flat_map(|w| w.to_le_bytes()));
    out.extend(&tables.trigram);
    out
}

impl<'b> Context<'b> {
    /// A view of what [`lay_out`] wrote; `None` if the lengths do not add up.
    pub fn from_bytes(bytes: &'b [u8]) -> Option<Self> {
        let (words, bigrams, trigrams) =
            (u32_at(bytes, 0)? as usize, u32_at(bytes, 1)? as usize, u32_at(bytes, 2)? as usize);
        let mut rest = bytes.get(12..)?;
        let mut take = |length: usize| {
            let (taken, after) = rest.split_at_checked(length)?;
            rest = after;
            Some(taken)
        };
        let context = Context {
            words,
            unigram: take(words)?,
            unigram_backoff: take(words)?,
            bigram_start: take(4 * (words + 1))?,
            bigram_word: take(2 * bigrams)?,
            bigram: take(bigrams)?,
            bigram_backoff: take(bigrams)?,
            trigram_start: take(4 * (bigrams + 1))?,
            trigram_word: take(2 * trigrams)?,
            trigram: take(trigrams)?,
        };
        rest.is_empty().then_some(context)
    }

    /// How many words the model knows; larger ids are unknown to it.
    pub fn words(&self) -> usize {
        self.words
    }

    /// The state after one word and nothing known before it.
    pub fn after(&self, word: u32) -> State {
        State { bigram: NO_BIGRAM, word: self.known(word) }
    }

    fn known(&self, word: u32) -> u32 {
        if (word as usize) < self.words { word } else { UNKNOWN }
    }

    /// log P(word), natural, whatever stands before it.
    pub fn unigram(&self, word: u32) -> f32 {
        match self.unigram.get(word as usize) {
            Some(&code) if word != UNKNOWN => quantum::decode(code),
            _ => self.unigram.first().map_or(0.0, |&code| quantum::decode(code)) + UNKNOWN_WORD,
        }
    }

    /// log P(word | state), natural, and the state after it.
    #[inline]
    pub fn score(&self, state: State, word: u32) -> (f32, State) {
        let known = self.known(word);
        let bigram = self.find_bigram(state.word, known);
        let next = State { bigram: bigram.map_or(NO_BIGRAM, |b| b as u32), word: known };
        let surprise = if known == UNKNOWN { UNKNOWN_WORD } else { 0.0 };
        if state.bigram != NO_BIGRAM
            && let Some(trigram) = self.find_trigram(state.bigram as usize, known)
        {
            return (quantum::decode(self.trigram[trigram]) + surprise, next);
        }
        let mut log = surprise;
        if state.bigram != NO_BIGRAM {
            log += quantum::decode(self.bigram_backoff[state.bigram as usize]);
        }
        log += match bigram {
            Some(b) => quantum::decode(self.bigram[b]),
            None => {
                quantum::decode(self.unigram_backoff[state.word as usize])
                    + quantum::decode(self.unigram[known as usize])
            }
        };
        (log, next)
    }

    /// Whether the text that the model was trained on shows this word after that state: the state's
    /// two words and this one stood together often enough to be kept.
    pub fn has_seen(&self, state: State, word: u32) -> bool {
        state.bigram != NO_BIGRAM && self.find_trigram(state.bigram as usize, self.known(word)).is_some()
    }

    #[inline]
    fn find_bigram(&self, first: u32, second: u32) -> Option<usize> {
        let (from, to) = range(self.bigram_start, first as usize)?;
        search(self.bigram_word, from, to, second)
    }

    #[inline]
    fn find_trigram(&self, bigram: usize, third: u32) -> Option<usize> {
        let (from, to) = range(self.trigram_start, bigram)?;
        search(self.trigram_word, from, to, third)
    }
}

/// The children of an entry: from its start to the start of the next.
#[inline]
fn range(starts: &[u8], entry: usize) -> Option<(usize, usize)> {
    let both = starts.get(4 * entry..4 * entry + 8)?;
    let start = |at: usize| u32::from_le_bytes([both[at], both[at + 1], both[at + 2], both[at + 3]]) as usize;
    Some((start(0), start(4)))
}

#[inline]
fn u16_at(bytes: &[u8], index: usize) -> u16 {
    bytes.get(2 * index..2 * index + 2).map_or(0, |b| u16::from_le_bytes([b[0], b[1]]))
}

/// The position of `word` among the sorted words `from..to`.
#[inline]
fn search(words: &[u8], from: usize, to: usize, word: u32) -> Option<usize> {
    let words = words.get(2 * from..2 * to)?;
    let (mut low, mut size) = (0, to - from);
    // Halving without branches: the next probe does not wait for the comparison to be guessed.
    while size > 1 {
        let half = size / 2;
        low = if u32::from(u16_at(words, low + half)) <= word { low + half } else { low };
        size -= half;
    }
    (size == 1 && u32::from(u16_at(words, low)) == word).then_some(from + low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backs_off_as_the_tables_say() {
        let tables = Tables {
            words: ["<unknown>", "<edge>", "the", "white", "house"].map(String::from).to_vec(),
            unigram: vec![40, 20, 30, 90, 80],
            unigram_backoff: vec![0, 5, 6, 7, 8],
            bigrams_of: vec![0, 1, 1, 1, 0],
            bigram_word: vec![2, 3, 4],
            bigram: vec![10, 11, 12],
            bigram_backoff: vec![1, 2, 3],
            trigrams_of: vec![0, 1, 0],
            trigram_word: vec![4],
            trigram: vec![4],
        };
        let bytes = lay_out(&tables);
        let context = Context::from_bytes(&bytes).unwrap();
        let (log, the) = context.score(context.after(1), 2);
        assert_eq!(log, quantum::decode(10));
        let (log, white) = context.score(the, 3);
        // No trigram after "<edge> the": its backoff, then the bigram.
        assert_eq!(log, quantum::decode(1) + quantum::decode(11));
        let (log, _) = context.score(white, 4);
        assert_eq!(log, quantum::decode(4));
        let (log, _) = context.score(white, 2);
        assert!((log - quantum::decode(2 + 7 + 30)).abs() < 1e-6);
        for length in 0..bytes.len() {
            assert!(Context::from_bytes(&bytes[..length]).is_none());
        }
    }
}
