//! What a unit is as it stands: known or not, how improbable, whether it is never edited.

use super::arcs::Maker;
use super::shape::{COMMON, fold, is_camel, is_odd_capital, is_odd_case, odd_capital, plain};
use super::units::{Standing, Unit};
use unspin_core::ocr::lexicon::{Known, Usual};

/// −log P(a word that no lexicon has | a word that the model does not know).
const NOVEL: f32 = 4.5;
/// A name is more often unknown than another word, by this many nats.
const NAME: f32 = 3.0;
/// −log P of a known word in odd capitals ("tHe").
const ODD_CASE: f32 = 7.0;
/// −log P of a name in small letters.
const SMALL_NAME: f32 = 6.0;
/// Rarity of a word that is made of another.
const DERIVED: f32 = 16.0;
/// Letters of a word of which one in three with an accent is odd.
const SHORT: usize = 3;
/// What such words end and begin with.
const ENDINGS: [&str; 18] = [
    "s", "es", "ed", "d", "ing", "ings", "er", "ers", "ly", "ness", "less", "like", "ism", "ist", "al", "ally", "able",
    "ship",
];
const BEGINNINGS: [&str; 16] = [
    "un", "re", "non", "pre", "over", "under", "sub", "anti", "inter", "semi", "multi", "super", "micro", "hyper",
    "post", "mis",
];

impl Maker<'_> {
    /// What a unit is as it stands.
    pub fn standing(&self, text: &str, units: &[Unit], at: usize) -> Standing {
        let unit = &units[at];
        let word = &text[unit.start..unit.stem];
        let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let is_initial = word.len() == 1 && word.as_bytes()[0].is_ascii_uppercase();
        if unit.is_opaque || is_initial || digits > letters && word != "1" || digits > 1 {
            return Standing { known: None, is_frozen: true, cost: 0.0, odd: 0.0 };
        }
        let mut folded = [0u8; 32];
        let mut known = None;
        if word.len() <= folded.len() {
            folded[..word.len()].copy_from_slice(word.as_bytes());
            folded[..word.len()].make_ascii_lowercase();
            known = self.search.lexicon.get(&folded[..word.len()]);
            if known.is_none() && !word.is_ascii() {
                known = self.search.lexicon.get(fold(word).as_bytes());
            }
        }
        if known.is_none() && self.is_derived(&folded[..word.len().min(32)]) {
            known = Some(Known { rarity: DERIVED, usual: Usual::Small });
        }
        let is_odd_case = is_odd_case(word) && !(known.is_some() && is_camel(word));
        let is_small = word.as_bytes()[0].is_ascii_lowercase();
        let odd = match known {
            Some(_) if is_odd_case => ODD_CASE,
            Some(known) if is_small && known.usual.needs_capital() && word.len() > 1 => SMALL_NAME,
            Some(known) if !is_small && known.usual == Usual::Small && is_odd_capital(text, units, at, known) => {
                odd_capital(known)
            }
            _ => 0.0,
        };
        let cost = match known {
            Some(known) => known.rarity + odd,
            None => {
                let capital = word.as_bytes()[0].is_ascii_uppercase() && letters == word.len();
                5.0 + NOVEL + self.search.lexicon.spelling_cost(word) - if capital { NAME } else { 0.0 }
            }
        };
        let is_frozen = known.is_none() && (self.is_accented(word) || self.is_numbered(word) || self.is_quoted(word));
        let known = known.filter(|known| !(is_odd_case || is_small && known.usual.needs_capital() && word.len() > 1));
        Standing { known, is_frozen, cost, odd }
    }

    /// Accents are part of names.
    fn is_accented(&self, word: &str) -> bool {
        let accents = word.chars().filter(|c| !c.is_ascii() && c.is_alphabetic()).count();
        let plain: String = word.chars().map(plain).collect();
        let is_common = self.search.lexicon.get(plain.as_bytes()).is_some_and(|k| k.rarity < COMMON);
        let is_known = self.search.lexicon.get(fold(&plain).as_bytes()).is_some();
        let is_other_script = word.chars().map(super::shape::plain).any(|c| c.is_alphabetic() && !c.is_ascii());
        let is_name = !self.is_bold && word.starts_with(char::is_uppercase);
        // In damaged text a short word with an accent is one that was misread ("oí", "peí").
        let is_word = is_known && !(self.is_bold && plain.len() <= SHORT);
        accents > 0 && !is_common && (is_word || is_other_script || is_name)
    }

    /// A word in quotation marks of another language, or with an accent for an apostrophe.
    fn is_quoted(&self, word: &str) -> bool {
        if word.contains('´') {
            return true;
        }
        let bare = word.trim_matches(['«', '»']);
        bare.len() < word.len() && self.search.lexicon.get(fold(bare).as_bytes()).is_some()
    }

    /// A word with the number of a note, or of a thing: "feature1".
    fn is_numbered(&self, word: &str) -> bool {
        let letters = word.trim_matches(|c: char| c.is_ascii_digit());
        letters.len() < word.len() && letters.len() > 2 && self.search.lexicon.get(fold(letters).as_bytes()).is_some()
    }

    /// Whether a word that the lexicon lacks is one of its words with a usual beginning or ending.
    fn is_derived(&self, word: &[u8]) -> bool {
        const STEM: usize = 5;
        let is_stem =
            |stem: &[u8]| stem.len() >= STEM && self.search.lexicon.get(stem).is_some_and(|k| k.usual == Usual::Small);
        let silent = |stem: &[u8]| is_stem(stem) || is_stem(&[stem, b"e"].concat());
        ENDINGS.iter().any(|ending| word.strip_suffix(ending.as_bytes()).is_some_and(silent))
            || BEGINNINGS.iter().any(|start| word.strip_prefix(start.as_bytes()).is_some_and(is_stem))
    }
}
