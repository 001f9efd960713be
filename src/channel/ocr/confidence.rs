//! How sure an edit is: a logistic of named features, fitted on aligned text.

/// How many features there are.
pub const FEATURES: usize = 24;
/// Their names, in order.
pub const NAMES: [&str; FEATURES] = [
    "bias",
    "posterior",
    "cost",
    "context",
    "known",
    "known_rarity",
    "rarity",
    "length",
    "rate",
    "capital",
    "capitals",
    "more_faults",
    "joined",
    "split",
    "hyphen",
    "unlisted",
    "repeats",
    "elsewhere",
    "short",
    "marks",
    "implausible",
    "name",
    "evidence",
    "case_only",
];

/// The features of an edit, by the order of [`NAMES`].
pub type Features = [f32; FEATURES];

/// Weights of the features.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights([f32; FEATURES]);

impl Weights {
    /// Weights in the order of [`NAMES`].
    pub fn new(weights: [f32; FEATURES]) -> Weights {
        Weights(weights)
    }

    /// Reads lines of a name and a weight; lines that begin with `#` are skipped, a feature that is not named has none.
    ///
    /// # Errors
    ///
    /// The line that is not that.
    pub fn from_text(text: &str) -> Result<Weights, String> {
        let mut weights = [0.0; FEATURES];
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let found = line
                .split_once('\t')
                .and_then(|(name, weight)| Some((NAMES.iter().position(|n| *n == name)?, weight.parse().ok()?)));
            let (at, weight) = found.ok_or_else(|| format!("no feature and weight: {line:?}"))?;
            weights[at] = weight;
        }
        Ok(Weights(weights))
    }

    /// The weights as text that [`Self::from_text`] reads.
    pub fn to_text(&self) -> String {
        NAMES.iter().zip(self.0).map(|(name, weight)| format!("{name}\t{weight:.4}\n")).collect()
    }

    /// P(right | features).
    pub fn confidence(&self, features: &Features) -> f32 {
        let sum: f32 = self.0.iter().zip(features).map(|(w, x)| w * x).sum();
        1.0 / (1.0 + (-sum).exp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_back() {
        let mut weights = [0.0; FEATURES];
        weights[1] = 1.5;
        let weights = Weights(weights);
        assert_eq!(Weights::from_text(&weights.to_text()), Ok(weights.clone()));
        let mut features = [0.0; FEATURES];
        assert_eq!(weights.confidence(&features), 0.5);
        features[1] = 4.0;
        assert!(weights.confidence(&features) > 0.99);
        assert!(Weights::from_text("nothing\t1").is_err() && Weights::from_text("bias\tx").is_err());
    }
}
