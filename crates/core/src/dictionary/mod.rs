//! What spinners write for what: the entry format, its compiler, the phrase automaton and its lint.
//!
//! Entries are text ([`source`]), families are expanded ([`expand`]), everything is weighed by what
//! was observed and compiled ([`compile`]) into an FST over word ids with tables beside it, which
//! [`Dictionary`] walks where they lie.

pub mod compile;
mod error;
pub mod expand;
mod first_word_index;
pub mod general;
mod keys;
mod language;
pub mod lint;
mod lookup;
mod record;
pub mod source;
pub mod tables;
mod weigh;
mod write;

pub use error::DictionaryError;
pub use lookup::{Dictionary, Rewrite};
pub use tables::Match;
