//! How much of what a spinner did to a page a dictionary knows.

use std::collections::HashSet;

use crate::align::words;
use unspin_core::dictionary::expand::rewrites;
use unspin_core::dictionary::source::{Item, Source};

/// The rewrites of a spinner, as folded phrases.
#[derive(Clone, Debug, Default)]
pub struct Known {
    rewrites: HashSet<(String, String)>,
    longest: usize,
}

/// A step from an original to its spun form; one side is empty where words came or went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What the spinner wrote.
    pub spun: String,
    /// What it was made from.
    pub original: String,
    /// Whether this is a rewrite that is known.
    pub known: bool,
}

impl Step {
    /// Whether the two differ.
    pub fn is_change(&self) -> bool {
        self.spun != self.original
    }
}

impl Known {
    /// What these sources know of a spinner, groups expanded; sources that were parsed have no group that is too large.
    pub fn new(sources: &[Source], spinner: &str) -> Known {
        let mut known = Known::default();
        sources.iter().filter(|s| s.spinner == spinner).for_each(|source| known.add(source));
        known
    }

    /// Adds what a source knows.
    pub fn add(&mut self, source: &Source) {
        for (_, item) in &source.items {
            match item {
                Item::Pair { spun, original, .. } => self.insert(spun, original),
                item => {
                    rewrites(item).unwrap_or_default().iter().for_each(|(spun, original)| self.insert(spun, original))
                }
            }
        }
    }

    /// Adds a rewrite.
    pub fn insert(&mut self, spun: &str, original: &str) {
        let words = spun.split(' ').count().max(original.split(' ').count());
        self.longest = self.longest.max(words);
        self.rewrites.insert((fold(spun), fold(original)));
    }

    /// How many rewrites there are.
    pub fn len(&self) -> usize {
        self.rewrites.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rewrites.is_empty()
    }

    /// How many different phrases are restored.
    pub fn originals(&self) -> usize {
        self.rewrites.iter().map(|(_, original)| original).collect::<HashSet<_>>().len()
    }

    /// What was done to a page: the changes of each line of `spun` from that of `original`.
    pub fn cover(&self, spun: &str, original: &str) -> Vec<Step> {
        let lines = spun.lines().zip(original.lines());
        let steps = lines.flat_map(|(spun, original)| self.explain(&words(&fold(spun)), &words(&fold(original))));
        steps.filter(Step::is_change).collect()
    }

    /// The cheapest way to make the words `spun` from `original`: unchanged words, known rewrites,
    /// and unknown changes of a word each.
    pub fn explain(&self, spun: &[String], original: &[String]) -> Vec<Step> {
        /// A rewrite explains better than several of its words unchanged by accident explain, worse than no change.
        const REWRITE: u32 = 3;
        const UNKNOWN: u32 = 10;
        let (n, m) = (spun.len(), original.len());
        let width = m + 1;
        // Cheapest cost up to (i, j), and the step (words of spun, words of original) that led there.
        let mut best = vec![(u32::MAX, 0usize, 0usize); (n + 1) * width];
        best[0].0 = 0;
        for i in 0..=n {
            for j in 0..=m {
                let cost = best[i * width + j].0;
                let mut step = |a: usize, b: usize, more: u32| {
                    let cell = &mut best[(i + a) * width + j + b];
                    if cost + more < cell.0 {
                        *cell = (cost + more, a, b);
                    }
                };
                if i < n && j < m {
                    step(1, 1, if spun[i] == original[j] { 0 } else { UNKNOWN });
                }
                if i < n {
                    step(1, 0, UNKNOWN);
                }
                if j < m {
                    step(0, 1, UNKNOWN);
                }
                for a in 1..=self.longest.min(n - i) {
                    for b in 1..=self.longest.min(m - j) {
                        if (a, b) != (1, 1) || spun[i] != original[j] {
                            let (s, o) = (spun[i..i + a].join(" "), original[j..j + b].join(" "));
                            if self.knows(&s, &o) {
                                step(a, b, REWRITE);
                            }
                        }
                    }
                }
            }
        }
        let mut out = Vec::new();
        let (mut i, mut j) = (n, m);
        while i > 0 || j > 0 {
            let (_, a, b) = best[i * width + j];
            let (spun, original) = (spun[i - a..i].join(" "), original[j - b..j].join(" "));
            (i, j) = (i - a, j - b);
            let known = a > 0 && b > 0 && spun != original && self.knows(&spun, &original);
            out.push(Step { spun, original, known });
        }
        out.reverse();
        out
    }

    fn knows(&self, spun: &str, original: &str) -> bool {
        let stem = |w: &str| w.trim_end_matches('\'').trim_end_matches("'s").to_string();
        self.rewrites.contains(&(spun.to_string(), original.to_string()))
            || self.rewrites.contains(&(stem(spun), stem(original)))
    }
}

fn fold(phrase: &str) -> String {
    phrase.to_lowercase().replace('’', "'").replace(". ", " ").trim_end_matches('.').to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn stretches_fall_into_rewrites() {
        let text = "word: however > on the other hand\nnoun: company | firm\n";
        let known = Known::new(&[Source::parse("x", Path::new("g.txt"), text).unwrap()], "x");
        let covered = known.cover("on the other hand the firms had big gains", "however the companies had large gains");
        assert_eq!(covered.iter().map(|c| c.known).collect::<Vec<_>>(), [true, true, false]);
    }
}
