//! Writing a file with some column chunks replaced: what follows them is moved, and the footer says where to.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parquet::basic::Encoding;
use parquet::data_type::ByteArrayType;
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::{BloomFilterPosition, EnabledStatistics, WriterProperties, WriterVersion};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};

use super::layout::field::{ROW_GROUPS, chunk, group, meta};
use super::layout::{Layout, Span, index_span, read_at};
use super::pages::Pages;
use super::rows::{Batch, Table};
use super::thrift::Value;

/// The magic number at both ends of a file.
const MAGIC: &[u8] = b"PAR1";
/// Encodings of strings besides the plain one, by their numbers in the format's definition.
const ENCODINGS: [(i64, Encoding); 2] = [(6, Encoding::DELTA_LENGTH_BYTE_ARRAY), (7, Encoding::DELTA_BYTE_ARRAY)];

/// A column chunk that is to be replaced.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chunk {
    pub(super) group: usize,
    pub(super) span: Span,
    pub(super) pages: Pages,
}

/// A file on its way from the input to the output.
pub(super) struct Splice<'o, W> {
    layout: Layout,
    leaf: usize,
    input: File,
    output: &'o mut W,
    /// How many bytes of the input are done.
    read: u64,
    /// Where replaced parts ended in the input, and how far all behind them is moved.
    moves: Vec<(u64, i64)>,
    /// What was replaced, by row group.
    replaced: BTreeMap<usize, Replaced>,
}

/// A chunk that was replaced.
struct Replaced {
    /// Its entry of the footer, offsets as in the output; those of the indexes do not hold yet.
    column: Value,
    offset_index: Option<Vec<u8>>,
    column_index: Option<Vec<u8>>,
}

impl<'o, W: Write + Send> Splice<'o, W> {
    pub(super) fn new(layout: Layout, leaf: usize, input: File, output: &'o mut W) -> Result<Self> {
        Ok(Splice { layout, leaf, input, output, read: 0, moves: Vec::new(), replaced: BTreeMap::new() })
    }

    /// Copies the input up to a place.
    fn copy_to(&mut self, end: u64) -> Result<()> {
        let count = end.saturating_sub(self.read);
        self.input.seek(SeekFrom::Start(self.read))?;
        if io::copy(&mut (&self.input).take(count), self.output)? < count {
            return Err(ParquetError::General("the file became shorter while it was read".into()));
        }
        self.read = end.max(self.read);
        Ok(())
    }

    /// Writes a chunk anew, with the values that `fill` gives.
    pub(super) fn replace(
        &mut self,
        chunk: &Chunk,
        table: &Table,
        fill: impl FnOnce(&mut SerializedColumnWriter<'_>) -> Result<()>,
    ) -> Result<()> {
        self.copy_to(chunk.span.0)?;
        let start = moved(&self.moves, chunk.span.0);
        let old = self.layout.chunk(chunk.group, self.leaf).ok_or_else(|| lacking("a column"))?;
        let properties = Arc::new(properties(old, chunk, table));
        // The writer makes a file of one column: its pages go on at once, the rest is kept.
        let is_tail = AtomicBool::new(false);
        let mut sink =
            Sink { output: &mut *self.output, head: MAGIC.len(), is_tail: &is_tail, body: 0, tail: Vec::new() };
        let mut writer = SerializedFileWriter::new(&mut sink, table.schema()?, properties)?;
        let mut rows = writer.next_row_group()?;
        let mut column = rows.next_column()?.ok_or_else(|| lacking("a column"))?;
        fill(&mut column)?;
        column.close()?;
        rows.close()?;
        writer.flush()?;
        is_tail.store(true, Ordering::Relaxed);
        writer.close()?;
        let (body, tail) = (sink.body, sink.tail);
        let made = Made::read(body, tail).ok_or_else(|| lacking("a footer"))?;
        let (mut column, bloom) = made.column(old, start).ok_or_else(|| lacking("a column"))?;
        if let Some((at, bytes)) = &bloom {
            self.output.write_all(bytes)?;
            if let Some(meta) = column.get_mut(chunk::META) {
                meta.set_int(meta::BLOOM, start + *at as i64);
                meta.set_int(meta::BLOOM_LENGTH, bytes.len() as i64);
            }
        }
        let new_end = start + body as i64 + bloom.as_ref().map_or(0, |(_, bytes)| bytes.len() as i64);
        let replaced = Replaced {
            offset_index: made.index(chunk::OFFSET_INDEX, start),
            column_index: made.index(chunk::COLUMN_INDEX, 0),
            column,
        };
        self.replaced.insert(chunk.group, replaced);
        self.read = chunk.span.1;
        self.moves.push((chunk.span.1, new_end - chunk.span.1 as i64));
        Ok(())
    }

    /// Writes what is left: the end of the input if nothing was replaced, else the rest, indexes and footer.
    pub(super) fn finish(mut self) -> Result<()> {
        if self.replaced.is_empty() {
            let end = self.input.seek(SeekFrom::End(0))?;
            return self.copy_to(end);
        }
        self.copy_to(self.layout.body_end)?;
        let mut footer = std::mem::replace(&mut self.layout.footer, Value::Bool(false));
        for rows in footer.list_mut(ROW_GROUPS) {
            rows.update(group::OFFSET, |at| moved(&self.moves, at.unsigned_abs()));
            for column in rows.list_mut(group::COLUMNS) {
                move_column(column, &self.moves);
            }
        }
        let mut at = moved(&self.moves, self.layout.body_end);
        for index in [chunk::COLUMN_INDEX, chunk::OFFSET_INDEX] {
            for (number, rows) in footer.list_mut(ROW_GROUPS).iter_mut().enumerate() {
                for (leaf, column) in rows.list_mut(group::COLUMNS).iter_mut().enumerate() {
                    let new = self.replaced.get(&number).filter(|_| leaf == self.leaf);
                    let bytes = match new {
                        Some(new) if index == chunk::COLUMN_INDEX => new.column_index.clone(),
                        Some(new) => new.offset_index.clone(),
                        None => old_index(&mut self.input, column, index, &self.moves),
                    };
                    put_index(column, index, bytes, &mut at, self.output)?;
                }
            }
        }
        for (number, new) in self.replaced {
            let Some(rows) = footer.list_mut(ROW_GROUPS).get_mut(number) else { continue };
            put_column(rows, self.leaf, new.column);
        }
        let mut bytes = Vec::new();
        footer.write(&mut bytes);
        let size = u32::try_from(bytes.len()).map_err(|_| ParquetError::General("the footer is too long".into()))?;
        bytes.extend_from_slice(&size.to_le_bytes());
        bytes.extend_from_slice(MAGIC);
        Ok(self.output.write_all(&bytes)?)
    }
}

/// Adds a batch to a column.
pub(super) fn write_batch(column: &mut SerializedColumnWriter<'_>, batch: &Batch) -> Result<()> {
    let levels = |levels: &'_ [i16]| (!levels.is_empty()).then(|| levels.to_vec());
    let (definitions, repetitions) = (levels(&batch.definitions), levels(&batch.repetitions));
    column.typed::<ByteArrayType>().write_batch(&batch.values, definitions.as_deref(), repetitions.as_deref())?;
    Ok(())
}

/// How the old chunk was written is how the new one is.
fn properties(old: &Value, chunk: &Chunk, table: &Table) -> WriterProperties {
    let meta = old.get(chunk::META);
    let has = |field| meta.is_some_and(|meta| meta.get(field).is_some());
    let is_used = |number: i64| {
        meta.is_some_and(|meta| {
            meta.list(meta::ENCODINGS).iter().any(|e| matches!(e, Value::Int(_, n) if *n == number))
        })
    };
    let encoding = ENCODINGS.iter().find(|(number, _)| is_used(*number)).map_or(Encoding::PLAIN, |(_, e)| *e);
    let statistics = match () {
        () if old.get(chunk::COLUMN_INDEX).is_some() => EnabledStatistics::Page,
        () if has(meta::STATISTICS) => EnabledStatistics::Chunk,
        () => EnabledStatistics::None,
    };
    let version = if chunk.pages.is_second { WriterVersion::PARQUET_2_0 } else { WriterVersion::PARQUET_1_0 };
    let mut properties = WriterProperties::builder()
        .set_writer_version(version)
        .set_compression(table.codec(chunk.group))
        .set_dictionary_enabled(has(meta::DICTIONARY))
        .set_encoding(encoding)
        .set_statistics_enabled(statistics)
        .set_offset_index_disabled(old.get(chunk::OFFSET_INDEX).is_none() && statistics != EnabledStatistics::Page)
        .set_bloom_filter_position(BloomFilterPosition::End);
    if has(meta::BLOOM) {
        properties = properties
            .set_bloom_filter_enabled(true)
            .set_bloom_filter_for_dictionary_encoded_chunks(true)
            .set_bloom_filter_max_ndv(table.rows(chunk.group).max(1));
    }
    properties.build()
}

/// Passes the pages of a column on, and keeps what the writer adds after them.
struct Sink<'s, W> {
    output: &'s mut W,
    /// Bytes of the magic number that are still to be left out.
    head: usize,
    is_tail: &'s AtomicBool,
    /// Bytes that were passed on.
    body: u64,
    tail: Vec<u8>,
}

impl<W: Write> Write for Sink<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_tail.load(Ordering::Relaxed) {
            self.tail.extend_from_slice(bytes);
            return Ok(bytes.len());
        }
        let left_out = self.head.min(bytes.len());
        self.output.write_all(&bytes[left_out..])?;
        self.head -= left_out;
        self.body += (bytes.len() - left_out) as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A Bloom filter: its bytes, and where they stand in the replaced part.
type Bloom = (u64, Vec<u8>);

/// What the writer made: the entry of the footer and what stands between it and the pages.
struct Made {
    column: Value,
    tail: Vec<u8>,
    /// Where the tail started in the writer's file.
    tail_at: u64,
}

impl Made {
    fn read(body: u64, tail: Vec<u8>) -> Option<Self> {
        let end = tail.len().checked_sub(8)?;
        let size = u32::from_le_bytes(tail[end..end + 4].try_into().ok()?);
        let (footer, _) = Value::read(tail.get(end.checked_sub(usize::try_from(size).ok()?)?..end)?)?;
        let column = footer.list(ROW_GROUPS).first()?.list(group::COLUMNS).first()?.clone();
        Some(Made { column, tail, tail_at: body + MAGIC.len() as u64 })
    }

    fn part(&self, (start, end): Span) -> Option<&[u8]> {
        let from = usize::try_from(start.checked_sub(self.tail_at)?).ok()?;
        self.tail.get(from..usize::try_from(end.checked_sub(self.tail_at)?).ok()?)
    }

    /// The entry of the footer for a chunk that starts at `start`, and its Bloom filter with its place in the part.
    fn column(&self, old: &Value, start: i64) -> Option<(Value, Option<Bloom>)> {
        let (mut column, made) = (old.clone(), self.column.get(chunk::META)?);
        let by = start - MAGIC.len() as i64;
        let meta = column.get_mut(chunk::META)?;
        let fields = [meta::ENCODINGS, meta::VALUES, meta::UNCOMPRESSED, meta::COMPRESSED, meta::STATISTICS];
        for field in fields.into_iter().chain([meta::ENCODING_STATS, meta::SIZES, meta::DATA, meta::DICTIONARY]) {
            meta.set(field, made.get(field).cloned());
        }
        meta.update(meta::DATA, |at| at + by);
        meta.update(meta::DICTIONARY, |at| at + by);
        for field in [meta::INDEX, meta::BLOOM, meta::BLOOM_LENGTH] {
            meta.set(field, None);
        }
        let bloom = made.int(meta::BLOOM).zip(made.int(meta::BLOOM_LENGTH)).and_then(|(at, len)| {
            let at = u64::try_from(at).ok()?;
            Some(self.part((at, at + u64::try_from(len).ok()?))?.to_vec())
        });
        Some((column, bloom.map(|bytes| (self.tail_at - MAGIC.len() as u64, bytes))))
    }

    /// An index, its offsets moved if it has any.
    fn index(&self, index: i16, start: i64) -> Option<Vec<u8>> {
        let bytes = self.part(index_span(&self.column, index)?)?;
        if index == chunk::COLUMN_INDEX {
            Some(bytes.to_vec())
        } else {
            move_pages(bytes, |at| at + start - MAGIC.len() as i64)
        }
    }
}

/// Where a place of the input stands in the output.
fn moved(moves: &[(u64, i64)], at: u64) -> i64 {
    let behind = moves.partition_point(|(end, _)| *end <= at);
    at as i64 + behind.checked_sub(1).map_or(0, |last| moves[last].1)
}

fn move_column(column: &mut Value, moves: &[(u64, i64)]) {
    let to = |at: i64| u64::try_from(at).map_or(at, |at| moved(moves, at));
    column.update(chunk::OFFSET, to);
    if let Some(meta) = column.get_mut(chunk::META) {
        for field in [meta::DATA, meta::INDEX, meta::DICTIONARY, meta::BLOOM] {
            meta.update(field, to);
        }
    }
}

/// An offset index with its pages moved.
fn move_pages(bytes: &[u8], to: impl Fn(i64) -> i64) -> Option<Vec<u8>> {
    let (mut index, _) = Value::read(bytes)?;
    for page in index.list_mut(1) {
        page.update(1, &to);
    }
    let mut out = Vec::new();
    index.write(&mut out);
    Some(out)
}

/// An index of a column that stays; one that cannot be read is left out, which costs readers time only.
fn old_index(input: &mut File, column: &Value, index: i16, moves: &[(u64, i64)]) -> Option<Vec<u8>> {
    let (start, end) = index_span(column, index)?;
    let mut bytes = vec![0; usize::try_from(end - start).ok()?];
    read_at(input, start, &mut bytes).ok()?;
    let to = |at: i64| u64::try_from(at).map_or(at, |at| moved(moves, at));
    if index == chunk::COLUMN_INDEX { Some(bytes) } else { move_pages(&bytes, to) }
}

fn put_index(
    column: &mut Value,
    index: i16,
    bytes: Option<Vec<u8>>,
    at: &mut i64,
    output: &mut impl Write,
) -> Result<()> {
    let Some(bytes) = bytes else {
        column.set(index, None);
        column.set(index + 1, None);
        return Ok(());
    };
    output.write_all(&bytes)?;
    column.set_int(index, *at);
    let len = i64::try_from(bytes.len()).map_err(|_| lacking("room for an index"))?;
    column.set(index + 1, Some(Value::Int(5, len)));
    *at += len;
    Ok(())
}

/// Puts a new column into its row group, whose sizes and order may no longer be what they were.
fn put_column(rows: &mut Value, leaf: usize, mut new: Value) {
    let Some(old) = rows.list(group::COLUMNS).get(leaf) else { return };
    for index in [chunk::OFFSET_INDEX, chunk::COLUMN_INDEX] {
        for field in [index, index + 1] {
            new.set(field, old.get(field).cloned());
        }
    }
    new.set(chunk::OFFSET, old.get(chunk::OFFSET).cloned());
    let size = |column: &Value, field| column.get(chunk::META).and_then(|meta| meta.int(field)).unwrap_or(0);
    let grown = |field| size(&new, field) - size(old, field);
    let (bytes, compressed) = (grown(meta::UNCOMPRESSED), grown(meta::COMPRESSED));
    rows.update(group::BYTES, |size| size + bytes);
    rows.update(group::COMPRESSED, |size| size + compressed);
    // Rows are still sorted by the columns before the text; by the text itself nobody knows.
    let keys = rows.list(group::SORTING).iter();
    let kept = keys.take_while(|key| key.int(1) != i64::try_from(leaf).ok()).count();
    if let Some(Value::List(_, _, keys)) = rows.get_mut(group::SORTING) {
        keys.truncate(kept);
    }
    if kept == 0 {
        rows.set(group::SORTING, None);
    }
    if let Some(column) = rows.list_mut(group::COLUMNS).get_mut(leaf) {
        *column = new;
    }
}

fn lacking(what: &str) -> ParquetError {
    ParquetError::General(format!("the new column lacks {what}"))
}
