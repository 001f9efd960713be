//! Substitutions and exposures counted over aligned pages: the raw matter of a dictionary.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::align::words;
use crate::coverage::{Known, Step};
use unspin_core::meaning;
use unspin_core::text::case::Case;

/// The longest phrase, in words, that is taken for one substitution.
const MAX_RUN: usize = 5;

/// The words of a line that carry capitals wherever they stand: "GOP", "iPhone".
struct Spelling(BTreeMap<String, String>);

impl Spelling {
    fn of(line: &str) -> Spelling {
        let is_shouted = !line.chars().any(char::is_lowercase);
        let named = words(line)
            .into_iter()
            .filter(|w| !is_shouted && w.len() > 1 && matches!(Case::of(w), Case::Upper | Case::Mixed));
        Spelling(named.map(|w| (w.to_lowercase(), w)).collect())
    }

    fn restore(&self, phrase: &str) -> String {
        let words = phrase.split(' ').map(|w| self.0.get(w).map_or(w, String::as_str));
        words.collect::<Vec<_>>().join(" ")
    }
}

/// What was counted over pages of one spinner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observations {
    /// (spun, original) → times.
    pub pairs: BTreeMap<(String, String), u32>,
    /// word of originals → (times replaced, times left alone).
    pub exposures: BTreeMap<String, (u32, u32)>,
}

impl Observations {
    /// Counts one page, line by line: lines of `spun` and `original` belong together. What is
    /// `known` of the spinner tells where one substitution ends and the next begins.
    ///
    /// ```
    /// use unspin_learn::{coverage::Known, pairs::Observations};
    /// let mut seen = Observations::default();
    /// seen.add("the White Home stated", "the White House said", &Known::default());
    /// assert_eq!(seen.pairs[&("home".into(), "house".into())], 1);
    /// assert_eq!(seen.exposures["white"], (0, 1));
    /// ```
    pub fn add(&mut self, spun: &str, original: &str, known: &Known) {
        for (spun, original) in spun.lines().zip(original.lines()) {
            let fold = |text: &str| words(text).into_iter().map(|w| w.to_lowercase()).collect::<Vec<_>>();
            let spelling = Spelling::of(original);
            let steps = known.explain(&fold(spun), &fold(original));
            // Neighbouring changes that nothing is known of belong together unless words stand for words.
            for run in steps.chunk_by(|a, b| !a.known && !b.known && a.is_change() && b.is_change()) {
                let join = |side: fn(&Step) -> &str| {
                    run.iter().map(side).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
                };
                if run.iter().all(|s| !s.spun.is_empty() && !s.original.is_empty()) {
                    run.iter().for_each(|s| self.pair(&s.spun, &s.original, &spelling));
                } else {
                    let (spun, original) = (join(|s| &s.spun), join(|s| &s.original));
                    let longest = spun.split(' ').count().max(original.split(' ').count());
                    if !spun.is_empty() && !original.is_empty() && longest <= MAX_RUN {
                        self.pair(&spun, &original, &spelling);
                    }
                }
                for step in run {
                    step.original.split(' ').for_each(|word| self.expose(word, step.is_change()));
                }
            }
        }
    }

    /// Counts a text that was left alone.
    pub fn keep(&mut self, text: &str) {
        words(text).iter().for_each(|word| self.expose(&word.to_lowercase(), false));
    }

    /// Counts a phrase, in lower case, that was replaced.
    pub fn replace(&mut self, spun: &str, original: &str) {
        if !spun.is_empty() && !original.is_empty() && spun != original {
            self.pair(spun, original, &Spelling(BTreeMap::new()));
            original.split(' ').for_each(|word| self.expose(word, true));
        }
    }

    fn expose(&mut self, word: &str, is_replaced: bool) {
        if !word.is_empty() {
            let exposure = self.exposures.entry(word.strip_suffix("'s").unwrap_or(word).to_string()).or_default();
            if is_replaced { exposure.0 += 1 } else { exposure.1 += 1 }
        }
    }

    fn pair(&mut self, spun: &str, original: &str, spelling: &Spelling) {
        // "folks's" for "people's" teaches "folks" for "people".
        let (spun, original) = match (spun.strip_suffix("'s"), original.strip_suffix("'s")) {
            (Some(spun), Some(original)) => (spun, original),
            _ => (spun, original),
        };
        // "US" and "U.S." are a matter of style.
        if spun.replace('.', "") != original.replace('.', "") {
            *self.pairs.entry((spun.to_string(), spelling.restore(original))).or_default() += 1;
        }
    }

    /// The pairs as a dictionary file, sorted; those that change what a text says are never used, and left out.
    pub fn pairs_tsv(&self) -> String {
        let mut out = String::new();
        let faithful = |(spun, original): &&(String, String)| meaning::changed(spun, original).is_none();
        for ((spun, original), count) in self.pairs.iter().filter(|(pair, _)| faithful(pair)) {
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
