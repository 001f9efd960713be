//! The columns of texts: batches of rows, decoded from a row group and restored.

use std::fs::File;
use std::sync::Arc;

use parquet::basic::{ConvertedType, LogicalType, Type};
use parquet::column::reader::{ColumnReaderImpl, get_typed_column_reader};
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaDataReader};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::{ColumnDescPtr, Type as Schema};
use serde_json::Value as Json;

use super::added::Added;
use crate::dump::asked::Asked;
use crate::dump::source_map::{SourceMap, verbatim};
use crate::dump::worker::{Done, Worker};
use crate::dump::{Cleaner, Codec, guard, note};

/// Rows that make a batch, the unit of work.
const BATCH: usize = 64;

/// Values of a column, with the levels that say where they stand.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) values: Vec<ByteArray>,
    pub(super) definitions: Vec<i16>,
    pub(super) repetitions: Vec<i16>,
}

/// The same rows of all columns of texts.
pub(super) struct Rows {
    /// The number of the first row, from 1.
    pub(super) first: u64,
    pub(super) columns: Vec<Batch>,
}

/// A column of texts.
pub(super) struct Column {
    /// The field that it is, by the place in the call.
    pub(super) field: usize,
    pub(super) leaf: usize,
    pub(super) kind: ColumnDescPtr,
}

/// A file that is open for reading.
pub(super) struct Table {
    reader: SerializedFileReader<File>,
    /// The columns of texts, in the order of the call.
    pub(super) columns: Vec<Column>,
}

impl Table {
    /// Opens a file and finds its columns.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or has no such column of text, or one that is to be added. A reader that panics has an
    /// error, too.
    pub(super) fn open(input: &File, asked: &Asked, added: &Added) -> Result<Self> {
        guarded(|| {
            // Indexes of pages are not needed to read all of them, and may be wrong.
            let metadata =
                ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Skip).parse_and_finish(input)?;
            let schema = metadata.file_metadata().schema_descr();
            let columns = columns(schema.columns(), asked)?;
            let is_list = |column: &&Column| column.kind.max_rep_level() > 0;
            if let Some(column) = columns.iter().find(is_list).filter(|_| !added.is_empty()) {
                let field = &asked.fields[column.field];
                return Err(ParquetError::General(format!(
                    "`{field}` holds lists, which are neither annotated nor kept"
                )));
            }
            let is_there = |name: &&str| schema.root_schema().get_fields().iter().any(|field| field.name() == *name);
            if let Some(name) = added.names().find(is_there) {
                return Err(ParquetError::General(format!("a column `{name}` is there already")));
            }
            Ok(Table { reader: SerializedFileReader::new(input.try_clone()?)?, columns })
        })
    }

    /// How many rows a row group has.
    pub(super) fn rows(&self, group: usize) -> u64 {
        u64::try_from(self.reader.metadata().row_group(group).num_rows()).unwrap_or(0)
    }

    pub(super) fn groups(&self) -> usize {
        self.reader.metadata().num_row_groups()
    }

    /// The codec of a column in a row group.
    pub(super) fn codec(&self, group: usize, column: usize) -> parquet::basic::Compression {
        self.reader.metadata().row_group(group).column(self.columns[column].leaf).compression()
    }

    /// A schema of nothing but a column, at the same levels.
    pub(super) fn schema(&self, column: usize) -> Result<Arc<Schema>> {
        let root = self.reader.metadata().file_metadata().schema_descr().root_schema_ptr();
        only(&root, self.columns[column].kind.path().parts(), self.columns[column].kind.self_type_ptr())
    }

    /// The values of a column in a row group.
    pub(super) fn values(&self, group: usize, column: usize) -> Result<Values> {
        let reader = self.reader.get_row_group(group)?.get_column_reader(self.columns[column].leaf)?;
        Ok(Values { reader: get_typed_column_reader(reader), kind: Arc::clone(&self.columns[column].kind) })
    }

    /// Reads a column through, so that damage shows before anything of it is written.
    pub(super) fn check(&self, group: usize, column: usize) -> Result<()> {
        guarded(|| {
            let mut values = self.values(group, column)?;
            let mut count = 0;
            while let Some(batch) = values.next()? {
                count += rows(&batch) as u64;
            }
            let expected = self.rows(group);
            if count == expected { Ok(()) } else { Err(ParquetError::General(format!("{count} rows of {expected}"))) }
        })
    }
}

/// The values of a column in a row group, in batches.
pub(super) struct Values {
    reader: ColumnReaderImpl<ByteArrayType>,
    kind: ColumnDescPtr,
}

impl Values {
    pub(super) fn next(&mut self) -> Result<Option<Batch>> {
        let mut batch = Batch::default();
        let definitions = (self.kind.max_def_level() > 0).then_some(&mut batch.definitions);
        let repetitions = (self.kind.max_rep_level() > 0).then_some(&mut batch.repetitions);
        let (rows, _, _) = self.reader.read_records(BATCH, definitions, repetitions, &mut batch.values)?;
        Ok((rows > 0).then_some(batch))
    }
}

/// The columns that are there of those that are asked for, if they hold text.
fn columns(all: &[ColumnDescPtr], asked: &Asked) -> Result<Vec<Column>> {
    let (mut columns, mut other): (Vec<Column>, _) = (Vec::new(), None);
    for (field, name) in asked.fields.iter().enumerate() {
        let Some(leaf) = leaf(all, name)? else { continue };
        match no_text(&all[leaf]) {
            Some(kind) => other = other.or_else(|| Some(format!("column `{name}` holds {kind}, not strings"))),
            None if columns.iter().any(|column| column.leaf == leaf) => {
                return Err(ParquetError::General(format!("the column `{name}` is named twice")));
            }
            None => columns.push(Column { field, leaf, kind: Arc::clone(&all[leaf]) }),
        }
    }
    if columns.is_empty() {
        let names: Vec<_> = all.iter().take(12).map(|column| column.path().string()).collect();
        let lacking = || format!("{} (there are: {})", asked.lacking("column"), names.join(", "));
        return Err(ParquetError::General(other.unwrap_or_else(lacking)));
    }
    Ok(columns)
}

/// The leaf that a name or path stands for, if it is there.
fn leaf(columns: &[ColumnDescPtr], field: &str) -> Result<Option<usize>> {
    let is_named = |column: &ColumnDescPtr| column.path().string() == field;
    let is_below = |column: &ColumnDescPtr| column.path().parts().first().is_some_and(|part| part == field);
    let only = |is_it: &dyn Fn(&ColumnDescPtr) -> bool| {
        let mut found = (0..columns.len()).filter(|&leaf| is_it(&columns[leaf]));
        (found.next(), found.next())
    };
    // A list of strings has one leaf, whatever the names in between.
    match (only(&is_named), only(&is_below)) {
        ((Some(leaf), None), _) | ((None, _), (Some(leaf), None)) => Ok(Some(leaf)),
        ((Some(_), Some(_)), _) => Err(ParquetError::General(format!("two columns are named `{field}`"))),
        _ => Ok(None),
    }
}

/// What a column holds that is no text, if so.
fn no_text(column: &ColumnDescPtr) -> Option<String> {
    if column.physical_type() != Type::BYTE_ARRAY {
        return Some(column.physical_type().to_string());
    }
    match (column.logical_type_ref(), column.converted_type()) {
        (None | Some(LogicalType::String), ConvertedType::NONE | ConvertedType::UTF8) => None,
        (Some(kind), _) => Some(format!("{kind:?}")),
        (None, kind) => Some(kind.to_string()),
    }
}

/// A type with nothing in it but what leads to a leaf.
pub(super) fn only(schema: &Schema, path: &[String], leaf: Arc<Schema>) -> Result<Arc<Schema>> {
    let Some((name, rest)) = path.split_first() else { return Ok(leaf) };
    let inner = schema.get_fields().iter().find(|inner| inner.name() == name);
    let inner = inner.ok_or_else(|| ParquetError::General(format!("no field `{name}`")))?;
    let field = only(inner, rest, leaf)?;
    let mut group = Schema::group_type_builder(schema.name()).with_fields(vec![field]);
    if schema.get_basic_info().has_repetition() {
        group = group.with_repetition(schema.get_basic_info().repetition());
    }
    Ok(Arc::new(group.build()?))
}

/// Runs a part of the reader; if it panics, that is an error of the file.
pub(super) fn guarded<T>(read: impl FnOnce() -> Result<T>) -> Result<T> {
    let failed = || Err(ParquetError::General("damaged: the reader failed on it".into()));
    guard::guarded(read).unwrap_or_else(failed)
}

pub(super) fn rows(batch: &Batch) -> usize {
    match (batch.repetitions.as_slice(), batch.definitions.as_slice()) {
        ([], []) => batch.values.len(),
        ([], definitions) => definitions.len(),
        (repetitions, _) => repetitions.iter().filter(|&&level| level == 0).count(),
    }
}

/// What became of some rows.
pub(super) struct Cleaned {
    pub(super) done: Done,
    /// The rows, restored.
    pub(super) rows: Rows,
    /// The values that changed: the column, and which of its values.
    pub(super) changes: Vec<(usize, usize)>,
    /// The texts as they were, of each row those of all fields, if they are kept.
    pub(super) kept: Vec<Vec<Option<ByteArray>>>,
    /// The annotation of each row, if there are to be any.
    pub(super) annotations: Vec<Option<Json>>,
}

/// Restores the values of some rows.
pub(super) fn clean(cleaner: &Cleaner<'_>, file: &str, table: &[Column], rows: Rows) -> Cleaned {
    let mut worker = Worker::new(cleaner, file);
    let asked = &cleaner.asked;
    let (mut changes, mut kept, mut annotations) = (Vec::new(), Vec::new(), Vec::new());
    let Rows { first, mut columns } = rows;
    let count = columns.first().map_or(0, self::rows);
    let mut cursors: Vec<Cursor> = table.iter().map(Cursor::new).collect();
    for row in (first..).take(count) {
        worker.record();
        if asked.keep.is_some() {
            let mut texts = vec![None; asked.fields.len()];
            for (cursor, batch) in cursors.iter().zip(&columns) {
                texts[cursor.field] = cursor.has_value(batch).then(|| batch.values[cursor.value].clone());
            }
            kept.push(texts);
        }
        let mut look = |worker: &mut Worker<'_>| {
            for (at, (cursor, batch)) in cursors.iter_mut().zip(&mut columns).enumerate() {
                worker.turn_to(cursor.field);
                cursor.row(batch, |number, value| {
                    if restore(value, row, worker) {
                        changes.push((at, number));
                    }
                });
            }
        };
        if table.len() == 1 {
            look(&mut worker)
        } else {
            worker.as_one(look)
        }
        if asked.annotate {
            let notes = worker.notes();
            annotations.push(note::annotation(&notes).and_then(|annotation| serde_json::to_value(annotation).ok()));
        }
    }
    // Nothing is compressed here, so nothing can fail.
    let done = worker.finish(None, false, Codec::Plain).unwrap_or_default();
    Cleaned { done, rows: Rows { first, columns }, changes, kept, annotations }
}

/// A place in a batch.
struct Cursor {
    field: usize,
    /// The level of what is there.
    level: i16,
    slot: usize,
    value: usize,
}

impl Cursor {
    fn new(column: &Column) -> Cursor {
        Cursor { field: column.field, level: column.kind.max_def_level(), slot: 0, value: 0 }
    }

    fn has_value(&self, batch: &Batch) -> bool {
        batch.definitions.get(self.slot).is_none_or(|&found| found == self.level) && self.value < batch.values.len()
    }

    /// Goes through the values of the next row.
    fn row(&mut self, batch: &mut Batch, mut with: impl FnMut(usize, &mut ByteArray)) {
        loop {
            if self.has_value(batch) {
                with(self.value, &mut batch.values[self.value]);
                self.value += 1;
            }
            self.slot += 1;
            if batch.repetitions.get(self.slot).is_none_or(|&level| level == 0) {
                return;
            }
        }
    }
}

/// Restores a value; whether it changed.
fn restore(value: &mut ByteArray, row: u64, worker: &mut Worker<'_>) -> bool {
    let new = match std::str::from_utf8(value.data()) {
        Err(e) => {
            worker.fault(row, format!("invalid UTF-8 at byte {}", e.valid_up_to()));
            return false;
        }
        Ok(text) => {
            let map = SourceMap::plain(text);
            worker.seen(text.len());
            worker.restored(row, text.as_bytes(), &map, verbatim)
        }
    };
    let Some(new) = new else { return false };
    *value = ByteArray::from(new);
    true
}
