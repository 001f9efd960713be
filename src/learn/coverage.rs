//! How much of what a spinner did to a page a dictionary knows.

use std::collections::HashSet;

use super::align::{align, words};
use crate::dictionary::expand::rewrites;
use crate::dictionary::source::{Item, Source};

/// The rewrites of a spinner, as folded phrases.
#[derive(Clone, Debug, Default)]
pub struct Known {
    rewrites: HashSet<(String, String)>,
    longest: usize,
}

impl Known {
    /// What these sources know of a spinner, groups expanded.
    pub fn new(sources: &[Source], spinner: &str) -> Known {
        let mut known = Known::default();
        for (_, item) in sources.iter().filter(|s| s.spinner == spinner).flat_map(|s| &s.items) {
            match item {
                Item::Pair { spun, original, .. } => known.insert(spun, original),
                item => rewrites(item).iter().for_each(|(spun, original)| known.insert(spun, original)),
            }
        }
        known
    }

    fn insert(&mut self, spun: &str, original: &str) {
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

    /// The substitutions of a page, as (spun, original) stretches, and for each whether it is known:
    /// whether the stretch falls into rewrites and unchanged words.
    pub fn cover(&self, spun: &str, original: &str) -> Vec<(String, String, bool)> {
        let mut out = Vec::new();
        for (spun, original) in spun.lines().zip(original.lines()) {
            let (spun, original) = (words(&fold(spun)), words(&fold(original)));
            for d in align(&spun, &original).0 {
                let (s, o) = (&spun[d.from..d.to], &original[d.other_from..d.other_to]);
                if s.len() == o.len() && !self.reaches(s, o) {
                    out.extend(s.iter().zip(o).map(|(s, o)| (s.clone(), o.clone(), self.knows(s, o))));
                } else {
                    // Insertions and deletions take a neighbour along: "is also" → "can be".
                    let wider = |by: usize| {
                        d.to + by <= spun.len() && d.other_to + by <= original.len() && self.reaches(&spun[d.from..d.to + by], &original[d.other_from..d.other_to + by])
                    };
                    let earlier = || {
                        d.from > 0 && d.other_from > 0 && self.reaches(&spun[d.from - 1..d.to], &original[d.other_from - 1..d.other_to])
                    };
                    let count = s.len().min(o.len()).max(1);
                    let known = wider(0) || wider(1) || wider(2) || earlier();
                    out.extend(std::iter::repeat_n((s.join(" "), o.join(" "), known), count));
                }
            }
        }
        out
    }

    fn knows(&self, spun: &str, original: &str) -> bool {
        let stem = |w: &str| w.trim_end_matches('\'').trim_end_matches("'s").to_string();
        spun == original || self.rewrites.contains(&(spun.to_string(), original.to_string())) || self.rewrites.contains(&(stem(spun), stem(original)))
    }

    /// Whether `spun` can be cut into rewrites and unchanged words that give `original`.
    fn reaches(&self, spun: &[String], original: &[String]) -> bool {
        let mut reached = vec![vec![false; original.len() + 1]; spun.len() + 1];
        reached[0][0] = true;
        for i in 0..spun.len() {
            for j in 0..original.len() {
                if !reached[i][j] {
                    continue;
                }
                for a in 1..=self.longest.min(spun.len() - i) {
                    for b in 1..=self.longest.min(original.len() - j) {
                        if !reached[i + a][j + b] && self.knows(&spun[i..i + a].join(" "), &original[j..j + b].join(" ")) {
                            reached[i + a][j + b] = true;
                        }
                    }
                }
            }
        }
        reached[spun.len()][original.len()]
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
        assert_eq!(covered.iter().map(|c| c.2).collect::<Vec<_>>(), [true, true, false]);
    }
}
