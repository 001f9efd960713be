//! The words that write numbers, and what each says: the one list of them.

/// Cardinals below twenty, each at its value.
const UNITS: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
/// Ordinals below twenty, each at its value.
const ORDINALS: [&str; 20] = [
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
];
/// Tens from twenty on: as cardinals, ordinals and decades.
const TENS: [[&str; 3]; 8] = [
    ["twenty", "twentieth", "twenties"],
    ["thirty", "thirtieth", "thirties"],
    ["forty", "fortieth", "forties"],
    ["fifty", "fiftieth", "fifties"],
    ["sixty", "sixtieth", "sixties"],
    ["seventy", "seventieth", "seventies"],
    ["eighty", "eightieth", "eighties"],
    ["ninety", "ninetieth", "nineties"],
];
/// What multiplies the number before it: as cardinals, ordinals and plurals.
const SCALES: [([&str; 3], f64); 5] = [
    (["hundred", "hundredth", "hundreds"], 1e2),
    (["thousand", "thousandth", "thousands"], 1e3),
    (["million", "millionth", "millions"], 1e6),
    (["billion", "billionth", "billions"], 1e9),
    (["trillion", "trillionth", "trillions"], 1e12),
];

/// What is said by a cardinal below a hundred, in small letters.
///
/// ```
/// use unspin_core::text::number_words::{cardinal, decade, ordinal, scale};
/// assert_eq!((cardinal("twelve"), cardinal("ninety")), (Some(12.0), Some(90.0)));
/// assert_eq!((ordinal("twelfth"), ordinal("thousandth")), (Some(12.0), Some(1000.0)));
/// assert_eq!((decade("nineties"), scale("millions")), (Some(90.0), Some(1e6)));
/// assert_eq!(cardinal("hundred"), None);
/// ```
pub fn cardinal(word: &str) -> Option<f64> {
    UNITS.iter().position(|unit| *unit == word).map(|n| n as f64).or_else(|| tens(word, 0))
}

/// What is said by an ordinal, in small letters.
pub fn ordinal(word: &str) -> Option<f64> {
    let small = ORDINALS.iter().position(|unit| *unit == word).map(|n| n as f64);
    small
        .or_else(|| tens(word, 1))
        .or_else(|| SCALES.iter().find(|(forms, _)| forms[1] == word).map(|(_, value)| *value))
}

/// Which years of a century a word names, in small letters: 20 to 90.
pub fn decade(word: &str) -> Option<f64> {
    tens(word, 2)
}

/// What a hundred, thousand … trillion, or several of them, multiply by, in small letters.
pub fn scale(word: &str) -> Option<f64> {
    SCALES.iter().find(|(forms, _)| forms[0] == word || forms[2] == word).map(|(_, value)| *value)
}

fn tens(word: &str, form: usize) -> Option<f64> {
    TENS.iter().position(|forms| forms[form] == word).map(|n| 10.0 * (n + 2) as f64)
}

/// Every word of the list, in small letters.
pub fn all() -> impl Iterator<Item = &'static str> {
    let scales = SCALES.iter().flat_map(|(forms, _)| forms);
    UNITS.iter().chain(&ORDINALS).chain(TENS.iter().flatten()).chain(scales).copied()
}
