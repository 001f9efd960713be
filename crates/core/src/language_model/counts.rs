//! What a model is made of: how often words were seen, alone, in twos and in threes, in codes of a byte.

use std::sync::LazyLock;

/// How often words, bigrams and trigrams were seen: all that a model file holds.
///
/// The children of a word are bigrams, those of a bigram trigrams, each sorted by word. The last two words of a trigram
/// are a bigram, too.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts {
    /// What the model was made from, as lines `name<TAB>value`.
    pub card: String,
    /// The word of each id; the first are the classes of [`crate::text::vocabulary`].
    pub words: Vec<String>,
    /// What is taken off the counts 1, 2, and 3 or more, of bigrams and of trigrams.
    pub discounts: [[f32; 3]; 2],
    /// How often each word was seen, as [`word_code`] has it.
    pub unigram: Vec<u16>,
    /// How many bigrams begin with each word.
    pub bigrams_of: Vec<u32>,
    /// The second words of the bigrams.
    pub bigram_word: Vec<u16>,
    /// How often each bigram was seen, as [`code_of`] has it.
    pub bigram: Vec<u8>,
    /// How many trigrams begin with each bigram.
    pub trigrams_of: Vec<u32>,
    /// The third words of the trigrams.
    pub trigram_word: Vec<u16>,
    /// How often each trigram was seen.
    pub trigram: Vec<u8>,
}

/// Steps of the code of how often a word was seen in a nat: its error is that of all bigrams of the word.
const WORD_STEPS: f64 = 32.0;
/// Counts up to this one have a code of their own.
pub const EXACT: u32 = 17;
/// Above, each code stands for a count so much greater.
const RATIO: f64 = 1.06;

/// The count of each code: 1 for 0, and every small count; in steps of 6 % above, up to 11 million.
static COUNTS: LazyLock<[u32; 256]> = LazyLock::new(|| {
    let mut count = 0u32;
    std::array::from_fn(|_| {
        count = (count + 1).max((f64::from(count) * RATIO) as u32);
        count
    })
});

/// The code of how often a word was seen.
pub fn word_code(count: u64) -> u16 {
    // A word that was never seen counts once: the code has nothing below.
    (WORD_STEPS * (count as f64 + 0.5).ln()).round().max(0.0) as u16
}

/// How often a word was seen, by its code, and half a time more.
pub fn word_count(code: u16) -> f64 {
    (f64::from(code) / WORD_STEPS).exp()
}

/// The code of how often all words were seen, by the codes of each.
pub(super) fn word_code_of_all(codes: &[u16]) -> u16 {
    (WORD_STEPS * codes.iter().map(|&code| word_count(code)).sum::<f64>().ln()).round().max(0.0) as u16
}

/// The logarithm of a count by its code, in steps of the code of words.
pub(super) fn log_of(code: u8) -> i32 {
    static LOGS: LazyLock<[i32; 256]> =
        LazyLock::new(|| COUNTS.map(|count| (WORD_STEPS * f64::from(count).ln()).round() as i32));
    LOGS[usize::from(code)]
}

/// The code of the count nearest to this one.
pub fn code_of(count: f64) -> u8 {
    let above = COUNTS.partition_point(|&other| f64::from(other) < count).min(255);
    let is_below = above > 0 && count - f64::from(COUNTS[above - 1]) < f64::from(COUNTS[above]) - count;
    (above - usize::from(is_below)) as u8
}

/// The count that a code stands for.
#[inline]
pub fn count_of(code: u8) -> u32 {
    COUNTS[usize::from(code)]
}

/// The codes of the counts of a context's children, which are a share of `total`, so that they are the same share of
/// what `total` was rounded to: what is lost at one is given to the next.
pub fn codes_of_row(counts: &[u32], total: f64, rounded_total: f64) -> Vec<u8> {
    let scale = rounded_total / total.max(1.0);
    let small: f64 = counts.iter().filter(|&&count| count <= EXACT).map(|&count| f64::from(count)).sum();
    let mut owed = small * (scale - 1.0);
    let mut code = |count: u32| {
        if count <= EXACT {
            return code_of(f64::from(count));
        }
        let count = f64::from(count) * scale;
        // A count that is owed much is not moved out of its neighbourhood.
        let wanted = (count + owed).clamp(count / RATIO, count * RATIO);
        let code = code_of(wanted);
        owed += count - f64::from(count_of(code));
        code
    };
    counts.iter().map(|&count| code(count)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_near() {
        for count in 1..=EXACT {
            assert_eq!(count_of(code_of(f64::from(count))), count);
        }
        for count in [18u32, 99, 1234, 999_999, 9_000_000] {
            let error = f64::from(count_of(code_of(f64::from(count)))) / f64::from(count);
            assert!((0.965..1.035).contains(&error), "{count}: {error}");
        }
        for count in [1u64, 30, 5_000_000] {
            let error = word_count(word_code(count)) / (count as f64 + 0.5);
            assert!((0.98..1.02).contains(&error), "{count}: {error}");
        }
    }

    #[test]
    fn a_row_keeps_its_sum() {
        let counts = [3, 1000, 20, 500, 77, 5, 311, 2000, 41, 12];
        let total: u32 = counts.iter().sum();
        for rounded in [1.0, 0.99, 1.01] {
            let rounded_total = f64::from(total) * rounded;
            let codes = codes_of_row(&counts, f64::from(total), rounded_total);
            let sum: u32 = codes.iter().map(|&code| count_of(code)).sum();
            assert!((f64::from(sum) / rounded_total - 1.0).abs() < 0.005, "{sum} for {rounded_total}");
        }
    }
}
