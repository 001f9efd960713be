//! A whole text under one spinner: its rate of substitution, what was found, the verdict.

mod estimate;
mod evidence;
mod finding;
mod formal;
pub(crate) mod params;
mod repeats;
mod verdict;

pub(crate) use estimate::Document;
pub(crate) use evidence::strongest;
pub(crate) use finding::{Finding, Findings};
pub use verdict::{Evidence, Verdict};
