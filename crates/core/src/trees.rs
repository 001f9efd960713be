//! Small decision trees: what a weighted sum of features cannot say.

/// Questions of a tree.
pub const QUESTIONS: usize = 3;
/// Answers of a tree.
pub const LEAVES: usize = 1 << QUESTIONS;

/// A tree that asks the same three questions whatever the answers are: whether a feature exceeds a threshold.
///
/// No question waits for the answer to another (Kohavi 1994, "Bottom-up induction of oblivious read-once decision
/// graphs"), so that many trees are asked at a time.
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
    /// The leaf that these features lead to: question `n` is worth 2ⁿ.
    #[inline]
    pub fn leaf<const N: usize>(&self, features: &[f32; N]) -> usize {
        let mut leaf = 0;
        for question in 0..QUESTIONS {
            // No tree asks for a feature that there is not. The bound is there for the compiler: it costs least
            // where N is a power of two.
            let feature = features[usize::from(self.feature[question]) % N];
            leaf |= usize::from(feature > self.threshold[question]) << question;
        }
        leaf
    }

    /// The leaves that the features of some changes lead to, given column by column.
    ///
    /// By itself it compares many features at once; as a part of what reads the leaves one by one it would not.
    #[inline(never)]
    pub fn leaves<const N: usize, const F: usize>(&self, columns: &[[f32; N]; F], leaves: &mut [u32; N]) {
        *leaves = [0; N];
        for question in 0..QUESTIONS {
            let column = &columns[usize::from(self.feature[question]) % F];
            let threshold = self.threshold[question];
            for (leaf, feature) in leaves.iter_mut().zip(column) {
                *leaf |= if *feature > threshold { 1 << question } else { 0 };
            }
        }
    }

    /// Reads fields: the name of a feature and a threshold for each question, then the leaves. `number` tells the number
    /// of a feature.
    pub fn from_fields<'f>(
        mut fields: impl Iterator<Item = &'f str>,
        number: impl Fn(&str) -> Option<u8>,
    ) -> Option<Tree> {
        let mut tree = Tree { feature: [0; QUESTIONS], threshold: [0.0; QUESTIONS], value: [0.0; LEAVES] };
        for question in 0..QUESTIONS {
            tree.feature[question] = number(fields.next()?)?;
            tree.threshold[question] = fields.next()?.parse().ok().filter(|t: &f32| !t.is_nan())?;
        }
        for value in &mut tree.value {
            *value = fields.next()?.parse().ok().filter(|v: &f32| v.is_finite())?;
        }
        fields.next().is_none().then_some(tree)
    }

    /// Writes what [`Self::from_fields`] reads, parted by tabs. `name` tells the name of a feature.
    pub fn to_fields<'n>(self, name: impl Fn(u8) -> &'n str) -> String {
        let questions = self.feature.iter().zip(self.threshold).map(|(f, t)| format!("{}\t{t:.4}", name(*f)));
        questions.chain(self.value.iter().map(|v| format!("{v:.4}"))).collect::<Vec<_>>().join("\t")
    }
}
