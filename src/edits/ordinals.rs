//! Ordinals: "second" is a number or a moment, and where a sentence counts it is a number.

use unspin_core::text::Token;

use super::place::Place;

/// What counts, or may: "primary" is what spinners write for "first".
const ORDINALS: [&str; 9] = ["first", "1st", "primary", "second", "2nd", "third", "3rd", "fourth", "4th"];

/// Whether a rewrite makes something else of "second" than a number.
pub(super) fn drops_second(spun: &str, original: &str) -> bool {
    let has_any =
        |phrase: &str, of: &[&str]| phrase.split(' ').any(|word| of.iter().any(|o| word.eq_ignore_ascii_case(o)));
    has_any(spun, &["second"]) && !has_any(original, &["second", "2nd"])
}

/// Whether the sentence of the tokens `from..to` has an ordinal beside them.
pub(super) fn is_counted(place: Place, from: usize, to: usize) -> bool {
    let is_ordinal =
        |token: &Token| ORDINALS.iter().any(|word| place.text[token.start..token.end].eq_ignore_ascii_case(word));
    place.around(from, to).any(is_ordinal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use unspin_core::text::tokens;

    #[test]
    fn a_second_beside_ordinals_is_counted() {
        assert!(drops_second("The second", "the moment") && !drops_second("second", "2nd"));
        for (text, want) in [
            ("He lost the first and won the second", true),
            ("He lost the first. He won the second", false),
            ("He paused for a second", false),
        ] {
            let mut found = Vec::new();
            tokens(text, &mut found);
            assert_eq!(is_counted(Place { text, tokens: &found }, found.len() - 1, found.len()), want, "{text}");
        }
    }
}
