//! Repetition: how often a change and its words occur elsewhere in the document.

use std::sync::LazyLock;

use unspin_core::text::vocabulary::{FIRST_WORD, UNKNOWN};

use super::log_odds;
use super::params::ENOUGH;
use crate::channel::{Candidates, Word};
use crate::document::Finding;

/// Logarithms of one more than a count.
static LOG_COUNTS: LazyLock<[f32; 64]> = LazyLock::new(|| std::array::from_fn(|n| (n as f32).ln_1p()));

/// The logarithm of one more than a count.
pub(super) fn log_count(count: u32) -> f32 {
    LOG_COUNTS.get(count as usize).copied().unwrap_or_else(|| (count as f32).ln_1p())
}

/// The words and the changes of a document.
#[derive(Debug)]
pub(super) struct Repetition {
    words: Table<u32>,
    /// The key of each finding, and the log odds of its posterior.
    findings: Vec<(Key, f32)>,
    /// The sum of the log odds of the same changes, and their number.
    changes: Table<(f32, u32)>,
}

/// The words by which a change is the same as another: the first spun one, the first original.
type Key = (u32, u32);

impl Repetition {
    /// Counts the words and the changes of a document.
    pub(super) fn new(candidates: &Candidates, words: &[Word], findings: &[Finding]) -> Self {
        // A long document has no more words than there are ids.
        let ids = words.iter().map(|word| word.id as usize + 1).max().unwrap_or(0);
        let mut counts = Table::new(words.len().min(ids));
        words.iter().for_each(|word| *counts.entry(u64::from(word.id)) += 1);
        let weighed = |finding: &Finding| (key(candidates, words, finding), log_odds(finding.posterior));
        let findings: Vec<(Key, f32)> = findings.iter().map(weighed).collect();
        let mut changes: Table<(f32, u32)> = Table::new(findings.len());
        for &(key, log_odds) in &findings {
            let same = changes.entry(joined(key));
            *same = (same.0 + log_odds, same.1 + 1);
        }
        Repetition { words: counts, findings, changes }
    }

    /// The log odds of a finding's posterior, by its number.
    #[inline]
    pub(super) fn log_odds(&self, at: usize) -> f32 {
        self.findings[at].1
    }

    /// How often the original of a finding, by its number, stands elsewhere, and how often the spun word, as
    /// logarithms of one more; and the mean log odds of the same change elsewhere.
    pub(super) fn of(&self, at: usize) -> [f32; 3] {
        let count = |id: u32, own: u32| {
            let there = if id < FIRST_WORD { 0 } else { self.words.get(u64::from(id)) };
            log_count(there.saturating_sub(own).min(ENOUGH))
        };
        let (key, log_odds) = self.findings[at];
        let (sum, number) = self.changes.get(joined(key));
        let others = number.saturating_sub(1);
        let mean = if others == 0 { 0.0 } else { (sum - log_odds) / others as f32 };
        [count(key.1, 0), count(key.0, 1), mean]
    }
}

fn joined((spun, original): Key) -> u64 {
    u64::from(spun) << 32 | u64::from(original)
}

fn key(candidates: &Candidates, words: &[Word], finding: &Finding) -> Key {
    let original = candidates.words(finding.candidate).first();
    (words[finding.from].id, original.copied().unwrap_or(UNKNOWN))
}

/// Values by key: a table by hash, at least half empty. What no key stands for is the default.
#[derive(Debug)]
struct Table<V> {
    slots: Vec<(u64, V)>,
    shift: u32,
}

/// No key: a change is of words that have ids, and those are smaller.
const NO_KEY: u64 = u64::MAX;

impl<V: Copy + Default> Table<V> {
    /// Room for so many keys.
    fn new(keys: usize) -> Self {
        let slots = (2 * keys).next_power_of_two().max(2);
        Table { slots: vec![(NO_KEY, V::default()); slots], shift: u64::BITS - slots.trailing_zeros() }
    }

    /// The slot of a key, or the empty one where it would stand.
    fn slot(&self, key: u64) -> usize {
        let mut at = (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> self.shift) as usize;
        while self.slots[at].0 != key && self.slots[at].0 != NO_KEY {
            at = (at + 1) % self.slots.len();
        }
        at
    }

    fn entry(&mut self, key: u64) -> &mut V {
        let at = self.slot(key);
        self.slots[at].0 = key;
        &mut self.slots[at].1
    }

    fn get(&self, key: u64) -> V {
        self.slots[self.slot(key)].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted() {
        let mut counts: Table<u32> = Table::new(7);
        [7u64, 7, 300, 9, 7, 300, 65_000].iter().for_each(|&id| *counts.entry(id) += 1);
        assert_eq!([7, 9, 300, 65_000, 8].map(|id| counts.get(id)), [3, 1, 2, 1, 0]);
        assert_eq!(Table::<u32>::new(0).get(7), 0);
    }
}
