//! Edits that somebody has looked at: read from a file of the documented JSON, and given to the cleaner.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use memchr::memmem;
use serde_json::{Map, Value};

use super::inputs;
use super::report::plural;
use super::sniff;
use super::status::Refusal;
use crate::dump::annotated::{self, Unread};
use crate::dump::{ANNOTATION, Codec, Format, Reviewer, Seen};
use crate::{Edit, Unspin};

/// The most JSON that is read of a file, in bytes: it is held as a whole.
const MAX_FILE: u64 = 256 << 20;
/// Bytes that tell what a file is.
const HEAD: u64 = 64 << 10;
/// The key of an annotation, as it is written.
const MARK: &[u8] = b"\"unspin\"";

/// What is done with the edits of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Those that are not rejected are made, and nothing else; the engine is not asked.
    Apply,
    /// The engine is asked; what it finds is made unless it was rejected.
    LeaveRejected,
}

/// A file, a record and a field; edits that name no file are of whatever file is read, those that name no field of the
/// first that is asked for.
type Place = (Option<String>, u64, Option<String>);

/// Edits by the record that they are of.
#[derive(Debug)]
pub(super) struct Reviewed {
    mode: Mode,
    edits: BTreeMap<Place, Vec<Decided>>,
    /// The field of edits that name none.
    first: String,
    /// Lines of JSON, or records of another format, that could not be read among annotated ones.
    unread: Unread,
    /// What these are: lines or records.
    unit: &'static str,
    /// The places that were seen.
    seen: Mutex<BTreeSet<Place>>,
}

#[derive(Clone, Debug)]
struct Decided {
    edit: Edit,
    /// What stands there, where the file says so.
    from: Option<String>,
    is_rejected: bool,
}

impl Reviewed {
    /// Reads edits: a restoration or an annotation, a list of edits, an edit a line with its file, its record, its field and a
    /// decision, or what `--annotate` wrote in any format. Of those that name no field it is `first`.
    pub(super) fn read(path: &Path, mode: Mode, first: &str, unspin: &Unspin) -> Result<Reviewed, Refusal> {
        let failed = |error: io::Error| Refusal::failed(format!("{}: {error}", path.display()));
        let refused = |reason: String| Refusal::from(format!("{}: {reason}", path.display()));
        let file = File::open(path).map_err(failed)?;
        let mut head = Vec::new();
        (&file).take(HEAD).read_to_end(&mut head).map_err(failed)?;
        let format = annotated_format(path, &head).map_err(refused)?;
        let file = File::open(path).map_err(failed)?;
        let mut reviewed = Reviewed {
            mode,
            edits: BTreeMap::new(),
            first: first.to_string(),
            unread: Unread::default(),
            unit: if format.is_some() { "record" } else { "line" },
            seen: Mutex::default(),
        };
        match format {
            Some(format) => {
                let mut take = |record, annotation| reviewed.add(annotation, (None, record, None));
                let unread = annotated::annotations(unspin, format, file, &mut take).map_err(refused)?;
                reviewed.unread = unread;
            }
            None => {
                let mut bytes = Vec::new();
                let unpacked = Codec::open(file).map_err(failed)?.1;
                unpacked.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(failed)?;
                if bytes.len() as u64 > MAX_FILE {
                    return Err(refused(format!("more than {} MiB of edits", MAX_FILE >> 20)));
                }
                reviewed.add_all(&bytes).map_err(refused)?;
            }
        }
        for edits in reviewed.edits.values_mut() {
            edits.sort_by_key(|decided| (decided.edit.span.start, decided.edit.span.end));
            // What was said twice is one edit.
            edits.dedup_by(|one, other| {
                one.is_rejected == other.is_rejected
                    && one.edit.span == other.edit.span
                    && one.edit.replacement == other.edit.replacement
            });
        }
        Ok(reviewed)
    }

    /// Adds the edits of all values of a file.
    fn add_all(&mut self, bytes: &[u8]) -> Result<(), String> {
        let ends = |bytes: &[u8]| bytes.iter().filter(|&&byte| byte == b'\n').count();
        let (mut rest, mut line, mut strange, mut is_annotated) = (bytes, 1, None, false);
        loop {
            let trimmed = rest.trim_ascii_start();
            line += ends(&rest[..rest.len() - trimmed.len()]);
            rest = trimmed;
            let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<Value>();
            let wrong = |reason: String| format!("value at line {line}: {reason}");
            let Some(value) = values.next() else { break };
            let read = match value {
                Err(error) if is_annotated || memmem::find(rest, MARK).is_some() => {
                    self.unread.add(line as u64);
                    strange.get_or_insert_with(|| told(&error, line));
                    rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len())
                }
                Err(error) => return Err(told(&error, line)),
                Ok(value) => {
                    match value.get(ANNOTATION) {
                        Some(Value::Object(annotation)) => {
                            is_annotated = true;
                            self.add(annotation.clone().into(), (None, line as u64, None)).map_err(wrong)?;
                        }
                        // Among annotated records stand those that could not be read.
                        _ if is_other(&value) => {
                            strange.get_or_insert_with(|| wrong("no edit: missing field `start`".into()));
                        }
                        _ => self.add(value, (None, 1, None)).map_err(wrong)?,
                    }
                    values.byte_offset()
                }
            };
            line += ends(&rest[..read]);
            rest = &rest[read..];
        }
        strange.filter(|_| !is_annotated).map_or(Ok(()), Err)
    }

    /// Adds the edits of a value that stands below a place.
    fn add(&mut self, value: Value, place: Place) -> Result<(), String> {
        let mut fields = match value {
            Value::Array(values) => return values.into_iter().try_for_each(|value| self.add(value, place.clone())),
            Value::Object(fields) => fields,
            other => return Err(format!("{other} is no edit")),
        };
        let file = fields.remove("file").and_then(|file| file.as_str().map(String::from)).or(place.0);
        let record = match fields.remove("record") {
            Some(record) => record.as_u64().ok_or("`record` is no number from 1 on")?,
            None => place.1,
        };
        let field = fields.remove("field").and_then(|field| field.as_str().map(String::from)).or(place.2);
        let place = (file, record, field);
        match fields.remove("edits") {
            Some(edits @ Value::Array(_)) => {
                // A record without edits is reviewed, too.
                self.edits.entry(place.clone()).or_default();
                self.add(edits, place)
            }
            Some(_) => Err("`edits` is no list".into()),
            None => {
                let decided = decided(fields)?;
                self.edits.entry(place).or_default().push(decided);
                Ok(())
            }
        }
    }

    /// The edits of a record.
    fn of(&self, seen: &Seen<'_>) -> &[Decided] {
        let (file, field) = (Some(seen.file.to_string()), seen.field.map(String::from));
        let is_first = field.as_ref().is_none_or(|field| *field == self.first);
        let unnamed = [&file, &None].map(|file| (file.clone(), seen.record, None)).into_iter().filter(|_| is_first);
        let named = [&file, &None].map(|file| (file.clone(), seen.record, field.clone()));
        let Some((place, edits)) =
            named.into_iter().chain(unnamed).find_map(|place| self.edits.get(&place).map(|edits| (place, edits)))
        else {
            return &[];
        };
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(place);
        edits
    }

    /// What could not be done: edits whose places nobody has seen, and lines that could not be read.
    pub(super) fn unmet(&self) -> Vec<String> {
        let Unread { count, first } = self.unread;
        let unread = (count > 0).then(|| {
            let (some, unit) = (plural(count, self.unit), self.unit);
            let what = if unit == "line" { "of no JSON" } else { "that cannot be read" };
            format!(
                "{some} {what} among the annotated records, the first is {unit} {first}: edits of theirs are not made"
            )
        });
        self.unseen().into_iter().chain(unread).collect()
    }

    /// What there are edits for and nobody has seen: how many edits, and the first place.
    fn unseen(&self) -> Option<String> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let left = || self.edits.iter().filter(|(place, edits)| !edits.is_empty() && !seen.contains(*place));
        let count: usize = left().map(|(_, edits)| edits.len()).sum();
        let ((file, record, field), _) = left().next()?;
        let field = field.as_ref().map_or(String::new(), |field| format!(", field `{field}`"));
        let file = file.as_deref().unwrap_or("any file");
        let edits = plural(count as u64, "edit");
        Some(format!("{edits} not made: no such record was seen; the first is of record {record} of {file}{field}"))
    }
}

/// An error of a value that starts in a line, with the line of the file.
fn told(error: &serde_json::Error, line: usize) -> String {
    let (own, line) = (format!(" at line {} column", error.line()), line + error.line().saturating_sub(1));
    error.to_string().replace(&own, &format!(" at line {line} column"))
}

/// Whether a value is an object that has nothing of an edit or of a list of them.
fn is_other(value: &Value) -> bool {
    value.as_object().is_some_and(|fields| ["start", "end", "to", "edits"].iter().all(|key| !fields.contains_key(*key)))
}

/// The format of a file in which annotations stand beside the records; `None` if it is JSON.
///
/// # Errors
///
/// What it is, if there can be no edits in it.
fn annotated_format(path: &Path, head: &[u8]) -> Result<Option<Format>, String> {
    const PLACES: &str = "edits are read from JSON and from what `clean --annotate` writes";
    if head.starts_with(b"PAR1") {
        let is_read = annotated::has_annotations(Format::Parquet);
        return if is_read { Ok(Some(Format::Parquet)) } else { Err(inputs::WITHOUT_PARQUET.into()) };
    }
    let named = Format::of_name(&path.to_string_lossy());
    let found = match sniff::format(head, &annotated::columns()) {
        // A header may have names that are no words.
        Ok(Format::Text) => named.filter(|format| matches!(format, Format::Csv | Format::Tsv)),
        Ok(format) => Some(format),
        // Lists and documents of JSON, too, and what is compressed in larger blocks.
        Err(what) => match sniff::foreign(&sniff::unpacked(head).1).or_else(|| sniff::foreign(head)) {
            Some(_) => return Err(format!("is {what}; {PLACES}")),
            None => named,
        },
    };
    Ok(found.filter(|format| annotated::has_annotations(*format)))
}

/// An edit with what was decided of it.
fn decided(mut fields: Map<String, Value>) -> Result<Decided, String> {
    let is_rejected = match fields.remove("decision") {
        None => false,
        Some(Value::String(decision)) if decision == "accept" => false,
        Some(Value::String(decision)) if decision == "reject" => true,
        Some(other) => return Err(format!("`decision` is accept or reject, not {other}")),
    };
    let from = fields.get("from").and_then(Value::as_str).map(String::from);
    // A reviewer may have written an edit by hand.
    for (key, value) in [("confidence", Value::from(1.0)), ("channel", "reviewed".into()), ("entry", Value::Null)] {
        fields.entry(key).or_insert(value);
    }
    let edit: Edit = serde_json::from_value(Value::Object(fields)).map_err(|error| format!("no edit: {error}"))?;
    Ok(Decided { edit, from, is_rejected })
}

impl Reviewer for Reviewed {
    fn given(&self, seen: Seen<'_>) -> Result<Option<Vec<Edit>>, String> {
        if self.mode != Mode::Apply {
            return Ok(None);
        }
        let mut edits: Vec<Edit> = Vec::new();
        for Decided { edit, from, is_rejected } in self.of(&seen) {
            if *is_rejected {
                continue;
            }
            let (start, end) = (edit.span.start, edit.span.end);
            let Some(found) = seen.text.get(edit.span.clone()) else {
                return Err(format!("the edit {start}..{end} does not fit the text; no edit is made"));
            };
            if from.as_ref().is_some_and(|from| from != found) {
                return Err(format!("the edit {start}..{end} is of other words than stand there; no edit is made"));
            }
            if edits.last().is_some_and(|last| last.span.end > start) {
                return Err(format!("the edit {start}..{end} overlaps the one before it; no edit is made"));
            }
            edits.push(edit.clone());
        }
        Ok(Some(edits))
    }

    fn admits(&self, seen: Seen<'_>, edit: &Edit) -> bool {
        let is_this = |other: &Edit| other.span == edit.span && other.replacement == edit.replacement;
        self.mode == Mode::Apply || !self.of(&seen).iter().any(|other| other.is_rejected && is_this(&other.edit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, mode: Mode) -> Result<Reviewed, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        Reviewed::read(file.path(), mode, "text", &Unspin::new()).map_err(|refusal| refusal.reason)
    }

    #[test]
    fn edits_come_in_each_shape_of_the_documented_json() {
        let edit = r#"{"start":4,"end":8,"from":"home","to":"house"}"#;
        for text in [
            edit.to_string(),
            format!("[{edit}]"),
            format!("{{\"spun\": 1, \"edits\": [\n{edit}]}}\n"),
            edit.replace('{', r#"{"file":"a.txt","record":1,"decision":"accept","#),
            format!("{}\n{}", edit.replace('{', r#"{"record":1,"#), edit.replace('{', r#"{"record":2,"#)),
        ] {
            let reviewed = read(&text, Mode::Apply).unwrap();
            let seen = Seen { file: "a.txt", record: 1, field: None, text: "the home" };
            assert_eq!(reviewed.given(seen).unwrap().unwrap()[0].replacement, "house", "{text}");
            let other = Seen { text: "the hill", ..seen };
            assert!(reviewed.given(other).unwrap_err().contains("other words"), "{text}");
        }
    }

    #[test]
    fn what_is_no_edit_is_refused_with_its_line() {
        for (text, reason) in [
            ("[{\"start\":0}\n", "EOF"),
            ("{\"edits\":[]}\n\n{\"edits\":\n[}", "expected value at line 4 column 2"),
            ("{\"edits\":[]}\n\noops \"unspin\"\n", "expected value at line 3 column 1"),
            ("{\"edits\":[]}\n\n{\"start\":0}", "value at line 3: no edit: missing field"),
            ("7", "value at line 1: 7 is no edit"),
            (r#"{"edits":{}}"#, "no list"),
            (r#"{"start":0,"end":1,"to":"x","decision":"perhaps"}"#, "accept or reject"),
        ] {
            let found = read(text, Mode::Apply).unwrap_err();
            assert!(found.contains(reason), "{text}: {found}");
        }
    }

    #[test]
    fn rejected_edits_are_not_admitted() {
        let text = r#"{"file":"a","record":2,"start":0,"end":4,"to":"house","decision":"reject"}"#;
        let reviewed = read(text, Mode::LeaveRejected).unwrap();
        let edit = reviewed.edits.values().next().unwrap()[0].edit.clone();
        let seen = Seen { file: "a", record: 2, field: None, text: "home" };
        assert!(reviewed.unmet()[0].starts_with("1 edit not made"));
        assert!(!reviewed.admits(seen, &edit) && reviewed.admits(Seen { record: 1, ..seen }, &edit));
        assert!(reviewed.admits(seen, &Edit { replacement: "hut".into(), ..edit }));
        assert!(reviewed.unmet().is_empty());
        assert_eq!(reviewed.given(seen).unwrap(), None);
    }
}
