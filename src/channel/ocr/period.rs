//! The habits of print before about 1800, by which its words differ from today's without being damaged.
//!
//! The document decides: one old spelling is chance, many of them are a habit. Two habits tell: unknown words that are
//! known ones as they were once spelled ("goodnesse", "haue", "tyme"), and common nouns that have a capital within a sentence.

use std::collections::HashSet;

use unspin_core::ocr::lexicon::{Lexicon, Usual};

use super::arcs::Maker;
use super::guard::modern;
use super::shape::{COMMON, fold};
use super::units::{Gap, Standing, Unit};

/// Different words in an old spelling, at least.
const LEAST_OLD: usize = 4;
/// One in so many different unknown words is in an old spelling, and one in so many units.
const UNKNOWN_AN_OLD: usize = 5;
const UNITS_AN_OLD: usize = 60;
/// Different common words with a capital, at least, and words that might have one.
const LEAST_CAPITALS: usize = 7;
const LEAST_INSIDE: usize = 24;
/// One in so many words within sentences has a capital; of the articles of overproof2 one in 136 is so (advertisements).
const INSIDE_A_CAPITAL: usize = 4;

/// What a text has of the habits of early print.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Period {
    /// Unknown words are words in an old spelling: none of them is damage by itself.
    pub(super) is_spelled: bool,
    /// Nouns have capitals. Words that such print cut at the ends of its lines are left in two where the line ends are
    /// gone: their editors keep them so.
    pub(super) is_capitalised: bool,
}

impl Period {
    /// The habits of a text.
    pub(super) fn of(maker: &Maker, text: &str, units: &[Unit]) -> Period {
        let (mut unknown, mut old, mut capitals) = (HashSet::new(), HashSet::new(), HashSet::new());
        let (mut inside, mut with_capital) = (0, 0);
        for at in 0..units.len() {
            let word = &text[units[at].start..units[at].stem];
            let standing = maker.standing(text, units, at);
            if standing.known.is_none() && !standing.is_frozen && unknown.insert(word) {
                let folded = fold(word);
                if is_old_spelling(maker.search.lexicon, &folded) {
                    old.insert(folded);
                }
            }
            if may_have_capital(text, units, at, &standing) {
                inside += 1;
                if word.starts_with(|c: char| c.is_ascii_uppercase()) {
                    with_capital += 1;
                    capitals.insert(word);
                }
            }
        }
        let is_old = |share: usize, all: usize| old.len() * share >= all;
        Period {
            is_spelled: old.len() >= LEAST_OLD
                && is_old(UNKNOWN_AN_OLD, unknown.len())
                && is_old(UNITS_AN_OLD, units.len()),
            is_capitalised: inside >= LEAST_INSIDE
                && capitals.len() >= LEAST_CAPITALS
                && with_capital * INSIDE_A_CAPITAL >= inside,
        }
    }
}

/// Whether a unit is a word that is mostly written small, not among the commonest, after one in small letters.
fn may_have_capital(text: &str, units: &[Unit], at: usize, standing: &Standing) -> bool {
    let is_noun = standing.known.is_some_and(|known| known.usual == Usual::Small && known.rarity >= COMMON);
    let word = &text[units[at].start..units[at].stem];
    is_noun
        && at > 0
        && matches!(units[at - 1].gap, Gap::Space | Gap::Line)
        && text.as_bytes()[units[at - 1].start].is_ascii_lowercase()
        && word.bytes().skip(1).all(|b| b.is_ascii_lowercase())
}

/// Whether an unknown word is a known one as it was once spelled.
fn is_old_spelling(lexicon: &Lexicon, word: &str) -> bool {
    let known = |word: &str| word.len() > 1 && lexicon.get(word.as_bytes()).is_some_and(|k| k.usual == Usual::Small);
    let changed = |to: &str| to != word && known(to);
    let without_e = word.strip_suffix('e').filter(|stem| stem.len() > 2);
    let is_doubled = |stem: &str| stem.as_bytes()[stem.len() - 1] == stem.as_bytes()[stem.len() - 2];
    without_e.is_some_and(|stem| known(stem) || is_doubled(stem) && known(&stem[..stem.len() - 1]))
        || word.strip_suffix("ie").is_some_and(|stem| known(&format!("{stem}y")))
        || word.strip_suffix('k').is_some_and(|stem| stem.ends_with("ic") && known(stem))
        || changed(&word.replace('y', "i"))
        || changed(&word.replace("vv", "w"))
        || changed(&modern(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_old_spellings() {
        let words = ["believe", "city", "good", "have", "public", "selfish", "time", "will"];
        let lexicon = words.iter().map(|word| format!("{word}\t40\n")).collect::<String>();
        let lexicon = Lexicon::from_text(&lexicon).unwrap();
        for old in ["haue", "tyme", "publick", "citie", "vvill", "goode", "goodde"] {
            assert!(is_old_spelling(&lexicon, old), "{old}");
        }
        for other in ["bclieve", "wlll", "thne", "hve"] {
            assert!(!is_old_spelling(&lexicon, other), "{other}");
        }
    }
}
