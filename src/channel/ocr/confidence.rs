//! How sure an edit is: a logistic of named features and small trees over them, fitted on aligned text.

use unspin_core::trees::Tree;

/// How many features there are.
pub const FEATURES: usize = 32;
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
    "next",
    "as_is",
    "nearby",
    "habit",
    "pieces_known",
    "cost_a_letter",
    "unknown_share",
    "cut",
];

/// The features of an edit, by the order of [`NAMES`].
pub type Features = [f32; FEATURES];

/// The name of a feature.
fn name(number: u8) -> &'static str {
    NAMES.get(usize::from(number)).copied().unwrap_or_default()
}

/// The number of a feature.
fn number(name: &str) -> Option<u8> {
    NAMES.iter().position(|n| *n == name).and_then(|at| u8::try_from(at).ok())
}

/// The first field of a line that is a tree.
const TREE: &str = "tree";

/// What makes a confidence of features.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    linear: Features,
    trees: Vec<Tree>,
}

impl Weights {
    /// Weights in the order of [`NAMES`], and trees that add to the log odds.
    pub fn new(linear: Features, trees: Vec<Tree>) -> Weights {
        Weights { linear, trees }
    }

    /// Reads lines of a name and a weight, and of trees; lines that begin with `#` are skipped, a feature that is not
    /// named has none.
    ///
    /// # Errors
    ///
    /// The line that is not that.
    pub fn from_text(text: &str) -> Result<Weights, String> {
        let mut weights = Weights::new([0.0; FEATURES], Vec::new());
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let wrong = || format!("no feature and weight, and no tree: {line:?}");
            let (name, rest) = line.split_once('\t').ok_or_else(wrong)?;
            if name == TREE {
                weights.trees.push(Tree::from_fields(rest.split('\t'), number).ok_or_else(wrong)?);
            } else {
                let at = number(name).ok_or_else(wrong)?;
                weights.linear[usize::from(at)] =
                    rest.parse().ok().filter(|w: &f32| w.is_finite()).ok_or_else(wrong)?;
            }
        }
        Ok(weights)
    }

    /// The weights as text that [`Self::from_text`] reads.
    pub fn to_text(&self) -> String {
        let linear = NAMES.iter().zip(self.linear).map(|(name, weight)| format!("{name}\t{weight:.4}\n"));
        linear.chain(self.trees.iter().map(|tree| format!("{TREE}\t{}\n", tree.to_fields(name)))).collect()
    }

    /// The log odds of being right, without the trees.
    pub fn linear(&self, features: &Features) -> f32 {
        self.linear.iter().zip(features).map(|(w, x)| w * x).sum()
    }

    /// P(right | features).
    pub fn confidence(&self, features: &Features) -> f32 {
        let sum = self.linear(features) + self.trees.iter().map(|tree| tree.value[tree.leaf(features)]).sum::<f32>();
        1.0 / (1.0 + (-sum).exp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_back() {
        let mut linear = [0.0; FEATURES];
        linear[1] = 1.5;
        let tree = Tree {
            feature: [3, 4, 5],
            threshold: [0.5, 1.0, f32::INFINITY],
            value: [0.0, 0.5, 1.0, 1.5, 0.0, 0.0, 0.0, 0.0],
        };
        let weights = Weights::new(linear, vec![tree]);
        assert_eq!(Weights::from_text(&weights.to_text()), Ok(weights.clone()));
        let mut features = [0.0; FEATURES];
        assert_eq!(weights.confidence(&features), 0.5);
        features[1] = 4.0;
        assert!(weights.confidence(&features) > 0.99);
        assert!(Weights::from_text("nothing\t1").is_err() && Weights::from_text("bias\tx").is_err());
        assert!(Weights::from_text("tree\t1\t2").is_err());
    }
}
