//! From posterior to confidence: a small linear model over what else is known of a change.
//!
//! The posterior is right about the lattice and no more: shares are guesses where pairs were never
//! observed, function words are known less surely than names. A logistic regression, and small trees
//! for what features say only together, make of it the probability that the change reads as the original did. Both are fitted by
//! `cargo run --release --example quality -- --cross-validate 11 --weights FILE` on aligned pages.

pub(crate) mod features;
mod repetition;

use unspin_core::trees::{LEAVES, Tree};

/// Log odds of a probability, natural; bounded, since none is certain.
fn log_odds(p: f32) -> f32 {
    let p = p.clamp(1e-3, 1.0 - 1e-3);
    (p / (1.0 - p)).ln()
}

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
    linear: Features,
    /// Trees that add to the log odds.
    trees: Vec<Tree>,
}

impl Default for Weights {
    /// The posterior as it is.
    fn default() -> Self {
        let mut linear = [0.0; FEATURES];
        linear[1] = 1.0;
        Weights::new(linear, Vec::new())
    }
}

impl Weights {
    /// Weights of the features, for log odds, and trees that add to them.
    pub fn new(linear: Features, trees: Vec<Tree>) -> Weights {
        Weights { linear, trees }
    }

    /// The confidence of a change with these features, between 0 and 1.
    pub fn confidence(&self, features: &Features) -> f32 {
        self.confidences(&[*features])[0]
    }

    /// The confidences of changes with these features: each question is asked of all of them at once.
    pub fn confidences<const N: usize>(&self, changes: &[Features; N]) -> [f32; N] {
        // A power of two, so that no number of a feature is out of bounds.
        let mut columns = [[0.0; N]; FEATURES.next_power_of_two()];
        for (n, features) in changes.iter().enumerate() {
            columns.iter_mut().zip(features).for_each(|(column, &feature)| column[n] = feature);
        }
        let mut log_odds = [0.0; N];
        for (weight, column) in self.linear.iter().zip(&columns) {
            log_odds.iter_mut().zip(column).for_each(|(odds, feature)| *odds += weight * feature);
        }
        let mut leaves = [0; N];
        for tree in &self.trees {
            tree.leaves(&columns, &mut leaves);
            log_odds.iter_mut().zip(leaves).for_each(|(odds, leaf)| *odds += tree.value[leaf as usize % LEAVES]);
        }
        log_odds.map(|odds| 1.0 / (1.0 + (-odds).exp()))
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
        Some(Weights::new(linear, trees))
    }

    /// Writes what [`Self::from_text`] reads.
    pub fn to_text(&self) -> String {
        let linear = self.linear.iter().zip(NAMES).map(|(weight, name)| format!("{weight:.4}\t{name}\n"));
        linear.chain(self.trees.iter().map(|tree| tree.to_fields() + "\n")).collect()
    }
}
