//! Edits: which findings are made, how they read, and how they are applied.

pub(crate) mod agreement;
mod apply;
pub(crate) mod choose;
pub(crate) mod compose;
mod degree;
mod joint;
mod known_names;
mod modals;
mod numbers;
mod ordinals;
mod params;
mod place;
pub(crate) mod realize;
mod safety;
pub(crate) mod settle;

#[cfg(feature = "dump")]
pub(crate) use apply::retain;
pub use apply::{Alternative, Edit, EditError, Entry, apply};
pub(crate) use numbers::keep_alike;
pub(crate) use safety::Safety;
