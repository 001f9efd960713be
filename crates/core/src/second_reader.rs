//! A second reader: whoever can say how likely wordings are where they stand, by other means than the lattice.

use std::sync::Arc;

/// A place of a text, and what may stand there.
///
/// What is read for a wording is `left`, the wording and `right`, joined as they are: spaces are part of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Place {
    /// What stands before the place on its line, up to some hundred bytes of it, neighbours as restored so far.
    pub left: String,
    /// What may stand there: first what does, then what it may be restored to.
    pub wordings: Vec<String>,
    /// The words that follow on the line, a few, neighbours as restored so far.
    pub right: String,
}

impl Place {
    /// A place between what stands before it and what follows.
    pub fn new(left: impl Into<String>, wordings: Vec<String>, right: impl Into<String>) -> Place {
        Place { left: left.into(), wordings, right: right.into() }
    }
}

/// Reads the places of a text that are in doubt once more.
///
/// A reader is asked from many threads at once, and must give the same answer to the same places each time: what is
/// restored may not depend on when it was asked.
pub trait SecondReader: Send + Sync {
    /// Names what reads, in one word, so that a verdict can say by what it was made: the hash of a model, say.
    fn version(&self) -> String;

    /// For each place, in order, log P(`left` wording `right`) of each of its wordings, natural. Only differences within a
    /// place count. A place whose answer has another length, or is not finite, is left as it was judged without a reader.
    fn read(&self, places: &[Place]) -> Vec<Vec<f32>>;
}

/// A reader that several restorers share.
impl<R: SecondReader + ?Sized> SecondReader for Arc<R> {
    fn version(&self) -> String {
        self.as_ref().version()
    }

    fn read(&self, places: &[Place]) -> Vec<Vec<f32>> {
        self.as_ref().read(places)
    }
}
