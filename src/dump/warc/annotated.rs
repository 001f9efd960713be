//! Annotations of an archive, read back.

use std::fs::File;

use serde_json::Value;

use super::super::annotated::{Take, Unread};
use super::super::codec::Codec;
use super::super::stream::Stream;
use super::{Records, WET, annotation, next};
use crate::dump::ANNOTATION;

/// Reads the annotations of an archive, each of the record that stands before it and that it refers to. Records are numbered as
/// if there were no annotations among them.
///
/// # Errors
///
/// If the file cannot be read, or an annotation is none, refers to another record, or is not taken.
pub(in crate::dump) fn annotations(file: File, take: &mut Take<'_>) -> Result<Unread, String> {
    let (_, input) = Codec::open_records(file, WET.is_start).map_err(|error| error.to_string())?;
    let (mut stream, mut splitter) = (Stream::new(input), Records::default());
    let mut unread = Unread::default();
    // How many annotations came before, and the record that was last: its number and identifier.
    let (mut before, mut last): (u64, Option<(u64, String)>) = (0, None);
    while let Some(block) = stream.block(&mut splitter) {
        block.faults.iter().for_each(|(record, _)| unread.add(record.saturating_sub(before)));
        if block.verbatim || block.part.is_some() {
            last = None;
            continue;
        }
        let (mut rest, mut number) = (block.bytes.as_slice(), block.first);
        while let Some((header, content, _)) = next(&mut rest) {
            if annotation::is_one(&header, content) {
                before += 1;
                let refers_to = header.get("WARC-Refers-To").unwrap_or_default();
                let Some((record, _)) = last.as_ref().filter(|(_, id)| *id == refers_to) else {
                    return Err(format!("the annotation that is record {number} stands not behind its record"));
                };
                let failed = |reason: String| format!("the annotation of record {record}: {reason}");
                let mut value: Value = serde_json::from_slice(content).map_err(|error| failed(error.to_string()))?;
                take(*record, value[ANNOTATION].take()).map_err(failed)?;
            } else {
                let id = header.get("WARC-Record-ID").unwrap_or_default();
                last = Some((number - before, id.into_owned()));
            }
            number += 1;
        }
    }
    Ok(unread)
}
