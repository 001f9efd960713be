//! Counts over a dump: records, edits, spinners, the commonest rewrites, the most edited articles.

use std::collections::{BTreeMap, HashMap};

use super::{Doubts, Seen};
use crate::Edit;

/// Different rewrites that are counted; beyond, the rarest half is forgotten.
const MAX_REWRITES: usize = 50_000;
/// Places of an article that are named; a dump may hold it any number of times.
const PLACES: usize = 1_000;
/// Bytes of an article that are kept for the report.
const MAX_ARTICLE: usize = 24 << 10;
/// Bars of the chart of confidence.
pub const CONFIDENCE_BINS: usize = 20;

/// What was counted; stats of parts add up to that of the whole.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    /// Records that were seen, readable or not.
    pub records: u64,
    /// Texts that were found in them and looked at.
    pub texts: u64,
    /// Records whose text is likelier spun than clean.
    pub spun: u64,
    /// Records that were changed (or, when only detecting, none).
    pub restored: u64,
    /// Records that could not be read, and files that broke off.
    pub faults: u64,
    /// Edits that were made.
    pub edits: u64,
    /// Bytes of records, uncompressed.
    pub bytes: u64,
    /// Spun records by spinner.
    pub spinners: BTreeMap<String, u64>,
    /// Edits by confidence, in bins of equal width from 0 to 1.
    pub confidence: [u64; CONFIDENCE_BINS],
    /// The most edited articles, the most edited first, if they are kept.
    pub articles: Vec<Article>,
    /// The least sure edits, as many, if articles are kept.
    pub doubts: Doubts,
    rewrites: HashMap<(String, String), u64>,
    /// The fields in which a text was found: the bit of each by its place in the call.
    met: u64,
}

/// An article that was edited, for a person to read.
#[derive(Clone, Debug, PartialEq)]
pub struct Article {
    /// The file it stands in.
    pub file: String,
    /// The record, from 1.
    pub record: u64,
    /// The field that holds it, where several were asked for.
    pub field: Option<String>,
    /// P(spun).
    pub spun: f32,
    /// The likeliest spinner.
    pub spinner: Option<String>,
    /// The text before, cut after 24 KiB.
    pub text: String,
    /// The edits within `text`.
    pub edits: Vec<Edit>,
    /// How many edits the whole article has.
    pub total: usize,
    /// Further places where the same text stands, files and records; at most 1,000.
    pub copies: Vec<(String, u64)>,
    /// How many further places there are.
    pub copied: u64,
}

impl Stats {
    /// Counts a text that was found, and notes its field.
    pub(super) fn met(&mut self, field: Option<usize>) {
        self.texts += 1;
        self.met |= field.map_or(0, |field| 1 << field);
    }

    /// Whether a text was found in the field that stands at a place in the call.
    pub fn has_met(&self, field: usize) -> bool {
        self.met & 1u64.checked_shl(field as u32).unwrap_or(0) != 0
    }

    /// Counts a text: its verdict, and the edits that are made in it.
    pub(super) fn count(&mut self, text: &str, spinner: Option<&str>, edits: &[Edit]) {
        if let Some(spinner) = spinner {
            self.spun += 1;
            *self.spinners.entry(spinner.to_string()).or_default() += 1;
        }
        if !edits.is_empty() {
            self.restored += 1;
        }
        for edit in edits {
            self.edits += 1;
            let bin = (edit.confidence * CONFIDENCE_BINS as f32) as usize;
            self.confidence[bin.min(CONFIDENCE_BINS - 1)] += 1;
            let found = text.get(edit.span.clone()).unwrap_or_default();
            *self.rewrites.entry((found.to_lowercase(), edit.replacement.to_lowercase())).or_default() += 1;
        }
        self.prune();
    }

    /// Counts the texts that were seen as parts of one record, of the spinner that most of them are of.
    pub(super) fn join_texts(&mut self) {
        (self.spun, self.restored) = (self.spun.min(1), self.restored.min(1));
        let spinner = self.spinners.iter().max_by_key(|spinner| *spinner.1).map(|spinner| spinner.0.clone());
        self.spinners = spinner.into_iter().map(|spinner| (spinner, 1)).collect();
    }

    /// Keeps an article for the report if it is among the `most` most edited; one that is there already is there once.
    pub(super) fn keep(&mut self, most: usize, article: impl FnOnce() -> Article, edits: usize) {
        if edits == 0 || self.articles.len() >= most && self.articles.last().is_none_or(|a| a.total > edits) {
            return;
        }
        let article = article();
        let (from, to) =
            (self.articles.partition_point(|a| a.total > edits), self.articles.partition_point(|a| a.total >= edits));
        if let Some(same) = self.articles[from..to].iter_mut().find(|a| a.is_same(&article)) {
            return same.copy(article);
        }
        if to < most {
            self.articles.insert(to, article);
            self.articles.truncate(most);
        }
    }

    /// Adds the counts of another part; of both parts' articles, the `most` most edited stay.
    pub fn merge(&mut self, other: Stats, most: usize) {
        self.records += other.records;
        self.texts += other.texts;
        self.spun += other.spun;
        self.restored += other.restored;
        self.faults += other.faults;
        self.edits += other.edits;
        self.bytes += other.bytes;
        self.met |= other.met;
        for (spinner, count) in other.spinners {
            *self.spinners.entry(spinner).or_default() += count;
        }
        for (sum, count) in self.confidence.iter_mut().zip(other.confidence) {
            *sum += count;
        }
        for (rewrite, count) in other.rewrites {
            *self.rewrites.entry(rewrite).or_default() += count;
        }
        self.prune();
        self.doubts.merge(other.doubts, most);
        for article in other.articles {
            let edits = article.total;
            self.keep(most, || article, edits);
        }
    }

    /// The commonest rewrites in lower case, the commonest first: found, written, how often. Rare ones
    /// may be missing from very large dumps.
    pub fn top_rewrites(&self, most: usize) -> Vec<(&str, &str, u64)> {
        let mut all: Vec<_> =
            self.rewrites.iter().map(|((from, to), &count)| (from.as_str(), to.as_str(), count)).collect();
        all.sort_by(|a, b| b.2.cmp(&a.2).then(a.cmp(b)));
        all.truncate(most);
        all
    }

    fn prune(&mut self) {
        if self.rewrites.len() > MAX_REWRITES {
            let mut counts: Vec<u64> = self.rewrites.values().copied().collect();
            counts.sort_unstable();
            let median = counts[counts.len() / 2];
            self.rewrites.retain(|_, count| *count > median);
        }
    }
}

impl Article {
    pub(super) fn new(seen: Seen<'_>, (spun, spinner): (f32, Option<&str>), edits: &[Edit]) -> Self {
        let Seen { file, record, field, text } = seen;
        let end = super::split_text::char_floor(text.as_bytes(), MAX_ARTICLE);
        let inside = edits.iter().filter(|e| e.span.end <= end).cloned().collect();
        Article {
            file: file.to_string(),
            record,
            field: field.map(str::to_string),
            spun,
            spinner: spinner.map(str::to_string),
            text: text[..end].to_string(),
            edits: inside,
            total: edits.len(),
            copies: Vec::new(),
            copied: 0,
        }
    }

    fn is_same(&self, other: &Article) -> bool {
        self.text == other.text && self.edits == other.edits && self.field == other.field
    }

    /// Takes another article of the same text for a copy.
    fn copy(&mut self, other: Article) {
        self.copied += 1 + other.copied;
        let room = PLACES.saturating_sub(self.copies.len());
        self.copies.extend(std::iter::once((other.file, other.record)).chain(other.copies).take(room));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(confidence: f32) -> Edit {
        Edit::new(0..4, "House", confidence, "folks".into())
    }

    fn seen(file: &str, record: u64) -> Seen<'_> {
        Seen { file, record, field: None, text: "Home" }
    }

    #[test]
    fn parts_add_up() {
        let mut one = Stats::default();
        one.count("Home", Some("folks"), &[edit(1.0), edit(0.5)]);
        let mut two = Stats::default();
        two.count("Home", None, &[]);
        one.merge(two, 3);
        assert_eq!((one.spun, one.restored, one.edits), (1, 1, 2));
        assert_eq!((one.confidence[10], one.confidence[19]), (1, 1));
        assert_eq!(one.top_rewrites(5), [("home", "house", 2)]);
    }

    #[test]
    fn only_the_most_edited_stay() {
        let mut stats = Stats::default();
        for total in [3, 9, 1, 5] {
            let edits = vec![edit(0.9); total];
            stats.keep(2, || Article::new(seen("a", 1), (0.9, None), &edits), total);
        }
        assert_eq!(stats.articles.iter().map(|a| a.total).collect::<Vec<_>>(), [9, 5]);
        let again = Article::new(seen("b", 7), (0.9, None), &vec![edit(0.9); 5]);
        stats.keep(2, || again, 5);
        assert_eq!((stats.articles.len(), stats.articles[1].copied), (2, 1));
        assert_eq!(stats.articles[1].copies, [("b".to_string(), 7)]);
    }

    #[test]
    fn rare_rewrites_are_forgotten_in_bounded_memory() {
        let mut stats = Stats::default();
        for n in 0..MAX_REWRITES * 2 {
            stats.count(&format!("{n:04}"), None, &[edit(0.9)]);
        }
        assert!(stats.rewrites.len() <= MAX_REWRITES);
    }
}
