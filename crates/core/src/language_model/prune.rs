//! A smaller model of a larger one: the trigrams that tell the least are left out.

use super::counts::{Counts, count_of};
use super::estimate::{estimate, rows};
use crate::quantize;

impl Counts {
    /// The same with at most so many trigrams: those whose absence costs the training text most, by the weighted
    /// difference between their probability and that of backing off. What a context leaves to the lower order follows
    /// from the counts that stay.
    ///
    /// ```
    /// use unspin_core::language_model::train::{Size, train};
    /// let text = "The White House said so. The White House said no. The White House said nothing.";
    /// let counts = train(&[text], Size::default());
    /// let smaller = counts.clone().with_trigrams(1);
    /// assert_eq!((smaller.trigram.len(), smaller.bigram.len()), (1, counts.bigram.len()));
    /// assert_eq!(counts.clone().with_trigrams(usize::MAX), counts);
    /// ```
    #[must_use]
    pub fn with_trigrams(mut self, most: usize) -> Counts {
        if self.trigram.len() <= most {
            return self;
        }
        let losses = losses(&self);
        let mut order: Vec<usize> = (0..losses.len()).collect();
        // Of equal losses the first stay: the same counts give the same model.
        order.sort_by(|&one, &other| losses[other].total_cmp(&losses[one]).then(one.cmp(&other)));
        let mut is_kept = vec![false; losses.len()];
        order.iter().take(most).for_each(|&at| is_kept[at] = true);
        let kept: Vec<u32> =
            rows(&self.trigrams_of).map(|row| is_kept[row].iter().map(|&kept| u32::from(kept)).sum()).collect();
        self.trigrams_of = kept;
        let mut at = 0..;
        self.trigram_word.retain(|_| at.next().is_some_and(|at| is_kept[at]));
        let mut at = 0..;
        self.trigram.retain(|_| at.next().is_some_and(|at| is_kept[at]));
        self
    }
}

/// What the training text loses, in nats, with each trigram.
fn losses(counts: &Counts) -> Vec<f32> {
    let tables = estimate(counts.clone());
    let bigram_rows: Vec<_> = rows(&tables.bigrams_of).collect();
    let mut out = Vec::with_capacity(tables.trigram.len());
    for (bigram, row) in rows(&tables.trigrams_of).enumerate() {
        let second = usize::from(tables.bigram_word[bigram]);
        let own = bigram_rows[second].clone();
        for trigram in row {
            let third = tables.trigram_word[trigram];
            let lower = match tables.bigram_word[own.clone()].binary_search(&third) {
                Ok(place) => u32::from(tables.bigram[own.start + place]),
                Err(_) => u32::from(tables.unigram_backoff[second]) + u32::from(tables.unigram[usize::from(third)]),
            };
            let without = quantize::decode_sum(u32::from(tables.bigram_backoff[bigram]) + lower);
            let gain = quantize::decode_sum(u32::from(tables.trigram[trigram])) - without;
            out.push(count_of(counts.trigram[trigram]) as f32 * gain);
        }
    }
    out
}
