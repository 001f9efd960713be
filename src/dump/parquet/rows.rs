//! The values of the text's column: batches of rows, decoded from a row group and restored.

use std::fs::File;
use std::sync::Arc;

use parquet::basic::{ConvertedType, LogicalType, Type};
use parquet::column::reader::{ColumnReaderImpl, get_typed_column_reader};
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaDataReader};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::{ColumnDescPtr, Type as Schema};

use crate::dump::source_map::{SourceMap, verbatim};
use crate::dump::worker::{Done, Worker};
use crate::dump::{Cleaner, Codec, guard};

/// Rows that make a batch, the unit of work.
const BATCH: usize = 64;

/// Values of the column, with the levels that say where they stand.
#[derive(Default)]
pub(super) struct Batch {
    /// The number of the first row, from 1.
    pub(super) first: u64,
    pub(super) values: Vec<ByteArray>,
    pub(super) definitions: Vec<i16>,
    pub(super) repetitions: Vec<i16>,
}

/// A file that is open for reading.
pub(super) struct Table {
    reader: SerializedFileReader<File>,
    /// The leaf that holds the text.
    pub(super) leaf: usize,
    pub(super) column: ColumnDescPtr,
}

impl Table {
    /// Opens a file and finds its column.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or has no such column of text. A reader that panics has an error, too.
    pub(super) fn open(input: &File, field: &str) -> Result<Self> {
        guarded(|| {
            // Indexes of pages are not needed to read all of them, and may be wrong.
            let metadata =
                ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Skip).parse_and_finish(input)?;
            let leaf = leaf(metadata.file_metadata().schema_descr().columns(), field)?;
            let column = metadata.file_metadata().schema_descr().column(leaf);
            if let Some(kind) = no_text(&column) {
                return Err(ParquetError::General(format!("column `{field}` holds {kind}, not strings")));
            }
            Ok(Table { reader: SerializedFileReader::new(input.try_clone()?)?, leaf, column })
        })
    }

    /// How many rows a row group has.
    pub(super) fn rows(&self, group: usize) -> u64 {
        u64::try_from(self.reader.metadata().row_group(group).num_rows()).unwrap_or(0)
    }

    pub(super) fn groups(&self) -> usize {
        self.reader.metadata().num_row_groups()
    }

    /// The codec of the column in a row group.
    pub(super) fn codec(&self, group: usize) -> parquet::basic::Compression {
        self.reader.metadata().row_group(group).column(self.leaf).compression()
    }

    /// A schema of nothing but the column, at the same levels.
    pub(super) fn schema(&self) -> Result<Arc<Schema>> {
        let root = self.reader.metadata().file_metadata().schema_descr().root_schema_ptr();
        only(&root, self.column.path().parts(), self.column.self_type_ptr())
    }

    /// The values of the column in a row group.
    pub(super) fn values(&self, group: usize) -> Result<ColumnReaderImpl<ByteArrayType>> {
        Ok(get_typed_column_reader(self.reader.get_row_group(group)?.get_column_reader(self.leaf)?))
    }

    /// Reads the column through, so that damage shows before anything of it is written.
    pub(super) fn check(&self, group: usize) -> Result<()> {
        guarded(|| {
            let mut values = self.values(group)?;
            let mut count = 0;
            while let Some(batch) = self.batch(&mut values, 1)? {
                count += rows(&batch) as u64;
            }
            let expected = self.rows(group);
            if count == expected { Ok(()) } else { Err(ParquetError::General(format!("{count} rows of {expected}"))) }
        })
    }

    pub(super) fn batch(&self, values: &mut ColumnReaderImpl<ByteArrayType>, first: u64) -> Result<Option<Batch>> {
        let mut batch = Batch { first, ..Batch::default() };
        let definitions = (self.column.max_def_level() > 0).then_some(&mut batch.definitions);
        let repetitions = (self.column.max_rep_level() > 0).then_some(&mut batch.repetitions);
        let (rows, _, _) = values.read_records(BATCH, definitions, repetitions, &mut batch.values)?;
        Ok((rows > 0).then_some(batch))
    }
}

/// The leaf that a name or path stands for.
fn leaf(columns: &[ColumnDescPtr], field: &str) -> Result<usize> {
    let is_named = |column: &ColumnDescPtr| column.path().string() == field;
    let is_below = |column: &ColumnDescPtr| column.path().parts().first().is_some_and(|part| part == field);
    let only = |is_it: &dyn Fn(&ColumnDescPtr) -> bool| {
        let mut found = (0..columns.len()).filter(|&leaf| is_it(&columns[leaf]));
        (found.next(), found.next())
    };
    // A list of strings has one leaf, whatever the names in between.
    match (only(&is_named), only(&is_below)) {
        ((Some(leaf), None), _) | ((None, _), (Some(leaf), None)) => Ok(leaf),
        ((Some(_), Some(_)), _) => Err(ParquetError::General(format!("two columns are named `{field}`"))),
        _ => {
            let names: Vec<_> = columns.iter().take(12).map(|c| c.path().string()).collect();
            Err(ParquetError::General(format!("no column `{field}` (there are: {})", names.join(", "))))
        }
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
fn only(schema: &Schema, path: &[String], leaf: Arc<Schema>) -> Result<Arc<Schema>> {
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

/// Restores the values of a batch.
pub(super) fn clean(cleaner: &Cleaner<'_>, file: &str, level: i16, mut batch: Batch) -> (Batch, Done) {
    let mut worker = Worker::new(cleaner, file);
    let mut values = batch.values.iter_mut();
    let mut row = batch.first.saturating_sub(u64::from(!batch.repetitions.is_empty()));
    let slots = batch.definitions.len().max(values.len());
    for slot in 0..slots {
        if batch.repetitions.get(slot).is_none_or(|&level| level == 0) {
            row += u64::from(!batch.repetitions.is_empty() || slot > 0);
            worker.record();
        }
        if batch.definitions.get(slot).is_none_or(|&found| found == level)
            && let Some(value) = values.next()
        {
            restore(value, row, &mut worker);
        }
    }
    // Nothing is compressed here, so nothing can fail.
    (batch, worker.finish(None, false, Codec::Plain).unwrap_or_default())
}

fn restore(value: &mut ByteArray, row: u64, worker: &mut Worker<'_>) {
    let new = match std::str::from_utf8(value.data()) {
        Err(e) => {
            worker.fault(row, format!("invalid UTF-8 at byte {}", e.valid_up_to()));
            return;
        }
        Ok(text) => {
            let map = SourceMap::plain(text);
            worker.seen(text.len());
            worker.restored(row, text.as_bytes(), &map, verbatim)
        }
    };
    if let Some(new) = new {
        *value = ByteArray::from(new);
    }
}
