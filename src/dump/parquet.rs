//! Parquet: one column of text is restored; all others are copied as they are stored, page by page.
//!
//! Row groups, schema, key-value metadata (with it the Arrow schema) and the codec of the column stay.
//! A page of the column and a few batches of its values are all that is held in memory.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::sync::Arc;

use parquet::basic::Type;
use parquet::bloom_filter::Sbbf;
use parquet::column::reader::{ColumnReaderImpl, get_typed_column_reader};
use parquet::column::writer::ColumnCloseResult;
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader};
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::ColumnDescPtr;

use super::desk::{Desk, Done};
use super::view::View;
use super::{Cleaner, Codec, DumpError, Fault, Progress, Tally};
use crate::batch::pipe;

/// Rows that make a batch, the unit of work.
const BATCH: usize = 64;

/// Values of the column, with the levels that say where they stand.
#[derive(Default)]
struct Batch {
    /// The number of the first row, from 1.
    first: u64,
    values: Vec<ByteArray>,
    definitions: Vec<i16>,
    repetitions: Vec<i16>,
}

/// A file that is open for reading.
struct Table {
    input: File,
    reader: SerializedFileReader<File>,
    metadata: ParquetMetaData,
    /// The leaf that holds the text.
    leaf: usize,
    column: ColumnDescPtr,
}

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
    /// let tally = Cleaner::new(&unspin).field("body").clean_parquet("news.parquet", input, output, |_| {})?;
    /// println!("{} of {} articles were spun", tally.spun, tally.records);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn clean_parquet(
        &self,
        file: &str,
        mut input: File,
        mut output: impl Write + Send,
        mut watch: impl FnMut(Progress<'_>),
    ) -> std::result::Result<Tally, DumpError> {
        if self.annotate {
            return Err(DumpError::Format { file: file.into(), reason: "only JSONL can be annotated".into() });
        }
        let mut run = Run { cleaner: self, file, sum: Tally::default(), watch: &mut watch };
        let table = input.try_clone().map_err(ParquetError::from).and_then(|copy| Table::open(copy, &self.field));
        let written = match table {
            Ok(table) if self.detect => run.detect(&table, &mut output),
            Ok(table) => run.rewrite(&table, &mut output),
            Err(error) => {
                run.fault(0, format!("{}; copied as it is", said(&error)));
                let start =
                    input.seek(SeekFrom::Start(0)).map_err(|error| DumpError::Read { file: file.into(), error })?;
                debug_assert_eq!(start, 0);
                if self.detect {
                    Ok(())
                } else {
                    io::copy(&mut input, &mut output).map(drop).map_err(ParquetError::from)
                }
            }
        };
        let record = run.sum.records;
        let written = written.map_err(io_error).and_then(|()| output.flush());
        written.map(|()| run.sum).map_err(|error| DumpError::Write { file: file.into(), record, error })
    }
}

impl Table {
    fn open(input: File, field: &str) -> Result<Self> {
        let metadata =
            ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Optional).parse_and_finish(&input)?;
        let schema = metadata.file_metadata().schema_descr();
        let is_named = |column: &ColumnDescPtr| column.path().string() == field;
        let is_below = |column: &ColumnDescPtr| column.path().parts().first().is_some_and(|part| part == field);
        let columns = schema.columns();
        let leaf = columns.iter().position(is_named).or_else(|| {
            // A list of strings has one leaf, whatever the names in between.
            let leaf = columns.iter().position(is_below)?;
            columns[leaf + 1..].iter().all(|column| !is_below(column)).then_some(leaf)
        });
        let names = || columns.iter().take(12).map(|c| c.path().string()).collect::<Vec<_>>().join(", ");
        let leaf =
            leaf.ok_or_else(|| ParquetError::General(format!("no column `{field}` (there are: {})", names())))?;
        let column = schema.column(leaf);
        if column.physical_type() != Type::BYTE_ARRAY {
            return Err(ParquetError::General(format!(
                "column `{field}` holds {}, not strings",
                column.physical_type()
            )));
        }
        let reader = SerializedFileReader::new(input.try_clone()?)?;
        Ok(Table { input, reader, metadata, leaf, column })
    }

    /// The values of the column in a row group.
    fn values(&self, group: usize) -> Result<ColumnReaderImpl<ByteArrayType>> {
        Ok(get_typed_column_reader(self.reader.get_row_group(group)?.get_column_reader(self.leaf)?))
    }

    /// Reads the column through, so that damage shows before anything of it is written.
    fn check(&self, group: usize) -> Result<()> {
        let mut values = self.values(group)?;
        while self.batch(&mut values, 1)?.is_some() {}
        Ok(())
    }

    fn batch(&self, values: &mut ColumnReaderImpl<ByteArrayType>, first: u64) -> Result<Option<Batch>> {
        let mut batch = Batch { first, ..Batch::default() };
        let definitions = (self.column.max_def_level() > 0).then_some(&mut batch.definitions);
        let repetitions = (self.column.max_rep_level() > 0).then_some(&mut batch.repetitions);
        let (rows, _, _) = values.read_records(BATCH, definitions, repetitions, &mut batch.values)?;
        Ok((rows > 0).then_some(batch))
    }

    fn properties(&self) -> WriterProperties {
        let metadata = self.metadata.file_metadata();
        let mut properties = WriterProperties::builder().set_key_value_metadata(metadata.key_value_metadata().cloned());
        if let Some(group) = self.metadata.row_groups().first() {
            let chunk = group.column(self.leaf);
            properties = properties
                .set_sorting_columns(group.sorting_columns().cloned())
                .set_compression(chunk.compression())
                .set_dictionary_enabled(chunk.dictionary_page_offset().is_some());
        }
        properties.build()
    }

    /// Copies a column of a row group as it is stored.
    fn copy<W: Write + Send>(
        &self,
        group: usize,
        leaf: usize,
        out: &mut SerializedRowGroupWriter<'_, W>,
    ) -> Result<()> {
        let rows = self.metadata.row_group(group);
        let chunk = rows.column(leaf);
        let index = self.metadata.page_index();
        out.append_column(
            &self.input,
            ColumnCloseResult {
                bytes_written: u64::try_from(chunk.compressed_size()).unwrap_or(0),
                rows_written: u64::try_from(rows.num_rows()).unwrap_or(0),
                metadata: chunk.clone(),
                bloom_filter: Sbbf::read_from_column_chunk(chunk, &self.input).ok().flatten(),
                column_index: index.and_then(|index| index.column_index(group, leaf)).cloned(),
                offset_index: index.and_then(|index| index.offset_index(group, leaf)).cloned(),
            },
        )
    }
}

/// A file that is being cleaned.
struct Run<'r> {
    cleaner: &'r Cleaner<'r>,
    file: &'r str,
    sum: Tally,
    watch: &'r mut dyn FnMut(Progress<'_>),
}

impl Run<'_> {
    fn rewrite(&mut self, table: &Table, output: &mut (impl Write + Send)) -> Result<()> {
        let schema = table.metadata.file_metadata().schema_descr().root_schema_ptr();
        let mut writer = SerializedFileWriter::new(output, schema, Arc::new(table.properties()))?;
        for group in 0..table.metadata.num_row_groups() {
            let mut out = writer.next_row_group()?;
            for leaf in 0..table.metadata.row_group(group).num_columns() {
                if leaf != table.leaf {
                    table.copy(group, leaf, &mut out)?;
                } else if let Err(error) = table.check(group) {
                    self.fault(0, format!("row group {}: {}; copied as it is", group + 1, said(&error)));
                    table.copy(group, leaf, &mut out)?;
                } else {
                    let column = out.next_column()?;
                    let mut column =
                        column.ok_or_else(|| ParquetError::General("a row group with too few columns".into()))?;
                    self.values(table, group, |batch, _| {
                        let levels = |levels: &'_ [i16]| (!levels.is_empty()).then(|| levels.to_vec());
                        let (definitions, repetitions) = (levels(&batch.definitions), levels(&batch.repetitions));
                        column.typed::<ByteArrayType>().write_batch(
                            &batch.values,
                            definitions.as_deref(),
                            repetitions.as_deref(),
                        )?;
                        Ok(())
                    })?;
                    column.close()?;
                }
            }
            out.close()?;
        }
        writer.close().map(drop)
    }

    fn detect(&mut self, table: &Table, output: &mut impl Write) -> Result<()> {
        for group in 0..table.metadata.num_row_groups() {
            match table.check(group) {
                Ok(()) => self.values(table, group, |_, lines| Ok(output.write_all(lines)?))?,
                Err(error) => self.fault(0, format!("row group {}: {}", group + 1, said(&error))),
            }
        }
        Ok(())
    }

    /// Cleans the values of a row group in parallel and hands them on in order.
    fn values(&mut self, table: &Table, group: usize, mut put: impl FnMut(Batch, &[u8]) -> Result<()>) -> Result<()> {
        let mut values = table.values(group)?;
        let mut row = self.sum.records + 1;
        let mut broken = None;
        let source = || match table.batch(&mut values, row) {
            Ok(batch) => {
                row += batch.as_ref().map_or(0, |batch| rows(batch) as u64);
                batch
            }
            Err(error) => {
                broken = Some(error);
                None
            }
        };
        let (cleaner, file, level) = (self.cleaner, self.file, table.column.max_def_level());
        let weigh = |batch: &Batch| batch.values.iter().map(|value| value.len()).sum();
        let work = |batch| clean(cleaner, file, level, batch);
        let sink = |(batch, done): (Batch, Done)| {
            put(batch, &done.bytes)?;
            for fault in &done.faults {
                (self.watch)(Progress::Fault(fault));
            }
            (self.watch)(Progress::Records(&done.tally));
            self.sum.merge(done.tally, cleaner.articles);
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

fn rows(batch: &Batch) -> usize {
    match (batch.repetitions.as_slice(), batch.definitions.as_slice()) {
        ([], []) => batch.values.len(),
        ([], definitions) => definitions.len(),
        (repetitions, _) => repetitions.iter().filter(|&&level| level == 0).count(),
    }
}

/// Restores the values of a batch.
fn clean(cleaner: &Cleaner<'_>, file: &str, level: i16, mut batch: Batch) -> (Batch, Done) {
    let mut desk = Desk::new(cleaner, file);
    let mut values = batch.values.iter_mut();
    let mut row = batch.first.saturating_sub(u64::from(!batch.repetitions.is_empty()));
    let slots = batch.definitions.len().max(values.len());
    for slot in 0..slots {
        if batch.repetitions.get(slot).is_none_or(|&level| level == 0) {
            row += u64::from(!batch.repetitions.is_empty() || slot > 0);
            desk.record();
        }
        if batch.definitions.get(slot).is_none_or(|&found| found == level)
            && let Some(value) = values.next()
        {
            restore(value, row, &mut desk);
        }
    }
    (batch, desk.done())
}

fn restore(value: &mut ByteArray, row: u64, desk: &mut Desk<'_>) {
    let new = match std::str::from_utf8(value.data()) {
        Err(e) => {
            desk.fault(row, format!("invalid UTF-8 at byte {}", e.valid_up_to()));
            return;
        }
        Ok(text) => {
            let view = View::plain(text);
            desk.seen(text.len());
            match desk.look(row, &view) {
                Some(found) if !desk.cleaner.detect && !found.edits.is_empty() => {
                    view.apply(text.as_bytes(), &found.edits, |with, out| out.extend_from_slice(with.as_bytes()))
                }
                _ => return,
            }
        }
    };
    *value = ByteArray::from(new);
}

impl Desk<'_> {
    fn done(self) -> Done {
        // Nothing is compressed here, so nothing can fail.
        self.work(super::Block::default(), &super::text::Text, Codec::Plain).unwrap_or_default()
    }
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
