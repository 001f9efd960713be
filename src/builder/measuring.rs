//! Options that only the measures of this project set: what a restorer would know if it had been built with it.

use std::sync::Arc;

use super::Builder;
use crate::confidence::Weights;
use crate::second_reading::Second;

impl Builder {
    /// Weights of the confidence of what the second reader read, in place of the embedded ones.
    #[doc(hidden)]
    pub fn second_reader_weights(mut self, weights: Weights) -> Self {
        self.second = self.second.map(|second| Second { weights, ..second });
        self
    }

    /// Frequent word pairs of clean text, by the ids of the embedded model, from which the tell-tales of the user's
    /// dictionaries are chosen too, as those of the embedded one are: names come of them. To choose so takes longer.
    #[doc(hidden)]
    pub fn word_pairs(mut self, pairs: impl Into<Arc<[[u32; 2]]>>) -> Self {
        self.pairs = pairs.into();
        self
    }
}
