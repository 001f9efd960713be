//! The context model: how probable a word is after the two before it, in clean English.
//!
//! An interpolated trigram model with absolute discounting, pruned and quantised. [`train`] makes
//! [`counts`] of text, [`storage`] keeps them small in a file, [`TrigramModel`] answers from the bytes
//! of the layout without unpacking them. [`LanguageModel`] is what the engine asks of it.

pub mod counts;
mod dense;
mod estimate;
mod layout;
mod line;
mod model;
mod prune;
mod query;
mod range_coder;
mod row;
mod state;
pub mod storage;
mod tables;
pub mod train;

pub use layout::lay_out;
pub use model::LanguageModel;
pub use query::TrigramModel;
pub use state::{Asked, Bigram, Second, State};
pub use tables::Tables;
