//! A whole text under one spinner: its rate of substitution, what was found, the verdict.

mod estimate;
mod evidence;
mod repeats;
mod verdict;

pub(crate) use estimate::{Document, Finding};
pub(crate) use evidence::strongest;
pub use verdict::{Evidence, Verdict};
