//! The dense code of counts: each figure under what the figures before it let expect.
//!
//! The words after a word are gaps in the order of frequency. The third words of a bigram are among the words that the
//! second is followed by anyway: they are gaps in the order in which those are common. A count is coded beside the one
//! that chance would give.

use std::cmp::Reverse;
use std::ops::Range;

use super::counts::{Counts, log_of, word_code_of_all};
use super::estimate::rows;
use super::range_coder::{Coder, Letters, Numbers};

/// Ends a word.
const WORD_END: u8 = b'\n';
/// Contexts of a number for each way in which it is told apart.
const BUCKETS: usize = 32;

/// What is learned of each kind of figure.
struct Model {
    letters: Letters,
    unigrams: Numbers,
    seconds: Numbers,
    second_gaps: Numbers,
    second_counts: Numbers,
    thirds: Numbers,
    third_gaps: Numbers,
    third_counts: Numbers,
}

/// Codes counts: writes those given, or reads into them. What is read has room for as many words, bigrams and trigrams
/// as there are; `None` if the code says otherwise.
pub(super) fn code(coder: &mut impl Coder, counts: &mut Counts) -> Option<()> {
    let mut model = Model {
        letters: Letters::new(),
        unigrams: Numbers::new(2),
        seconds: Numbers::new(BUCKETS),
        second_gaps: Numbers::new(BUCKETS * BUCKETS),
        second_counts: Numbers::new(BUCKETS * BUCKETS),
        thirds: Numbers::new(BUCKETS * BUCKETS),
        third_gaps: Numbers::new(BUCKETS * BUCKETS * BUCKETS),
        third_counts: Numbers::new(BUCKETS * BUCKETS),
    };
    model.words(coder, &mut counts.words)?;
    model.unigrams(coder, &mut counts.unigram)?;
    model.bigrams(coder, counts)?;
    model.trigrams(coder, counts)
}

/// A count in buckets of half a nat, by its logarithm in steps of the code of words: whole numbers, the same on every machine.
fn bucket(log: i32) -> usize {
    (log / 16).clamp(0, BUCKETS as i32 - 1) as usize
}

/// What chance would give, in buckets: less than once, too.
fn expected(log: i32) -> usize {
    const LEAST: i32 = 5 * 32;
    bucket(log + LEAST)
}

/// Twice the logarithm of a whole number and one.
fn fine_of(number: usize) -> usize {
    let one_more = number + 1;
    let log = one_more.ilog2() as usize;
    (2 * log + (one_more >> log.saturating_sub(1) & usize::from(log > 0))).min(BUCKETS - 1)
}

/// The logarithm of a whole number.
fn coarse(number: usize) -> usize {
    (number.max(1).ilog2() as usize + usize::from(number > 0)).min(BUCKETS - 1)
}

impl Model {
    fn words(&mut self, coder: &mut impl Coder, words: &mut [String]) -> Option<()> {
        /// No word of a model is longer, in bytes.
        const LONGEST: usize = 255;
        for word in words {
            let given = std::mem::take(word).into_bytes();
            let (mut before, mut read) = ([0; 2], Vec::new());
            loop {
                let letter = self.letters.code(coder, before, given.get(read.len()).copied().unwrap_or(WORD_END));
                if letter == WORD_END {
                    break;
                }
                if read.len() == LONGEST {
                    return None;
                }
                before = [before[1], letter];
                read.push(letter);
            }
            *word = String::from_utf8(read).ok()?;
        }
        Some(())
    }

    /// Words are in the order of their counts, classes are not.
    fn unigrams(&mut self, coder: &mut impl Coder, unigram: &mut [u16]) -> Option<()> {
        let mut before = 0i64;
        for code in unigram {
            let difference = i64::from(*code) - before;
            let sign = self.unigrams.code(coder, 0, u32::from(difference > 0));
            let size = i64::from(self.unigrams.code(coder, 1, difference.unsigned_abs() as u32));
            before += if sign > 0 { size } else { -size };
            *code = u16::try_from(before).ok()?;
        }
        Some(())
    }

    fn bigrams(&mut self, coder: &mut impl Coder, counts: &mut Counts) -> Option<()> {
        let of_words = &counts.unigram;
        let all = i32::from(word_code_of_all(of_words));
        let words = counts.words.len();
        let mut end = 0;
        for (own, &total) in counts.bigrams_of.iter_mut().zip(of_words) {
            let total = i32::from(total);
            *own = self.seconds.code(coder, bucket(total), *own);
            let row = end..end + *own as usize;
            end = row.end;
            let seconds = counts.bigram_word.get_mut(row.clone())?;
            let mut next = 0usize;
            let mut left = seconds.len();
            for (second, code) in seconds.iter_mut().zip(counts.bigram.get_mut(row)?) {
                let context = fine_of(left) * BUCKETS + fine_of(next);
                next +=
                    self.second_gaps.code(coder, context, (usize::from(*second).wrapping_sub(next)) as u32) as usize;
                *second = u16::try_from(next).ok().filter(|_| next < words)?;
                let of_second = i32::from(of_words[next]);
                let context = expected(total + of_second - all) * BUCKETS + bucket(of_second);
                *code = u8::try_from(self.second_counts.code(coder, context, u32::from(*code))).ok()?;
                next += 1;
                left -= 1;
            }
        }
        (end == counts.bigram_word.len()).then_some(())
    }

    fn trigrams(&mut self, coder: &mut impl Coder, counts: &mut Counts) -> Option<()> {
        let bigram_rows: Vec<Range<usize>> = rows(&counts.bigrams_of).collect();
        let ranks = Ranks::new(counts, &bigram_rows);
        let mut end = 0;
        let mut thirds: Vec<(usize, u16, u8)> = Vec::new();
        for at in 0..counts.trigrams_of.len() {
            let second = usize::from(counts.bigram_word[at]);
            let followers = bigram_rows[second].clone();
            let of_second = i32::from(counts.unigram[second]);
            let own_count = log_of(counts.bigram[at]);
            let context = bucket(own_count) * BUCKETS + coarse(followers.len());
            let number = self.thirds.code(coder, context, counts.trigrams_of[at]) as usize;
            counts.trigrams_of[at] = number as u32;
            let row = end..end + number;
            end = row.end;
            let words = counts.trigram_word.get(row.clone())?;
            thirds.clear();
            for (&third, &code) in words.iter().zip(&counts.trigram[row.clone()]) {
                thirds.push((ranks.rank(counts, &followers, third), third, code));
            }
            thirds.sort_unstable_by_key(|third| third.0);
            let mut next = 0usize;
            let size = coarse(followers.len());
            for (left, (rank, third, code)) in (1..=number).rev().zip(&mut thirds) {
                let context = (coarse(left) * BUCKETS + fine_of(next)) * BUCKETS + size;
                next += self.third_gaps.code(coder, context, (rank.wrapping_sub(next)) as u32) as usize;
                let follower = followers.start + usize::from(*ranks.order.get(followers.clone())?.get(next)?);
                *third = counts.bigram_word[follower];
                let by_chance = own_count + log_of(counts.bigram[follower]) - of_second;
                let context = expected(by_chance) * BUCKETS + bucket(own_count);
                *code = u8::try_from(self.third_counts.code(coder, context, u32::from(*code))).ok()?;
                next += 1;
            }
            thirds.sort_unstable_by_key(|third| third.1);
            for (n, (_, third, code)) in row.zip(&thirds) {
                (counts.trigram_word[n], counts.trigram[n]) = (*third, *code);
            }
        }
        (end == counts.trigram_word.len()).then_some(())
    }
}

/// The bigrams of each word in the order in which they are common.
struct Ranks {
    /// By row, the place in the row of each rank.
    order: Vec<u16>,
    /// By row, the rank of each place.
    ranks: Vec<u16>,
}

impl Ranks {
    fn new(counts: &Counts, bigram_rows: &[Range<usize>]) -> Ranks {
        let mut order = Vec::with_capacity(counts.bigram.len());
        let mut ranks = vec![0; counts.bigram.len()];
        for row in bigram_rows {
            let codes = &counts.bigram[row.clone()];
            let start = order.len();
            order.extend((0..codes.len()).map(|place| place as u16));
            order[start..].sort_by_key(|&place| Reverse(codes[usize::from(place)]));
            for (rank, &place) in order[start..].iter().enumerate() {
                ranks[row.start + usize::from(place)] = rank as u16;
            }
        }
        Ranks { order, ranks }
    }

    /// The rank of a third word among the followers of the second.
    fn rank(&self, counts: &Counts, followers: &Range<usize>, third: u16) -> usize {
        let place = counts.bigram_word[followers.clone()].binary_search(&third);
        // What is about to be read has no rank yet.
        place.map_or(0, |place| usize::from(self.ranks[followers.start + place]))
    }
}
