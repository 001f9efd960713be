//! `unspin` (draft)
mod bytes;
pub mod context;
pub mod decode;
pub mod dictionary;
pub mod learn;
mod quantum;
pub mod restore;
pub mod screen;
pub mod text;

pub use restore::{BuildError, Builder, Edit, EditError, Entry, Evidence, Restoration, Unspin, VERSION, Verdict, apply};
