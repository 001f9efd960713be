//! What can be wrong with a dictionary, and where.

use std::fmt;
use std::path::{Path, PathBuf};

/// A dictionary that cannot be used, with the file and line at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DictionaryError {
    path: PathBuf,
    line: usize,
    reason: String,
}

impl DictionaryError {
    /// An error at a line of a file, from 1; 0 is the file as a whole.
    pub fn new(path: &Path, line: usize, reason: impl Into<String>) -> Self {
        DictionaryError { path: path.to_path_buf(), line, reason: reason.into() }
    }

    /// The file at fault.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The line at fault, from 1; 0 if it is the file as a whole.
    pub fn line(&self) -> usize {
        self.line
    }

    /// What is wrong with it.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for DictionaryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path.display(), self.reason),
            line => write!(f, "{}:{line}: {}", self.path.display(), self.reason),
        }
    }
}

impl std::error::Error for DictionaryError {}
