//! Annotations of a Parquet file, read back: structs become the documented JSON again.

use std::fs::File;

use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use parquet::schema::types::Type;
use serde_json::{Map, Value, json};

use super::rows::guarded;
use super::said;
use crate::dump::ANNOTATION;
use crate::dump::annotated::Take;

/// Reads the annotations of a file; a row without one is none.
///
/// # Errors
///
/// If the file cannot be read or has no column of annotations, or one of them is not taken.
pub(in crate::dump) fn annotations(file: File, take: &mut Take<'_>) -> Result<(), String> {
    guarded(|| {
        let reader = SerializedFileReader::new(file)?;
        let root = reader.metadata().file_metadata().schema_descr().root_schema();
        let column = root.get_fields().iter().find(|field| field.name() == ANNOTATION);
        let column = column.ok_or_else(|| ParquetError::General(format!("no column `{ANNOTATION}`")))?;
        let wanted = Type::group_type_builder(root.name()).with_fields(vec![column.clone()]).build()?;
        for (row, number) in reader.get_row_iter(Some(wanted))?.zip(1..) {
            let row = row?;
            let value = row.get_column_iter().next().map_or(Value::Null, |(_, field)| value(field));
            let failed = |reason: String| ParquetError::General(format!("record {number}: {reason}"));
            let annotation = match value {
                // As `unspin.datasets` writes it.
                Value::String(text) => serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?,
                other => other,
            };
            if let Value::Object(mut annotation) = annotation {
                // The documented JSON leaves out what is empty.
                annotation.entry("edits").or_insert_with(|| json!([]));
                take(number, annotation.into()).map_err(failed)?;
            }
        }
        Ok(())
    })
    .map_err(|error| said(&error))
}

/// A value as JSON; what is missing is left out of its struct.
fn value(field: &Field) -> Value {
    match field {
        Field::Bool(is) => Value::from(*is),
        Field::Byte(number) => Value::from(*number),
        Field::Short(number) => Value::from(*number),
        Field::Int(number) => Value::from(*number),
        Field::Long(number) => Value::from(*number),
        Field::UByte(number) => Value::from(*number),
        Field::UShort(number) => Value::from(*number),
        Field::UInt(number) => Value::from(*number),
        Field::ULong(number) => Value::from(*number),
        Field::Float(number) => Value::from(*number),
        Field::Double(number) => Value::from(*number),
        Field::Str(text) => Value::from(text.as_str()),
        Field::Bytes(bytes) => Value::from(String::from_utf8_lossy(bytes.data())),
        Field::Group(row) => {
            let fields = row.get_column_iter().map(|(name, field)| (name.clone(), value(field)));
            Value::from(fields.filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>())
        }
        Field::ListInternal(list) => list.elements().iter().map(value).collect(),
        Field::MapInternal(map) => {
            let pairs = map.entries().iter().filter_map(|(key, field)| match key {
                Field::Str(key) => Some((key.clone(), value(field))),
                _ => None,
            });
            Value::from(pairs.collect::<Map<_, _>>())
        }
        // Nothing of an annotation is a date or a decimal number.
        _ => Value::Null,
    }
}
