//! The model as it is queried: tables in one run of bytes, used where they lie.
//!
//! What a query costs is its touches of memory that no cache holds. Bigrams are found by hash, and all
//! that is known of one stands where it is found. A state remembers the bigram it stands on, so that
//! a trigram is one search among the few words seen after that bigram; most words were not, and a
//! sieve of bits says so before the search.

use super::storage::Tables;
use crate::bytes::u32_at;
use crate::quantum;
use crate::text::vocabulary::UNKNOWN;

const NO_BIGRAM: u32 = u32::MAX;
/// A word that the model has never seen is rarer than the class of all such words, by this much (natural log).
const UNKNOWN_WORD: f32 = -14.0;
/// Bytes of a bigram: its two words, its first trigram, their number, its probability, its backoff.
const RECORD: usize = 12;
/// A place that holds no bigram.
const EMPTY: [u8; RECORD] = [0xff; RECORD];
const EMPTY_KEY: u32 = u32::MAX;
/// Bits of the sieve for each trigram.
const BITS_PER_TRIGRAM: usize = 8;

/// What the model remembers of the words so far: the last one or two.
#[derive(Clone, Copy, Debug)]
pub struct State {
    bigram: u32,
    word: u32,
    /// Code of the backoff of the bigram.
    backoff: u8,
}

impl PartialEq for State {
    /// The backoff follows from the bigram.
    #[inline]
    fn eq(&self, other: &State) -> bool {
        (self.bigram ^ other.bigram) | (self.word ^ other.word) == 0
    }
}

impl Eq for State {}

impl State {
    /// The last word.
    #[inline]
    pub(crate) fn word(self) -> u32 {
        self.word
    }
}

/// A query that waits for its answer: the word, and what was fetched for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question {
    state: State,
    word: u32,
    /// Where the bigram is looked for first, and what stands there.
    place: u32,
    first: u32,
    has_trigram: bool,
}

/// A trigram model over borrowed bytes.
#[derive(Clone, Copy, Debug)]
pub struct Context<'b> {
    unigram: &'b [u8],
    unigram_backoff: &'b [u8],
    bigrams: &'b [[u8; RECORD]],
    /// The third words of the trigrams of a bigram, sorted, each with its probability.
    trigrams: &'b [[u8; 3]],
    sieve: &'b [[u8; 8]],
}

/// Places for so many bigrams: a third stay empty, so that what is not there is soon known.
fn places(bigrams: usize) -> usize {
    bigrams * 3 / 2 + 16
}

/// Words of the sieve for so many trigrams.
fn sieve_words(trigrams: usize) -> usize {
    (trigrams * BITS_PER_TRIGRAM / 64).next_power_of_two()
}

/// Writes tables in the layout that [`Context`] reads.
pub fn lay_out(tables: &Tables) -> Vec<u8> {
    let (bigrams, trigrams) = (tables.bigram_word.len(), tables.trigram_word.len());
    let mut out = Vec::new();
    for length in [tables.words.len(), bigrams, trigrams] {
        out.extend((length as u32).to_le_bytes());
    }
    out.extend(&tables.unigram);
    out.extend(&tables.unigram_backoff);
    let mut records = vec![EMPTY; places(bigrams)];
    let mut sieve = vec![0u64; sieve_words(trigrams)];
    let (mut bigram, mut start) = (0, 0);
    for (first, &count) in tables.bigrams_of.iter().enumerate() {
        for _ in 0..count {
            let (second, thirds) = (tables.bigram_word[bigram], tables.trigrams_of[bigram] as usize);
            let mut place = scale(hash(first as u32, u32::from(second)), records.len());
            while records[place] != EMPTY {
                place = (place + 1) % records.len();
            }
            // A bigram has at most as many trigrams as there are words, and those are numbered in 16 bits.
            let record = &mut records[place];
            record[..2].copy_from_slice(&(first as u16).to_le_bytes());
            record[2..4].copy_from_slice(&second.to_le_bytes());
            record[4..8].copy_from_slice(&(start as u32).to_le_bytes());
            record[8..10].copy_from_slice(&(thirds as u16).to_le_bytes());
            record[10..].copy_from_slice(&[tables.bigram[bigram], tables.bigram_backoff[bigram]]);
            for &third in &tables.trigram_word[start..start + thirds] {
                let (at, bits) = sieve_place(place as u32, u32::from(third), sieve.len());
                sieve[at] |= bits;
            }
            start += thirds;
            bigram += 1;
        }
    }
    out.extend(records.as_flattened());
    let words = tables.trigram_word.iter();
    out.extend(
        words.zip(&tables.trigram).flat_map(|(word, &code)| [word.to_le_bytes()[0], word.to_le_bytes()[1], code]),
    );
    out.extend(sieve.iter().flat_map(|word| word.to_le_bytes()));
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
            unigram: take(words)?,
            unigram_backoff: take(words)?,
            bigrams: take(RECORD * places(bigrams))?.as_chunks().0,
            trigrams: take(3 * trigrams)?.as_chunks().0,
            sieve: take(8 * sieve_words(trigrams))?.as_chunks().0,
        };
        // The last of the 16-bit numbers would look like an empty place.
        (rest.is_empty() && (1..=0xffff).contains(&words)).then_some(context)
    }

    /// How many words the model knows; larger ids are unknown to it.
    pub fn words(&self) -> usize {
        self.unigram.len()
    }

    /// The state after one word and nothing known before it.
    pub fn after(&self, word: u32) -> State {
        State { bigram: NO_BIGRAM, word: self.known(word), backoff: 0 }
    }

    #[inline]
    fn known(&self, word: u32) -> u32 {
        if (word as usize) < self.unigram.len() { word } else { UNKNOWN }
    }

    /// log P(word), natural, whatever stands before it.
    #[inline]
    pub fn unigram(&self, word: u32) -> f32 {
        match self.unigram.get(word as usize) {
            Some(&code) if word != UNKNOWN => quantum::decode(code),
            _ => self.unigram.first().map_or(0.0, |&code| quantum::decode(code)) + UNKNOWN_WORD,
        }
    }

    /// log P(word | state), natural, and the state after it.
    #[inline]
    pub fn score(&self, state: State, word: u32) -> (f32, State) {
        self.answer(self.ask(state, word))
    }

    /// Whether the text that the model was trained on shows this word after that state: the state's
    /// two words and this one stood together often enough to be kept.
    #[inline]
    pub fn has_seen(&self, state: State, word: u32) -> bool {
        state.bigram != NO_BIGRAM && self.find_trigram(state.bigram, self.known(word)).is_some()
    }

    /// The first half of [`Self::score`]: what it will look at is fetched, and nothing waits for it.
    /// Many questions asked before the first is answered wait for memory once.
    #[inline]
    pub(crate) fn ask(&self, state: State, word: u32) -> Question {
        let known = self.known(word);
        let place = scale(hash(state.word, known), self.bigrams.len());
        let (at, bits) = sieve_place(state.bigram, known, self.sieve.len());
        let is_sieved = u64::from_le_bytes(self.sieve[at]) & bits != bits;
        let has_trigram = state.bigram != NO_BIGRAM && !is_sieved;
        Question { state, word: known, place: place as u32, first: key(&self.bigrams[place]), has_trigram }
    }

    /// The second half of [`Self::score`].
    #[inline]
    pub(crate) fn answer(&self, question: Question) -> (f32, State) {
        let Question { state, word, .. } = question;
        let surprise = if word == UNKNOWN { UNKNOWN_WORD } else { 0.0 };
        let found = self.find_bigram(&question);
        let next = match found {
            Some((number, record)) => State { bigram: number, word, backoff: record[11] },
            None => State { bigram: NO_BIGRAM, word, backoff: 0 },
        };
        if question.has_trigram
            && let Some(code) = self.find_trigram(state.bigram, word)
        {
            return (quantum::decode(code) + surprise, next);
        }
        let code = match found {
            Some((_, record)) => u32::from(record[10]),
            None => u32::from(self.unigram_backoff[state.word as usize]) + u32::from(self.unigram[word as usize]),
        };
        (quantum::decode_sum(u32::from(state.backoff) + code) + surprise, next)
    }

    /// A bigram and what is known of it.
    #[inline(always)]
    fn find_bigram(&self, question: &Question) -> Option<(u32, &'b [u8; RECORD])> {
        let wanted = question.state.word | question.word << 16;
        let (mut place, mut there) = (question.place as usize, question.first);
        // A table built here has empty places; damaged bytes must not loop for ever.
        for _ in 0..self.bigrams.len() {
            if there == wanted {
                return Some((place as u32, &self.bigrams[place]));
            }
            if there == EMPTY_KEY {
                return None;
            }
            place += 1;
            place = if place == self.bigrams.len() { 0 } else { place };
            there = key(&self.bigrams[place]);
        }
        None
    }

    /// The code of the probability of a trigram.
    #[inline(always)]
    fn find_trigram(&self, bigram: u32, third: u32) -> Option<u8> {
        let record = self.bigrams.get(bigram as usize)?;
        let from = u32::from_le_bytes([record[4], record[5], record[6], record[7]]) as usize;
        let to = from + usize::from(u16::from_le_bytes([record[8], record[9]]));
        search(self.trigrams.get(from..to)?, third)
    }
}

/// The two words of a bigram.
#[inline]
fn key(record: &[u8; RECORD]) -> u32 {
    u32::from_le_bytes([record[0], record[1], record[2], record[3]])
}

/// Two numbers mixed into one.
#[inline]
fn hash(first: u32, second: u32) -> u64 {
    let mixed = (u64::from(first) << 32 | u64::from(second)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed ^ mixed >> 32).wrapping_mul(0xD6E8_FEB8_6659_FD93)
}

/// A hash as one of so many places; its high bits are the best.
#[inline]
fn scale(hash: u64, places: usize) -> usize {
    (((hash >> 32) * places as u64) >> 32) as usize
}

/// A word of the sieve, and the two bits that a trigram sets there.
#[inline]
fn sieve_place(bigram: u32, third: u32, words: usize) -> (usize, u64) {
    let hash = hash(bigram, third);
    ((hash >> 32) as usize & (words - 1), 1 << (hash >> 58) | 1 << (hash >> 52 & 63))
}

/// The code that stands with a word among sorted words.
#[inline]
fn search(trigrams: &[[u8; 3]], word: u32) -> Option<u8> {
    let at = |n: usize| trigrams.get(n).map_or(0, |t| u32::from(u16::from_le_bytes([t[0], t[1]])));
    let (mut low, mut size) = (0, trigrams.len());
    // Halving without branches: the next probe does not wait for the comparison to be guessed.
    while size > 1 {
        let half = size / 2;
        low = if at(low + half) <= word { low + half } else { low };
        size -= half;
    }
    trigrams.get(low).filter(|_| at(low) == word).map(|t| t[2])
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
