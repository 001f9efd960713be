//! The shape of words: capitals where they belong and where not, accents.

use super::units::{Gap, Unit};
use unspin_core::ocr::lexicon::Known;

/// −log P of a capital where none belongs: the neighbours are written small.
const ODD_CAPITAL: f32 = 4.5;
/// A common word that begins no sentence has a capital less often, by this share of what it is commoner.
const COMMONER: f32 = 0.7;

/// −log P of a capital on a word whose neighbours are written small.
pub(super) fn odd_capital(known: Known) -> f32 {
    ODD_CAPITAL + COMMONER * (COMMON - known.rarity).max(0.0)
}

/// The commonest words, by rarity in nats.
pub(super) const COMMON: f32 = 7.5;

/// A word in small letters, apostrophes plain.
pub(super) fn fold(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    unspin_core::text::fold_into(word, &mut out);
    out
}

/// Capitals that no word is written in: "tHe", "THe".
pub(super) fn is_odd_case(word: &str) -> bool {
    let upper = word.bytes().filter(u8::is_ascii_uppercase).count();
    let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
    let first = word.as_bytes()[0].is_ascii_uppercase();
    upper > 0 && upper < letters && !(upper == 1 && first)
}

/// A capital after two small letters or more: "YouTube", "MacDonald"; and "McDonald", "iPhone".
pub(super) fn is_camel(word: &str) -> bool {
    let bytes = word.as_bytes();
    let humps = (2..bytes.len()).filter(|&n| bytes[n].is_ascii_uppercase() && bytes[n - 1].is_ascii_lowercase());
    let hump = humps.clone().next();
    word.starts_with("Mc")
        || word.starts_with("O'")
        || matches!((bytes[0], hump), (b'i' | b'e', None))
        || humps.count() == 1 && bytes[0].is_ascii_uppercase()
}

/// Whether a word has a capital although the word before it, in the same sentence, is written small; of a word that
/// is not among the commonest the one after it must be, too.
pub(super) fn is_odd_capital(text: &str, units: &[Unit], at: usize, known: Known) -> bool {
    let word = &text[units[at].start..units[at].stem];
    belongs_small(text, units, at, at + 1, known) && word[1..].bytes().all(|b| b.is_ascii_lowercase())
}

/// Whether the neighbours of units `from..to` are written as within a sentence.
pub(super) fn belongs_small(text: &str, units: &[Unit], from: usize, to: usize, known: Known) -> bool {
    let is_small = |unit: &Unit| text.as_bytes()[unit.start].is_ascii_lowercase();
    let runs_on = |gap: Gap| matches!(gap, Gap::Space | Gap::Line);
    let before = from > 0 && runs_on(units[from - 1].gap) && is_small(&units[from - 1]);
    let after = runs_on(units[to - 1].gap) && units.get(to).is_some_and(is_small);
    before && (after || known.rarity < COMMON)
}

/// Whether a word may be written so: a name needs its capital, and no word has odd ones.
pub(super) fn may_stand(known: Known, word: &str) -> bool {
    let is_small = word.as_bytes()[0].is_ascii_lowercase();
    !is_odd_case(word) && word.is_ascii() && !(is_small && known.usual.needs_capital())
}

/// A letter without its accent.
pub(super) fn plain(c: char) -> char {
    const ACCENTED: &str = "éèêëàâáäöòóôüùúûïîíìçñ";
    const PLAIN: &str = "eeeeaaaaoooouuuuiiiicn";
    ACCENTED.chars().position(|a| a == c).and_then(|n| PLAIN.chars().nth(n)).unwrap_or(c)
}
