//! What a format is: a name, its endings, and its two sides.

use super::asked::Asked;
use super::members::IsStart;
use super::stream::Split;
use super::worker::Process;

/// What is known of a format.
pub(super) struct Entry {
    /// Its name, as on the command line.
    pub(super) name: &'static str,
    /// The endings of its files, in lower case, without the dot.
    pub(super) endings: &'static [&'static str],
    /// Opens a file of it, for what is asked of its records; `None` if it is not read as a stream.
    pub(super) open: Option<fn(&Asked) -> Opened>,
    /// Whether a record begins with these bytes, if records can be told so: reading goes on behind a damaged part
    /// of an archive where one does.
    pub(super) is_start: Option<IsStart>,
}

/// The two sides of a format, made for one file.
pub(super) struct Opened {
    /// Splits the stream into blocks of whole records, in one thread.
    pub(super) splitter: Box<dyn Split>,
    /// Restores the records of a block, in any thread.
    pub(super) processor: Box<dyn Process>,
}

impl Opened {
    pub(super) fn new(splitter: impl Split + 'static, processor: impl Process + 'static) -> Self {
        Opened { splitter: Box::new(splitter), processor: Box::new(processor) }
    }
}
