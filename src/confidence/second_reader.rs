//! A second reader: another look at a finding, which adds a feature to it.

use crate::channel::{Candidates, Word};
use crate::document::Finding;

/// Reads the places in doubt once more, by other means than the lattice. Resolved at compile time: an engine without one
/// pays nothing.
pub(crate) trait SecondReader {
    /// The log odds, natural, that a finding is right; 0 where it has no opinion. Becomes
    /// [`Feature::SecondReading`](super::Feature::SecondReading), whose weight is fitted like the others.
    fn log_odds(&self, _words: &[Word], _candidates: &Candidates, _finding: &Finding) -> f32 {
        0.0
    }
}

/// No second reader.
pub(crate) struct Nobody;

impl SecondReader for Nobody {}
