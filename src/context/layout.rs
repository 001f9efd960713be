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

/// A trigram model over borrowed bytes.
#[derive(Clone, Copy, Debug)]
pub struct Context<'b> {
    unigram: &'b [u8],
    unigram_backoff: &'b [u8],
    bigram_start: &'b [[u8; 4]],
    bigrams: &'b [[u8; RECORD]],
    /// The number of a bigram in the low bits, a part of its hash above.
    slots: &'b [[u8; 4]],
    /// Bits of a slot that hold the part of the hash.
    tag: u32,
    trigram_word: &'b [[u8; 2]],
    trigram: &'b [u8],
    sieve: &'b [[u8; 8]],
}

/// How large the parts of a model of this many bigrams and trigrams are.
struct Sizes {
    tag: u32,
    slots: usize,
    sieve: usize,
}

impl Sizes {
    fn new(bigrams: usize, trigrams: usize) -> Sizes {
        Sizes {
            // One number more than there are bigrams, so that no slot in use looks empty.
            tag: !((bigrams + 1).next_power_of_two() as u32 - 1),
            slots: (2 * bigrams).next_power_of_two().max(16),
            sieve: (trigrams * BITS_PER_TRIGRAM / 64).next_power_of_two().max(16),
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
            let (at, rest) = place(bigram as u32, u32::from(*third), sizes.sieve);
            sieve[at] |= sieve_bits(rest);
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
            let (mut slot, rest) = place(first as u32, u32::from(tables.bigram_word[number as usize]), sizes.slots);
            while slots[slot] != EMPTY {
                slot = (slot + 1) & (sizes.slots - 1);
            }
            slots[slot] = (rest >> 32) as u32 & sizes.tag | number;
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
            unigram: take(words)?,
            unigram_backoff: take(words)?,
            bigram_start: take(4 * (words + 1))?.as_chunks().0,
            bigrams: take(RECORD * (bigrams + 1))?.as_chunks().0,
            slots: take(4 * sizes.slots)?.as_chunks().0,
            tag: sizes.tag,
            trigram_word: take(2 * trigrams)?.as_chunks().0,
            trigram: take(trigrams)?,
            sieve: take(8 * sizes.sieve)?.as_chunks().0,
        };
        (rest.is_empty() && words > 0).then_some(context)
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
        let known = self.known(word);
        let surprise = if known == UNKNOWN { UNKNOWN_WORD } else { 0.0 };
        let found = self.find_bigram(state.word, known);
        let next = match found {
            Some((number, record)) => State { bigram: number, word: known, backoff: record[3] },
            None => State { bigram: NO_BIGRAM, word: known, backoff: 0 },
        };
        if let Some(code) = self.find_trigram(state.bigram, known) {
            return (quantum::decode(code) + surprise, next);
        }
        let code = match found {
            Some((_, record)) => u32::from(record[2]),
            None => u32::from(self.unigram_backoff[state.word as usize]) + u32::from(self.unigram[known as usize]),
        };
        (quantum::decode_sum(u32::from(state.backoff) + code) + surprise, next)
    }

    /// A bigram and what is known of it.
    #[inline(always)]
    fn find_bigram(&self, first: u32, second: u32) -> Option<(u32, &'b [u8; RECORD])> {
        let (mut slot, rest) = place(first, second, self.slots.len());
        let tag = (rest >> 32) as u32 & self.tag;
        // A table built here has empty slots; damaged bytes must not loop for ever.
        for _ in 0..self.slots.len() {
            let entry = u32::from_le_bytes(self.slots[slot]);
            if entry == EMPTY {
                return None;
            }
            if entry & self.tag == tag {
                let number = entry & !self.tag;
                let record = self.bigrams.get(number as usize)?;
                if u32::from(u16::from_le_bytes([record[0], record[1]])) == second {
                    let start = |word: u32| u32::from_le_bytes(self.bigram_start[word as usize]);
                    if start(first) <= number && number < start(first + 1) {
                        return Some((number, record));
                    }
                }
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        None
    }

    /// The code of the probability of a trigram.
    #[inline(always)]
    fn find_trigram(&self, bigram: u32, third: u32) -> Option<u8> {
        if bigram == NO_BIGRAM {
            return None;
        }
        let (at, rest) = place(bigram, third, self.sieve.len());
        let bits = sieve_bits(rest);
        if u64::from_le_bytes(self.sieve[at]) & bits != bits {
            return None;
        }
        let start = |bigram: usize| self.bigrams.get(bigram).map(|r| u32::from_le_bytes([r[4], r[5], r[6], r[7]]));
        let (from, to) = (start(bigram as usize)? as usize, start(bigram as usize + 1)? as usize);
        let found = search(self.trigram_word.get(from..to)?, third)?;
        self.trigram.get(from + found).copied()
    }
}

/// Two numbers to a place in a table of so many places, a power of two, and more of their hash.
#[inline]
fn place(first: u32, second: u32, places: usize) -> (usize, u64) {
    // A product mixes upwards: its high bits are the best.
    let hash = (u64::from(first) << 32 | u64::from(second)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let hash = (hash ^ hash >> 32).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    let bits = places.trailing_zeros();
    ((hash >> (64 - bits)) as usize, hash << bits)
}

/// The two bits that a trigram sets in its place of the sieve.
#[inline]
fn sieve_bits(hash: u64) -> u64 {
    1 << (hash >> 58) | 1 << (hash >> 52 & 63)
}

/// The position of `word` among sorted words.
#[inline]
fn search(words: &[[u8; 2]], word: u32) -> Option<usize> {
    let at = |n: usize| words.get(n).map_or(0, |w| u32::from(u16::from_le_bytes(*w)));
    let (mut low, mut size) = (0, words.len());
    // Halving without branches: the next probe does not wait for the comparison to be guessed.
    while size > 1 {
        let half = size / 2;
        low = if at(low + half) <= word { low + half } else { low };
        size -= half;
    }
    (size == 1 && at(low) == word).then_some(low)
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
