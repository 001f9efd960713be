//! Article dumps: records of text in files of many formats, restored as a stream.
//!
//! A dump is read, restored and written at once, in memory that does not grow with it, in order, on all
//! cores. What is not restored stays byte for byte; what cannot be read passes through and is named.
//!
//! ```
//! use unspin::{Unspin, dump::{Cleaner, Codec, Format}};
//!
//! let unspin = Unspin::new();
//! let input = "{\"id\": 7, \"text\": \"It rained all day.\"}\n";
//! let mut output = Vec::new();
//! let stats = Cleaner::new(&unspin).clean("news.jsonl", Format::Jsonl, input.as_bytes(), &mut output, Codec::Plain, |_| {})?;
//! assert_eq!(output, input.as_bytes());
//! assert_eq!((stats.records, stats.spun), (1, 0));
//! # Ok::<(), unspin::dump::DumpError>(())
//! ```

#[cfg(feature = "cli")]
pub(crate) mod annotated;
mod asked;
mod codec;
mod csv;
mod doubts;
mod fault;
mod format;
mod guard;
mod html;
mod jsonl;
mod members;
mod note;
#[cfg(feature = "parquet")]
mod parquet;
mod registry;
mod review;
mod share;
mod source_map;
mod split_text;
mod stats;
mod stream;
mod text;
mod unpack;
mod warc;
mod worker;
mod writer;

pub(crate) use asked::Asked;
pub use codec::Codec;
pub use doubts::{Doubt, Doubts};
pub use fault::{DumpError, Fault};
#[cfg_attr(not(feature = "cli"), allow(unused_imports))]
pub(crate) use guard::is_guarded;
pub use html::MAX_PAGE;
pub use jsonl::ANNOTATION;
pub use registry::Format;
pub use review::{Presenter, Reviewer, Seen};
pub use split_text::MAX_CHUNK;
pub use stats::{Article, CONFIDENCE_BINS, Stats};
pub use stream::MAX_RECORD;

use std::io::{self, Read, Write};

use rayon::ThreadPool;

use crate::Unspin;
use crate::batch::pipe;
use format::Opened;
use stream::{Block, Stream};
use worker::{Done, Worker};
use writer::Writer;

/// Bytes of a file that may be read but not yet written, by default.
const BUDGET: usize = 8 << 20;

/// What a block costs beside its bytes: hostile archives have blocks of a few bytes.
const BLOCK_COST: usize = 1 << 10;

/// Restores dumps, with the options that hold for all their files.
#[derive(Clone, Debug)]
pub struct Cleaner<'u> {
    unspin: &'u Unspin,
    pool: Option<&'u ThreadPool>,
    asked: Asked,
    articles: usize,
    budget: usize,
    reviewer: Option<&'u dyn Reviewer>,
    presenter: Option<&'u dyn Presenter>,
}

/// News of a file that is being cleaned.
#[derive(Debug)]
pub enum Progress<'p> {
    /// A record could not be read.
    Fault(&'p Fault),
    /// Some records are done: what was counted in them.
    Records(&'p Stats),
}

impl<'u> Cleaner<'u> {
    /// A cleaner that restores the field `text`, on rayon's global pool.
    pub fn new(unspin: &'u Unspin) -> Self {
        Cleaner {
            unspin,
            pool: None,
            asked: Asked::default(),
            articles: 0,
            budget: BUDGET,
            reviewer: None,
            presenter: None,
        }
    }

    /// Works on the caller's pool.
    pub fn pool(mut self, pool: &'u ThreadPool) -> Self {
        self.pool = Some(pool);
        self
    }

    /// The fields or columns that hold the texts, in place of `text`; none is that one. Each of them is restored. A record
    /// may lack some, but one that holds no text in any of them is named.
    pub fn fields<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.asked.fields = names.into_iter().map(Into::into).collect();
        if self.asked.fields.is_empty() {
            self.asked.fields = Asked::default().fields;
        }
        self
    }

    /// Keeps each text as it was in a field or column of this name, which may not be there yet; of several fields in one
    /// each, `NAME_FIELD`. JSONL, tables and Parquet have fields.
    pub fn keep_original(mut self, name: impl Into<String>) -> Self {
        self.asked.keep = Some(name.into());
        self
    }

    /// Whether records gain the verdict and the edits: in JSONL a field `unspin`, in tables columns `unspin_…`, in Parquet a
    /// column of structs, in web archives a record of metadata after each. An annotation of JSONL or of an archive that is
    /// there already is replaced.
    pub fn annotate(mut self, yes: bool) -> Self {
        self.asked.annotate = yes;
        self
    }

    /// Whether texts are judged only. The output is then a line of JSON with the verdict of each text;
    /// together with [`Cleaner::annotate`] it is the records, their texts unchanged.
    pub fn detect(mut self, yes: bool) -> Self {
        self.asked.detect = yes;
        self
    }

    /// All that is asked of a record.
    #[cfg(feature = "cli")]
    pub(crate) fn asked(mut self, asked: Asked) -> Self {
        self.asked = asked;
        self
    }

    /// How many of the most edited articles the stats keeps (none, by default).
    pub fn articles(mut self, most: usize) -> Self {
        self.articles = most;
        self
    }

    /// How many bytes may be read but not yet written (8 MiB, by default). A record that is longer goes
    /// through alone.
    pub fn budget(mut self, bytes: usize) -> Self {
        self.budget = bytes.max(1);
        self
    }

    /// Asks a reviewer which edits are made.
    pub fn reviewer(mut self, reviewer: &'u dyn Reviewer) -> Self {
        self.reviewer = Some(reviewer);
        self
    }

    /// Writes what a presenter shows of each text in place of the records.
    pub fn presenter(mut self, presenter: &'u dyn Presenter) -> Self {
        self.presenter = Some(presenter);
        self
    }

    /// Cleans a file: reads it from `input`, whatever its compression, writes it to `output`,
    /// compressed by `codec`, and tells `watch` how it goes.
    ///
    /// `file` names the input in faults and verdicts.
    ///
    /// # Errors
    ///
    /// If the input cannot be read at all, the output cannot be written, or the format does not allow
    /// what is asked. A record that cannot be read, or an input that breaks off, is a [`Fault`] instead.
    pub fn clean(
        &self,
        file: &str,
        format: Format,
        input: impl Read + Send,
        output: &mut dyn Write,
        codec: Codec,
        mut watch: impl FnMut(Progress<'_>),
    ) -> Result<Stats, DumpError> {
        if let Some(reason) = self.asked.refusal(format) {
            return Err(DumpError::Format { file: file.into(), reason });
        }
        let entry = format.entry();
        let Some(open) = entry.open else {
            let reason = format!("{format} is read from a file, by `Cleaner::clean_parquet`, not from a stream");
            return Err(DumpError::Format { file: file.into(), reason });
        };
        let Opened { mut splitter, processor } = open(&self.asked);
        let opened = Codec::open_records(input, entry.is_start);
        let (packed, input) = opened.map_err(|error| DumpError::Read { file: file.into(), error })?;
        let mut stream = Stream::new(input);
        let mut sum = Stats::default();
        let mut warning = misnamed(file, packed);
        let source = || {
            let mut block = stream.block(splitter.as_mut())?;
            block.faults.extend(warning.take().filter(|_| !block.bytes.is_empty()));
            Some(block)
        };
        let processor = processor.as_ref();
        let work = |block: Block| Worker::new(self, file).work(block, processor, codec);
        let mut writer = Writer::new(codec, output);
        let sink = |done: io::Result<Done>| {
            let mut done = done?;
            if let Some(reason) = writer.put(&mut done)? {
                done.stats.faults += 1;
                done.faults.push(Fault { file: file.into(), record: 0, reason });
            }
            for fault in &done.faults {
                watch(Progress::Fault(fault));
            }
            watch(Progress::Records(&done.stats));
            sum.merge(done.stats, self.articles);
            Ok(())
        };
        let end = pipe(self.pool, self.budget, source, |block| block.bytes.len() + BLOCK_COST, work, sink);
        let end = end.and_then(|()| writer.finish());
        match end {
            Ok(()) => Ok(sum),
            Err(error) => Err(DumpError::Write { file: file.into(), record: sum.records, error }),
        }
    }
}

/// A file that is named like an archive and is none.
fn misnamed(file: &str, packed: Codec) -> Option<(u64, String)> {
    let named = Codec::of_name(file);
    let is_wrong = named != Codec::Plain && named != packed;
    is_wrong.then(|| (0, format!("named like {named:?}, but it is {packed:?}; read as what it is").to_lowercase()))
}
