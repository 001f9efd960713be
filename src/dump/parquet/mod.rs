//! Parquet: columns of texts are restored; all other bytes of the file stay, moved where they must be.
//!
//! Only row groups with an edit have their column written anew, page by page. A file without an edit comes out
//! byte for byte as it went in, and so does one that cannot be read.

mod added;
#[cfg(feature = "cli")]
mod annotated;
mod layout;
mod made;
mod pages;
mod rows;
mod splice;
mod spool;
mod thrift;

#[cfg(feature = "cli")]
pub(super) use annotated::annotations;

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};

use parquet::data_type::{ByteArray, ByteArrayType, FloatType, Int32Type, Int64Type};
use parquet::errors::{ParquetError, Result};
use parquet::file::writer::SerializedColumnWriter;

use super::{Cleaner, DumpError, Fault, Format, Progress, Stats};
use crate::batch::pipe;
use added::Added;
use layout::{Layout, RowGroup};
use made::Chunk;
use pages::Pages;
use rows::{Cleaned, Rows, Table, clean, guarded, only};
use splice::Splice;
use spool::{Changes, Leaf, Slot};

/// What a value takes besides its text, in bytes: its handle and its levels.
const SLOT: usize = 48;

impl Cleaner<'_> {
    /// Cleans a Parquet file. Rows are its records; a row without a text is one that needs nothing.
    ///
    /// A field is the name of a column of strings, or the path of a leaf such as `article.body`. A file that cannot be read as
    /// Parquet, or has none of the columns, is copied and named as a [`Fault`].
    ///
    /// # Errors
    ///
    /// If the input cannot be read at all, or the output cannot be written.
    ///
    /// ```no_run
    /// # use unspin::{Unspin, dump::Cleaner};
    /// let unspin = Unspin::new();
    /// let (input, output) = (std::fs::File::open("news.parquet")?, std::fs::File::create("restored.parquet")?);
    /// let stats = Cleaner::new(&unspin).fields(["body"]).clean_parquet("news.parquet", input, output, |_| {})?;
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
        if let Some(reason) = self.asked.refusal(Format::Parquet) {
            return Err(DumpError::Format { file: file.into(), reason });
        }
        let mut run = Run { cleaner: self, file, sum: Stats::default(), watch: &mut watch };
        let table = input.try_clone().map_err(|error| DumpError::Read { file: file.into(), error })?;
        let opened = Layout::read(&mut input).and_then(|layout| {
            let added = Added::of(&self.asked).map_err(|error| said(&error))?;
            let table = Table::open(&table, &self.asked, &added).map_err(|error| said(&error))?;
            let leaves: Vec<usize> = table.columns.iter().map(|column| column.leaf).collect();
            let groups = layout.row_groups(&leaves, !added.is_empty())?;
            // A file gains columns as a whole or not at all.
            let seen = groups.iter().filter(|_| !added.is_empty()).map(|group| look(&table, &mut input, group));
            let pages = seen.collect::<std::result::Result<_, String>>()?;
            Ok((layout, Plan { table, groups, pages, added }))
        });
        // Verdicts, or what a presenter shows, stand in place of the file.
        let is_told = self.asked.is_judged() || self.presenter.is_some();
        let written = match opened {
            Ok((_, plan)) if is_told => guarded(|| run.tell(&plan, &mut input, &mut output)),
            Ok((layout, plan)) => guarded(|| run.rewrite(layout, &plan, &mut input, &mut output)),
            Err(reason) => {
                run.fault(0, format!("{reason}; copied as it is"));
                let copied = input
                    .seek(SeekFrom::Start(0))
                    .and_then(|_| if is_told { Ok(0) } else { io::copy(&mut input, &mut output) });
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

/// What is to be done with a file.
struct Plan {
    table: Table,
    /// The row groups, in the order of the file.
    groups: Vec<RowGroup>,
    /// The pages of each, where that is known before.
    pages: Vec<Vec<Pages>>,
    added: Added,
}

/// What becomes of a row group.
struct Spools {
    /// Of each column of texts: the values that changed, and how many values were seen.
    changes: Vec<(Changes, u64)>,
    /// The leaves of the columns that are added.
    leaves: Vec<Leaf>,
}

impl Run<'_> {
    fn rewrite(
        &mut self,
        layout: Layout,
        plan: &Plan,
        input: &mut File,
        output: &mut (impl Write + Send),
    ) -> Result<()> {
        let Plan { table, groups, added, .. } = plan;
        let first_rows = first_rows(table);
        let mut splice = Splice::new(layout, input.try_clone()?, output);
        for (at, group) in groups.iter().enumerate() {
            let Some(pages) = plan.pages.get(at).cloned().or_else(|| self.look(table, input, group)) else { continue };
            let RowGroup { number, ref chunks, span: (_, end) } = *group;
            let changes = table.columns.iter().map(|_| (Changes::default(), 0)).collect();
            let mut spools = Spools { changes, leaves: added.spools() };
            self.values(table, number, first_rows[number], |cleaned| Ok(spools.put(&cleaned, added)?))?;
            for (&(column, span), pages) in chunks.iter().zip(pages) {
                let (changes, _) = std::mem::take(&mut spools.changes[column]);
                if !changes.is_empty() {
                    let chunk = Chunk { group: number, column, span, pages };
                    splice.replace(&chunk, table, |writer| refill(table, &chunk, changes, writer))?;
                }
            }
            if !added.is_empty() {
                splice.copy_to(end)?;
                append(&mut splice, table, number, added, spools.leaves)?;
            }
        }
        splice.finish(added)
    }

    /// Writes what is said of the texts.
    fn tell(&mut self, plan: &Plan, input: &mut File, output: &mut impl Write) -> Result<()> {
        let first_rows = first_rows(&plan.table);
        for group in &plan.groups {
            if self.look(&plan.table, input, group).is_some() {
                let put = |cleaned: Cleaned| Ok(output.write_all(&cleaned.done.bytes)?);
                self.values(&plan.table, group.number, first_rows[group.number], put)?;
            }
        }
        Ok(())
    }

    /// Looks whether the columns of a row group can be read; if not, names it.
    fn look(&mut self, table: &Table, input: &mut File, group: &RowGroup) -> Option<Vec<Pages>> {
        look(table, input, group).map_err(|reason| self.fault(0, format!("{reason}; copied as it is"))).ok()
    }

    /// Cleans the values of a row group in parallel and hands them on in order.
    fn values(
        &mut self,
        table: &Table,
        group: usize,
        first: u64,
        mut put: impl FnMut(Cleaned) -> Result<()>,
    ) -> Result<()> {
        let mut columns =
            (0..table.columns.len()).map(|column| table.values(group, column)).collect::<Result<Vec<_>>>()?;
        let mut row = first;
        let mut broken = None;
        // A thread of its own: its panics are caught there.
        let source = || match guarded(|| columns.iter_mut().map(rows::Values::next).collect::<Result<Option<Vec<_>>>>())
        {
            Ok(columns) => {
                let rows = Rows { first: row, columns: columns? };
                row += rows.columns.first().map_or(0, rows::rows) as u64;
                Some(rows)
            }
            Err(error) => {
                broken = Some(error);
                None
            }
        };
        let (cleaner, file) = (self.cleaner, self.file);
        // Rows without a text weigh something too.
        let weigh = |rows: &Rows| {
            let slots = |batch: &rows::Batch| batch.values.len().max(batch.definitions.len()) * SLOT;
            let bytes = |batch: &rows::Batch| batch.values.iter().map(|value| value.len()).sum::<usize>();
            rows.columns.iter().map(|batch| slots(batch) + bytes(batch)).sum()
        };
        let work = |rows: Rows| clean(cleaner, file, &table.columns, rows);
        let sink = |mut cleaned: Cleaned| {
            let (stats, faults) = (std::mem::take(&mut cleaned.done.stats), std::mem::take(&mut cleaned.done.faults));
            put(cleaned)?;
            for fault in &faults {
                (self.watch)(Progress::Fault(fault));
            }
            (self.watch)(Progress::Records(&stats));
            self.sum.merge(stats, cleaner.articles);
            Ok::<(), ParquetError>(())
        };
        pipe(cleaner.pool, cleaner.budget, source, weigh, work, sink)?;
        broken.map_or(Ok(()), Err)
    }

    fn fault(&mut self, record: u64, reason: String) {
        let fault = Fault { file: self.file.to_string(), record, reason };
        self.sum.faults += 1;
        (self.watch)(Progress::Fault(&fault));
    }
}

impl Spools {
    fn put(&mut self, cleaned: &Cleaned, added: &Added) -> io::Result<()> {
        let Cleaned { rows: Rows { columns, .. }, changes, kept, annotations, .. } = cleaned;
        for &(column, number) in changes {
            let (spool, seen) = &mut self.changes[column];
            spool.add(*seen + number as u64, columns[column].values[number].data())?;
        }
        for ((_, seen), batch) in self.changes.iter_mut().zip(columns) {
            *seen += batch.values.len() as u64;
        }
        for row in 0..kept.len().max(annotations.len()) {
            let texts = kept.get(row).map_or(&[][..], Vec::as_slice);
            let texts: Vec<Option<&[u8]>> = texts.iter().map(|text| text.as_ref().map(ByteArray::data)).collect();
            added.add(&texts, annotations.get(row).and_then(Option::as_ref), &mut self.leaves)?;
        }
        Ok(())
    }
}

/// Looks whether the columns of a row group can be read.
fn look(table: &Table, input: &mut File, group: &RowGroup) -> std::result::Result<Vec<Pages>, String> {
    let look = |&(column, span): &(usize, layout::Span)| {
        let is_repeated = table.columns[column].kind.max_rep_level() > 0;
        let pages = pages::look(input, span, is_repeated)?;
        table.check(group.number, column).map(|()| pages).map_err(|error| said(&error))
    };
    let is_whole = group.chunks.len() == table.columns.len();
    let pages = group.chunks.iter().map(look).collect::<std::result::Result<Vec<Pages>, String>>();
    let pages = pages.and_then(|pages| if is_whole { Ok(pages) } else { Err("a column that stands nowhere".into()) });
    pages.map_err(|reason| format!("row group {}: {reason}", group.number + 1))
}

/// Fills a chunk with the values that it had, and those that changed.
fn refill(table: &Table, chunk: &Chunk, changes: Changes, writer: &mut SerializedColumnWriter<'_>) -> Result<()> {
    let mut values = table.values(chunk.group, chunk.column)?;
    let mut changes = changes.read()?;
    let mut next = changes.next().transpose()?;
    let mut seen = 0;
    while let Some(mut batch) = guarded(|| values.next())? {
        let end = seen + batch.values.len() as u64;
        while let Some((number, value)) = next.take_if(|(number, _)| *number < end) {
            batch.values[(number - seen) as usize] = ByteArray::from(value);
            next = changes.next().transpose()?;
        }
        seen = end;
        made::write_batch(writer, &batch)?;
    }
    Ok(())
}

/// Adds the chunks of new columns to a row group.
fn append<W: Write + Send>(
    splice: &mut Splice<'_, W>,
    table: &Table,
    group: usize,
    added: &Added,
    spools: Vec<Leaf>,
) -> Result<()> {
    for (kind, spool) in added.leaves.columns().iter().zip(spools) {
        let schema = only(added.leaves.root_schema(), kind.path().parts(), kind.self_type_ptr())?;
        splice.add(group, schema, made::plain(table.codec(group, 0)), |writer| {
            for batch in spool.read()? {
                fill(writer, kind.physical_type(), batch?)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// Adds entries of a leaf to its chunk.
fn fill(writer: &mut SerializedColumnWriter<'_>, kind: parquet::basic::Type, batch: Vec<Slot>) -> Result<()> {
    use parquet::basic::Type::{BYTE_ARRAY, FLOAT, INT32, INT64};
    let definitions: Vec<i16> = batch.iter().map(|slot| slot.definition).collect();
    let repetitions: Vec<i16> = batch.iter().map(|slot| slot.repetition).collect();
    let values = batch.into_iter().filter_map(|slot| slot.value);
    let levels = (Some(definitions.as_slice()), Some(repetitions.as_slice()));
    macro_rules! write {
        ($kind:ty, $value:expr) => {
            writer.typed::<$kind>().write_batch(&values.filter_map($value).collect::<Vec<_>>(), levels.0, levels.1)
        };
    }
    let written = match kind {
        BYTE_ARRAY => write!(ByteArrayType, |bytes| Some(ByteArray::from(bytes))),
        FLOAT => write!(FloatType, |bytes| Some(f32::from_le_bytes(bytes.try_into().ok()?))),
        INT32 => write!(Int32Type, |bytes| Some(i32::from_le_bytes(bytes.try_into().ok()?))),
        INT64 => write!(Int64Type, |bytes| Some(i64::from_le_bytes(bytes.try_into().ok()?))),
        other => return Err(ParquetError::General(format!("no column of {other} is added"))),
    };
    written.map(drop)
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
