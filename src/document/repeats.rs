//! What a text says again and again: the same change at many places is one witness, not many, and so are formal words.
//!
//! A manual says "instance" in every line, a change log "likewise": if the channel and the context are mistaken in the
//! word once, they are mistaken each time. A spun text shows many different changes.

use unspin_core::text::swar::mix;

use super::estimate::Document;
use super::formal::is_formal;
use super::params::LEAST_DOUBT;
use crate::channel::Word;

/// What all formal words are known by, in place of a hash.
const FORMAL: u64 = 0;

impl Document {
    /// How much of the evidence the same phrases repeat, in nats: of the places of a phrase the strongest counts whole,
    /// the second half, the third a third. `spelt` are the words by their ids; formal ones are taken for one phrase.
    pub(crate) fn repeated<'w>(&self, words: &[Word], spelt: impl Fn(u32) -> Option<&'w str>) -> f64 {
        // A phrase is known by the ids of its words; what a place says is what the text would lose without it.
        let mut places: Vec<(u64, f64)> = Vec::new();
        self.for_each_change(|range, posterior| {
            let own = &words[range];
            let phrase = if is_formal(own.iter().map(|word| spelt(word.id).unwrap_or_default())) {
                FORMAL
            } else {
                own.iter().fold(0, |hash, word| mix(hash, u64::from(word.id)))
            };
            places.push((phrase, -(1.0 - f64::from(posterior)).max(LEAST_DOUBT).ln()));
        });
        places.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        let of_phrase = |same: &[(u64, f64)]| -> f64 {
            same.iter().zip(1..).map(|((_, says), rank)| says * (1.0 - 1.0 / f64::from(rank))).sum()
        };
        places.chunk_by(|a, b| a.0 == b.0).map(of_phrase).sum()
    }
}
