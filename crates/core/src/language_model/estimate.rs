//! From counts to probabilities: interpolated absolute discounting, quantised.

use std::ops::Range;

use super::counts::{Counts, count_of, word_count};
use super::tables::Tables;
use crate::quantize;

/// What a context leaves to the lower order is never nothing.
const LEAST_LEFT: f64 = 1e-6;

/// The children of a context: (count − discount) / count of the context each, and what is left to the lower order.
struct Shares<'c> {
    codes: &'c [u8],
    discounts: [f32; 3],
    total: f64,
}

impl Shares<'_> {
    fn discount(&self, count: u32) -> f64 {
        f64::from(self.discounts[(count.clamp(1, 3) - 1) as usize])
    }

    fn share(&self, code: u8) -> f64 {
        let count = count_of(code);
        (f64::from(count) - self.discount(count)) / self.total
    }

    /// At least what was taken off the children: counts are rounded, and may come to more than their sum.
    fn left(&self) -> f64 {
        let kept: f64 = self.codes.iter().map(|&code| self.share(code)).sum();
        let taken: f64 = self.codes.iter().map(|&code| self.discount(count_of(code))).sum();
        (1.0 - kept).max(taken / self.total).clamp(LEAST_LEFT, 1.0)
    }
}

/// Ranges of the children of each parent.
pub(super) fn rows(counts: &[u32]) -> impl Iterator<Item = Range<usize>> {
    let mut end = 0;
    counts.iter().map(move |&count| {
        let start = end;
        end += count as usize;
        start..end
    })
}

/// The probabilities that counts give.
///
/// The count of a bigram is that of its trigrams, kept or not: each occurrence has a third word.
pub(super) fn estimate(counts: Counts) -> Tables {
    let log = |p: f64| quantize::encode(p.ln() as f32);
    let of_words: Vec<f64> = counts.unigram.iter().map(|&code| word_count(code)).collect();
    let all: f64 = of_words.iter().sum();
    let bigram_rows: Vec<Range<usize>> = rows(&counts.bigrams_of).collect();
    let mut bigram: Vec<f64> = Vec::with_capacity(counts.bigram.len());
    let mut left_of_word = Vec::with_capacity(of_words.len());
    for (row, &total) in bigram_rows.iter().zip(&of_words) {
        let shares = Shares { codes: &counts.bigram[row.clone()], discounts: counts.discounts[0], total };
        let left = shares.left();
        let seconds = &counts.bigram_word[row.clone()];
        bigram.extend(
            shares
                .codes
                .iter()
                .zip(seconds)
                .map(|(&code, &second)| shares.share(code) + left * of_words[usize::from(second)] / all),
        );
        left_of_word.push(left);
    }
    let mut trigram = Vec::with_capacity(counts.trigram.len());
    let mut left_of_bigram = Vec::with_capacity(bigram.len());
    for (at, row) in rows(&counts.trigrams_of).enumerate() {
        let total = f64::from(count_of(counts.bigram[at]));
        let shares = Shares { codes: &counts.trigram[row.clone()], discounts: counts.discounts[1], total };
        let left = if row.is_empty() { 1.0 } else { shares.left() };
        let second = usize::from(counts.bigram_word[at]);
        let own = bigram_rows[second].clone();
        for (&code, third) in shares.codes.iter().zip(&counts.trigram_word[row]) {
            let lower = match counts.bigram_word[own.clone()].binary_search(third) {
                Ok(place) => bigram[own.start + place],
                Err(_) => left_of_word[second] * of_words[usize::from(*third)] / all,
            };
            trigram.push(log(shares.share(code) + left * lower));
        }
        left_of_bigram.push(log(left));
    }
    Tables {
        unigram: of_words.iter().map(|count| log(count / all)).collect(),
        unigram_backoff: left_of_word.into_iter().map(log).collect(),
        bigram: bigram.into_iter().map(log).collect(),
        bigram_backoff: left_of_bigram,
        trigram,
        words: counts.words,
        bigrams_of: counts.bigrams_of,
        bigram_word: counts.bigram_word,
        trigrams_of: counts.trigrams_of,
        trigram_word: counts.trigram_word,
    }
}
