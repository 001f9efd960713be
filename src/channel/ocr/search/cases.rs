//! How a candidate is capitalised, as far as its letters tell, and which words are written so.

use unspin_core::ocr::lexicon::{Known, Usual};

/// How a candidate is capitalised, as far as its letters tell; one or more of these.
pub(super) const SMALL: u8 = 1;
pub(super) const CAPITAL: u8 = 2;
pub(super) const CAPITALS: u8 = 4;

/// How a candidate may be capitalised after one more letter.
#[inline]
pub(super) fn cases_after(cases: u8, letter: u8, is_first: bool) -> u8 {
    cases
        & match (letter.is_ascii_uppercase(), is_first) {
            (true, true) => CAPITAL | CAPITALS,
            (true, false) => CAPITALS,
            (false, true) if letter.is_ascii_lowercase() => SMALL,
            (false, false) if letter.is_ascii_lowercase() => SMALL | CAPITAL,
            _ => cases,
        }
}

/// Whether a word is written with such capitals: names and short forms are not written small.
pub(super) fn may_be(word: Known, cases: u8) -> bool {
    match word.usual {
        Usual::Small | Usual::Both => true,
        Usual::Capital => cases & (CAPITAL | CAPITALS) != 0,
        Usual::Capitals => cases & CAPITALS != 0,
    }
}
