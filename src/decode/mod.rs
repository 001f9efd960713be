//! From words to edits: the lattice of readings, their posteriors, and what the document says.
//!
//! [`Lattice`] holds the readings of one sentence, [`Document`] all sentences of a text under one
//! spinner; it estimates the substitution rate and weighs spun against clean.

pub mod confidence;
mod document;
mod lattice;
pub mod trees;

pub use document::{Document, Finding};
pub use lattice::{Edge, Lattice, Reader, Word};
