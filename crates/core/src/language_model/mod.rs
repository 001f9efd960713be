//! The context model: how probable a word is after the two before it, in clean English.
//!
//! An interpolated trigram model with absolute discounting, pruned and quantised. [`train`] makes
//! it from text, [`storage`] keeps it small in the repository, [`TrigramModel`] answers from the bytes
//! of the layout without unpacking them. [`LanguageModel`] is what the engine asks of it.

mod layout;
mod line;
mod model;
mod query;
mod row;
mod state;
pub mod storage;
pub mod train;

pub use layout::lay_out;
pub use model::LanguageModel;
pub use query::TrigramModel;
pub use state::{Asked, Bigram, Second, State};
