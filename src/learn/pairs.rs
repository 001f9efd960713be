//! Substitutions and exposures counted over aligned pages: the raw matter of a dictionary.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::align::{align, words};

/// The longest phrase, in words, that is taken for one substitution.
const MAX_RUN: usize = 5;

/// What was counted over pages of one spinner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observations {
    /// (spun, original) → times.
    pub pairs: BTreeMap<(String, String), u32>,
    /// word of originals → (times replaced, times left alone).
    pub exposures: BTreeMap<String, (u32, u32)>,
}

impl Observations {
    /// Counts one page, line by line: lines of `spun` and `original` belong together.
    ///
    /// ```
    /// use unspin::learn::pairs::Observations;
    /// let mut seen = Observations::default();
    /// seen.add("the White Home stated", "the White House said");
    /// assert_eq!(seen.pairs[&("home".into(), "house".into())], 1);
    /// assert_eq!(seen.exposures["white"], (0, 1));
    /// ```
    pub fn add(&mut self, spun: &str, original: &str) {
        for (spun, original) in spun.lines().zip(original.lines()) {
            let fold = |text: &str| words(text).into_iter().map(|w| w.to_lowercase()).collect::<Vec<_>>();
            self.add_line(&fold(spun), &fold(original));
        }
    }

    fn add_line(&mut self, spun: &[String], original: &[String]) {
        let mut left_alone = vec![true; original.len()];
        for d in align(spun, original).0 {
            left_alone[d.other_from..d.other_to].fill(false);
            let (from, to) = (&spun[d.from..d.to], &original[d.other_from..d.other_to]);
            if from.len() == to.len() {
                from.iter().zip(to).for_each(|(s, o)| self.pair(s, o));
            } else if !from.is_empty() && !to.is_empty() && from.len().max(to.len()) <= MAX_RUN {
                self.pair(&from.join(" "), &to.join(" "));
            }
        }
        for (word, kept) in original.iter().zip(left_alone) {
            let stem = word.strip_suffix("'s").unwrap_or(word);
            let exposure = self.exposures.entry(stem.to_string()).or_default();
            if kept { exposure.1 += 1 } else { exposure.0 += 1 }
        }
    }

    fn pair(&mut self, spun: &str, original: &str) {
        // "folks's" for "people's" teaches "folks" for "people".
        let (spun, original) = match (spun.strip_suffix("'s"), original.strip_suffix("'s")) {
            (Some(spun), Some(original)) => (spun, original),
            _ => (spun, original),
        };
        if spun != original {
            *self.pairs.entry((spun.to_string(), original.to_string())).or_default() += 1;
        }
    }

    /// The pairs as a dictionary file, sorted.
    pub fn pairs_tsv(&self) -> String {
        let mut out = String::new();
        for ((spun, original), count) in &self.pairs {
            // Writing to a string does not fail.
            let _ = writeln!(out, "{spun}\t{original}\t{count}");
        }
        out
    }

    /// The exposures of words seen replaced at least once, as a dictionary file, sorted.
    pub fn exposures_tsv(&self) -> String {
        let mut out = String::new();
        for (word, (replaced, kept)) in &self.exposures {
            let _ = writeln!(out, "{word}\t{replaced}\t{kept}");
        }
        out
    }
}
