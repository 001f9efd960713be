//! The first look: which rules of meaning a phrase can touch at all. Most phrases touch none, and pass unread.

use std::ops::BitOr;
use std::sync::LazyLock;

use super::{gender, number, polarity};
use crate::text::wordset::{MAX_WORD, WordSet, lowercase};

/// What a phrase may have; each is a superset of what its rule finds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Signs(u8);

impl Signs {
    /// A negation.
    pub(super) const NEGATION: Signs = Signs(1);
    /// A word that negates its stem, if that stands on the other side of a rewrite.
    pub(super) const PREFIX: Signs = Signs(2);
    /// A number.
    pub(super) const NUMBER: Signs = Signs(4);
    /// A gender.
    pub(super) const GENDER: Signs = Signs(8);
    const ALL: Signs = Signs(15);

    /// The signs of a phrase.
    pub(super) fn of(phrase: &str) -> Signs {
        let mut signs = Signs::default();
        for byte in phrase.bytes() {
            match byte {
                b'0'..=b'9' => signs = signs | Signs::NUMBER,
                b'\'' => signs = signs | Signs::NEGATION,
                byte if !byte.is_ascii() => return Signs::ALL,
                _ => {}
            }
        }
        phrase
            .split(|c: char| !c.is_ascii_alphabetic())
            .filter(|word| !word.is_empty())
            .map(of_word)
            .fold(signs, BitOr::bitor)
    }

    /// Whether any sign of `other` is among these.
    pub(super) fn has(self, other: Signs) -> bool {
        self.0 & other.0 != 0
    }
}

impl BitOr for Signs {
    type Output = Signs;

    fn bitor(self, other: Signs) -> Signs {
        Signs(self.0 | other.0)
    }
}

fn of_word(word: &str) -> Signs {
    /// The words of all tables, and of each; an idiom has one of them.
    static ALL: LazyLock<WordSet> =
        LazyLock::new(|| polarity::table().chain(number::table()).chain(gender::table()).collect());
    static TABLES: LazyLock<[(WordSet, Signs); 3]> = LazyLock::new(|| {
        [
            (polarity::table().collect(), Signs::NEGATION),
            (number::table().collect(), Signs::NUMBER),
            (gender::table().collect(), Signs::GENDER),
        ]
    });
    let mut room = [0; MAX_WORD];
    // A longer word than those of the tables is read: it may end in one of them.
    let Some(folded) = lowercase(word, &mut room) else { return Signs::ALL };
    // Tables hold one form of some words: "millions", "fourth".
    let forms = [Some(folded), folded.strip_suffix(b"s"), folded.strip_suffix(b"th")];
    let mut signs = of_ends(folded);
    for form in forms.into_iter().flatten().filter(|form| ALL.contains(form)) {
        let of_form = TABLES.iter().filter(|(table, _)| table.contains(form)).map(|(_, sign)| *sign);
        signs = of_form.fold(signs, BitOr::bitor);
    }
    signs
}

/// What a word may have by how it begins and ends.
fn of_ends(word: &[u8]) -> Signs {
    let has_prefix = match *word {
        [b'u', b'n', ..] | [b'n', b'o', b'n', ..] | [b'd', b'i', b's', ..] | [b'i', b'l' | b'r', ..] => true,
        [b'i', b'n' | b'm', ..] => word.len() > 5,
        _ => false,
    };
    let has = |ends: [&[u8]; 2]| ends.iter().any(|end| word.ends_with(end));
    let signs = if has_prefix || has([b"less", b"lessly"]) { Signs::PREFIX } else { Signs::default() };
    if has([b"woman", b"women"]) { signs | Signs::GENDER } else { signs }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_of_a_table_passes_unread() {
        for (words, sign) in [
            (polarity::table().collect::<Vec<_>>(), Signs::NEGATION),
            (number::table().collect(), Signs::NUMBER),
            (gender::table().collect(), Signs::GENDER),
        ] {
            for word in words {
                assert!(Signs::of(word).has(sign) && Signs::of(&word.to_uppercase()).has(sign), "{word}");
            }
        }
        for (idiom, _) in polarity::IDIOMS {
            assert!(Signs::of(idiom).has(Signs::NEGATION), "{idiom}");
        }
        for (phrase, sign) in [
            ("didn't", Signs::NEGATION),
            ("unsafe", Signs::PREFIX),
            ("hopeless", Signs::PREFIX),
            ("tenth", Signs::NUMBER),
            ("millions", Signs::NUMBER),
            ("in 3 days", Signs::NUMBER),
            ("policewoman", Signs::GENDER),
            ("he's", Signs::GENDER),
        ] {
            assert!(Signs::of(phrase).has(sign), "{phrase}");
        }
        for phrase in ["the White House said", "according to", "in line with", "people"] {
            assert_eq!(Signs::of(phrase), Signs::default(), "{phrase}");
        }
    }
}
