//! The readings of sentences: how they are built from the dictionaries, and what they sum to.

mod beam;
mod builder;
mod candidate;
mod forward_backward;
mod graph;
mod layers;
#[cfg(test)]
mod oracle;
mod propose;
mod pruning;

pub(crate) use builder::LatticeBuilder;
pub(crate) use forward_backward::ForwardBackward;
pub(crate) use graph::{Edge, Lattices, MAX_RATE, NO_LAYER, Word, parts, words_in};
pub(crate) use layers::{Layers, PhraseChannel};
pub(crate) use pruning::Pruning;
