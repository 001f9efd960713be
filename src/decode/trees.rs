//! Small decision trees: what a weighted sum of features cannot say.

/// Questions of a tree: one, then two, then four.
pub const QUESTIONS: usize = 7;
/// Answers of a tree.
pub const LEAVES: usize = 8;

/// A tree of three questions, each whether a feature exceeds a threshold.
///
/// Question `n` is followed by question `2n + 1` if the feature does not exceed the threshold, else by `2n + 2`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tree {
    /// The feature that each question is about.
    pub feature: [u8; QUESTIONS],
    /// What the feature is compared with; infinite where there is nothing to ask.
    pub threshold: [f32; QUESTIONS],
    /// What each leaf adds to the log odds.
    pub value: [f32; LEAVES],
}

impl Tree {
    /// The leaf that these features lead to.
    #[inline]
    pub fn leaf<const N: usize>(&self, features: &[f32; N]) -> usize {
        // The next question follows by arithmetic, so that many trees are walked at a time.
        let mut node = 0;
        for _ in 0..3 {
            // No tree asks for a feature that there is not. The bound is there for the compiler: it costs least
            // where N is a power of two.
            let feature = features[usize::from(self.feature[node]) % N];
            node = 2 * node + 1 + usize::from(feature > self.threshold[node]);
        }
        node - QUESTIONS
    }

    /// Reads fields parted by tabs: feature and threshold of each question, then the leaves.
    pub(super) fn from_fields<'f>(mut fields: impl Iterator<Item = &'f str>, features: usize) -> Option<Tree> {
        let mut tree = Tree { feature: [0; QUESTIONS], threshold: [0.0; QUESTIONS], value: [0.0; LEAVES] };
        for question in 0..QUESTIONS {
            tree.feature[question] = fields.next()?.parse().ok().filter(|&f| usize::from(f) < features)?;
            tree.threshold[question] = fields.next()?.parse().ok().filter(|t: &f32| !t.is_nan())?;
        }
        for value in &mut tree.value {
            *value = fields.next()?.parse().ok().filter(|v: &f32| v.is_finite())?;
        }
        fields.next().is_none().then_some(tree)
    }

    /// Writes what [`Self::from_fields`] reads.
    pub(super) fn to_fields(self) -> String {
        let questions = self.feature.iter().zip(self.threshold).map(|(f, t)| format!("{f}\t{t:.4}"));
        questions.chain(self.value.iter().map(|v| format!("{v:.4}"))).collect::<Vec<_>>().join("\t")
    }
}
