//! The readings of sentences: how they are built from the dictionaries, and what they sum to.

mod beam;
mod builder;
mod forward_backward;
mod graph;
mod noisy_channel;
#[cfg(test)]
mod oracle;
mod place;
mod propose;
mod pruning;

pub(crate) use builder::LatticeBuilder;
pub(crate) use forward_backward::ForwardBackward;
pub(crate) use graph::{Lattices, MAX_RATE, NO_LAYER, parts, words_in};
pub(crate) use noisy_channel::NoisyChannel;
pub(crate) use pruning::Pruning;
