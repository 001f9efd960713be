//! What every channel implements, and what one finds that corrects a text place by place.

use std::ops::Range;

use super::list::Channel;

/// A channel as the stages of a restoration know it: a cheap look at a text, and what reading it finds.
///
/// Implementers are known at compile time. `src/stages.rs` lists them in the order in which they read a text.
pub(crate) trait TextChannel {
    /// Why the channel may have been at work, as the prefilter saw it.
    type Evidence;
    /// What the channel did to a text.
    type Found;

    /// A cheap look: `None` where the channel was not at work. Clean text pays for this and no more.
    fn prefilter(&self, text: &str) -> Option<Self::Evidence>;

    /// Reads a text that the prefilter did not let go; `None` where nothing is found after all.
    fn undo(&self, text: &str, evidence: Self::Evidence) -> Option<Self::Found>;

    /// The same for who asks for a verdict and for no edits.
    fn judge(&self, text: &str, evidence: Self::Evidence) -> Option<Self::Found> {
        self.undo(text, evidence)
    }
}

/// A correction of one place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Correction {
    /// Bytes of the text that are replaced, on character boundaries.
    pub(crate) span: Range<usize>,
    /// What stood there.
    pub(crate) replacement: String,
    /// P(right), between 0 and 1.
    pub(crate) confidence: f32,
}

/// What a channel found that corrects a text place by place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Corrections {
    /// The channel whose work is undone.
    pub(crate) channel: Channel,
    /// In the order of the text, without overlap; one at least.
    pub(crate) all: Vec<Correction>,
    /// The text with all of them made: what the next channel reads.
    pub(crate) corrected: String,
}
