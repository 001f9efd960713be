//! What spinners have in common: pairs of near-synonyms, and how many spinners swap each.
//!
//! Spinners were made from the same thesauri. Of the substitutions of one spinner the others know half to three
//! quarters, in one direction or the other, so that what several know is the best guess of what one does that nobody has
//! seen.

use std::collections::{BTreeMap, BTreeSet};

use super::expand::rewrites;
use super::lookup::Dictionary;
use super::source::{Family, Item, Source};
use crate::text::vocabulary::FIRST_WORD;

/// The name of the spinner that nobody knows: it swaps what spinners have in common.
pub const UNKNOWN: &str = "unknown";
/// Spinners that swap words of other senses, or the terms of one trade: what they write, others do not.
const PECULIAR: [&str; 2] = ["arsenic", "tortured"];
/// Spinners by whom a pair must be known to count as a group of its own, and not as a guess.
const SEVERAL: usize = 2;

/// Near-synonyms, each way, by how many spinners they are known.
#[derive(Clone, Debug, Default)]
pub struct General {
    /// (spun, original) → the numbers of the spinners.
    pairs: BTreeMap<(String, String), BTreeSet<usize>>,
    spinners: Vec<String>,
}

impl General {
    /// What the spinners of these sources have in common.
    ///
    /// ```
    /// use std::path::Path;
    /// use unspin_core::dictionary::{general::General, source::Source};
    /// let a = Source::parse("a", Path::new("a.txt"), "noun: company > firm\n").unwrap();
    /// let b = Source::parse("b", Path::new("b.tsv"), "companies\tfirms\t3\n").unwrap();
    /// let general = General::of_sources(&[a, b]);
    /// let counts: Vec<_> = general.iter().map(|(spun, original, spinners)| (spun, original, spinners)).collect();
    /// assert_eq!(counts, [("companies", "firms", 2), ("company", "firm", 1), ("firm", "company", 1), ("firms", "companies", 2)]);
    /// ```
    pub fn of_sources(sources: &[Source]) -> General {
        let mut general = General::default();
        for source in sources {
            let number = general.number(&source.spinner);
            for (_, item) in &source.items {
                match item {
                    Item::Pair { spun, original, .. } => general.add(number, spun, original),
                    // A source that was parsed has no group that is too large.
                    item => rewrites(item).unwrap_or_default().iter().for_each(|(s, o)| general.add(number, s, o)),
                }
            }
        }
        general
    }

    /// What the spinners of a dictionary have in common, some left out; `word` spells an id.
    pub fn of_dictionary<'w>(
        dictionary: &Dictionary,
        without: &[String],
        word: impl Fn(u32) -> Option<&'w str>,
    ) -> General {
        let mut general = General::default();
        let numbers: Vec<Option<usize>> = dictionary
            .spinners()
            .iter()
            .map(|name| (!without.contains(name)).then(|| general.number(name)).flatten())
            .collect();
        dictionary.for_each_phrase(|ids, found| {
            let spelt: Option<Vec<&str>> = ids.iter().map(|&id| word(id).filter(|_| id >= FIRST_WORD)).collect();
            let Some(spun) = spelt.map(|words| words.join(" ")) else { return };
            for rewrite in found.numbers().filter_map(|number| dictionary.rewrite(number)) {
                general.add(numbers.get(usize::from(rewrite.spinner)).copied().flatten(), &spun, rewrite.text);
            }
        });
        general
    }

    /// The number of a spinner; none of one that has nothing in common with others.
    fn number(&mut self, spinner: &str) -> Option<usize> {
        if PECULIAR.contains(&spinner) || spinner == UNKNOWN {
            return None;
        }
        Some(self.spinners.iter().position(|name| name == spinner).unwrap_or_else(|| {
            self.spinners.push(spinner.to_string());
            self.spinners.len() - 1
        }))
    }

    fn add(&mut self, spinner: Option<usize>, spun: &str, original: &str) {
        let Some(spinner) = spinner else { return };
        let (spun, original) = (spun.to_lowercase(), original.to_lowercase());
        if spun != original {
            self.pairs.entry((spun.clone(), original.clone())).or_default().insert(spinner);
            self.pairs.entry((original, spun)).or_default().insert(spinner);
        }
    }

    /// Spun phrase, original, and by how many spinners the pair is known.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, usize)> {
        self.pairs.iter().map(|((spun, original), spinners)| (spun.as_str(), original.as_str(), spinners.len()))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The pairs that several spinners know, as groups by original; the others are guesses.
    pub fn groups(&self) -> [Vec<Item>; 2] {
        [true, false].map(|several| {
            let pairs = self.iter().filter(|(_, _, spinners)| (*spinners >= SEVERAL) == several);
            by_original(pairs.map(|(spun, original, _)| (spun, original)))
        })
    }
}

impl General {
    /// The channel of the spinner [`UNKNOWN`]: the pairs that several spinners know as its groups, the others as guesses.
    pub fn sources(&self) -> Vec<Source> {
        let names = ["in-common.txt", "guesses-in-common.txt"];
        let source = |(name, items): (&str, Vec<Item>)| Source {
            spinner: UNKNOWN.to_string(),
            path: name.into(),
            items: (1..).zip(items).collect(),
        };
        names.into_iter().zip(self.groups()).map(source).collect()
    }
}

/// Pairs of spun phrase and original as groups, one for each original.
pub fn by_original<'p>(pairs: impl Iterator<Item = (&'p str, &'p str)>) -> Vec<Item> {
    let mut groups: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    pairs.for_each(|(spun, original)| {
        groups.entry(original).or_default().insert(spun);
    });
    let group = |(original, spun): (&str, BTreeSet<&str>)| Item::Group {
        family: Family::Word,
        originals: vec![original.to_string()],
        spun: spun.into_iter().map(str::to_string).collect(),
    };
    groups.into_iter().map(group).collect()
}
