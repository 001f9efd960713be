//! The model as it is queried: tables in one run of bytes, used where they lie.
//!
//! A query costs few touches of memory. Bigrams are found by hash; what is known of one stands in
//! one record. A state remembers the bigram it stands on, so that a trigram is one search among the few words
//! seen after that bigram; most words were not, and a sieve of bits says so before the search.

use super::storage::Tables;
use crate::bytes::u32_at;
use crate::quantum;
use crate::text::vocabulary::UNKNOWN;

const NO_BIGRAM: u32 = u32::MAX;
/// A word that the model has never seen is rarer than the class of all such words, by this much (natural log).
const UNKNOWN_WORD: f32 = -14.0;
/// Bytes of what is known of a bigram: its second word, its probability, its backoff, its first trigram.
const RECORD: usize = 8;
/// A slot of the hash table that holds no bigram.
const EMPTY: u32 = u32::MAX;
/// Bits of the sieve for each trigram.
const BITS_PER_TRIGRAM: usize = 8;

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
    /// Bits of a slot that hold the number of a bigram; those above hold a part of its hash.
    number_bits: u32,
    unigram: &'b [u8],
    unigram_backoff: &'b [u8],
    bigram_start: &'b [u8],
    bigrams: &'b [u8],
    slots: &'b [u8],
    trigram_word: &'b [u8],
    trigram: &'b [u8],
    sieve: &'b [u8],
}

/// How large the parts of a model of this many bigrams and trigrams are.
struct Sizes {
    number_bits: u32,
    slots: usize,
    sieve: usize,
}

impl Sizes {
    fn new(bigrams: usize, trigrams: usize) -> Sizes {
        Sizes {
            number_bits: (bigrams + 1).next_power_of_two().trailing_zeros(),
            slots: (2 * bigrams).next_power_of_two().max(16),
            sieve: (trigrams * BITS_PER_TRIGRAM / 64).next_power_of_two(),
        }
    }
}

/// Writes tables in the layout that [`Context`] reads.
pub fn lay_out(tables: &Tables) -> Vec<u8> {
    let (bigrams, trigrams) = (tables.bigram_word.len(), tables.trigram_word.len());
    let sizes = Sizes::new(bigrams, trigrams);
    let mut out = Vec::new();
    for length in [tables.words.len(), bigrams, trigrams] {
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
    let mut start = 0u32;
    let mut sieve = vec![0u64; sizes.sieve];
    for bigram in 0..bigrams {
        out.extend(tables.bigram_word[bigram].to_le_bytes());
        out.extend([tables.bigram[bigram], tables.bigram_backoff[bigram]]);
        out.extend(start.to_le_bytes());
        for third in &tables.trigram_word[start as usize..(start + tables.trigrams_of[bigram]) as usize] {
            let (word, bits) = sieve_place(hash(bigram as u32, u32::from(*third)), sizes.sieve);
            sieve[word] |= bits;
        }
        start += tables.trigrams_of[bigram];
    }
    out.extend([0; RECORD - 4]);
    out.extend(start.to_le_bytes());
    out.extend(slots(tables, &sizes).iter().flat_map(|s| s.to_le_bytes()));
    out.extend(tables.trigram_word.iter().flat_map(|w| w.to_le_bytes()));
    out.extend(&tables.trigram);
    out.extend(sieve.iter().flat_map(|word| word.to_le_bytes()));
    out
}

fn slots(tables: &Tables, sizes: &Sizes) -> Vec<u32> {
    let mut slots = vec![EMPTY; sizes.slots];
    let mut number = 0u32;
    for (first, &count) in tables.bigrams_of.iter().enumerate() {
        for _ in 0..count {
            let hash = hash(first as u32, u32::from(tables.bigram_word[number as usize]));
            let mut slot = hash as usize & (sizes.slots - 1);
            while slots[slot] != EMPTY {
                slot = (slot + 1) & (sizes.slots - 1);
            }
            slots[slot] = tag(hash, sizes.number_bits) | number;
            number += 1;
        }
    }
    slots
}

impl<'b> Context<'b> {
    /// A view of what [`lay_out`] wrote; `None` if the lengths do not add up.
    pub fn from_bytes(bytes: &'b [u8]) -> Option<Self> {
        let (words, bigrams, trigrams) =
            (u32_at(bytes, 0)? as usize, u32_at(bytes, 1)? as usize, u32_at(bytes, 2)? as usize);
        let sizes = Sizes::new(bigrams, trigrams);
        let mut rest = bytes.get(12..)?;
        let mut take = |length: usize| {
            let (taken, after) = rest.split_at_checked(length)?;
            rest = after;
            Some(taken)
        };
        let context = Context {
            words,
            number_bits: sizes.number_bits,
            unigram: take(words)?,
            unigram_backoff: take(words)?,
            bigram_start: take(4 * (words + 1))?,
            bigrams: take(RECORD * (bigrams + 1))?,
            slots: take(4 * sizes.slots)?,
            trigram_word: take(2 * trigrams)?,
            trigram: take(trigrams)?,
            sieve: take(8 * sizes.sieve)?,
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

    #[inline]
    fn known(&self, word: u32) -> u32 {
        if (word as usize) < self.words { word } else { UNKNOWN }
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
        let known = self.known(word);
        let surprise = if known == UNKNOWN { UNKNOWN_WORD } else { 0.0 };
        let found = self.find_bigram(state.word, known);
        let next = State { bigram: found.map_or(NO_BIGRAM, |(number, _)| number), word: known };
        let mut log = surprise;
        if state.bigram != NO_BIGRAM {
            if let Some(trigram) = self.find_trigram(state.bigram, known) {
                return (quantum::decode(self.trigram[trigram]) + surprise, next);
            }
            log += quantum::decode(self.bigrams[RECORD * state.bigram as usize + 3]);
        }
        log += match found {
            Some((_, code)) => quantum::decode(code),
            None => {
                quantum::decode(self.unigram_backoff[state.word as usize])
                    + quantum::decode(self.unigram[known as usize])
            }
        };
        (log, next)
    }

    /// Whether the text that the model was trained on shows this word after that state: the state's
    /// two words and this one stood together often enough to be kept.
    #[inline]
    pub fn has_seen(&self, state: State, word: u32) -> bool {
        state.bigram != NO_BIGRAM && self.find_trigram(state.bigram, self.known(word)).is_some()
    }

    /// The number of a bigram, and the code of its probability.
    #[inline]
    fn find_bigram(&self, first: u32, second: u32) -> Option<(u32, u8)> {
        let hash = hash(first, second);
        let tag = tag(hash, self.number_bits);
        let mask = self.slots.len() / 4 - 1;
        let mut slot = hash as usize & mask;
        // A table built here has empty slots; damaged bytes must not loop for ever.
        for _ in 0..=mask {
            let entry = u32_at(self.slots, slot)?;
            if entry == EMPTY {
                return None;
            }
            let number = entry & !(u32::MAX << self.number_bits);
            if entry ^ number == tag {
                let record = self.bigrams.get(RECORD * number as usize..RECORD * (number as usize + 1))?;
                if u32::from(u16::from_le_bytes([record[0], record[1]])) == second {
                    let both = self.bigram_start.get(4 * first as usize..4 * first as usize + 8)?;
                    if (u32_at(both, 0)?..u32_at(both, 1)?).contains(&number) {
                        return Some((number, record[2]));
                    }
                }
            }
            slot = (slot + 1) & mask;
        }
        None
    }

    #[inline]
    fn find_trigram(&self, bigram: u32, third: u32) -> Option<usize> {
        let (word, bits) = sieve_place(hash(bigram, third), self.sieve.len() / 8);
        let there = self.sieve.get(8 * word..8 * word + 8)?.first_chunk::<8>()?;
        if u64::from_le_bytes(*there) & bits != bits {
            return None;
        }
        let records = self.bigrams.get(RECORD * bigram as usize..RECORD * (bigram as usize + 2))?;
        search(self.trigram_word, u32_at(records, 1)? as usize, u32_at(records, 3)? as usize, third)
    }
}

/// Two numbers mixed into one.
#[inline]
fn hash(first: u32, second: u32) -> u64 {
    let mixed = (u64::from(first) << 32 | u64::from(second)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed ^ mixed >> 32).wrapping_mul(0xD6E8_FEB8_6659_FD93) ^ mixed >> 29
}

/// The part of a hash that stands beside a number in a slot.
#[inline]
fn tag(hash: u64, number_bits: u32) -> u32 {
    // All ones is no number and no tag: that would look like an empty slot.
    (hash >> 32) as u32 & u32::MAX << number_bits
}

/// A word of the sieve, and the two bits that a trigram sets there.
#[inline]
fn sieve_place(hash: u64, words: usize) -> (usize, u64) {
    (hash as usize & (words - 1), 1 << (hash >> 58) | 1 << (hash >> 52 & 63))
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
