//! From posterior to confidence: a small linear model over what else is known of a change.
//!
//! The posterior is right about the lattice and no more: shares are guesses where pairs were never
//! observed, function words are known less surely than names. A logistic regression, and small trees
//! for what features say only together, make of it the probability that the change reads as the original did. Both are fitted by
//! `cargo run --release --example quality -- --cross-validate 11 --weights FILE` on aligned pages.

use crate::text::vocabulary::{FIRST_WORD, UNKNOWN};

use super::document::Finding;
use super::lattice::{Reader, Word};
use super::trees::Tree;

/// How many features a change has.
pub const FEATURES: usize = 24;

/// The names of the features, in order; the file of weights has a line for each.
pub const NAMES: [&str; FEATURES] = [
    "one",
    "posterior, log odds",
    "any change here, log odds",
    "observed, log count",
    "was observed",
    "spun words, log probability",
    "original words, log probability",
    "changes the number of words",
    "both sides function words",
    "rate of the document",
    "phrase",
    "channel, log probability",
    "changes nearby",
    "capitalised inside a sentence",
    "best of those here",
    "context, log ratio",
    "original stands elsewhere, log count",
    "spun phrase stands elsewhere, log count",
    "same change elsewhere, mean log odds",
    "trigrams as changed, share seen",
    "trigrams as they stand, share seen",
    "best other change here, log odds",
    "rate of the spun word",
    "rate of the original",
];

/// The features of a change.
pub type Features = [f32; FEATURES];

/// What makes a confidence of features.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// Weights of the features, for log odds.
    pub linear: Features,
    /// Trees that add to the log odds.
    pub trees: Vec<Tree>,
}

impl Default for Weights {
    /// The posterior as it is.
    fn default() -> Self {
        let mut linear = [0.0; FEATURES];
        linear[1] = 1.0;
        Weights { linear, trees: Vec::new() }
    }
}

impl Weights {
    /// The confidence of a change with these features, between 0 and 1.
    pub fn confidence(&self, features: &Features) -> f32 {
        let trees: f32 = self.trees.iter().map(|tree| tree.value[tree.leaf(features)]).sum();
        1.0 / (1.0 + (-(self.linear_log_odds(features) + trees)).exp())
    }

    /// The log odds of a change by the weights alone, without the trees.
    pub fn linear_log_odds(&self, features: &Features) -> f32 {
        self.linear.iter().zip(features).map(|(w, f)| w * f).sum()
    }

    /// Reads lines `weight<TAB>name`, then a line for each tree; `#` comments allowed. `None` unless
    /// the names are those of the features in order.
    pub fn from_text(text: &str) -> Option<Weights> {
        let mut linear = [0.0; FEATURES];
        let mut lines = text.lines().filter(|l| !l.starts_with('#'));
        for (weight, name) in linear.iter_mut().zip(NAMES) {
            let (number, found) = lines.next()?.split_once('\t')?;
            *weight = number.parse().ok().filter(|_| found == name)?;
        }
        let trees = lines.map(|line| Tree::from_fields(line.split('\t'), FEATURES)).collect::<Option<_>>()?;
        Some(Weights { linear, trees })
    }

    /// Writes what [`Self::from_text`] reads.
    pub fn to_text(&self) -> String {
        let linear = self.linear.iter().zip(NAMES).map(|(weight, name)| format!("{weight:.4}\t{name}\n"));
        linear.chain(self.trees.iter().map(|tree| tree.to_fields() + "\n")).collect()
    }
}

fn log_odds(p: f32) -> f32 {
    let p = p.clamp(1e-3, 1.0 - 1e-3);
    (p / (1.0 - p)).ln()
}

/// Occurrences elsewhere beyond which more say no more: a long text is no better a witness than an article.
const ENOUGH: u32 = 8;

/// What the rest of the document says of a change: an article repeats its words.
#[derive(Debug)]
pub(crate) struct Elsewhere {
    /// The words of the document, sorted.
    words: Vec<u32>,
    /// (first spun word, first original word), sorted, with the sum of the log odds of such changes, and their number.
    changes: Vec<((u32, u32), f32, u32)>,
}

impl Elsewhere {
    /// Counts the words and the changes of a document.
    pub(crate) fn new(reader: Reader, words: &[Word], findings: &[Finding]) -> Self {
        let mut words_sorted: Vec<u32> = words.iter().map(|w| w.id).collect();
        words_sorted.sort_unstable();
        let mut changes: Vec<_> =
            findings.iter().map(|finding| (key(reader, words, finding), log_odds(finding.posterior), 1)).collect();
        changes.sort_by_key(|change| change.0);
        changes.dedup_by(|next, first| {
            let is_same = next.0 == first.0;
            if is_same {
                (first.1, first.2) = (first.1 + next.1, first.2 + next.2);
            }
            is_same
        });
        Elsewhere { words: words_sorted, changes }
    }

    fn of(&self, key: (u32, u32), posterior: f32) -> [f32; 3] {
        let count = |id: u32, own: u32| {
            if id < FIRST_WORD {
                return 0.0;
            }
            let from = self.words.partition_point(|&word| word < id);
            let there = self.words[from..].iter().take((ENOUGH + own) as usize).take_while(|&&word| word == id);
            (there.count() as u32).saturating_sub(own).min(ENOUGH) as f32
        };
        let (sum, number) = match self.changes.binary_search_by_key(&key, |change| change.0) {
            Ok(at) => (self.changes[at].1, self.changes[at].2),
            Err(_) => (0.0, 1),
        };
        let others = number.saturating_sub(1);
        let mean = if others == 0 { 0.0 } else { (sum - log_odds(posterior)) / others as f32 };
        [count(key.1, 0).ln_1p(), count(key.0, 1).ln_1p(), mean]
    }
}

/// The words by which a change is the same as another.
fn key(reader: Reader, words: &[Word], finding: &Finding) -> (u32, u32) {
    let (layer, number) = finding.rewrite;
    let channel = reader.dictionaries[usize::from(layer)].channel(number as usize);
    let original = channel.and_then(|c| c.ids().nth(usize::from(finding.part.0))).unwrap_or(UNKNOWN);
    (words[finding.from].id, original)
}

/// The features of `findings[at]`; all findings of the text are given, in order.
pub(crate) fn features(
    reader: Reader,
    words: &[Word],
    findings: &[Finding],
    at: usize,
    rate: f32,
    elsewhere: &Elsewhere,
) -> Features {
    const COMMON: f32 = -6.5;
    const NEAR: usize = 12;
    let finding = &findings[at];
    let (layer, number) = finding.rewrite;
    let Some(rewrite) = reader.dictionaries[usize::from(layer)].rewrite(number as usize) else {
        return [0.0; FEATURES];
    };
    let overlaps = |other: &&Finding| other.from < finding.to && finding.from < other.to;
    let before = findings[..at].iter().rev().take(16).filter(overlaps);
    let after = findings[at..].iter().take(16).filter(overlaps);
    let here = || before.clone().chain(after.clone());
    let any: f32 = here().map(|f| f.posterior).sum();
    let is_best = here().all(|f| f.posterior <= finding.posterior);
    let is_near = |other: &&Finding| other.from + NEAR >= finding.from && other.from <= finding.to + NEAR;
    let near = findings[..at].iter().rev().take_while(is_near).chain(findings[at..].iter().take_while(is_near));
    let nearby = near.map(|f| f.posterior).sum::<f32>() / (2 * NEAR) as f32;
    let (first, last) = (usize::from(finding.part.0), usize::from(finding.part.1));
    let becomes: Vec<u32> = rewrite.ids().skip(first).take(last - first).collect();
    let rarest =
        |ids: &mut dyn Iterator<Item = u32>| ids.map(|id| reader.context.unigram(id).max(-18.0)).fold(0.0, f32::min);
    let spun = rarest(&mut words[finding.from..finding.to].iter().map(|w| w.id));
    let original = rarest(&mut becomes.iter().copied());
    let (log_changed, seen) = around(reader, words, finding, &mut becomes.iter().copied());
    let (log_standing, seen_before) =
        around(reader, words, finding, &mut words[finding.from..finding.to].iter().map(|w| w.id));
    let context_ratio = (log_changed - log_standing).clamp(-20.0, 20.0);
    let rates = reader.dictionaries.iter().zip(reader.spinner);
    let spun_rate = rates.filter_map(|(d, z)| z.map(|z| d.rate(z, words[finding.from].id))).fold(0.0, f32::max);
    let is_other = |other: &&Finding| (other.rewrite, other.part) != (finding.rewrite, finding.part);
    let best_other = here().filter(is_other).map(|f| f.posterior).fold(0.0, f32::max);
    let [original_elsewhere, spun_elsewhere, same_elsewhere] =
        elsewhere.of(key(reader, words, finding), finding.posterior);
    [
        1.0,
        log_odds(finding.posterior),
        log_odds(any.min(1.0)),
        f32::from(rewrite.observed).ln_1p(),
        flag(rewrite.observed > 0),
        spun / 10.0,
        original / 10.0,
        flag(becomes.len() != finding.to - finding.from),
        flag(spun > COMMON && original > COMMON),
        rate,
        flag(finding.to - finding.from > 1),
        (rewrite.rate * rewrite.log_share.exp()).max(1e-4).ln() / 10.0,
        nearby,
        flag(words[finding.from].capitalised && finding.from > 0 && words[finding.from - 1].id >= FIRST_WORD),
        flag(is_best),
        context_ratio / 10.0,
        original_elsewhere,
        spun_elsewhere,
        same_elsewhere,
        seen,
        seen_before,
        log_odds(best_other),
        spun_rate,
        rewrite.rate,
    ]
}

fn flag(yes: bool) -> f32 {
    if yes { 1.0 } else { 0.0 }
}

/// How well words fit into the place of a change, its neighbours as they stand: the log probability of
/// them and the two words after them, and the share of the trigrams that the model has seen.
fn around(reader: Reader, words: &[Word], finding: &Finding, middle: &mut dyn Iterator<Item = u32>) -> (f32, f32) {
    let from = finding.from.saturating_sub(2);
    let mut state = reader.context.after(words[from].id);
    let (mut log, mut seen, mut all) = (0.0, 0.0, 0f32);
    let before = words[from..finding.from].iter().skip(1).map(|w| w.id);
    let after = words[finding.to..words.len().min(finding.to + 2)].iter().map(|w| w.id);
    for id in before.chain(middle).chain(after) {
        all += 1.0;
        seen += flag(reader.context.has_seen(state, id));
        let (score, next) = reader.context.score(state, id);
        log += score;
        state = next;
    }
    (log, seen / all.max(1.0))
}
