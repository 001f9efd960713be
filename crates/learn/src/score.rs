//! How good a restoration is: error reduction, precision, recall, F0.5, and harm on clean text.

use std::collections::HashSet;

use serde::Serialize;

use crate::align::{Difference, align, substitutions, words};

/// Counts over documents; see [`Tally::figures`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    docs: usize,
    words: usize,
    before: usize,
    after: usize,
    wanted: usize,
    found: usize,
    made: usize,
    right: usize,
    clean_docs: usize,
    clean_docs_touched: usize,
    clean_words: usize,
    clean_changed: usize,
}

/// What a [`Tally`] says.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// Spun documents.
    pub docs: usize,
    /// Words of their originals.
    pub words: usize,
    /// Word error rate of the spun text.
    pub wer_before: f64,
    /// Word error rate of the restored text.
    pub wer_after: f64,
    /// 1 − after / before: 1 is a perfect restoration, 0 did nothing.
    pub error_reduction: f64,
    /// Share of the changed spans that now read as the original.
    pub precision: f64,
    /// Share of the spun spans that now read as the original.
    pub recall: f64,
    /// Precision weighed twice as much as recall.
    pub f05: f64,
    /// Spans changed.
    pub edits_made: usize,
    /// Spans that the spinner changed.
    pub edits_wanted: usize,
    /// Clean documents.
    pub clean_docs: usize,
    /// Clean documents with any change.
    pub clean_docs_touched: usize,
    /// Words of clean documents.
    pub clean_words: usize,
    /// Words changed per 10,000 words of clean documents.
    pub harm_per_10k_words: f64,
}

/// A span of words and what stands for it.
pub type Change = (String, String);

/// Which words of a text stand in the original at their place, and which places of the original it fills.
struct Agreement {
    distance: usize,
    text_bad: HashSet<usize>,
    original_bad: HashSet<usize>,
    text_gap: HashSet<usize>,
    original_gap: HashSet<usize>,
}

impl Agreement {
    fn new(text: &[String], original: &[String]) -> Self {
        let (differences, distance) = align(text, original);
        let mut agreement = Agreement {
            distance,
            text_bad: HashSet::new(),
            original_bad: HashSet::new(),
            text_gap: HashSet::new(),
            original_gap: HashSet::new(),
        };
        for d in differences {
            agreement.text_bad.extend(d.from..d.to);
            agreement.original_bad.extend(d.other_from..d.other_to);
            if d.from == d.to {
                agreement.text_gap.insert(d.from);
            }
            if d.other_from == d.other_to {
                agreement.original_gap.insert(d.other_from);
            }
        }
        agreement
    }

    fn text_right(&self, from: usize, to: usize) -> bool {
        right(&self.text_bad, &self.text_gap, from, to)
    }

    fn original_right(&self, from: usize, to: usize) -> bool {
        right(&self.original_bad, &self.original_gap, from, to)
    }
}

/// The words `from..to` agree; an empty run: nothing is missing there.
fn right(bad: &HashSet<usize>, gap: &HashSet<usize>, from: usize, to: usize) -> bool {
    if from == to {
        let is_beside = bad.contains(&from) || (from > 0 && bad.contains(&(from - 1)));
        return !gap.contains(&from) && !is_beside;
    }
    !(from..to).any(|n| bad.contains(&n)) && !(from + 1..to).any(|n| gap.contains(&n))
}

impl Tally {
    /// The counts of both together.
    pub fn and(self, other: Tally) -> Tally {
        Tally {
            docs: self.docs + other.docs,
            words: self.words + other.words,
            before: self.before + other.before,
            after: self.after + other.after,
            wanted: self.wanted + other.wanted,
            found: self.found + other.found,
            made: self.made + other.made,
            right: self.right + other.right,
            clean_docs: self.clean_docs + other.clean_docs,
            clean_docs_touched: self.clean_docs_touched + other.clean_docs_touched,
            clean_words: self.clean_words + other.clean_words,
            clean_changed: self.clean_changed + other.clean_changed,
        }
    }

    /// Counts a document: what was spun, what it was made from, what the restorer made of it.
    ///
    /// Returns the spans not restored, as (spun, original), and those changed wrongly, as (spun, restored).
    pub fn add(&mut self, spun: &str, original: &str, restored: &str) -> (Vec<Change>, Vec<Change>) {
        let (s, o, h) = (words(spun), words(original), words(restored));
        let made = substitutions(&s, &h);
        let change = |d: &Difference, a: &[String], b: &[String]| {
            (a[d.from..d.to].join(" "), b[d.other_from..d.other_to].join(" "))
        };
        if s == o {
            self.clean_docs += 1;
            self.clean_words += s.len();
            self.clean_changed += made.iter().map(|d| (d.to - d.from).max(d.other_to - d.other_from)).sum::<usize>();
            self.clean_docs_touched += usize::from(!made.is_empty());
            return (Vec::new(), made.iter().map(|d| change(d, &s, &h)).collect());
        }
        let wanted = substitutions(&s, &o);
        let agreement = Agreement::new(&h, &o);
        let missed: Vec<_> = wanted
            .iter()
            .filter(|d| !agreement.original_right(d.other_from, d.other_to))
            .map(|d| change(d, &s, &o))
            .collect();
        let wrong: Vec<_> = made
            .iter()
            .filter(|d| !agreement.text_right(d.other_from, d.other_to))
            .map(|d| change(d, &s, &h))
            .collect();
        self.docs += 1;
        self.words += o.len();
        self.before += align(&s, &o).1;
        self.after += agreement.distance;
        self.wanted += wanted.len();
        self.found += wanted.len() - missed.len();
        self.made += made.len();
        self.right += made.len() - wrong.len();
        (missed, wrong)
    }

    /// The counts as figures. Precision is 1 where nothing was changed, recall where nothing was wanted.
    pub fn figures(&self) -> Figures {
        let ratio = |part: usize, whole: usize, empty: f64| if whole == 0 { empty } else { part as f64 / whole as f64 };
        let (precision, recall) = (ratio(self.right, self.made, 1.0), ratio(self.found, self.wanted, 1.0));
        let weighed = 0.25 * precision + recall;
        Figures {
            docs: self.docs,
            words: self.words,
            wer_before: ratio(self.before, self.words, 0.0),
            wer_after: ratio(self.after, self.words, 0.0),
            error_reduction: 1.0 - ratio(self.after, self.before, 1.0),
            precision,
            recall,
            f05: if weighed == 0.0 { 0.0 } else { 1.25 * precision * recall / weighed },
            edits_made: self.made,
            edits_wanted: self.wanted,
            clean_docs: self.clean_docs,
            clean_docs_touched: self.clean_docs_touched,
            clean_words: self.clean_words,
            harm_per_10k_words: 1e4 * ratio(self.clean_changed, self.clean_words, 0.0),
        }
    }
}
