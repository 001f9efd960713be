//! The phrase channel: phrases that a spinner replaced, by the dictionaries that know its habits.

mod changes;
mod layers;
mod propose;

pub(crate) use changes::Change;
pub(crate) use layers::PhraseChannel;
pub(crate) use propose::{Limits, Proposal};
