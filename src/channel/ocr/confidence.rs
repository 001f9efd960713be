//! How sure an edit is: a logistic of named features and small trees over them, fitted on aligned text.

use unspin_core::trees::Tree;

use super::feature::{Feature, Features};

/// The first field of a line that is a tree.
const TREE: &str = "tree";

/// What makes a confidence of features.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    linear: [f32; Feature::COUNT],
    trees: Vec<Tree>,
}

impl Weights {
    /// Weights in the order of [`Feature::ALL`], and trees that add to the log odds.
    pub fn new(linear: [f32; Feature::COUNT], trees: Vec<Tree>) -> Weights {
        Weights { linear, trees }
    }

    /// Reads lines of a name and a weight, and of trees; lines that begin with `#` are skipped, a feature that is not
    /// named has none.
    ///
    /// # Errors
    ///
    /// The line that is not that.
    pub fn from_text(text: &str) -> Result<Weights, String> {
        let number = |name: &str| Feature::named(name).map(|feature| feature as u8);
        let mut weights = Weights::new([0.0; Feature::COUNT], Vec::new());
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let wrong = || format!("no feature and weight, and no tree: {line:?}");
            let (name, rest) = line.split_once('\t').ok_or_else(wrong)?;
            if name == TREE {
                weights.trees.push(Tree::from_fields(rest.split('\t'), number).ok_or_else(wrong)?);
            } else {
                let feature = Feature::named(name).ok_or_else(wrong)?;
                weights.linear[feature as usize] =
                    rest.parse().ok().filter(|w: &f32| w.is_finite()).ok_or_else(wrong)?;
            }
        }
        Ok(weights)
    }

    /// The weights as text that [`Self::from_text`] reads.
    pub fn to_text(&self) -> String {
        let named = Feature::ALL.into_iter().zip(self.linear);
        let linear = named.map(|(feature, weight)| format!("{}\t{weight:.4}\n", feature.name()));
        // No tree asks for a feature that there is not.
        let name = |number: u8| Feature::ALL[usize::from(number) % Feature::COUNT].name();
        linear.chain(self.trees.iter().map(|tree| format!("{TREE}\t{}\n", tree.to_fields(name)))).collect()
    }

    /// The log odds of being right, without the trees.
    pub fn linear(&self, features: &Features) -> f32 {
        self.linear.iter().zip(features.values()).map(|(w, x)| w * x).sum()
    }

    /// P(right | features).
    pub fn confidence(&self, features: &Features) -> f32 {
        let sum =
            self.linear(features) + self.trees.iter().map(|tree| tree.value[tree.leaf(features.values())]).sum::<f32>();
        1.0 / (1.0 + (-sum).exp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_back() {
        let mut linear = [0.0; Feature::COUNT];
        linear[Feature::Posterior as usize] = 1.5;
        let tree = Tree {
            feature: [3, 4, 5],
            threshold: [0.5, 1.0, f32::INFINITY],
            value: [0.0, 0.5, 1.0, 1.5, 0.0, 0.0, 0.0, 0.0],
        };
        let weights = Weights::new(linear, vec![tree]);
        assert_eq!(Weights::from_text(&weights.to_text()), Ok(weights.clone()));
        let mut features = Features::default();
        assert_eq!(weights.confidence(&features), 0.5);
        features[Feature::Posterior] = 4.0;
        assert!(weights.confidence(&features) > 0.99);
        assert!(Weights::from_text("nothing\t1").is_err() && Weights::from_text("bias\tx").is_err());
        assert!(Weights::from_text("tree\t1\t2").is_err());
    }
}
