//! Why a model file cannot be used.

use std::fmt;
use std::path::Path;

/// Why a model file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReaderError {
    /// The file.
    pub path: String,
    /// What is wrong with it.
    pub reason: String,
}

impl ReaderError {
    pub(crate) fn new(path: &Path, reason: impl fmt::Display) -> ReaderError {
        ReaderError { path: path.display().to_string(), reason: reason.to_string() }
    }
}

impl fmt::Display for ReaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.reason)
    }
}

impl std::error::Error for ReaderError {}
