//! Writing a file with some column chunks replaced: what follows them is moved, and the footer says where to.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use parquet::errors::{ParquetError, Result};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedColumnWriter;
use parquet::schema::types::Type;

use super::added::Added;
use super::layout::field::{NOTES, ORDERS, ROW_GROUPS, SCHEMA, chunk, element, group, meta};
use super::layout::{Layout, MAGIC, index_span, move_pages, read_at};
use super::made::{self, Chunk, lacking};
use super::rows::Table;
use super::thrift::Value;

/// What other tools say of all columns under these keys; they would not see those that are added.
const OF_ALL_COLUMNS: [&[u8]; 3] =
    [b"ARROW:schema", b"org.apache.spark.sql.parquet.row.metadata", b"parquet.avro.schema"];

/// A file on its way from the input to the output.
pub(super) struct Splice<'o, W> {
    layout: Layout,
    input: File,
    output: &'o mut W,
    /// How many bytes of the input are done, and of the output.
    read: u64,
    written: u64,
    /// Where replaced parts ended in the input, and how far all behind them is moved.
    moves: Vec<(u64, i64)>,
    /// What was replaced, by row group and leaf.
    replaced: BTreeMap<(usize, usize), Replaced>,
    /// Entries of the footer for the chunks that were added, by row group.
    added: BTreeMap<usize, Vec<Value>>,
}

/// A chunk that was replaced.
struct Replaced {
    /// Its entry of the footer, offsets as in the output; those of the indexes do not hold yet.
    column: Value,
    offset_index: Option<Vec<u8>>,
    column_index: Option<Vec<u8>>,
}

impl<'o, W: Write + Send> Splice<'o, W> {
    pub(super) fn new(layout: Layout, input: File, output: &'o mut W) -> Self {
        let (moves, replaced, added) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        Splice { layout, input, output, read: 0, written: 0, moves, replaced, added }
    }

    /// Copies the input up to a place.
    pub(super) fn copy_to(&mut self, end: u64) -> Result<()> {
        let count = end.saturating_sub(self.read);
        self.input.seek(SeekFrom::Start(self.read))?;
        if io::copy(&mut (&self.input).take(count), self.output)? < count {
            return Err(ParquetError::General("the file became shorter while it was read".into()));
        }
        self.read = end.max(self.read);
        self.written += count;
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
        let (start, leaf) = (self.written as i64, table.columns[chunk.column].leaf);
        let old = self.layout.chunk(chunk.group, leaf).ok_or_else(|| lacking("a column"))?;
        let properties = made::properties(old, chunk, table);
        let made = made::write(self.output, table.schema(chunk.column)?, properties, fill)?;
        self.written += made.body;
        let (mut column, bloom) = made.column(old, start).ok_or_else(|| lacking("a column"))?;
        if let Some((at, bytes)) = &bloom {
            self.output.write_all(bytes)?;
            self.written += bytes.len() as u64;
            if let Some(meta) = column.get_mut(chunk::META) {
                meta.set_int(meta::BLOOM, start + *at as i64);
                meta.set_int(meta::BLOOM_LENGTH, bytes.len() as i64);
            }
        }
        let replaced = Replaced {
            offset_index: made.index(chunk::OFFSET_INDEX, start),
            column_index: made.index(chunk::COLUMN_INDEX, 0),
            column,
        };
        self.replaced.insert((chunk.group, leaf), replaced);
        self.read = chunk.span.1;
        self.moves.push((self.read, self.written as i64 - self.read as i64));
        Ok(())
    }

    /// Adds a chunk of a new column to a row group, where the output is, with the values that `fill` gives.
    pub(super) fn add(
        &mut self,
        group: usize,
        schema: Arc<Type>,
        properties: WriterProperties,
        fill: impl FnOnce(&mut SerializedColumnWriter<'_>) -> Result<()>,
    ) -> Result<()> {
        let made = made::write(self.output, schema, properties, fill)?;
        let column = made.new_column(self.written as i64).ok_or_else(|| lacking("a column"))?;
        self.added.entry(group).or_default().push(column);
        self.written += made.body;
        self.moves.push((self.read, self.written as i64 - self.read as i64));
        Ok(())
    }

    /// Writes what is left: the end of the input if nothing was replaced or added, else the rest, indexes and footer.
    pub(super) fn finish(mut self, added: &Added) -> Result<()> {
        if self.replaced.is_empty() && added.is_empty() {
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
                    let new = self.replaced.get(&(number, leaf));
                    let bytes = match new {
                        Some(new) if index == chunk::COLUMN_INDEX => new.column_index.clone(),
                        Some(new) => new.offset_index.clone(),
                        None => old_index(&mut self.input, column, index, &self.moves),
                    };
                    put_index(column, index, bytes, &mut at, self.output)?;
                }
            }
        }
        for ((number, leaf), new) in self.replaced {
            let Some(rows) = footer.list_mut(ROW_GROUPS).get_mut(number) else { continue };
            put_column(rows, leaf, new.column);
        }
        describe(&mut footer, added, self.added)?;
        let mut bytes = Vec::new();
        footer.write(&mut bytes);
        let size = u32::try_from(bytes.len()).map_err(|_| ParquetError::General("the footer is too long".into()))?;
        bytes.extend_from_slice(&size.to_le_bytes());
        bytes.extend_from_slice(MAGIC);
        Ok(self.output.write_all(&bytes)?)
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

/// Puts new columns into a footer: what they are, and their chunks.
fn describe(footer: &mut Value, added: &Added, chunks: BTreeMap<usize, Vec<Value>>) -> Result<()> {
    if added.is_empty() {
        return Ok(());
    }
    let (elements, orders) = added.described()?;
    let schema = footer.elements(SCHEMA).ok_or_else(|| lacking("a schema"))?;
    schema
        .first_mut()
        .ok_or_else(|| lacking("a schema"))?
        .update(element::CHILDREN, |n| n + added.names().count() as i64);
    schema.extend(elements);
    // Files of old writers have none.
    if let Some(old) = footer.elements(ORDERS) {
        old.extend(orders);
    }
    if let Some(notes) = footer.elements(NOTES) {
        notes.retain(
            |note| !matches!(note.get(1), Some(Value::Binary(key)) if OF_ALL_COLUMNS.contains(&key.as_slice())),
        );
    }
    for (number, chunks) in chunks {
        let Some(rows) = footer.list_mut(ROW_GROUPS).get_mut(number) else { continue };
        for new in &chunks {
            let size = |field| new.get(chunk::META).and_then(|meta| meta.int(field)).unwrap_or(0);
            rows.update(group::BYTES, |bytes| bytes + size(meta::UNCOMPRESSED));
            rows.update(group::COMPRESSED, |bytes| bytes + size(meta::COMPRESSED));
        }
        rows.elements(group::COLUMNS).ok_or_else(|| lacking("columns"))?.extend(chunks);
    }
    Ok(())
}
