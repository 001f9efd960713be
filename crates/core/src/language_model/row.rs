//! The trigrams of a bigram: a small hash table of third words, each with the code of its probability.

/// A slot that holds no trigram.
const EMPTY_SLOT: [u8; SLOT] = [0xff; SLOT];
const EMPTY_WORD: u32 = 0xffff;
/// Rows of up to so many trigrams are searched from the start, not hashed.
const FEW: usize = 4;
/// Bytes of a slot: the word, and the code.
pub(super) const SLOT: usize = 3;

/// The bit of a third word in the Bloom filter of a bigram: 32 bits, one hash.
#[inline]
pub(super) fn bloom_bit(third: u32) -> u32 {
    1 << (third.wrapping_mul(0x9E37_79B1) >> 27)
}

/// The slot of a row of so many in which a third word is looked for first.
#[inline]
fn slot_of(third: u32, slots: usize) -> usize {
    if slots <= FEW {
        return 0;
    }
    let mixed = third.wrapping_mul(0x9E37_79B1) & 0xff_ffff;
    ((u64::from(mixed) * slots as u64) >> 24) as usize
}

/// Slots of a row of so many trigrams; a hashed row keeps a third of its slots empty.
#[inline]
pub(super) fn slots(trigrams: usize) -> usize {
    if trigrams <= FEW { trigrams } else { trigrams + trigrams.div_ceil(2) }
}

/// Where a third word is looked for first, in the row of so many trigrams that begins at a slot.
#[inline]
pub(super) fn first_slot(first: usize, trigrams: usize, third: u32) -> usize {
    first + slot_of(third, slots(trigrams))
}

/// The third words of the trigrams of a bigram as a row of slots, each word with its code.
pub(super) fn build(words: &[u16], codes: &[u8]) -> Vec<[u8; SLOT]> {
    let mut row = vec![EMPTY_SLOT; slots(words.len())];
    for (word, &code) in words.iter().zip(codes) {
        let [low, high] = word.to_le_bytes();
        let mut at = slot_of(u32::from(*word), row.len());
        while row[at] != EMPTY_SLOT {
            at = (at + 1) % row.len();
        }
        row[at] = [low, high, code];
    }
    row
}

/// The code that stands with a word in a row.
#[inline]
pub(super) fn search(row: &[[u8; SLOT]], word: u32) -> Option<u8> {
    let mut at = slot_of(word, row.len());
    // Rows built here are either short or have empty slots; damaged bytes must not loop for ever.
    for _ in 0..row.len() {
        let [low, high, code] = row[at];
        let there = u32::from(u16::from_le_bytes([low, high]));
        if there == word {
            return Some(code);
        }
        if there == EMPTY_WORD {
            return None;
        }
        at = if at + 1 == row.len() { 0 } else { at + 1 };
    }
    None
}
