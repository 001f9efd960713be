//! When a negation holds: "no longer" held before, "not yet" may hold later, "never" holds at all times, "not" says none
//! of it.
//!
//! A rewrite keeps it if both sides can be read alike. Some phrases have several readings: "by no means" is "never" or
//! "not at all", "no more" is "no longer" or a quantity.

use std::sync::LazyLock;

use super::polarity;
use super::words::{find, folded, words};
use crate::text::wordset::WordSet;

/// How a phrase may be read, one bit a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Readings(u8);

impl Readings {
    /// At no particular time.
    const PLAIN: Readings = Readings(1);
    /// Not any longer.
    const CEASED: Readings = Readings(2);
    /// Not yet.
    const PENDING: Readings = Readings(4);
    /// At no time.
    const NEVER: Readings = Readings(8);
    /// Whatever: it says nothing of the time of a negation.
    const ANY: Readings = Readings(15);

    const fn or(self, other: Readings) -> Readings {
        Readings(self.0 | other.0)
    }

    fn meets(self, other: Readings) -> bool {
        self.0 & other.0 != 0
    }
}

/// Phrases that negate a time by themselves, the longer before those that they begin with.
const NEGATIONS: [(&str, Readings); 21] = [
    ("no longer than", Readings::PLAIN),
    ("no more than", Readings::PLAIN),
    ("no for a longer time", Readings::CEASED),
    ("no longer", Readings::CEASED),
    ("no more", Readings::PLAIN.or(Readings::CEASED)),
    ("no extra", Readings::PLAIN.or(Readings::CEASED)),
    ("now not", Readings::PLAIN.or(Readings::CEASED)),
    ("not now", Readings::PLAIN.or(Readings::CEASED)),
    ("never again", Readings::CEASED.or(Readings::NEVER)),
    ("never once more", Readings::CEASED.or(Readings::NEVER)),
    ("never mind", Readings::PLAIN),
    ("never simply", Readings::PLAIN),
    ("never", Readings::NEVER),
    ("ne'er", Readings::NEVER),
    ("at no time", Readings::NEVER),
    ("by no means", Readings::PLAIN.or(Readings::NEVER)),
    ("in no way", Readings::PLAIN.or(Readings::NEVER)),
    ("by no manner", Readings::PLAIN.or(Readings::NEVER)),
    ("by no design", Readings::PLAIN.or(Readings::NEVER)),
    ("under no circumstances", Readings::PLAIN.or(Readings::NEVER)),
    ("not once", Readings::PLAIN.or(Readings::NEVER)),
];

/// Phrases that give a negation beside them a time.
const TIMES: [(&str, Readings); 20] = [
    ("any longer than", Readings::PLAIN),
    ("any more than", Readings::PLAIN),
    ("any longer", Readings::CEASED),
    ("anymore", Readings::CEASED),
    ("any more", Readings::PLAIN.or(Readings::CEASED)),
    ("as yet", Readings::PENDING),
    ("yet", Readings::PENDING),
    ("so far", Readings::PLAIN.or(Readings::PENDING)),
    ("thus far", Readings::PLAIN.or(Readings::PENDING)),
    ("until now", Readings::PLAIN.or(Readings::PENDING)),
    ("up to now", Readings::PLAIN.or(Readings::PENDING)),
    ("to date", Readings::PLAIN.or(Readings::PENDING)),
    ("still", Readings::PLAIN.or(Readings::PENDING)),
    // What spinners write for "yet".
    ("but", Readings::PLAIN.or(Readings::PENDING)),
    ("however", Readings::PLAIN.or(Readings::PENDING)),
    ("nevertheless", Readings::PLAIN.or(Readings::PENDING)),
    ("nonetheless", Readings::PLAIN.or(Readings::PENDING)),
    ("though", Readings::PLAIN.or(Readings::PENDING)),
    ("ever since", Readings::PLAIN),
    ("ever", Readings::NEVER),
];

/// Hardly a negation, and of all times if it is one.
const RARELY: [&str; 5] = ["hardly", "barely", "scarcely", "rarely", "seldom"];

/// Whether the negations of a rewrite hold when those of the original did.
///
/// ```
/// use unspin_core::meaning::temporal::keeps;
/// assert!(keeps("not any longer", "no longer") && keeps("by no means", "never") && keeps("has not", "hasn't"));
/// assert!(!keeps("no longer", "not") && !keeps("not", "not yet") && !keeps("never", "not"));
/// ```
pub fn keeps(spun: &str, original: &str) -> bool {
    let (spun, original) = (folded(spun), folded(original));
    let (spun, original) = (words(&spun), words(&original));
    if !has_time(&spun) && !has_time(&original) {
        return true;
    }
    readings(&spun, &original).meets(readings(&original, &spun))
}

/// Whether a phrase may say when a negation holds; cheap.
fn has_time(phrase: &[&str]) -> bool {
    static FIRST: LazyLock<WordSet> = LazyLock::new(|| {
        let firsts = NEGATIONS.iter().chain(&TIMES).filter_map(|(phrase, _)| phrase.split(' ').next());
        firsts.chain(RARELY).collect()
    });
    phrase.iter().any(|word| FIRST.contains(word.as_bytes()))
}

/// How a phrase that stands against another may be read.
fn readings(phrase: &[&str], other: &[&str]) -> Readings {
    let (least, _) = polarity::count(phrase, other);
    if least == 0 {
        let is_rare = phrase.iter().any(|word| RARELY.contains(word));
        return if is_rare { Readings::PLAIN.or(Readings::NEVER) } else { Readings::ANY };
    }
    let stands = |(known, _): &&(&str, Readings)| find(phrase, known).is_some();
    let found = NEGATIONS.iter().find(stands).or_else(|| TIMES.iter().find(stands));
    found.map_or(Readings::PLAIN, |(_, readings)| *readings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table() {
        for (spun, original, want) in [
            ("no longer", "not", false),
            ("not", "no longer", false),
            ("may no longer", "could not", false),
            ("used to be no longer", "was not", false),
            ("doesn't any more", "doesn't", true),
            ("doesn't anymore", "doesn't", false),
            ("doesn't anymore", "no longer does", true),
            ("no longer", "not anymore", true),
            ("no longer", "no more", true),
            ("now not", "no longer", true),
            ("now not", "not", true),
            ("no longer than", "not longer than", true),
            ("no longer", "never", false),
            ("no longer", "not yet", false),
            ("never", "not", false),
            ("not", "never", false),
            ("by no means", "never", true),
            ("by no means", "not", true),
            ("by no means", "no longer", false),
            ("hardly ever", "never", true),
            ("not ever", "never", true),
            ("not once", "never", true),
            ("never again", "no longer", true),
            ("never simply", "not just", true),
            ("not but", "not yet", true),
            ("not", "not yet", false),
            ("not as yet", "not yet", true),
            ("hasn't so far", "hasn't yet", true),
            ("still hasn't", "hasn't", true),
            ("still hasn't", "hasn't yet", true),
            ("ceased to", "no longer", true),
            ("but", "yet", true),
            ("house", "home", true),
        ] {
            assert_eq!(keeps(spun, original), want, "{spun} → {original}");
        }
    }
}
