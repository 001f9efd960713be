//! How phrases begin: for each first word a jump into the automaton, and a sieve of the words that follow it.

use crate::bytes::u32_at;

use super::keys::{ids_in, key_of};

/// Words for which one block of the starts holds a bit each, above the number of starts before it.
const BLOCK_WORDS: usize = 64;
/// Bytes of a block.
const BLOCK: usize = 12;
/// Bytes of a start: the node of the automaton after the word, its output so far, and the value of the word as a
/// phrase of its own.
const START: usize = 20;
/// The value of a word that is no phrase of its own.
const NO_VALUE: u64 = u64::MAX;

/// The blocks and starts of the keys of an automaton: most words of a text begin no phrase, most others no longer one
/// that goes on as the text does, and the first word of a phrase is a jump instead of a walk.
pub(super) fn starts<'k>(
    automaton: &[u8],
    keys: impl Iterator<Item = &'k [u8]>,
    words: usize,
) -> Result<Vec<u8>, String> {
    let mut bits = vec![0u64; words.div_ceil(BLOCK_WORDS)];
    let mut found: Vec<u8> = Vec::new();
    let automaton = fst::raw::Fst::new(automaton).map_err(|e| e.to_string())?;
    // Keys are sorted, so that starts come in the order of their words.
    for key in keys {
        let Some(first) = ids_in(key).next() else { continue };
        let id = first as usize;
        let bit = 1 << (id % BLOCK_WORDS);
        if bits[id / BLOCK_WORDS] & bit != 0 {
            continue;
        }
        bits[id / BLOCK_WORDS] |= bit;
        let (mut node, mut output) = (automaton.root(), fst::raw::Output::zero());
        let (bytes, length) = key_of(first);
        for &byte in &bytes[..length] {
            let Some(n) = node.find_input(byte) else { break };
            let transition = node.transition(n);
            output = output.cat(transition.out);
            node = automaton.node(transition.addr);
        }
        let value = if node.is_final() { output.cat(node.final_output()).value() } else { NO_VALUE };
        let address = u32::try_from(node.addr()).map_err(|_| "an automaton of more than 4 GiB")?;
        found.extend(address.to_le_bytes());
        found.extend(output.value().to_le_bytes());
        found.extend(value.to_le_bytes());
    }
    let mut out = Vec::with_capacity(bits.len() * BLOCK + found.len());
    let mut before = 0u32;
    for block in bits {
        out.extend(block.to_le_bytes());
        out.extend(before.to_le_bytes());
        before += block.count_ones();
    }
    out.extend(found);
    Ok(out)
}

/// A sieve of how all keys of two words and more begin, by up to three words: most words that begin a phrase are
/// followed by none that goes on with it, which is soon known without a walk.
pub(super) fn openings<'k>(keys: impl Iterator<Item = &'k [u8]> + Clone) -> Vec<u8> {
    /// Bits for each of the keys.
    const BITS: usize = 16;
    let longer = keys.filter(|key| ids_in(key).nth(1).is_some());
    let mut sieve = vec![0; (longer.clone().count() * BITS / 8).next_power_of_two()];
    for key in longer {
        let mut ids = ids_in(key);
        let [first, second] = std::array::from_fn(|_| ids.next().unwrap_or_default());
        let two = opening(first, second);
        let (at, bit) = place(ids.next().map_or(two, |third| opening(two, third)), sieve.len());
        sieve[at] |= bit;
    }
    sieve
}

/// The hash of two words, or of that of two words and a third.
#[inline]
fn opening(before: u32, word: u32) -> u32 {
    (before.rotate_left(15) ^ word).wrapping_mul(0x9E37_79B1)
}

/// Where an opening stands in a sieve of so many bytes, a power of two.
#[inline]
fn place(opening: u32, bytes: usize) -> (usize, u8) {
    ((opening >> 8) as usize & (bytes - 1), 1 << (opening >> 29))
}

/// Where the phrases that begin with a word are in the automaton.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    /// The node after the word.
    pub(super) address: usize,
    /// Its output so far.
    pub(super) output: u64,
    /// The value of the word as a phrase of its own.
    pub(super) value: Option<u64>,
    /// Whether a longer phrase may stand there.
    pub(super) may_go_on: bool,
}

/// How phrases begin, to be asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct FirstWordIndex<'d> {
    words: usize,
    blocks: &'d [[u8; BLOCK]],
    starts: &'d [[u8; START]],
    openings: &'d [u8],
}

impl<'d> FirstWordIndex<'d> {
    /// What [`starts`] and [`openings`] wrote, for so many words.
    #[inline]
    pub(super) fn new(starts: &'d [u8], openings: &'d [u8], words: usize) -> Self {
        let (blocks, starts) = starts.split_at_checked(BLOCK * words.div_ceil(BLOCK_WORDS)).unwrap_or_default();
        FirstWordIndex { words, blocks: blocks.as_chunks().0, starts: starts.as_chunks().0, openings }
    }

    /// The phrases that begin with the first of some words.
    #[inline]
    pub(super) fn start(&self, words: &[u32]) -> Option<Start> {
        let word = *words.first()?;
        if word as usize >= self.words {
            return None;
        }
        let block = self.blocks.get(word as usize / BLOCK_WORDS)?;
        let bits = u64::from_le_bytes(*block.first_chunk()?);
        let bit = 1u64 << (word as usize % BLOCK_WORDS);
        if bits & bit == 0 {
            return None;
        }
        let number = u32_at(block, 2)? + (bits & (bit - 1)).count_ones();
        let start = self.starts.get(number as usize)?;
        let [output, value] = [4, 12].map(|at| u64::from_le_bytes(std::array::from_fn(|n| start[at + n])));
        Some(Start {
            address: u32_at(start, 0)? as usize,
            output,
            value: (value != NO_VALUE).then_some(value),
            may_go_on: self.may_open(words),
        })
    }

    /// Whether a phrase of two words and more may begin like this.
    #[inline]
    fn may_open(&self, words: &[u32]) -> bool {
        let [first, second, ref rest @ ..] = *words else { return false };
        let two = opening(first, second);
        self.has(two) || rest.first().is_some_and(|&third| self.has(opening(two, third)))
    }

    /// Whether an opening is in the sieve.
    #[inline]
    fn has(&self, opening: u32) -> bool {
        let (at, bit) = place(opening, self.openings.len());
        self.openings.get(at).is_some_and(|byte| byte & bit != 0)
    }
}
