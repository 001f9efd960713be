//! Numbers: the values that a phrase names. A numeral may change its spelling, never its value.
//!
//! "Once" and "both" are read as words: they name no quantity that a reader would miss, nor does "one" or "1" alone. "First" and "second" may
//! come and go ("initial", "moment"), but not become each other.

use std::sync::LazyLock;

use super::words::{find, folded, words};
use crate::text::number_words::{self, cardinal, decade, ordinal, scale};
use crate::text::wordset::WordSet;

/// Words that say a quantity and are no numerals.
const QUANTITIES: [(&str, f64); 5] =
    [("dozen", 12.0), ("half", 0.5), ("tens", 10.0), ("dozens", 12.0), ("decennary", 3650.0)];

/// Phrases of the same value, one with a numeral and one without.
const EQUAL: [(&str, &str); 34] = [
    ("covid 19", "covid"),
    ("covid 19", "coronavirus"),
    ("three way", "joint"),
    ("two occasions", "twice"),
    ("two instances", "twice"),
    ("two times", "double"),
    ("most half", "most part"),
    ("finest half", "best part"),
    ("hundreds of years", "centuries"),
    ("hundred yearses", "centuries"),
    ("12 months", "year"),
    ("twelve months", "year"),
    ("12 months", "yr"),
    ("7 days", "week"),
    ("seven days", "week"),
    ("7 day", "week"),
    ("24 hours", "day"),
    ("24 hour", "day"),
    ("24 hours", "daily"),
    ("30 days", "month"),
    ("thirty days", "month"),
    ("thirty day", "month"),
    ("two weeks", "fortnight"),
    ("three times", "thrice"),
    ("3 times", "thrice"),
    ("two times", "twice"),
    ("2 times", "twice"),
    ("ten years", "decade"),
    ("10 years", "decade"),
    ("hundred years", "century"),
    ("100 years", "century"),
    ("4th", "quarter"),
    ("fourth", "quarter"),
    ("two", "couple"),
];

/// A value: the number, and what it is.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub enum Value {
    /// How many.
    Cardinal(f64),
    /// Which one in order.
    Ordinal(f64),
    /// Ten years of a century, "the 1980s".
    Decade(f64),
}

/// All words that say a value.
pub(super) fn table() -> impl Iterator<Item = &'static str> {
    number_words::all().filter(|word| *word != "one").chain(QUANTITIES.iter().map(|(word, _)| *word))
}

/// The values that a phrase names, in order.
///
/// ```
/// use unspin_core::meaning::number::{Value, values};
/// assert_eq!(values("one hundred"), values("100"));
/// assert_eq!(values("the nineteen eighties"), values("1980s"));
/// assert_eq!(values("3rd"), [Value::Ordinal(3.0)]);
/// ```
pub fn values(phrase: &str) -> Vec<Value> {
    let folded = folded(phrase);
    let words = words(&folded);
    if words.iter().any(|word| may_be_number(word)) { values_of(&words) } else { Vec::new() }
}

fn values_of(words: &[&str]) -> Vec<Value> {
    let mut out: Vec<Value> = Vec::new();
    // A number that may go on: how much it is, and whether the word before belongs to it.
    let mut open: Option<f64> = None;
    for (at, &word) in words.iter().enumerate() {
        if let Some(power) = scale(word) {
            let before = open.take();
            let is_one = at > 0 && matches!(words[at - 1], "one" | "a");
            open = Some(before.unwrap_or(1.0) * power);
            let is_many = word.ends_with('s') && !is_one;
            if is_many && before.is_none() {
                out.extend(open.take().map(Value::Cardinal));
            }
        } else if let Some(decade) = decade(word) {
            // "nineteen eighties", "the eighties"
            open = open.filter(|before| !matches!(*before as u32, 18..=20));
            out.extend(open.take().map(Value::Cardinal));
            out.push(Value::Decade(decade));
        } else if let Some(small) = small(word) {
            open = Some(match open {
                Some(before) if before >= 20.0 && small < before && before % 10.0 == 0.0 => before + small,
                before => {
                    out.extend(before.map(Value::Cardinal));
                    small
                }
            });
        } else if let Some(ordinal) = ordinal(word) {
            let before = open.take();
            // "four-hundredth", "thirty-fifth"
            out.push(Value::Ordinal(if ordinal >= 100.0 {
                before.unwrap_or(1.0) * ordinal
            } else {
                before.unwrap_or(0.0) + ordinal
            }));
        } else if let Some(value) = word.split_once('.').and_then(|(whole, tenths)| {
            // "two.2 million" is "2.2 million" after a spinner.
            let tenths: f64 =
                format!("0.{}", Some(tenths).filter(|t| t.bytes().all(|b| b.is_ascii_digit()))?).parse().ok()?;
            Some(small(whole)? + tenths)
        }) {
            out.extend(open.replace(value).map(Value::Cardinal));
        } else if word.starts_with(|c: char| c.is_ascii_digit()) {
            out.extend(open.take().map(Value::Cardinal));
            match in_digits(word) {
                Some(Value::Cardinal(value)) => open = Some(value),
                Some(value) => out.push(value),
                None => {}
            }
        } else if word != "and" || open.is_none_or(|value| value < 100.0) {
            out.extend(open.take().map(Value::Cardinal));
        }
    }
    out.extend(open.map(Value::Cardinal));
    out
}

/// Whether a word has a digit, or is one of the tables' or an ordinal of theirs.
fn may_be_number(word: &str) -> bool {
    static WORDS: LazyLock<WordSet> = LazyLock::new(|| table().collect());
    let word = word.as_bytes();
    let stem = word.strip_suffix(b"th").unwrap_or(word);
    WORDS.contains(word) || WORDS.contains(stem) || word.iter().any(|byte| byte.is_ascii_digit())
}

/// A value below a hundred. "One" is a word like others.
fn small(word: &str) -> Option<f64> {
    let quantity = || QUANTITIES.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
    cardinal(word).filter(|_| word != "one").or_else(quantity)
}

/// "1,000", "4th", "1980s", "1000's"
fn in_digits(word: &str) -> Option<Value> {
    let end = word.find(|c: char| !c.is_ascii_digit() && !matches!(c, ',' | '.')).unwrap_or(word.len());
    let (digits, rest) = word.split_at(end);
    let value: f64 = digits.replace(',', "").trim_end_matches('.').parse().ok()?;
    // "7.eight" is "7.8" after a spinner.
    if let Some(tenths) = digits.ends_with('.').then(|| small(rest)).flatten().filter(|tenths| *tenths < 10.0) {
        return Some(Value::Cardinal(((value * 10.0) + tenths) / 10.0));
    }
    Some(match rest {
        "st" | "nd" | "rd" | "th" | "d" => Value::Ordinal(value),
        "s" | "'s" if (1800.0..2100.0).contains(&value) && value % 10.0 == 0.0 => Value::Decade(value % 100.0),
        "s" | "'s" if (20.0..100.0).contains(&value) && value % 10.0 == 0.0 => Value::Decade(value),
        _ => Value::Cardinal(value),
    })
}

/// Whether a rewrite leaves every value as it is.
///
/// ```
/// use unspin_core::meaning::number::keeps;
/// assert!(keeps("4", "four") && keeps("12 months", "year") && keeps("considered one of", "one of"));
/// assert!(!keeps("thousands", "hundreds") && !keeps("tens of millions", "millions"));
/// ```
pub fn keeps(spun: &str, original: &str) -> bool {
    let (one, other) = (values(spun), values(original));
    if one == other {
        return true;
    }
    // "First" may be "initial", and "second" a moment.
    let weak = |value: &Value| matches!(value, Value::Ordinal(n) if *n <= 2.0) || *value == Value::Cardinal(1.0);
    let has_weak = |values: &[Value]| values.iter().any(weak);
    if has_weak(&one) != has_weak(&other) {
        let strong = |values: &[Value]| values.iter().copied().filter(|value| !weak(value)).collect::<Vec<_>>();
        if strong(&one) == strong(&other) {
            return true;
        }
    }
    let (spun, original) = (folded(spun), folded(original));
    let (spun, original) = (words(&spun), words(&original));
    is_without(&spun, one.clone(), &original, &other) || is_without(&original, other, &spun, &one)
}

/// Whether the values of one side are those of the other and of numerals that it spells as words: "12 months" for "year".
fn is_without(phrase: &[&str], mut own: Vec<Value>, other: &[&str], others: &[Value]) -> bool {
    for (with, without) in EQUAL {
        if find(phrase, with).is_some() && find(other, without).is_some() {
            let spelt = values(with);
            own.retain(|value| !spelt.contains(value) || others.contains(value));
        }
    }
    own == others
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table() {
        for (spun, original, want) in [
            ("4", "four", true),
            ("4", "five", false),
            ("3rd", "third", true),
            ("thirty-fifth", "35th", true),
            ("thirty fifth", "35th", true),
            ("fourth", "4", false),
            ("100", "one hundred", true),
            ("1000", "a thousand", true),
            ("1,000", "thousand", true),
            ("twenty-two", "22", true),
            ("$4 million", "four million dollars", true),
            ("$4 million", "$4 billion", false),
            ("hundreds of", "thousands of", false),
            ("1000's", "thousands", true),
            ("12 months earlier", "year earlier", true),
            ("thrice", "three times", true),
            ("eighties", "1980s", true),
            ("nineteen nineties", "1990s", true),
            ("80s", "1980s", true),
            ("mid-eighties", "mid-1980s", true),
            ("half", "part", false),
            ("one of a kind", "unique", true),
            ("initial", "first", true),
            ("second", "moment", true),
            ("1", "one", true),
            ("2d", "second", true),
            ("seven%", "7%", true),
            ("two.2 million", "2.2 million", true),
            ("12 months over 12 months", "year over year", true),
            ("covid-19", "covid", true),
            ("twice", "two occasions", true),
            ("2nd", "second", true),
            ("1st", "first", true),
            ("1st", "second", false),
            ("7.eight", "7.8", true),
            ("four-hundredth", "400th", true),
            ("for the most half", "for the most part", true),
        ] {
            assert_eq!(keeps(spun, original), want, "{spun} {:?} → {original} {:?}", values(spun), values(original));
        }
    }
}
