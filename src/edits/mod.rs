//! Edits: which findings are made, how they read, and how they are applied.

mod apply;
pub(crate) mod choose;
pub(crate) mod compose;
mod numbers;
pub(crate) mod realize;

pub use apply::{Edit, EditError, Entry, apply};
pub(crate) use numbers::keep_alike;
