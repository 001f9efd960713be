//! Numbers as texts write them: their values, and which of them are quantities in running prose.
//!
//! "16 people" and "sixteen people" say the same, and a spinner swaps them. "World War 2", "Figure 1", "2 Nov", "$4
//! million" and the number of a verse or of a cell are written in one way only.

use std::sync::LazyLock;

use super::number_words;
use super::wordset::{MAX_WORD, WordSet, lowercase};

mod fixed;
mod labels;

pub use fixed::fixed;

/// What a number says.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub enum Number {
    /// "16", "sixteen", "7.8"
    Cardinal(f64),
    /// "3rd", "third"
    Ordinal(f64),
    /// "1990s", "nineties", "nineteen nineties": the years of a century, 0 to 90.
    Decade(f64),
}

/// The same span of time, counted otherwise.
const SPANS: [(f64, &str); 7] = [
    (12.0, "months"),
    (7.0, "days"),
    (30.0, "day"),
    (365.0, "days"),
    (10.0, "years"),
    (24.0, "hours"),
    (100.0, "years"),
];
/// Words that say a number, or something else.
const PERHAPS: [(&str, f64); 11] = [
    ("twice", 2.0),
    ("both", 2.0),
    ("double", 2.0),
    ("couple", 2.0),
    ("pair", 2.0),
    ("fortnight", 2.0),
    ("thrice", 3.0),
    ("triple", 3.0),
    ("dozen", 12.0),
    ("half", 0.5),
    ("nil", 0.0),
];

/// The words that may write a number.
static WORDS: LazyLock<WordSet> =
    LazyLock::new(|| number_words::all().chain(PERHAPS.iter().map(|(word, _)| *word)).chain(["tens"]).collect());

/// The number that one word writes, folded; "one" and "first" are words like others as often as numbers, and are none.
pub fn number(word: &str) -> Option<Number> {
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        return digits(word);
    }
    if let Some((whole, part)) = word.split_once('.').filter(|(_, part)| part.bytes().all(|b| b.is_ascii_digit())) {
        // "two.2" is "2.2" after a spinner.
        let Some(Number::Cardinal(whole)) = number(whole) else { return None };
        return Some(Number::Cardinal(format!("{whole}.{part}").parse().ok()?));
    }
    if matches!(word, "one" | "first" | "second" | "tens") {
        return None;
    }
    let hyphened = || {
        let (tens, units) = word.split_once('-')?;
        match (number(tens)?, number(units).or((units == "one").then_some(Number::Cardinal(1.0)))?) {
            (Number::Cardinal(a), Number::Cardinal(b)) if a >= 20.0 && b < 10.0 => Some(Number::Cardinal(a + b)),
            (Number::Cardinal(a), Number::Ordinal(b)) if a >= 20.0 && b < 10.0 => Some(Number::Ordinal(a + b)),
            (Number::Cardinal(a), Number::Cardinal(b)) if a < 20.0 && b >= 100.0 => Some(Number::Cardinal(a * b)),
            (Number::Cardinal(a), Number::Ordinal(b)) if a < 20.0 && b >= 100.0 => Some(Number::Ordinal(a * b)),
            _ => None,
        }
    };
    (number_words::cardinal(word).or_else(|| number_words::scale(word)).map(Number::Cardinal))
        .or_else(|| number_words::ordinal(word).map(Number::Ordinal))
        .or_else(|| number_words::decade(word).map(Number::Decade))
        .or_else(hyphened)
}

fn digits(word: &str) -> Option<Number> {
    let end = word.bytes().position(|b| !(b.is_ascii_digit() || b == b',' || b == b'.')).unwrap_or(word.len());
    let (figures, rest) = word.split_at(end);
    // "7.eight" is "7.8" after a spinner.
    if let (Some(whole), Some(Number::Cardinal(part))) = (figures.strip_suffix('.'), number(rest)) {
        return Some(Number::Cardinal(format!("{whole}.{part}").parse().ok()?));
    }
    let value: f64 = figures.replace(',', "").parse().ok()?;
    if value == 0.33 {
        // "A third", to some spinners.
        return Some(Number::Ordinal(3.0));
    }
    match rest {
        "" | "%" => Some(Number::Cardinal(value)),
        // "2d" is "2nd", "3D" no third.
        "st" | "nd" | "rd" | "th" | "d" if (value, rest) != (3.0, "d") => Some(Number::Ordinal(value)),
        "s" if (1100.0..=2100.0).contains(&value) && value % 10.0 == 0.0 => Some(Number::Decade(value % 100.0)),
        _ => Some(Number::Cardinal(value)),
    }
}

/// What the numbers of a phrase say; perhaps with those of words that say one or something else, perhaps without those of
/// spans of time that have a name: "12 months" says "year".
fn numbers(phrase: &str, with_perhaps: bool, with_spans: bool) -> Vec<Number> {
    let folded = phrase.to_lowercase();
    let words: Vec<&str> = folded.split([' ', '\n', '\u{a0}']).filter(|word| !word.is_empty()).collect();
    let mut out: Vec<Number> = Vec::new();
    let mut is_open = false;
    for (at, word) in words.iter().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric())).enumerate() {
        let next = words.get(at + 1).copied().unwrap_or_default();
        let own = number(word).or_else(|| match word {
            "one" if next.ends_with("hundred") => Some(Number::Cardinal(1.0)),
            "tens" if next == "of" => Some(Number::Cardinal(10.0)),
            _ if with_perhaps => {
                let word = word.split('-').next().unwrap_or(word);
                let perhaps = PERHAPS.iter().find(|(other, _)| *other == word).map(|(_, n)| Number::Cardinal(*n));
                perhaps.or_else(|| number(word))
            }
            _ => None,
        });
        let Some(own) = own else {
            is_open = false;
            continue;
        };
        if let Number::Cardinal(value) = own
            && !with_spans
            && SPANS.iter().any(|(count, unit)| *count == value && next.starts_with(unit))
        {
            continue;
        }
        // "twenty fifth", "two hundred", "nineteen nineties": one number in several words.
        match (out.last_mut().filter(|_| is_open), own) {
            (Some(Number::Cardinal(sum)), Number::Cardinal(value)) if value >= 100.0 && *sum < value => *sum *= value,
            (Some(Number::Cardinal(sum)), Number::Cardinal(value)) if *sum >= 20.0 && value < *sum => *sum += value,
            (Some(last @ Number::Cardinal(_)), Number::Decade(_)) => *last = own,
            (Some(last), Number::Ordinal(value)) if matches!(*last, Number::Cardinal(n) if n >= 20.0 && value < n) => {
                let Number::Cardinal(tens) = *last else { continue };
                *last = Number::Ordinal(tens + value);
            }
            _ => out.push(own),
        }
        is_open = true;
    }
    out.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    out
}

/// Whether two wordings say the same numbers.
///
/// ```
/// use unspin_core::text::numeral::say_the_same;
/// assert!(say_the_same("16", "sixteen") && say_the_same("nineteen nineties", "1990s"));
/// assert!(say_the_same("12 months", "year") && say_the_same("the folks", "the people"));
/// assert!(!say_the_same("thousands of", "hundreds of") && !say_the_same("1", "four"));
/// ```
pub fn say_the_same(one: &str, other: &str) -> bool {
    if !may_have_number(one) && !may_have_number(other) {
        return true;
    }
    let readings = |phrase: &str| {
        [(false, true), (true, true), (false, false)].map(|(perhaps, spans)| numbers(phrase, perhaps, spans))
    };
    let other = readings(other);
    readings(one).iter().any(|one| other.iter().any(|other| are_the_same(one.clone(), other.clone())))
}

/// Whether a phrase may write a number: it has a digit, or a word of the tables in any of its forms.
///
/// ```
/// use unspin_core::text::numeral::may_have_number;
/// assert!(may_have_number("the sixth") && may_have_number("in 3 days") && !may_have_number("the White House"));
/// ```
pub fn may_have_number(phrase: &str) -> bool {
    let mut room = [0; MAX_WORD];
    phrase.bytes().any(|byte| byte.is_ascii_digit())
        || phrase.split(|c: char| !c.is_ascii_alphabetic()).any(|own| {
            let Some(folded) = lowercase(own, &mut room) else { return false };
            let stem = folded.strip_suffix(b"s").or(folded.strip_suffix(b"th")).unwrap_or(folded);
            WORDS.contains(folded) || WORDS.contains(stem)
        })
}

fn are_the_same(mut one: Vec<Number>, mut other: Vec<Number>) -> bool {
    // "1" is "one", "a" or nothing; a "second" may be a time.
    let is_said = |number: &Number| !matches!(number, Number::Cardinal(1.0) | Number::Ordinal(1.0 | 2.0));
    let is_mixed = one.len() != other.len();
    one.retain(|number| !is_mixed && matches!(number, Number::Cardinal(1.0)) || is_said(number));
    other.retain(|number| !is_mixed && matches!(number, Number::Cardinal(1.0)) || is_said(number));
    one == other
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values() {
        for (one, other, want) in [
            ("16", "sixteen", true),
            ("thirty fifth", "35th", true),
            ("four-hundredth", "400th", true),
            ("nineteen fifties", "1950s", true),
            ("mid-eighties", "mid-1980s", true),
            ("7.eight", "7.8", true),
            ("seven%", "7%", true),
            ("second", "2nd", true),
            ("12 months", "year", true),
            ("a third", "a 3rd", true),
            ("considered one of", "one of", true),
            ("2nd", "second", true),
            ("1", "one", true),
            ("two hundred", "200", true),
            ("thousands", "hundreds", false),
            ("1", "four", false),
            ("five", "15", false),
            ("two", "a couple of", true),
            ("3 times", "thrice", true),
            ("both", "each", true),
            ("0.5 breed", "half-breed", true),
            ("0.33-party", "third-party", true),
            ("ten a long time", "ten years", true),
            ("three-layered", "3D", true),
            ("millions", "tens of millions", false),
            ("a whole lot of", "hundreds of", false),
            ("the two.2 million", "the 2.2 million", true),
        ] {
            assert_eq!(
                say_the_same(one, other),
                want,
                "{one} {other}: {:?} {:?}",
                numbers(one, true, true),
                numbers(other, true, true)
            );
        }
    }
}
