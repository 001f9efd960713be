//! From words to edits: the lattice of readings, their posteriors, and what the document says.
//!
//! [`Lattices`] holds the readings of sentences, [`Document`] all that is known of a text under one
//! spinner; it estimates the substitution rate and weighs spun against clean.

mod beam;
pub mod confidence;
mod document;
mod elsewhere;
mod lattice;
mod layers;
pub(crate) mod scene;
mod sums;
pub mod trees;
mod weave;

pub use document::{Document, Finding};
pub(crate) use lattice::words_in;
pub use lattice::{Edge, Lattice, Lattices, Reader, Word};
pub use sums::Sums;
