//! Edits: which findings are made, how they read, and how they are applied.

mod apply;
pub(crate) mod choose;
pub(crate) mod compose;
pub(crate) mod realize;

pub use apply::{Edit, EditError, Entry, apply};
