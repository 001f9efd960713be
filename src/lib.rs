//! `unspin` (draft)
#[cfg(feature = "batch")]
pub mod batch;
mod bytes;
pub mod context;
pub mod decode;
pub mod dictionary;
#[cfg(feature = "dump")]
pub mod dump;
pub mod learn;
mod quantum;
pub mod restore;
pub mod screen;
pub mod text;

pub use restore::{BuildError, Builder, Edit, EditError, Entry, Evidence, Restoration, Unspin, VERSION, Verdict, apply};
