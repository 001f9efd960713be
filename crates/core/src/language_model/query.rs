//! The trigram model over its layout: probabilities of words after words, looked up in batches.
//!
//! A [`State`] carries what is known of its bigram, so that a trigram that was never seen, as most were not, costs no
//! cache miss; one that was is a search in a short row. The bigrams of a whole sentence are known before any reading
//! of it is: [`TrigramModel::ask`] prefetches them, [`TrigramModel::bigrams`] looks them up, so that their cache
//! misses overlap.

use prefetch_index::prefetch_index;

use super::layout::{BACKOFF_AT, HEADER, UNIGRAM_AT, WORD};
use super::line::{self, BUCKET, LINE, Record, line_of, overflows, place_in};
use super::row::{self, SLOT, bloom_bit};
use super::state::{Asked, Bigram, Second, State};
use crate::bytes::u32_at;
use crate::quantize;
use crate::text::vocabulary::UNKNOWN;

/// A word that the model has never seen is rarer than the class of all such words, by this many steps of a code.
const UNKNOWN_WORD: u16 = 175;

/// A trigram model over borrowed bytes.
#[derive(Clone, Copy, Debug)]
pub struct TrigramModel<'b> {
    words: &'b [[u8; WORD]],
    lines: &'b [[u8; LINE]],
    /// A row for each bigram: the third words of its trigrams, each with its probability.
    trigrams: &'b [[u8; SLOT]],
    /// The model's number of each word id; empty where they are the same.
    ids: &'b [u16],
}

impl<'b> TrigramModel<'b> {
    /// A view of what [`lay_out`](super::lay_out) wrote; `None` if the lengths do not add up.
    ///
    /// A query is fastest where the bytes begin on a line of the cache.
    pub fn from_bytes(bytes: &'b [u8]) -> Option<Self> {
        let (words, lines, slots) =
            (u32_at(bytes, 0)? as usize, u32_at(bytes, 1)? as usize, u32_at(bytes, 2)? as usize);
        let mut rest = bytes.get(HEADER..)?;
        let mut take = |length: usize| {
            let (taken, after) = rest.split_at_checked(length)?;
            rest = after;
            Some(taken)
        };
        let context = TrigramModel {
            lines: take(LINE.checked_mul(lines)?)?.as_chunks().0,
            words: take(WORD * words)?.as_chunks().0,
            trigrams: take(SLOT * slots)?.as_chunks().0,
            ids: &[],
        };
        // The last of the 16-bit numbers would look like an empty place.
        (rest.is_empty() && (1..=0xffff).contains(&words)).then_some(context)
    }

    /// The model for whoever numbers words otherwise: `ids` are its own numbers of their words.
    pub fn with_ids(self, ids: &'b [u16]) -> Self {
        TrigramModel { ids, ..self }
    }

    /// How many words the model knows; of its own numbers, larger ones are unknown to it.
    pub fn words(&self) -> usize {
        self.words.len()
    }

    /// The state after one word and nothing known before it.
    #[inline]
    pub fn after(&self, word: u32) -> State {
        after_own(self.known(word))
    }

    #[inline]
    fn known(&self, word: u32) -> u32 {
        let own = match self.ids {
            [] => word,
            ids => ids.get(word as usize).copied().map_or(UNKNOWN, u32::from),
        };
        if (own as usize) < self.words.len() { own } else { UNKNOWN }
    }

    /// log P(word), natural, whatever stands before it.
    #[inline]
    pub fn unigram(&self, word: u32) -> f32 {
        let word = self.known(word);
        quantize::decode_sum(u32::from(self.words[word as usize][UNIGRAM_AT]) + u32::from(surprise(word)))
    }

    /// log P(words), natural, whatever stands before them.
    pub fn phrase(&self, words: &[u32]) -> f32 {
        let Some((&first, rest)) = words.split_first() else { return 0.0 };
        let mut log = self.unigram(first);
        let mut state = self.after(first);
        for &word in rest {
            let (next, after) = self.score(state, word);
            log += next;
            state = after;
        }
        log
    }

    /// log P(word | state), natural, and the state after it.
    #[inline]
    pub fn score(&self, state: State, word: u32) -> (f32, State) {
        let bigram = self.find(&self.ask_own(state.word, self.second(word)));
        (self.follow(state, &bigram).0, bigram.state)
    }

    /// log P(second word of a bigram | state), natural, for a state whose last word is the first of the bigram;
    /// and whether the text that the model was trained on shows it there: the state's two words and this
    /// one stood together often enough to be kept.
    #[inline]
    pub fn follow(&self, state: State, bigram: &Bigram) -> (f32, bool) {
        let (steps, is_seen) = self.steps(state, bigram);
        (quantize::decode_sum(steps), is_seen)
    }

    /// As [`Self::follow`], the logarithm in steps of a code, downwards from 0: their sums are exact.
    #[inline]
    pub fn steps(&self, state: State, bigram: &Bigram) -> (u32, bool) {
        let word = bigram.state.word;
        match self.trigram(state, word) {
            Some(code) => (u32::from(code) + u32::from(surprise(word)), true),
            None => (u32::from(state.backoff) + u32::from(bigram.code), false),
        }
    }

    /// What is known of a word after another.
    #[inline]
    pub fn bigram(&self, first: u32, second: u32) -> Bigram {
        self.find(&self.ask(first, second))
    }

    /// A bigram to be asked for; prefetches its line.
    #[inline]
    pub fn ask(&self, first: u32, second: u32) -> Asked {
        self.ask_own(self.known(first), self.second(second))
    }

    /// The same of a word by the model's own number, and one after it.
    #[inline]
    fn ask_own(&self, first: u32, second: Second) -> Asked {
        self.fetch(Asked { first, second: second.word, line: line_of(self.lines_of(first), second.hash) })
    }

    /// A word after others.
    #[inline]
    pub fn second(&self, word: u32) -> Second {
        let word = self.known(word);
        Second { word, hash: line::hash(word) }
    }

    /// The bigrams of a word and each of some after it, to be looked up; prefetches their lines.
    #[inline]
    pub fn ask_each(&self, first: u32, seconds: &[Second], asked: &mut Vec<Asked>) {
        let first = self.known(first);
        let lines = self.lines_of(first);
        asked.extend(
            seconds
                .iter()
                .map(|second| self.fetch(Asked { first, second: second.word, line: line_of(lines, second.hash) })),
        );
    }

    /// Prefetches the line of a bigram.
    #[inline]
    fn fetch(&self, asked: Asked) -> Asked {
        prefetch_index(self.lines, asked.line as usize);
        asked
    }

    /// What is known of many bigrams, in order; what stood in `found` is lost.
    pub fn bigrams(&self, asked: &[Asked], found: &mut Vec<Bigram>) {
        found.clear();
        found.extend(asked.iter().map(|asked| self.find(asked)));
    }

    /// The lines of the bigrams of a first word: the first of them, and how many there are.
    #[inline]
    fn lines_of(&self, first: u32) -> (u32, u32) {
        let word = u64::from_le_bytes(self.words[first as usize]);
        (word as u32, (word >> 32) as u32 & 0xffff)
    }

    /// The bigram of two words, in the line of its hash or, if that had no room, after it.
    #[inline(always)]
    fn find(&self, asked: &Asked) -> Bigram {
        if let Some(line) = self.lines.get(asked.line as usize) {
            if let Some(place) = place_in(line, asked.second) {
                return bigram_at(line, asked.line, place, asked.second);
            }
            if overflows(line) {
                return self.find_beyond(asked);
            }
        }
        self.unseen(asked)
    }

    /// The bigram of two words in the lines after that of its hash, which had no room for all.
    #[cold]
    fn find_beyond(&self, asked: &Asked) -> Bigram {
        let (start, count) = self.lines_of(asked.first);
        let mut at = asked.line;
        for _ in 1..count {
            at = if at + 1 == start.saturating_add(count) { start } else { at + 1 };
            let Some(line) = self.lines.get(at as usize) else { break };
            if let Some(place) = place_in(line, asked.second) {
                return bigram_at(line, at, place, asked.second);
            }
            if !overflows(line) {
                break;
            }
        }
        self.unseen(asked)
    }

    /// A bigram that the model has not seen.
    #[inline]
    fn unseen(&self, asked: &Asked) -> Bigram {
        let [first, second] = [asked.first, asked.second].map(|word| &self.words[word as usize]);
        let code = u16::from(first[BACKOFF_AT]) + u16::from(second[UNIGRAM_AT]);
        Bigram { state: after_own(asked.second), code: code + surprise(asked.second) }
    }

    /// Prefetches the trigram of a state and a word, if the Bloom filter of the state admits it.
    #[inline]
    pub fn fetch_trigram(&self, state: State, word: u32) {
        if state.bloom & bloom_bit(word) != 0 {
            prefetch_index(self.trigrams, row::first_slot(state.first as usize, usize::from(state.count), word));
        }
    }

    /// Prefetches the trigrams of a state and the second words of bigrams.
    #[inline]
    pub fn fetch_trigrams(&self, state: State, bigrams: &[Bigram]) {
        /// A row of no more trigrams stands in a line of the cache.
        const IN_A_LINE: u16 = 14;
        if state.count <= IN_A_LINE {
            prefetch_index(self.trigrams, state.first as usize);
        } else {
            bigrams.iter().for_each(|bigram| self.fetch_trigram(state, bigram.state.word));
        }
    }

    /// Prefetches the trigrams of bigrams that follow each other.
    #[inline]
    pub fn fetch_chain(&self, bigrams: &[Bigram]) {
        bigrams.windows(2).for_each(|pair| self.fetch_trigram(pair[0].state, pair[1].state.word));
    }

    /// The code of the probability of a word after the two of a state.
    #[inline]
    fn trigram(&self, state: State, word: u32) -> Option<u8> {
        if state.bloom & bloom_bit(word) == 0 {
            return None;
        }
        let from = state.first as usize;
        row::search(self.trigrams.get(from..from + row::slots(usize::from(state.count)))?, word)
    }
}

/// The state after one word, by the model's own number.
#[inline]
fn after_own(word: u32) -> State {
    State { name: !word, word, first: 0, bloom: 0, count: 0, backoff: 0 }
}

/// The bigram that stands at a place of a line.
#[inline]
fn bigram_at(line: &[u8; LINE], at: u32, place: usize, second: u32) -> Bigram {
    let Record { first, bloom, count, code, backoff } = line::read(line, place);
    let name = BUCKET as u32 * at + place as u32;
    Bigram {
        state: State { name, word: second, first, bloom, count, backoff },
        code: u16::from(code) + surprise(second),
    }
}

/// What is added to the code of a word that the model has never seen.
#[inline]
fn surprise(word: u32) -> u16 {
    if word == UNKNOWN { UNKNOWN_WORD } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::super::layout::lay_out;
    use super::super::tables::Tables;
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
        let context = TrigramModel::from_bytes(&bytes).unwrap();
        let (log, the) = context.score(context.after(1), 2);
        assert_eq!(log, quantize::decode(10));
        let (log, white) = context.score(the, 3);
        // No trigram after "<edge> the": its backoff, then the bigram.
        assert_eq!(log, quantize::decode(1) + quantize::decode(11));
        let (log, _) = context.score(white, 4);
        assert_eq!(log, quantize::decode(4));
        let (log, _) = context.score(white, 2);
        assert!((log - quantize::decode(2 + 7 + 30)).abs() < 1e-6);
        // Nothing follows an unknown word, though the line of the next word's bigram is where its own would be.
        let (log, _) = context.score(context.after(0), 2);
        assert_eq!(log, quantize::decode(30));
        for length in 0..bytes.len() {
            assert!(TrigramModel::from_bytes(&bytes[..length]).is_none());
        }
        // Whoever numbers the words otherwise is told the same.
        let other = context.with_ids(&[0, 1, 4, 3, 2]);
        let spelt = [[1, 2, 3, 4], [2, 3, 4, 2], [4, 2, 0, 7]];
        for [a, b, c, d] in spelt {
            let own = |word: u32| if word == 2 || word == 4 { 6 - word } else { word };
            let phrase = [a, b, c, d];
            assert_eq!(other.phrase(&phrase.map(own)), context.phrase(&phrase));
            let (pair, same) = (other.bigram(own(a), own(b)), context.bigram(a, b));
            assert_eq!((pair.code, pair.state()), (same.code, same.state()));
        }
    }

    #[test]
    fn finds_every_bigram_wherever_there_was_room() {
        const SECONDS: u16 = 4000;
        // About half of the words were seen after the first, without a pattern, each with a third after it.
        let is_seen = |word: u32| (word ^ word >> 3).wrapping_mul(0x85EB_CA6B) >> 31 == 0;
        let seen: Vec<u16> = (0..SECONDS).filter(|&word| is_seen(u32::from(word))).collect();
        let count = seen.len();
        let mut bigrams_of = vec![0; usize::from(SECONDS)];
        bigrams_of[2] = count as u32;
        let bytes = lay_out(&Tables {
            words: (0..SECONDS).map(|word| word.to_string()).collect(),
            unigram: vec![200; usize::from(SECONDS)],
            unigram_backoff: vec![9; usize::from(SECONDS)],
            bigrams_of,
            bigram: seen.iter().map(|word| (word % 200) as u8).collect(),
            bigram_backoff: vec![1; count],
            trigrams_of: vec![1; count],
            trigram_word: seen.iter().rev().copied().collect(),
            trigram: vec![3; count],
            bigram_word: seen.clone(),
        });
        let context = TrigramModel::from_bytes(&bytes).unwrap();
        let asked: Vec<Asked> = (1..u32::from(SECONDS)).map(|word| context.ask(2, word)).collect();
        let mut found = Vec::new();
        context.bigrams(&asked, &mut found);
        let mut thirds = seen.iter().rev();
        thirds.next();
        for (word, bigram) in (1..).zip(&found) {
            assert_eq!(bigram.code, if is_seen(word) { word as u16 % 200 } else { 209 }, "{word}");
            if is_seen(word) {
                let third = u32::from(*thirds.next().unwrap());
                assert_eq!(context.trigram(bigram.state, third), Some(3), "{word}");
                assert_eq!(context.trigram(bigram.state, third ^ 2), None, "{word}");
            }
        }
        let beyond = context.lines.iter().filter(|line| overflows(line)).count();
        assert!(beyond > 0, "no line overflows");
    }
}
