//! What a string may have been: a word, or words, with what that costs.

use unspin_core::ocr::confusions::Faults;
use unspin_core::ocr::lexicon::Known;

/// Faults of a candidate.
pub(super) const MAX_FAULTS: usize = 5;

/// The counted confusions of a candidate, by number; 0 is none.
pub type Used = [u16; MAX_FAULTS];

/// A word, or words, that a string may have been.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// As it is to be written; words are parted by a space.
    pub text: String,
    /// Each word of it.
    pub words: Vec<Known>,
    /// −log P(read | printed), natural, at the rates of the collection that the confusions were counted in.
    pub cost: f32,
    /// The faults behind it.
    pub faults: Faults,
    /// And which of them were counted.
    pub used: Used,
}

impl Candidate {
    /// The cost with the rarity of its words.
    pub fn total(&self) -> f32 {
        self.cost + self.words.iter().map(|word| word.rarity).sum::<f32>()
    }
}
