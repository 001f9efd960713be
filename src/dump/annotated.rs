//! Annotations read back: what `--annotate` wrote into tables, archives and Parquet, for those who make its edits later.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use super::csv::EDITS;
use super::{Cleaner, Codec, Format, Progress, Reviewer, Seen, warc};
use crate::{Edit, Unspin};

/// The columns of tables that hold edits.
pub(crate) fn columns() -> [String; 1] {
    [EDITS.to_string()]
}

/// Takes the annotation of a record, by its number in the file that was annotated.
pub(crate) type Take<'t> = dyn FnMut(u64, Value) -> Result<(), String> + Send + 't;

/// Records, or lines, that could not be read: how many, and the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Unread {
    pub(crate) count: u64,
    pub(crate) first: u64,
}

impl Unread {
    /// Counts one.
    pub(crate) fn add(&mut self, record: u64) {
        self.first = if self.count == 0 { record } else { self.first.min(record) };
        self.count += 1;
    }
}

/// Whether annotations of a format are read here. Those of JSON lines are lines of JSON among others.
pub(crate) fn has_annotations(format: Format) -> bool {
    matches!(format, Format::Csv | Format::Tsv | Format::Wet | Format::Warc) || is_parquet(format)
}

fn is_parquet(format: Format) -> bool {
    cfg!(feature = "parquet") && format == Format::Parquet
}

/// Reads the annotations of a file, and says which records have none because they cannot be read.
///
/// # Errors
///
/// If the file as a whole cannot be read or has no place for annotations, or what an annotation is not taken for.
pub(crate) fn annotations(unspin: &Unspin, format: Format, file: File, take: &mut Take<'_>) -> Result<Unread, String> {
    match format {
        Format::Csv | Format::Tsv => of_table(unspin, format, file, take),
        Format::Wet | Format::Warc => warc::annotations(file, take),
        #[cfg(feature = "parquet")]
        Format::Parquet => super::parquet::annotations(file, take).map(|()| Unread::default()),
        other => Err(format!("{other} has no annotations")),
    }
}

/// A table is read as any other, with the column of the edits for its texts; nothing of it is changed.
fn of_table(unspin: &Unspin, format: Format, file: File, take: &mut Take<'_>) -> Result<Unread, String> {
    let cells = Cells(Mutex::new(State { take, refused: BTreeMap::new() }));
    let (mut unread, mut failure) = (Unread::default(), None);
    let watch = |news: Progress<'_>| match news {
        Progress::Fault(fault) if fault.record == 0 => failure = Some(fault.reason.clone()),
        Progress::Fault(fault) => unread.add(fault.record),
        Progress::Records(_) => {}
    };
    let cleaner = Cleaner::new(unspin).fields([EDITS]).reviewer(&cells);
    let read = cleaner.clean("", format, file, &mut io::sink(), Codec::Plain, watch);
    read.map_err(|error| error.to_string())?;
    let mut refused = cells.0.into_inner().unwrap_or_else(PoisonError::into_inner).refused;
    match failure.or_else(|| Some(refused.pop_first()?.1)) {
        Some(reason) => Err(reason),
        None => Ok(unread),
    }
}

/// Hands on the cells of a table that hold edits.
struct Cells<'t, 's>(Mutex<State<'t, 's>>);

struct State<'t, 's> {
    take: &'t mut Take<'s>,
    /// Why a record's cell was not taken.
    refused: BTreeMap<u64, String>,
}

impl fmt::Debug for Cells<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cells")
    }
}

impl Reviewer for Cells<'_, '_> {
    fn given(&self, seen: Seen<'_>) -> Result<Option<Vec<Edit>>, String> {
        if !seen.text.trim().is_empty() {
            let edits = serde_json::from_str::<Value>(seen.text).map_err(|error| error.to_string());
            let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let taken = edits.and_then(|edits| (state.take)(seen.record, json!({ "edits": edits })));
            if let Err(reason) = taken {
                state.refused.insert(seen.record, format!("record {}: {reason}", seen.record));
            }
        }
        Ok(Some(Vec::new()))
    }
}
