//! Findings: the changes that may be made in a text, each with its candidate.

use crate::channel::{CandidateId, Candidates};

/// A change that may be made, at words `from..to` of the text: all of a rewrite, or the part of it
/// that differs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Finding {
    /// First word.
    pub(crate) from: usize,
    /// One past the last word.
    pub(crate) to: usize,
    /// What it is made into, by the likeliest rewrite that makes this change.
    pub(crate) candidate: CandidateId,
    /// P(this change | text, spinner), over all readings that make it.
    pub(crate) posterior: f32,
}

/// What was found in a text, in order of position.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) all: Vec<Finding>,
    pub(crate) candidates: Candidates,
}
