//! Parquet: one column of text is restored; all other bytes of the file stay, moved where they must be.
//!
//! Only row groups with an edit have their column written anew, page by page. A file without an edit comes out
//! byte for byte as it went in, and so does one that cannot be read.

mod layout;
mod pages;
mod rows;
mod splice;
mod thrift;

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};

use parquet::errors::{ParquetError, Result};

use super::worker::Done;
use super::{Cleaner, DumpError, Fault, Progress, Stats};
use crate::batch::pipe;
use layout::{Layout, Span};
use pages::Pages;
use rows::{Batch, Table, clean, guarded, rows};
use splice::{Chunk, Splice};

/// What a value takes besides its text, in bytes: its handle and its levels.
const SLOT: usize = 48;

impl Cleaner<'_> {
    /// Cleans a Parquet file. Rows are its records; a row without a text is one that needs nothing.
    ///
    /// `field` is the name of a column of strings, or the path of a leaf such as `article.body`. A file
    /// that cannot be read as Parquet, or has no such column, is copied and named as a [`Fault`].
    ///
    /// # Errors
    ///
    /// If the input cannot be read at all, or the output cannot be written.
    ///
    /// ```no_run
    /// # use unspin::{Unspin, dump::Cleaner};
    /// let unspin = Unspin::new();
    /// let (input, output) = (std::fs::File::open("news.parquet")?, std::fs::File::create("restored.parquet")?);
    /// let stats = Cleaner::new(&unspin).field("body").clean_parquet("news.parquet", input, output, |_| {})?;
    /// println!("{} of {} articles were spun", stats.spun, stats.records);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn clean_parquet(
        &self,
        file: &str,
        mut input: File,
        mut output: impl Write + Send,
        mut watch: impl FnMut(Progress<'_>),
    ) -> std::result::Result<Stats, DumpError> {
        if self.annotate {
            return Err(DumpError::Format { file: file.into(), reason: "only JSONL can be annotated".into() });
        }
        let mut run = Run { cleaner: self, file, sum: Stats::default(), watch: &mut watch };
        let table = input.try_clone().map_err(|error| DumpError::Read { file: file.into(), error })?;
        let opened = Layout::read(&mut input).and_then(|layout| {
            let table = Table::open(&table, &self.field).map_err(|error| said(&error))?;
            Ok((layout, table))
        });
        let written = match opened {
            Ok((layout, table)) if self.detect => guarded(|| run.detect(&layout, &table, &mut input, &mut output)),
            Ok((layout, table)) => guarded(|| run.rewrite(layout, &table, &mut input, &mut output)),
            Err(reason) => {
                run.fault(0, format!("{reason}; copied as it is"));
                let copied = input
                    .seek(SeekFrom::Start(0))
                    .and_then(|_| if self.detect { Ok(0) } else { io::copy(&mut input, &mut output) });
                copied.map(drop).map_err(ParquetError::from)
            }
        };
        let record = run.sum.records;
        let written = written.map_err(io_error).and_then(|()| output.flush());
        written.map(|()| run.sum).map_err(|error| DumpError::Write { file: file.into(), record, error })
    }
}

/// A file that is being cleaned.
struct Run<'r> {
    cleaner: &'r Cleaner<'r>,
    file: &'r str,
    sum: Stats,
    watch: &'r mut dyn FnMut(Progress<'_>),
}

/// Why the values of a row group were not gone through to their end.
enum Halt {
    /// There is an edit to make.
    Edit,
    Failed(ParquetError),
}

impl From<ParquetError> for Halt {
    fn from(error: ParquetError) -> Self {
        Halt::Failed(error)
    }
}

impl From<Halt> for ParquetError {
    fn from(halt: Halt) -> Self {
        match halt {
            Halt::Edit => ParquetError::General("an edit where none was".into()),
            Halt::Failed(error) => error,
        }
    }
}

impl Run<'_> {
    fn rewrite(
        &mut self,
        layout: Layout,
        table: &Table,
        input: &mut File,
        output: &mut (impl Write + Send),
    ) -> Result<()> {
        let first_rows = first_rows(table);
        let chunks = layout.chunks(table.leaf);
        let mut splice = Splice::new(layout, table.leaf, input.try_clone()?, output)?;
        for (group, span) in chunks {
            let Some(pages) = self.look(table, input, group, span) else { continue };
            // Batches before the first edit stay as they are, and are not restored again.
            let mut known = 0;
            let seen = self.values(table, group, first_rows[group], 0, |batch, _, is_edited| {
                if is_edited {
                    return Err(Halt::Edit);
                }
                known += 1;
                drop(batch);
                Ok(())
            });
            match seen {
                Ok(()) => continue,
                Err(Halt::Failed(error)) => return Err(error),
                Err(Halt::Edit) => {}
            }
            let chunk = Chunk { group, span, pages };
            splice.replace(&chunk, table, |column| {
                let put = |batch: Batch, _: &[u8], _| Ok(splice::write_batch(column, &batch)?);
                self.values(table, group, first_rows[group], known, put).map_err(ParquetError::from)
            })?;
        }
        splice.finish()
    }

    fn detect(&mut self, layout: &Layout, table: &Table, input: &mut File, output: &mut impl Write) -> Result<()> {
        let first_rows = first_rows(table);
        for (group, span) in layout.chunks(table.leaf) {
            if self.look(table, input, group, span).is_some() {
                let put = |_, lines: &[u8], _| Ok(output.write_all(lines).map_err(ParquetError::from)?);
                self.values(table, group, first_rows[group], 0, put)?;
            }
        }
        Ok(())
    }

    /// Looks whether the column of a row group can be read; if not, names it.
    fn look(&mut self, table: &Table, input: &mut File, group: usize, span: Span) -> Option<Pages> {
        let is_repeated = table.column.max_rep_level() > 0;
        let pages = pages::look(input, span, is_repeated);
        match pages.and_then(|pages| table.check(group).map(|()| pages).map_err(|error| said(&error))) {
            Ok(pages) => Some(pages),
            Err(reason) => {
                self.fault(0, format!("row group {}: {reason}; copied as it is", group + 1));
                None
            }
        }
    }

    /// Cleans the values of a row group in parallel and hands them on in order. Of the first batches, `known`
    /// are handed on as they are.
    fn values(
        &mut self,
        table: &Table,
        group: usize,
        first: u64,
        known: usize,
        mut put: impl FnMut(Batch, &[u8], bool) -> std::result::Result<(), Halt>,
    ) -> std::result::Result<(), Halt> {
        let mut values = table.values(group)?;
        let (mut row, mut number) = (first, 0);
        let mut broken = None;
        // A thread of its own: its panics are caught there.
        let source = || match guarded(|| table.batch(&mut values, row)) {
            Ok(batch) => {
                row += batch.as_ref().map_or(0, |batch| rows(batch) as u64);
                number += 1;
                batch.map(|batch| (batch, number <= known))
            }
            Err(error) => {
                broken = Some(error);
                None
            }
        };
        let (cleaner, file, level) = (self.cleaner, self.file, table.column.max_def_level());
        // Rows without a text weigh something too.
        let weigh = |(batch, _): &(Batch, bool)| {
            let slots = batch.values.len().max(batch.definitions.len());
            slots * SLOT + batch.values.iter().map(|value| value.len()).sum::<usize>()
        };
        let work = |(batch, is_known)| if is_known { (batch, None) } else { restored(cleaner, file, level, batch) };
        let sink = |(batch, done): (Batch, Option<Done>)| {
            let Some(done) = done else { return put(batch, &[], false) };
            put(batch, &done.bytes, done.stats.edits > 0)?;
            for fault in &done.faults {
                (self.watch)(Progress::Fault(fault));
            }
            (self.watch)(Progress::Records(&done.stats));
            self.sum.merge(done.stats, cleaner.articles);
            Ok(())
        };
        pipe(cleaner.pool, cleaner.budget, source, weigh, work, sink)?;
        broken.map_or(Ok(()), |error| Err(error.into()))
    }

    fn fault(&mut self, record: u64, reason: String) {
        let fault = Fault { file: self.file.to_string(), record, reason };
        self.sum.faults += 1;
        (self.watch)(Progress::Fault(&fault));
    }
}

fn restored(cleaner: &Cleaner<'_>, file: &str, level: i16, batch: Batch) -> (Batch, Option<Done>) {
    let (batch, done) = clean(cleaner, file, level, batch);
    (batch, Some(done))
}

/// The number of the first row of each row group, from 1.
fn first_rows(table: &Table) -> Vec<u64> {
    let mut next = 1;
    let first = |group| {
        let first = next;
        next += table.rows(group);
        first
    };
    (0..table.groups()).map(first).collect()
}

fn said(error: &ParquetError) -> String {
    match error {
        ParquetError::General(reason) | ParquetError::EOF(reason) | ParquetError::NYI(reason) => reason.clone(),
        other => other.to_string(),
    }
}

/// Errors of the output come back as they went in, so that a closed pipe is known as one.
fn io_error(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(other) => io::Error::other(other),
        },
        other => io::Error::other(other),
    }
}
