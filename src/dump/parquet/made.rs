//! A column chunk that the writer made, as a part of a file of its own: its pages go on at once, what the writer says of
//! them is read.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parquet::basic::{Compression, Encoding};
use parquet::data_type::ByteArrayType;
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::{BloomFilterPosition, EnabledStatistics, WriterProperties, WriterVersion};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;

use super::layout::field::{ROW_GROUPS, chunk, group, meta};
use super::layout::{MAGIC, Span, index_span, move_pages};
use super::pages::Pages;
use super::rows::{Batch, Table};
use super::thrift::Value;

/// Encodings of strings besides the plain one, by their numbers in the format's definition.
const ENCODINGS: [(i64, Encoding); 2] = [(6, Encoding::DELTA_LENGTH_BYTE_ARRAY), (7, Encoding::DELTA_BYTE_ARRAY)];

/// A column chunk that is to be replaced.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chunk {
    pub(super) group: usize,
    /// The column among those of texts.
    pub(super) column: usize,
    pub(super) span: Span,
    pub(super) pages: Pages,
}

/// Writes a chunk with the values that `fill` gives; `schema` has its column alone.
pub(super) fn write<W: Write + Send>(
    output: &mut W,
    schema: Arc<Type>,
    properties: WriterProperties,
    fill: impl FnOnce(&mut SerializedColumnWriter<'_>) -> Result<()>,
) -> Result<Made> {
    // The writer makes a file of one column: its pages go on at once, the rest is kept.
    let is_tail = AtomicBool::new(false);
    let mut sink = Sink { output, head: MAGIC.len(), is_tail: &is_tail, body: 0, tail: Vec::new() };
    let mut writer = SerializedFileWriter::new(&mut sink, schema, Arc::new(properties))?;
    let mut rows = writer.next_row_group()?;
    let mut column = rows.next_column()?.ok_or_else(|| lacking("a column"))?;
    fill(&mut column)?;
    column.close()?;
    rows.close()?;
    writer.flush()?;
    is_tail.store(true, Ordering::Relaxed);
    writer.close()?;
    let (body, tail) = (sink.body, sink.tail);
    Made::read(body, tail).ok_or_else(|| lacking("a footer"))
}

/// Adds a batch to a column.
pub(super) fn write_batch(column: &mut SerializedColumnWriter<'_>, batch: &Batch) -> Result<()> {
    let levels = |levels: &'_ [i16]| (!levels.is_empty()).then(|| levels.to_vec());
    let (definitions, repetitions) = (levels(&batch.definitions), levels(&batch.repetitions));
    column.typed::<ByteArrayType>().write_batch(&batch.values, definitions.as_deref(), repetitions.as_deref())?;
    Ok(())
}

/// How the old chunk was written is how the new one is.
pub(super) fn properties(old: &Value, chunk: &Chunk, table: &Table) -> WriterProperties {
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
        .set_compression(table.codec(chunk.group, chunk.column))
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

/// How a chunk of an added column is written.
pub(super) fn plain(codec: Compression) -> WriterProperties {
    WriterProperties::builder()
        .set_compression(codec)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
        .build()
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
pub(super) type Bloom = (u64, Vec<u8>);

/// What the writer made: the entry of the footer and what stands between it and the pages.
pub(super) struct Made {
    column: Value,
    /// How many bytes its pages have.
    pub(super) body: u64,
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
        Some(Made { column, body, tail, tail_at: body + MAGIC.len() as u64 })
    }

    fn part(&self, (start, end): Span) -> Option<&[u8]> {
        let from = usize::try_from(start.checked_sub(self.tail_at)?).ok()?;
        self.tail.get(from..usize::try_from(end.checked_sub(self.tail_at)?).ok()?)
    }

    /// The entry of the footer for a chunk that starts at `start`, and its Bloom filter with its place in the part.
    pub(super) fn column(&self, old: &Value, start: i64) -> Option<(Value, Option<Bloom>)> {
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
    pub(super) fn index(&self, index: i16, start: i64) -> Option<Vec<u8>> {
        let bytes = self.part(index_span(&self.column, index)?)?;
        if index == chunk::COLUMN_INDEX {
            Some(bytes.to_vec())
        } else {
            move_pages(bytes, |at| at + start - MAGIC.len() as i64)
        }
    }

    /// The entry of the footer for a chunk of a new column that starts at `start`.
    pub(super) fn new_column(&self, start: i64) -> Option<Value> {
        let mut column = self.column.clone();
        let meta = column.get_mut(chunk::META)?;
        for field in [meta::DATA, meta::DICTIONARY] {
            meta.update(field, |at| at + start - MAGIC.len() as i64);
        }
        column.set_int(chunk::OFFSET, 0);
        Some(column)
    }
}

pub(super) fn lacking(what: &str) -> ParquetError {
    ParquetError::General(format!("the new column lacks {what}"))
}
