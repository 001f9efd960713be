//! Runs of capitalised words, counted in clean text: the raw matter of the table of names.

use std::collections::{BTreeMap, HashMap, HashSet};

use unspin_core::meaning::names::{COMMONER, LEAST_ALONE, MAX_RUN, Runs, code_of};
use unspin_core::text::case::Case;
use unspin_core::text::{Token, fold_into, tokens};

/// Runs that are held before those counted once are forgotten.
const ROOM: usize = 12_000_000;

/// Counts of runs that have a word of interest.
#[derive(Debug, Default)]
pub struct NameCounts {
    words: HashSet<String>,
    counts: HashMap<Box<str>, u32>,
    found: Vec<Token>,
}

impl NameCounts {
    /// Counts only runs that have one of these words: those that a spinner may write, or may have replaced.
    ///
    /// ```
    /// use unspin_learn::names::NameCounts;
    /// let mut counts = NameCounts::of_words(["home".to_string()].into());
    /// (0..4).for_each(|_| counts.add("On the way they went to Home Depot Canada and then to the old White House."));
    /// assert_eq!(counts.to_text(3, &["home".to_string()].into()), "9\thome depot\n");
    /// ```
    pub fn of_words(words: HashSet<String>) -> NameCounts {
        NameCounts { words, ..NameCounts::default() }
    }

    /// Counts a line of text, unless it is in capitals or a headline: those tell nothing of names.
    pub fn add(&mut self, line: &str) {
        self.found.clear();
        tokens(line, &mut self.found);
        let runs = Runs::new(line, &self.found);
        let capitalised = (0..self.found.len()).filter(|&at| runs.is_name(at)).count();
        if 2 * capitalised > self.found.len() {
            return;
        }
        self.count(line, 1);
    }

    /// Counts a name that is known without being counted, so often.
    pub fn add_term(&mut self, term: &str, times: u32) {
        self.found.clear();
        tokens(term, &mut self.found);
        self.count(term, times);
    }

    fn count(&mut self, line: &str, times: u32) {
        let runs = Runs::new(line, &self.found);
        let (words, counts, found) = (&self.words, &mut self.counts, &self.found);
        let mut key = String::new();
        runs.for_each(|run| {
            // A word by itself is a name where it follows one without a capital: no sentence begins there.
            let is_inside = run.start.checked_sub(1).is_some_and(|before| {
                found[before].case == Case::Lower && line[found[before].end..found[run.start].start] == *" "
            });
            for part in runs.parts(run.clone()).filter(|part| part.len() > 1 || is_inside) {
                key.clear();
                runs.key_into(part.clone(), &mut key);
                if !key.split(' ').any(|word| words.contains(word)) {
                    continue;
                }
                match counts.get_mut(key.as_str()) {
                    Some(count) => *count += times,
                    None => {
                        counts.insert(key.as_str().into(), times);
                    }
                }
            }
        });
        if counts.len() > ROOM {
            counts.retain(|_, count| *count > 1);
        }
    }

    /// The table, as lines `code<TAB>name`, sorted by name: runs that were counted `least` times and hold a word of
    /// `spun`, and those without one that are common enough to stand for what was spun. A run whose spun words all stand
    /// in shorter ones tells nothing more and is left out.
    pub fn to_text(&self, least: u32, spun: &HashSet<String>) -> String {
        let mut by_length: [Vec<(&str, u8)>; MAX_RUN] = Default::default();
        for (name, count) in self.counts.iter().filter(|(_, count)| **count >= least) {
            by_length[name.split(' ').count() - 1].push((name, code_of(*count)));
        }
        let mut kept: BTreeMap<&str, u8> = BTreeMap::new();
        for (name, code) in by_length.into_iter().flatten() {
            let words: Vec<&str> = name.split(' ').collect();
            let is_kept = if words.len() == 1 {
                code >= LEAST_ALONE
            } else {
                let is_spun = |word: &&str| spun.contains(*word);
                let mut rest: Vec<&str> = words.iter().copied().filter(is_spun).collect();
                let is_common = code >= code_of(least) + COMMONER;
                let is_known = !rest.is_empty() || is_common;
                for start in 0..words.len() {
                    for end in start + 2..=words.len().min(start + words.len() - 1) {
                        if kept.contains_key(words[start..end].join(" ").as_str()) {
                            rest.retain(|word| !words[start..end].contains(word));
                        }
                    }
                }
                is_known && (words.len() == 2 || !rest.is_empty())
            };
            if is_kept {
                kept.insert(name, code);
            }
        }
        kept.iter().map(|(name, code)| format!("{code}\t{name}\n")).collect()
    }
}

/// The words of phrases, folded.
pub fn words_of<'p>(phrases: impl Iterator<Item = &'p str>) -> HashSet<String> {
    let (mut out, mut found) = (HashSet::new(), Vec::new());
    for phrase in phrases {
        found.clear();
        tokens(phrase, &mut found);
        out.extend(found.iter().map(|token| {
            let mut word = String::new();
            fold_into(&phrase[token.start..token.end], &mut word);
            word
        }));
    }
    out
}
