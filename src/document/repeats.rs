//! What a text says again and again: the same change at many places is one witness, not many.
//!
//! A manual says "instance" in every line, a change log "likewise": if the channel and the context are mistaken in the
//! word once, they are mistaken each time. A spun text shows many different changes.

use unspin_core::text::swar::mix;

use super::estimate::Document;
use super::params::LEAST_DOUBT;
use crate::channel::Word;

impl Document {
    /// How much of the evidence the same phrases repeat, in nats: of the places of a phrase the strongest counts whole,
    /// the second half, the third a third.
    pub(crate) fn repeated(&self, words: &[Word]) -> f64 {
        // A phrase is known by the ids of its words; what a place says is what the text would lose without it.
        let mut places: Vec<(u64, f64)> = Vec::new();
        self.for_each_change(|range, posterior| {
            let phrase = words[range].iter().fold(0, |hash, word| mix(hash, u64::from(word.id)));
            places.push((phrase, -(1.0 - f64::from(posterior)).max(LEAST_DOUBT).ln()));
        });
        places.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        let of_phrase = |same: &[(u64, f64)]| -> f64 {
            same.iter().zip(1..).map(|((_, says), rank)| says * (1.0 - 1.0 / f64::from(rank))).sum()
        };
        places.chunk_by(|a, b| a.0 == b.0).map(of_phrase).sum()
    }
}
