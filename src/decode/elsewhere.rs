//! What the rest of a document says of a change: an article repeats its words.

use std::sync::LazyLock;

use crate::text::vocabulary::{FIRST_WORD, UNKNOWN};

use super::confidence::log_odds;
use super::document::Finding;
use super::lattice::{Reader, Word};

/// Occurrences elsewhere beyond which more say no more: a long text is no better a witness than an article.
const ENOUGH: u32 = 8;

/// Logarithms of one more than a count.
static LOG_COUNTS: LazyLock<[f32; ENOUGH as usize + 1]> = LazyLock::new(|| std::array::from_fn(|n| (n as f32).ln_1p()));

/// The words and the changes of a document.
#[derive(Debug)]
pub(super) struct Elsewhere {
    words: Counts,
    /// The key of each finding.
    keys: Vec<Key>,
    /// Sorted by key, with the sum of the log odds of such changes, and their number.
    changes: Vec<(Key, f32, u32)>,
}

/// The words by which a change is the same as another: the first spun one, the first original.
type Key = (u32, u32);

impl Elsewhere {
    /// Counts the words and the changes of a document.
    pub(super) fn new(reader: Reader, words: &[Word], findings: &[Finding]) -> Self {
        let keys: Vec<Key> = findings.iter().map(|finding| key(reader, words, finding)).collect();
        let mut changes: Vec<_> =
            keys.iter().zip(findings).map(|(&key, finding)| (key, log_odds(finding.posterior), 1)).collect();
        changes.sort_by_key(|change| change.0);
        changes.dedup_by(|next, first| {
            let is_same = next.0 == first.0;
            if is_same {
                (first.1, first.2) = (first.1 + next.1, first.2 + next.2);
            }
            is_same
        });
        Elsewhere { words: Counts::new(words), keys, changes }
    }

    /// How often the original of a finding stands elsewhere, and how often the spun word, as logarithms of one
    /// more; and the mean log odds of the same change elsewhere. `at` is the number of the finding.
    pub(super) fn of(&self, at: usize, finding: &Finding) -> [f32; 3] {
        let count = |id: u32, own: u32| {
            let there = if id < FIRST_WORD { 0 } else { self.words.of(id) };
            LOG_COUNTS[there.saturating_sub(own).min(ENOUGH) as usize]
        };
        let key = self.keys[at];
        let (sum, number) = match self.changes.binary_search_by_key(&key, |change| change.0) {
            Ok(at) => (self.changes[at].1, self.changes[at].2),
            Err(_) => (0.0, 1),
        };
        let others = number.saturating_sub(1);
        let mean = if others == 0 { 0.0 } else { (sum - log_odds(finding.posterior)) / others as f32 };
        [count(key.1, 0), count(key.0, 1), mean]
    }
}

fn key(reader: Reader, words: &[Word], finding: &Finding) -> Key {
    let (layer, number) = finding.rewrite;
    let channel = reader.dictionaries[usize::from(layer)].channel(number as usize);
    let original = channel.and_then(|c| c.ids().nth(usize::from(finding.part.0))).unwrap_or(UNKNOWN);
    (words[finding.from].id, original)
}

/// How often each word stands in a document: a table by hash, half empty.
#[derive(Debug)]
struct Counts {
    slots: Vec<(u32, u32)>,
    shift: u32,
}

impl Counts {
    fn new(words: &[Word]) -> Counts {
        // A long document has no more words than there are ids.
        let ids = words.iter().map(|word| word.id as usize + 1).max().unwrap_or(0);
        let slots = (2 * words.len().min(ids)).next_power_of_two().max(2);
        let mut counts = Counts { slots: vec![(0, 0); slots], shift: u32::BITS - slots.trailing_zeros() };
        for word in words {
            let slot = counts.slot(word.id);
            counts.slots[slot] = (word.id, counts.slots[slot].1 + 1);
        }
        counts
    }

    /// The slot of a word, or the empty one where it would stand.
    fn slot(&self, id: u32) -> usize {
        let mut at = (id.wrapping_mul(0x9E37_79B1) >> self.shift) as usize;
        while self.slots[at].1 > 0 && self.slots[at].0 != id {
            at = (at + 1) % self.slots.len();
        }
        at
    }

    fn of(&self, id: u32) -> u32 {
        self.slots[self.slot(id)].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted() {
        let ids = [7, 7, 300, 9, 7, 300, 65_000];
        let words = ids.map(|id| Word { id, frozen: false, capitalised: false, parted: false });
        let counts = Counts::new(&words);
        assert_eq!([7, 9, 300, 65_000, 8].map(|id| counts.of(id)), [3, 1, 2, 1, 0]);
        assert_eq!(Counts::new(&[]).of(7), 0);
    }
}
