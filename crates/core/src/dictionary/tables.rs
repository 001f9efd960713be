//! The tables of a dictionary, at hand for the questions that a lattice asks at every word.

use std::sync::LazyLock;

use prefetch_index::prefetch_index;

use crate::bytes::Section;
use crate::quantize;
use crate::text::vocabulary::{FIRST_WORD, POSSESSIVE};

use super::first_word_index::FirstWordIndex;
pub use super::first_word_index::Start;
use super::keys::key_of;
pub use super::record::Record;
use super::record::SIZE;

/// The most rewrites of one phrase by one spinner; the least probable fall away.
pub(super) const MAX_REWRITES: usize = 24;

/// The tables of a dictionary.
#[derive(Clone, Copy)]
pub struct Tables<'d> {
    pub(super) automaton: &'d fst::raw::Fst<Section>,
    pub(super) records: &'d [[u8; SIZE]],
    pub(super) ids: &'d [u8],
    pub(super) rates: &'d [u8],
    pub(super) words: usize,
    pub(super) first_words: FirstWordIndex<'d>,
}

impl<'d> Tables<'d> {
    /// How the phrases begin that may stand at the first of `words`; what will be asked of them is sent for.
    #[inline]
    pub fn start(&self, words: &[u32]) -> Option<Start> {
        let start = self.first_words.start(words)?;
        if let Some(value) = start.value {
            prefetch_index(self.records, Match::new(1, value).first);
        }
        if start.may_go_on {
            prefetch_index(self.automaton.as_bytes(), start.address);
        }
        Some(start)
    }

    /// Calls `found` with every phrase that begins at the first of `words`, which has this start, shortest first.
    #[inline]
    pub fn matches(&self, start: &Start, words: &[u32], mut found: impl FnMut(Match)) {
        if let Some(value) = start.value {
            found(Match::new(1, value));
        }
        if start.may_go_on {
            self.longer_matches(start, words, found);
        }
    }

    /// Calls `found` with the phrases of two words and more.
    fn longer_matches(&self, start: &Start, words: &[u32], mut found: impl FnMut(Match)) {
        let mut node = self.automaton.node(start.address);
        let mut output = fst::raw::Output::new(start.output);
        for (n, &id) in words.iter().enumerate().skip(1) {
            if node.is_empty() || id < FIRST_WORD && id != POSSESSIVE {
                return;
            }
            let (bytes, length) = key_of(id);
            for &byte in &bytes[..length] {
                let Some(index) = node.find_input(byte) else {
                    return;
                };
                let transition = node.transition(index);
                output = output.cat(transition.out);
                node = self.automaton.node(transition.addr);
            }
            if node.is_final() {
                let value = output.cat(node.final_output()).value();
                found(Match::new(n + 1, value));
            }
        }
    }

    /// The rewrites of a phrase by a spinner, best first, each with its number.
    #[inline]
    pub fn rewrites(&self, found: Match, spinner: u8) -> impl Iterator<Item = (usize, Record<'d>)> + use<'d> {
        let numbers = found.numbers();
        let records = self.records.get(numbers.clone()).unwrap_or_default().iter().map(Record::new);
        // Records are in the order of their spinners.
        let of_spinner = numbers.zip(records).skip_while(move |(_, r)| r.spinner() < spinner);
        of_spinner.take_while(move |(_, r)| r.spinner() == spinner)
    }

    /// The record of a rewrite, by its number.
    #[inline]
    pub fn record(&self, number: u32) -> Option<Record<'d>> {
        self.records.get(number as usize).map(Record::new)
    }

    /// What the lattice needs of a rewrite; `None` if its record is damaged.
    #[inline]
    pub fn channel(&self, record: Record<'d>) -> Option<Channel<'d>> {
        Channel::of(record, self.ids)
    }

    /// How often a spinner replaces a word, in 255ths; 0 if it does not know it.
    #[inline]
    pub fn rate_code(&self, spinner: u8, word: u32) -> u8 {
        if word as usize >= self.words {
            return 0;
        }
        self.rates.get(usize::from(spinner) * self.words + word as usize).copied().unwrap_or(0)
    }
}

/// Bits of a value of the automaton that count rewrites, below the number of the first.
const COUNT_BITS: u32 = 16;

/// The value of a phrase with so many rewrites, from this number on.
pub(super) fn value_of(first: u32, count: u32) -> Result<u64, String> {
    let count =
        u16::try_from(count).map_err(|_| format!("a phrase has {count} rewrites; the limit is {}", u16::MAX))?;
    Ok(u64::from(first) << COUNT_BITS | u64::from(count))
}

/// A phrase of the dictionary that begins at a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// How many words it has.
    pub words: usize,
    first: usize,
    count: usize,
}

impl Match {
    /// The match of a value of the automaton.
    pub(super) fn new(words: usize, value: u64) -> Match {
        Match { words, first: (value >> COUNT_BITS) as usize, count: (value & ((1 << COUNT_BITS) - 1)) as usize }
    }

    /// Whether the dictionary says that this phrase is never to be edited.
    pub fn keeps(&self) -> bool {
        self.count == 0
    }

    /// The numbers of its rewrites, for [`Dictionary::rewrite`](super::Dictionary::rewrite).
    pub fn numbers(&self) -> std::ops::Range<usize> {
        self.first..self.first + self.count
    }
}

/// The logarithms of all rates, by code.
static LOG_RATES: LazyLock<[f32; 256]> =
    LazyLock::new(|| std::array::from_fn(|code| (code as f32 / 255.0).max(1e-4).ln()));

/// What the lattice needs of a rewrite, without its text.
#[derive(Clone, Copy, Debug)]
pub struct Channel<'b> {
    /// Code of P(spun | original was replaced).
    pub share_code: u8,
    /// P(original is replaced), in 255ths.
    pub rate_code: u8,
    /// How often the pair was observed.
    pub observed: u32,
    /// Whether the words of the text, by space, are its ids one by one: not so in "people's".
    pub in_step: bool,
    ids: &'b [u8],
}

impl<'b> Channel<'b> {
    /// What a record says; `None` if it is damaged.
    #[inline]
    pub fn of(record: Record<'b>, ids: &'b [u8]) -> Option<Channel<'b>> {
        Some(Channel {
            share_code: record.share_code(),
            rate_code: record.rate_code(),
            observed: record.observed(),
            in_step: record.is_in_step(),
            ids: record.ids(ids)?,
        })
    }

    /// log P(spun | original), natural, at a substitution rate that is the spinner's habit.
    #[inline]
    pub fn log_probability(&self) -> f32 {
        LOG_RATES[usize::from(self.rate_code)] + quantize::decode(self.share_code)
    }

    /// P(original is replaced).
    #[inline]
    pub fn rate(&self) -> f32 {
        f32::from(self.rate_code) / 255.0
    }

    /// The bytes of some of the word ids, to tell wordings apart.
    pub fn id_bytes(&self, first: usize, last: usize) -> &'b [u8] {
        self.ids.get(4 * first..4 * last).unwrap_or_default()
    }

    /// The word ids of the original wording.
    #[inline]
    pub fn ids(&self) -> impl ExactSizeIterator<Item = u32> + use<'b> {
        read_ids(self.ids)
    }
}

#[inline]
pub(super) fn read_ids(bytes: &[u8]) -> impl ExactSizeIterator<Item = u32> + use<'_> {
    bytes.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}
