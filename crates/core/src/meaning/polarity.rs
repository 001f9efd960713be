//! Polarity: how many negations a phrase carries, as a range where its words leave that open.
//!
//! "Not" is one, "refused" is one, "declined" may be one ("refused") or none ("fell"), "by no means" is one. A rewrite
//! keeps polarity if the ranges of both sides meet. A word with a negative prefix is one where the other side has its
//! stem ("unsafe" for "safe"), and open where it has not ("unhappy" for "sad").

use std::sync::LazyLock;

use super::words::{find, folded, words};
use crate::text::wordset::WordSet;

/// One negation each.
const NEGATIONS: [&str; 47] = [
    "not", "no", "none", "never", "nothing", "nobody", "nowhere", "noone", "without", "neither", "nor", "cannot",
    "unable", "ne'er", "nary", "nay", "naught", "nought", "refuse", "refuses", "refused", "refusing", "refusal",
    "deny", "denies", "denied", "denying", "denial", "lack", "lacks", "lacked", "lacking", "didnt", "doesnt", "dont",
    "isnt", "arent", "wasnt", "werent", "hasnt", "havent", "hadnt", "wouldnt", "couldnt", "shouldnt", "cant", "aint",
];

/// May be one: what stands for a negation in one sense and for none in another.
const OPEN: [&str; 113] = [
    "decline",
    "declines",
    "declined",
    "declining",
    "reject",
    "rejects",
    "rejected",
    "rejecting",
    "rejection",
    "refute",
    "refutes",
    "refuted",
    "refuting",
    "contradict",
    "contradicts",
    "contradicted",
    "dispute",
    "disputes",
    "disputed",
    "disputing",
    "rebuff",
    "rebuffed",
    "absence",
    "absent",
    "shortage",
    "shortages",
    "scarcity",
    "scarce",
    "deficiency",
    "deficit",
    "shortfall",
    "loss",
    "miss",
    "misses",
    "missed",
    "missing",
    "forget",
    "forgets",
    "forgot",
    "forgotten",
    "hardly",
    "barely",
    "scarcely",
    "rarely",
    "seldom",
    "little",
    "few",
    "devoid",
    "free",
    "forever",
    "non",
    "fail",
    "fails",
    "failed",
    "failing",
    "failure",
    "avoid",
    "avoids",
    "avoided",
    "avoiding",
    "stop",
    "stopped",
    "prevent",
    "prevented",
    "except",
    "excluding",
    "minus",
    "sans",
    "incapable",
    "inability",
    "impossible",
    "inconceivable",
    "intolerable",
    "incorrect",
    "inadequate",
    "insufficient",
    "illegal",
    "illegitimate",
    "irregular",
    "irrelevant",
    "disagree",
    "disagreed",
    "dislike",
    "disapprove",
    "zero",
    "cease",
    "ceased",
    "ban",
    "banned",
    "forbid",
    "forbidden",
    "prohibited",
    "absences",
    "losses",
    "scarcities",
    "less",
    "neglect",
    "neglects",
    "neglected",
    "neglecting",
    "contrast",
    "disavowal",
    "dissent",
    "renouncing",
    "forswearing",
    "foreswearing",
    "hate",
    "hates",
    "hated",
    "ddos",
    "dos",
    "forgetting",
    "denials",
];

/// Negations by form that negate nothing, or as much as their count says.
pub(super) const IDIOMS: [(&str, u8); 37] = [
    ("with out", 1),
    ("no one", 1),
    ("by no means", 1),
    ("in no way", 1),
    ("at no time", 1),
    ("fail to", 1),
    ("fails to", 1),
    ("failed to", 1),
    ("failing to", 1),
    ("failure to", 1),
    ("no matter", 0),
    ("it doesn't matter", 0),
    ("no less than", 0),
    ("not less than", 0),
    ("no fewer than", 0),
    ("not fewer than", 0),
    ("whether or not", 0),
    ("or not", 0),
    ("more often than not", 0),
    ("not too long ago", 0),
    ("not long ago", 0),
    ("no doubt", 0),
    ("little question", 0),
    ("without doubt", 0),
    ("without a doubt", 0),
    ("without delay", 0),
    ("without difficulty", 0),
    ("not to mention", 0),
    ("nothing but", 0),
    ("not way back", 0),
    ("don't forget", 0),
    ("do not forget", 0),
    ("not unusual", 0),
    ("not uncommon", 0),
    ("non public", 0),
    ("non private", 0),
    ("non secular", 0),
];

/// A shorter rest of a word is no stem, in letters.
const LEAST_STEM: usize = 4;

/// Prefixes that negate the rest of a word.
const PREFIXES: [&str; 7] = ["un", "in", "im", "ir", "il", "dis", "non"];
/// Words that only look as if they had one.
const NO_PREFIX: [&str; 21] = [
    "invaluable",
    "immigrant",
    "immigrants",
    "immigration",
    "inbuilt",
    "indebted",
    "inflammable",
    "information",
    "unit",
    "units",
    "union",
    "discover",
    "under",
    "until",
    "united",
    "uncle",
    "unite",
    "universe",
    "university",
    "unique",
    "unity",
];

/// The words of the tables; an idiom has one of them, or is "with out".
pub(super) fn table() -> impl Iterator<Item = &'static str> {
    NEGATIONS.into_iter().chain(OPEN).chain(["out"])
}

/// The negations of a phrase: at least, at most.
///
/// `other` is the phrase that it stands against: what has its stem there counts.
///
/// ```
/// use unspin_core::meaning::polarity::negations;
/// assert_eq!(negations("by no means", "never"), (1, 1));
/// assert_eq!(negations("declined", "fell"), (0, 1));
/// assert_eq!(negations("unsafe", "safe"), (1, 1));
/// ```
pub fn negations(phrase: &str, other: &str) -> (u8, u8) {
    let (phrase, other) = (folded(phrase), folded(other));
    count(&words(&phrase), &words(&other))
}

/// Whether a rewrite leaves polarity as it is.
///
/// ```
/// use unspin_core::meaning::polarity::keeps;
/// assert!(keeps("by no means", "never") && keeps("failed to convince", "didn't persuade"));
/// assert!(!keeps("didn't", "did") && !keeps("able", "unable") && !keeps("refused", "agreed"));
/// ```
pub fn keeps(spun: &str, original: &str) -> bool {
    let (spun, original) = (folded(spun), folded(original));
    let (spun, original) = (words(&spun), words(&original));
    let (one, other) = (count(&spun, &original), count(&original, &spun));
    one.0 <= other.1 && other.0 <= one.1
}

/// The negations of the words of a phrase that stands against others: at least, at most.
pub(super) fn count(phrase: &[&str], other: &[&str]) -> (u8, u8) {
    static NEGATES: LazyLock<WordSet> = LazyLock::new(|| NEGATIONS.into_iter().collect());
    static MAY_NEGATE: LazyLock<WordSet> = LazyLock::new(|| OPEN.into_iter().collect());
    let mut rest = phrase.to_vec();
    let (mut least, mut open) = (0u8, 0u8);
    take_idioms(&mut rest, &mut least);
    let has_neither = rest.contains(&"neither");
    for &word in &rest {
        if word == "nor" && has_neither {
            continue;
        }
        if NEGATES.contains(word.as_bytes()) || word.ends_with("'t") || has_stem(word, other) {
            least = least.saturating_add(1);
        } else if MAY_NEGATE.contains(word.as_bytes()) || is_prefixed(word) {
            open = open.saturating_add(1);
        }
    }
    (least, least.saturating_add(open))
}

/// Takes the idioms out of a phrase, and adds what they count.
fn take_idioms(rest: &mut Vec<&str>, least: &mut u8) {
    static FIRST: LazyLock<WordSet> =
        LazyLock::new(|| IDIOMS.iter().filter_map(|(idiom, _)| idiom.split(' ').next()).collect());
    if !rest.iter().any(|word| FIRST.contains(word.as_bytes())) {
        return;
    }
    for (idiom, negations) in IDIOMS {
        while let Some(at) = find(rest, idiom) {
            *least = least.saturating_add(negations);
            // What is left on both sides must not meet.
            rest.splice(at..at + idiom.split(' ').count(), ["|"]);
        }
    }
}

fn is_prefixed(word: &str) -> bool {
    let has_prefix = word.len() > 4 && word.starts_with("un") || word.len() > 6 && word.starts_with("non");
    has_prefix && !NO_PREFIX.contains(&word) || word.len() > 6 && (word.ends_with("less") || word.ends_with("lessly"))
}

/// Whether a word is the negation of one that stands on the other side.
fn has_stem(word: &str, other: &[&str]) -> bool {
    let stands =
        |stem: &str| stem.len() >= LEAST_STEM && stem.is_ascii() && other.iter().any(|other| is_form(stem, other));
    let is_full =
        |stem: &str| stem.len() >= LEAST_STEM && other.iter().any(|other| other.strip_suffix("ful") == Some(stem));
    (PREFIXES.iter().any(|prefix| word.strip_prefix(prefix).is_some_and(stands))
        || word.strip_suffix("less").is_some_and(is_full))
        && !NO_PREFIX.contains(&word)
}

/// Whether any word of these phrases could be the negation of another: what follows its prefix begins like that word.
/// Cheap, and never no where [`keeps`] would find a stem.
pub(super) fn may_have_stem(phrases: [&str; 4]) -> bool {
    let begins_like = |start: &[u8]| {
        let starts = |word: &[u8]| word.get(..LEAST_STEM).is_some_and(|own| own.eq_ignore_ascii_case(start));
        phrases.iter().flat_map(|phrase| ascii_words(phrase)).any(starts)
    };
    let negates = |word: &[u8]| {
        let is_stem = |prefix: &&str| {
            let Some((own, rest)) = word.split_at_checked(prefix.len()) else { return false };
            own.eq_ignore_ascii_case(prefix.as_bytes()) && rest.get(..LEAST_STEM).is_some_and(begins_like)
        };
        let is_without = word.len() > LEAST_STEM && word[word.len() - 4..].eq_ignore_ascii_case(b"less");
        is_without || PREFIXES.iter().any(is_stem)
    };
    phrases.iter().flat_map(|phrase| ascii_words(phrase)).any(negates)
}

fn ascii_words(phrase: &str) -> impl Iterator<Item = &[u8]> {
    phrase.as_bytes().split(|byte| !byte.is_ascii_alphabetic())
}

/// Whether two words are forms of one: equal but for up to three letters at the end.
fn is_form(one: &str, other: &str) -> bool {
    let shared = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    shared >= LEAST_STEM.max(one.len().saturating_sub(3)) && other.len() - shared <= 3 && other.len() >= 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table() {
        for (spun, original, want) in [
            ("didn't", "did", false),
            ("did", "didn’t", false),
            ("gained't", "won't", true),
            ("will be able to't", "can't", true),
            ("can't", "cannot", true),
            ("not able to", "unable to", true),
            ("able", "unable", false),
            ("with out", "without", true),
            ("with", "without", false),
            ("by no means", "never", true),
            ("no", "any", false),
            ("thing", "nothing", false),
            ("neither", "either", false),
            ("neither he nor she", "not him or her", true),
            ("didn't persuade", "failed to convince", true),
            ("did convince", "failed to convince", false),
            ("declined to", "refused to", true),
            ("declined", "fell", true),
            ("refused", "agreed", false),
            ("denied", "confirmed", false),
            ("rejected", "denied", true),
            ("unsafe", "safe", false),
            ("unhappy", "sad", true),
            ("not happy", "unhappy", true),
            ("dishonest", "honest", false),
            ("nonprofit", "profit", false),
            ("hopeless", "hopeful", false),
            ("invaluable", "valuable", true),
            ("little or no", "little", true),
            ("no less than", "at least", true),
            ("no matter what", "whatever", true),
            ("scarcity", "lack", true),
            ("not often", "rarely", true),
            ("hardly ever", "never", true),
            ("non-public", "private", true),
            ("house", "home", true),
        ] {
            assert_eq!(keeps(spun, original), want, "{spun} → {original}");
        }
    }
}
