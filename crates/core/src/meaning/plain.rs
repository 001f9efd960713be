//! The first look: whether a phrase has any word that the rules of meaning know. Most have none, and pass unread.

use std::sync::LazyLock;

use super::{gender, number, polarity};
use crate::text::wordset::{MAX_WORD, WordSet, lowercase};

/// The words of all tables, and of their idioms.
static WORDS: LazyLock<WordSet> =
    LazyLock::new(|| polarity::table().chain(number::table()).chain(gender::table()).collect());

/// Whether no word of a phrase can be a negation, a number or a gender, nor the negation of a word beside it.
///
/// ```
/// use unspin_core::meaning::is_plain;
/// assert!(is_plain("the White House said") && is_plain("according to"));
/// assert!(!is_plain("didn't") && !is_plain("two years") && !is_plain("unsafe") && !is_plain("spokeswoman") && !is_plain("3"));
/// ```
pub fn is_plain(phrase: &str) -> bool {
    phrase.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_digit() && byte != b'\'')
        && phrase.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()).all(is_plain_word)
}

fn is_plain_word(word: &str) -> bool {
    let mut room = [0; MAX_WORD];
    // A longer word than those of the tables is read: it may end in one of them.
    let Some(folded) = lowercase(word, &mut room) else { return false };
    let negates_first = match *folded {
        [b'u', b'n', ..] | [b'n', b'o', b'n', ..] | [b'd', b'i', b's', ..] | [b'i', b'l' | b'r', ..] => true,
        [b'i', b'n' | b'm', ..] => folded.len() > 5,
        _ => false,
    };
    let negates_last = [&b"less"[..], b"lessly", b"woman", b"women"].iter().any(|end| folded.ends_with(end));
    !negates_first && !negates_last && !WORDS.contains(folded) && !WORDS.contains(singular(folded))
}

/// "millions" as "million": tables hold one form of some words.
fn singular(word: &[u8]) -> &[u8] {
    word.strip_suffix(b"s").unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meaning::changed;

    #[test]
    fn what_is_plain_changes_nothing() {
        let phrases =
            ["house", "home", "said that", "happy", "sad", "able", "company", "the firm", "in line with", "people"];
        for one in phrases {
            for other in phrases {
                assert!(is_plain(one), "{one}");
                assert_eq!(changed(one, other), None, "{one} for {other}");
            }
        }
        for (idiom, _) in polarity::IDIOMS {
            assert!(!is_plain(idiom), "{idiom}");
        }
        for word in polarity::table().chain(number::table()).chain(gender::table()) {
            assert!(!is_plain(word) && !is_plain(&word.to_uppercase()), "{word}");
        }
    }
}
