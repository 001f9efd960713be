//! What pages of one spinner teach, as the files of a folder that a restorer reads.
//!
//! Counted pairs and exposures are what was seen. What was not seen is inferred: a pair seen one way is a group and goes
//! the other way too; and what several known spinners swap, a new one is likely to swap.

use std::collections::BTreeSet;
use std::path::Path;

use unspin_core::dictionary::general::{General, by_original};
use unspin_core::dictionary::source::{Item, Source};
use unspin_core::dictionary::{DictionaryError, expand, lint};
use unspin_core::meaning;

use crate::coverage::Known;
use crate::pairs::Observations;
use crate::texts::Aligned;

/// The files of pairs and exposures.
const PAGES: &str = "pages.tsv";
const EXPOSURE: &str = "exposure.tsv";
/// The files of what is inferred.
const GROUPS: &str = "inferred.txt";
const GUESSES: &str = "guesses-inferred.txt";

/// What is known beforehand.
#[derive(Clone, Debug, Default)]
pub struct Background {
    /// What all spinners have in common.
    general: General,
    /// What is known of this one, read from its folder.
    reviewed: Vec<Source>,
    /// Both, to tell where one substitution ends and the next begins.
    known: Known,
}

impl Background {
    /// What all spinners have in common, and the reviewed files of this one, if it has any.
    pub fn new(general: General, mut reviewed: Vec<Source>) -> Background {
        reviewed.retain(|source| ![PAGES, EXPOSURE, GROUPS, GUESSES].iter().any(|name| source.path.ends_with(name)));
        let mut known = Known::default();
        general.iter().for_each(|(spun, original, _)| known.insert(spun, original));
        reviewed.iter().for_each(|source| known.add(source));
        Background { general, reviewed, known }
    }

    /// What pages teach.
    pub fn learn<'p>(&self, pages: impl Iterator<Item = &'p Aligned>) -> Lesson {
        let mut observations = Observations::default();
        let mut count = 0;
        for page in pages {
            count += 1;
            page.stretches.iter().for_each(|(spun, original)| observations.add(spun, original, &self.known));
        }
        Lesson { observations, pages: count }
    }

    /// Whether the spinner has reviewed groups: then none are inferred.
    fn has_groups(&self) -> bool {
        self.reviewed.iter().any(|source| source.items.iter().any(|(_, item)| matches!(item, Item::Group { .. })))
    }
}

/// What pages of one spinner taught.
#[derive(Clone, Debug, Default)]
pub struct Lesson {
    /// Pairs and exposures.
    pub observations: Observations,
    /// How many pages there were.
    pub pages: usize,
}

/// A file of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub text: String,
}

impl Lesson {
    /// Whether nothing was learned.
    pub fn is_empty(&self) -> bool {
        self.observations.pairs.is_empty()
    }

    /// How many substitutions were counted.
    pub fn substitutions(&self) -> u64 {
        self.observations.pairs.values().copied().map(u64::from).sum()
    }

    /// The files of a folder that says what was learned.
    pub fn files(&self, background: &Background) -> Vec<File> {
        let head = format!(
            "# source: counted over {} pages by `unspin learn`\n# licence: MIT OR Apache-2.0 (word pairs and counts)\n",
            self.pages
        );
        let file = |name: &'static str, head: &str, entries: &str| File {
            name,
            text: format!("{head}{}\n{entries}", lint::sides(Path::new(name))),
        };
        let mut files = vec![
            file(PAGES, &head, &self.observations.pairs_tsv()),
            file(EXPOSURE, &head, &self.observations.exposures_tsv()),
        ];
        if !background.has_groups() {
            let [groups, guesses] = self.inferred(&background.general);
            let head = "# source: inferred by `unspin learn` from what was counted and what known spinners have in \
                        common\n# licence: MIT OR Apache-2.0, parts CC BY 4.0 (Problematic Paper Screener)\n";
            files.push(file(GROUPS, head, &groups_txt(&groups)));
            files.push(file(GUESSES, head, &groups_txt(&guesses)));
        }
        files
    }

    /// All that is known of the spinner, under this name.
    ///
    /// # Errors
    ///
    /// A pair that is no entry of the format.
    pub fn sources(&self, background: &Background, name: &str) -> Result<Vec<Source>, DictionaryError> {
        let own = self.files(background).into_iter().map(|file| Source::parse(name, Path::new(file.name), &file.text));
        let reviewed = background.reviewed.iter().map(|source| Ok(Source { spinner: name.into(), ..source.clone() }));
        own.chain(reviewed).collect()
    }

    /// The groups and guesses that pairs and what spinners have in common allow.
    fn inferred(&self, general: &General) -> [Vec<Item>; 2] {
        let lower = |(spun, original): &(String, String)| (spun.to_lowercase(), original.to_lowercase());
        let seen: BTreeSet<(String, String)> = self.observations.pairs.keys().map(lower).collect();
        let turned = seen.iter().map(|(spun, original)| (original.as_str(), spun.as_str()));
        let [groups, guesses] = general.groups();
        let sure: BTreeSet<(String, String)> = groups
            .iter()
            .flat_map(|group| expand::rewrites(group).unwrap_or_default())
            .chain(turned.map(|(spun, original)| (spun.to_string(), original.to_string())))
            .filter(|(spun, original)| !seen.contains(&(spun.clone(), original.clone())))
            .collect();
        let supposed: BTreeSet<(String, String)> = guesses
            .iter()
            .flat_map(|group| expand::rewrites(group).unwrap_or_default())
            .filter(|pair| !sure.contains(pair) && !seen.contains(pair))
            .collect();
        [sure, supposed].map(|pairs| {
            let faithful = pairs.iter().filter(|(spun, original)| meaning::changed(spun, original).is_none());
            by_original(faithful.map(|(spun, original)| (spun.as_str(), original.as_str())))
        })
    }
}

/// Groups as lines of a file, sorted.
fn groups_txt(groups: &[Item]) -> String {
    let mut lines: Vec<String> = groups
        .iter()
        .filter_map(|item| match item {
            Item::Group { originals, spun, .. } => {
                Some(format!("word: {} > {}\n", originals.join(" | "), spun.join(" | ")))
            }
            _ => None,
        })
        .collect();
    lines.sort();
    lines.concat()
}
