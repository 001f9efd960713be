//! Tell-tales of recognised text: what the commonest words are misread as and no word is.
//!
//! A quarter of running text is a few dozen words, so damaged text shows their misreadings soon ("tlie", "aud", "wliich").
//! Whoever hashes the words of a text anyway can ask for these at no further cost; clean text has none and is
//! let go unread.

use std::collections::BTreeSet;

use super::confusions::Confusions;
use super::lexicon::Lexicon;

/// Only misreadings at least this probable, as −log P, tell.
const MOST: f32 = 9.0;
/// Shorter words look like short forms.
const LEAST_LETTERS: usize = 3;

/// The misreadings of `words` that the lexicon does not know, in small letters and in order: one confusion, a letter
/// dropped from within, two neighbours swapped.
pub fn telltales<'w>(
    words: impl IntoIterator<Item = &'w str>,
    lexicon: &Lexicon,
    confusions: &Confusions,
) -> Vec<String> {
    let mut out = BTreeSet::new();
    let mut add = |read: String| {
        let is_plain = read.len() >= LEAST_LETTERS && read.bytes().all(|b| b.is_ascii_lowercase());
        if is_plain && lexicon.get(read.as_bytes()).is_none() {
            out.insert(read);
        }
    };
    for word in words.into_iter().filter(|word| word.len() >= LEAST_LETTERS && word.is_ascii()) {
        for at in 0..word.len() {
            for confusion in confusions.iter().filter(|c| c.1.cost <= MOST) {
                let printed = &confusion.1.printed[..usize::from(confusion.1.length)];
                if word.as_bytes()[at..].starts_with(printed) && !printed.is_empty() {
                    let read: String = confusion.0.iter().map(|&b| char::from(b)).collect();
                    add(format!("{}{read}{}", &word[..at], &word[at + printed.len()..]));
                }
            }
            if (1..word.len() - 1).contains(&at) && word.len() > 3 {
                add(format!("{}{}", &word[..at], &word[at + 1..]));
                let (first, second) = (&word[at..at + 1], &word[at + 1..at + 2]);
                add(format!("{}{second}{first}{}", &word[..at], &word[at + 2..]));
            }
        }
    }
    out.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misreadings_that_are_words_tell_nothing() {
        let lexicon = Lexicon::from_text("and\t20\nare\t20\nthat\t20\nthe\t12\nthou\t50\n").unwrap();
        let confusions = Confusions::from_text("", "li\th\t0.01\nu\tn\t0.01\no\ta\t0.001\nre\tnd\t0.01\n").unwrap();
        let found = telltales(["the", "and", "that"], &lexicon, &confusions);
        assert_eq!(found, ["aud", "ond", "taht", "tat", "thot", "tht", "thta", "tliat", "tlie"]);
    }
}
