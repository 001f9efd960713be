//! Phrases that are never touched: the users' own, and those that dictionaries keep.
//!
//! All are found in one pass however many there are: an automaton reads the ids of the words, four
//! bytes each. Phrases may overlap; every one of them is found.

use aho_corasick::{AhoCorasick, BuildError};

use crate::lattice::Word;

/// Bytes of an id.
const ID: usize = 4;

/// The protected phrases of a restorer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Protected {
    automaton: Option<AhoCorasick>,
}

impl Protected {
    /// Protects phrases given as word ids.
    ///
    /// # Errors
    ///
    /// More phrases than an automaton can hold (billions of words).
    pub(crate) fn new(phrases: &[Vec<u32>]) -> Result<Self, BuildError> {
        if phrases.is_empty() {
            return Ok(Protected::default());
        }
        let automaton = AhoCorasick::new(phrases.iter().map(|phrase| bytes(phrase.iter().copied())))?;
        Ok(Protected { automaton: Some(automaton) })
    }

    /// Freezes the words of every protected phrase.
    pub(crate) fn freeze(&self, words: &mut [Word]) {
        let Some(automaton) = &self.automaton else { return };
        let ids = bytes(words.iter().map(|w| w.id));
        for found in automaton.find_overlapping_iter(&ids).filter(|found| found.start() % ID == 0) {
            words[found.start() / ID..found.end() / ID].iter_mut().for_each(|w| w.frozen = true);
        }
    }
}

fn bytes(ids: impl Iterator<Item = u32>) -> Vec<u8> {
    ids.flat_map(u32::to_le_bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn freezes_every_phrase_and_nothing_else() {
        let frozen = |phrases: &[&[u32]], ids: &[u32]| -> Vec<bool> {
            let phrases: Vec<Vec<u32>> = phrases.iter().map(|p| p.to_vec()).collect();
            let word = |&id: &u32| Word { id, frozen: false, capitalised: false, parted: false };
            let mut words: Vec<Word> = ids.iter().map(word).collect();
            Protected::new(&phrases).unwrap().freeze(&mut words);
            words.iter().map(|w| w.frozen).collect()
        };
        assert_eq!(frozen(&[], &[7, 8]), [false, false]);
        assert_eq!(frozen(&[&[7, 8], &[8, 9]], &[7, 8, 9, 8, 7]), [true, true, true, false, false]);
        // The bytes of 1 stand in those of 256 too, a byte further on.
        assert_eq!(frozen(&[&[1]], &[256, 65536, 1]), [false, false, true]);
    }
}
