//! Habits of a document: which confusions it makes more often, or less, than the collection that they were counted in.
//!
//! One engine reads one type in one way: where `e` is `o` in one word it is in others. How often each confusion is
//! expected, against how often its letters stand in the text at all, tells by how much.

use std::collections::HashMap;

use super::candidate::Used;
use super::rates::Rates;
use unspin_core::ocr::confusions::Confusions;

/// Expected occurrences that a confusion's usual frequency counts for.
const BELIEF: f64 = 2.0;
/// A confusion is made at most so many nats more often, or less, than elsewhere.
const MOST: f64 = 2.3;
const LEAST: f64 = -1.2;

/// By how many nats confusions are more probable in a document than elsewhere.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Habits {
    factors: HashMap<u16, f64>,
}

impl Habits {
    /// The likeliest habits, given how often each confusion is expected in a text at such rates.
    pub fn fitted(expected: &HashMap<u16, f64>, text: &str, confusions: &Confusions, rates: &Rates) -> Habits {
        let mut stands: HashMap<&[u8], f64> = HashMap::new();
        let mut factors = HashMap::new();
        for (&number, &count) in expected {
            let Some(confusion) = confusions.numbered(number) else { continue };
            let printed = &confusion.printed[..usize::from(confusion.length)];
            let all = *stands.entry(printed).or_insert_with(|| occurrences(text, printed)) + count;
            let usual = all * f64::from(-confusion.cost).exp() * rates.factor(confusion.fault);
            let factor = ((BELIEF + count) / (BELIEF + usual)).ln();
            factors.insert(number, factor.clamp(LEAST, MOST));
        }
        Habits { factors }
    }

    /// What the habits add to the log probability of confusions.
    #[inline]
    pub fn log(&self, used: &Used) -> f64 {
        used.iter().take_while(|&&n| n > 0).filter_map(|number| self.factors.get(number)).sum()
    }
}

/// How often letters stand in a text; of no letters, how many characters it has.
fn occurrences(text: &str, letters: &[u8]) -> f64 {
    match letters {
        [] => text.len() as f64,
        letters => {
            let begins = |window: &&[u8]| window[0] == letters[0] && window.iter().eq(letters);
            text.as_bytes().windows(letters.len()).filter(begins).count() as f64
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_often_expected_costs_less() {
        let confusions = Confusions::from_text("", "o\te\t0.01\nc\te\t0.01\n").unwrap();
        let number = |read: &[u8]| confusions.of(read)[0].number;
        let (often, never) = (number(b"o"), number(b"c"));
        let text = "tho rovor e e e e e e e e ".repeat(40);
        let expected = HashMap::from([(often, 80.0), (never, 0.0)]);
        let habits = Habits::fitted(&expected, &text, &confusions, &Rates::default());
        let used = |number| Used::from([number, 0, 0, 0, 0]);
        assert!(habits.log(&used(often)) > 1.5, "{habits:?}");
        assert!(habits.log(&used(never)) < 0.0);
        assert_eq!(habits.log(&Used::default()), 0.0);
        assert_eq!(Habits::default().log(&used(often)), 0.0);
    }
}
