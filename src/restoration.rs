//! [`Restoration`]: a text that was looked at, with its verdict and its edits.

use std::borrow::Cow;

use serde::Serialize;

use crate::document::Verdict;
use crate::edits::{Edit, apply};

/// A text that was looked at: the verdict, the edits, and the text they make.
#[derive(Clone, Debug, Serialize)]
pub struct Restoration<'t> {
    #[serde(skip)]
    source: &'t str,
    verdict: Verdict,
    edits: Vec<Edit>,
}

impl<'t> Restoration<'t> {
    pub(crate) fn new(source: &'t str, verdict: Verdict, edits: Vec<Edit>) -> Self {
        Restoration { source, verdict, edits }
    }

    /// The restored text; borrowed from the source where there is no edit.
    pub fn text(&self) -> Cow<'t, str> {
        if self.edits.is_empty() {
            return Cow::Borrowed(self.source);
        }
        // The edits were made from this source, in order and on its character boundaries.
        Cow::Owned(apply(self.source, &self.edits).unwrap_or_else(|_| self.source.to_string()))
    }

    /// What was changed, in order of position, without overlap.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// Whether the text was spun, and by what.
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// What was found, taken out: the verdict and the edits.
    pub fn into_parts(self) -> (Verdict, Vec<Edit>) {
        (self.verdict, self.edits)
    }
}
