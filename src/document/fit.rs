//! How well words fit the words before them: low where a text was spun, whoever spun it.

use std::ops::Range;

use unspin_core::language_model::LanguageModel;
use unspin_core::text::vocabulary::{EDGE, FIRST_WORD};

use super::params::{LEAST_FITTED, Suspicion};
use crate::channel::Word;

/// By how much the two words before it make a word likelier than it is by itself, in nats, on average over the words of
/// these sentences that the model knows; `known` is how many words that is. `None` of few words.
pub(crate) fn fit<M: LanguageModel>(model: &M, known: u32, words: &[Word], sentences: &[Range<usize>]) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0u32);
    for sentence in sentences {
        let mut state = model.start(EDGE);
        for word in &words[sentence.clone()] {
            let (log_probability, next) = model.score(state, word.id);
            state = next;
            if !word.frozen && (FIRST_WORD..known).contains(&word.id) {
                sum += f64::from(log_probability - model.unigram(word.id));
                count += 1;
            }
        }
    }
    (count >= LEAST_FITTED).then(|| sum / f64::from(count))
}

impl Suspicion {
    /// Whether a text of so many words and so much evidence can be suspected, however its words fit: it is cheap to ask.
    pub(crate) fn may_be(&self, evidence: f64, words: usize) -> bool {
        self.log_odds(evidence, 0.0, words) > 0.0
    }

    /// The log odds of spun to clean of a text of so many words, natural: by the evidence for what spinners have in
    /// common, in nats, and by how well its words fit. No more than it may be worth: what names a text does not edit it.
    pub(crate) fn log_odds(&self, evidence: f64, fit: f64, words: usize) -> f64 {
        let words = words.max(1) as f64;
        let log_odds = self.evidence * evidence / words - self.fit * fit - self.least - self.short / words;
        log_odds.min(self.most)
    }
}
