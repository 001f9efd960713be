//! From posterior to confidence: a small linear model over what else is known of a change.
//!
//! The posterior is right about the lattice and no more: shares are guesses where pairs were never
//! observed, function words are known less surely than names. A logistic regression, and small trees
//! for what features say only together, make of it the probability that the change reads as the original did. Both are fitted by
//! `cargo run --release --example quality -- --cross-validate 11 --weights FILE` on aligned pages.

mod feature;
pub(crate) mod features;
mod params;
mod repetition;

pub use feature::{FEATURES, Feature, Features};

use params::LEAST_DOUBT;
use unspin_core::trees::{LEAVES, Tree};

/// Log odds of a probability, natural; bounded, since none is certain.
fn log_odds(p: f32) -> f32 {
    let p = p.clamp(LEAST_DOUBT, 1.0 - LEAST_DOUBT);
    (p / (1.0 - p)).ln()
}

/// What makes a confidence of features.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// Weights of the features, for log odds.
    linear: [f32; FEATURES],
    /// Trees that add to the log odds.
    trees: Vec<Tree>,
}

impl Default for Weights {
    /// The posterior as it is.
    fn default() -> Self {
        let mut linear = [0.0; FEATURES];
        linear[Feature::Posterior as usize] = 1.0;
        Weights::new(linear, Vec::new())
    }
}

impl Weights {
    /// Weights of the features, for log odds, in the order of [`Feature::ALL`], and trees that add to them.
    pub fn new(linear: [f32; FEATURES], trees: Vec<Tree>) -> Weights {
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
            columns.iter_mut().zip(features.values()).for_each(|(column, &feature)| column[n] = feature);
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
    pub fn linear_log_odds(&self, features: &[f32; FEATURES]) -> f32 {
        self.linear.iter().zip(features).map(|(w, f)| w * f).sum()
    }

    /// Reads lines `weight<TAB>name`, then a line for each tree, which names what it asks about; `#` comments allowed.
    /// `None` unless the names are those of the features in order. The last, which only weights for a second reader have, may
    /// be left out.
    pub fn from_text(text: &str) -> Option<Weights> {
        let mut linear = [0.0; FEATURES];
        let mut lines = text.lines().filter(|l| !l.starts_with('#')).peekable();
        for (weight, feature) in linear.iter_mut().zip(Feature::ALL) {
            let named = |line: &&str| line.split_once('\t').is_some_and(|(_, found)| found == feature.name());
            match lines.next_if(named) {
                Some(line) => *weight = line.split_once('\t')?.0.parse().ok()?,
                None if feature == Feature::SecondBest => (),
                None => return None,
            }
        }
        let number = |name: &str| Feature::named(name).map(|feature| feature as u8);
        let trees = lines.map(|line| Tree::from_fields(line.split('\t'), number)).collect::<Option<_>>()?;
        Some(Weights::new(linear, trees))
    }

    /// Writes what [`Self::from_text`] reads.
    pub fn to_text(&self) -> String {
        let named = self.linear.iter().zip(Feature::ALL);
        // Weights without a second reader are written as they were before there was one: their hash names them.
        let named = named.filter(|(weight, feature)| *feature != Feature::SecondBest || **weight != 0.0);
        let linear = named.map(|(weight, feature)| format!("{weight:.4}\t{}\n", feature.name()));
        // No tree asks for a feature that there is not.
        let name = |number: u8| Feature::ALL[usize::from(number) % FEATURES].name();
        linear.chain(self.trees.iter().map(|tree| tree.to_fields(name) + "\n")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Features and what trees ask about go by name: what is written is read again, and no unknown name is.
    #[test]
    fn weights_name_their_features() {
        let text = include_str!("../../dictionaries/context/confidence.tsv");
        let weights = Weights::from_text(text).unwrap();
        assert_eq!((weights.to_text().as_str(), weights.trees.len()), (text, 24));
        assert_eq!(Weights::from_text(&text.replace("rate of the original\t", "rate of it\t")), None);
        assert_eq!(Weights::from_text(&text.replace("one\n", "two\n")), None);
    }
}
