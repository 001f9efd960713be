//! What an edit may never change: a negation, when it holds, the value of a number, a gender, a name that clean text knows.
//!
//! One function for each, with its words as a table. The dictionary lint, the compiler and the choice of edits ask them.

pub mod gender;
pub mod names;
pub mod number;
pub mod polarity;
mod signs;
pub mod temporal;
mod words;

use signs::Signs;

/// What a rewrite would make a text say that it did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// A negation comes or goes.
    Polarity,
    /// A negation holds at another time: "no longer" is not "not".
    Time,
    /// A number has another value, comes or goes.
    Number,
    /// A gender comes.
    Gender,
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Change::Polarity => "adds or removes a negation",
            Change::Time => "changes when a negation holds",
            Change::Number => "changes the value of a number",
            Change::Gender => "invents a gender",
        })
    }
}

/// What a rewrite of one phrase by another changes of the meaning; `None` if nothing that is looked at.
///
/// ```
/// use unspin_core::meaning::{Change, changed};
/// assert_eq!(changed("home", "house"), None);
/// assert_eq!(changed("didn't", "did"), Some(Change::Polarity));
/// assert_eq!(changed("no longer", "not"), Some(Change::Time));
/// assert_eq!(changed("4", "five"), Some(Change::Number));
/// assert_eq!(changed("spouse", "wife"), Some(Change::Gender));
/// ```
pub fn changed(spun: &str, original: &str) -> Option<Change> {
    if !polarity::keeps(spun, original) {
        Some(Change::Polarity)
    } else if !temporal::keeps(spun, original) {
        Some(Change::Time)
    } else if !number::keeps(spun, original) {
        Some(Change::Number)
    } else if !gender::keeps(spun, original) {
        Some(Change::Gender)
    } else {
        None
    }
}

/// Whether a rewrite leaves the meaning as it is where it stands: `before` and `after` are the words beside it, or empty.
///
/// "Failed" is a negation where "to" follows, so the words beside the rewrite count.
///
/// ```
/// use unspin_core::meaning::keeps_beside;
/// assert!(keeps_beside("the", "home", "house", "said"));
/// assert!(!keeps_beside("no", "topic", "matter", "who"), "of two denials one is an idiom");
/// assert!(!keeps_beside("the", "sixth", "tenth", "day"));
/// ```
pub fn keeps_beside(before: &str, spun: &str, original: &str, after: &str) -> bool {
    let of_original = Signs::of(original);
    let signs = [before, spun, after].into_iter().map(Signs::of).fold(of_original, std::ops::BitOr::bitor);
    if signs == Signs::default() {
        return true;
    }
    if of_original.has(Signs::GENDER) && gender::genders(original) != (false, false) && !gender::keeps(spun, original) {
        return false;
    }
    let may_negate = signs.has(Signs::NEGATION)
        || signs.has(Signs::PREFIX) && polarity::may_have_stem([before, spun, original, after]);
    if !may_negate && !signs.has(Signs::NUMBER) {
        return true;
    }
    let among = |middle: &str| format!("{before} {middle} {after}");
    let (whole_spun, whole_original) = (among(spun), among(original));
    let keeps_negation =
        |spun: &str, original: &str| polarity::keeps(spun, original) && temporal::keeps(spun, original);
    let keeps_polarity = || keeps_negation(&whole_spun, &whole_original) && keeps_negation(spun, original);
    let keeps_number = || number::keeps(&whole_spun, &whole_original) || number::keeps(spun, original);
    (!may_negate || keeps_polarity()) && (!signs.has(Signs::NUMBER) || keeps_number())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All rules, whatever the first look says.
    fn by_all_rules(before: &str, spun: &str, original: &str, after: &str) -> bool {
        let among = |middle: &str| format!("{before} {middle} {after}");
        let (whole_spun, whole_original) = (among(spun), among(original));
        gender::keeps(spun, original)
            && polarity::keeps(&whole_spun, &whole_original)
            && polarity::keeps(spun, original)
            && temporal::keeps(&whole_spun, &whole_original)
            && temporal::keeps(spun, original)
            && (number::keeps(&whole_spun, &whole_original) || number::keeps(spun, original))
    }

    #[test]
    fn the_first_look_changes_nothing() {
        let words = [
            "",
            "house",
            "safe",
            "unsafe",
            "Unsafely",
            "include",
            "inclusion",
            "clusion",
            "hopeful",
            "hopeless",
            "no",
            "longer",
            "never",
            "yet",
            "but",
            "matter",
            "topic",
            "failed",
            "to",
            "so that",
            "not",
            "didn't",
            "he",
            "his",
            "spokeswoman",
            "3",
            "three",
            "sixth",
            "tenth",
            "first",
            "millions",
            "year",
            "12 months",
            "café",
            "with",
            "out",
            "information",
            "formation",
            "happy",
            "unhappy",
            "nonprofit",
            "profit",
            "dislike",
            "likes",
        ];
        for before in ["", "include", "unsafe", "no", "failed", "not", "three", "with", "without", "likes"] {
            for spun in words {
                for original in words {
                    for after in ["", "to", "safe", "months"] {
                        let want = by_all_rules(before, spun, original, after);
                        assert_eq!(
                            keeps_beside(before, spun, original, after),
                            want,
                            "{before} {spun}|{original} {after}"
                        );
                    }
                }
            }
        }
    }
}
