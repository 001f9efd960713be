//! What was found in a text, kept until its record is annotated.

use super::split_text::Found;
use crate::json::{Annotation, TextOfRecord};
use crate::{Edit, Verdict};

/// What was found in a text; the text itself is not needed any more.
#[derive(Clone, Debug)]
pub(super) struct Note {
    field: Option<String>,
    verdict: Verdict,
    edits: Vec<Edit>,
    /// What each edit replaces.
    replaced: Vec<Box<str>>,
}

impl Note {
    /// What was found in a text; its field is named where a record has several.
    pub(super) fn new(field: Option<&str>, text: &str, found: &Found) -> Note {
        let replaced = |edit: &Edit| text.get(edit.span.clone()).unwrap_or_default().into();
        Note {
            field: field.map(String::from),
            verdict: found.verdict.clone(),
            edits: found.edits.clone(),
            replaced: found.edits.iter().map(replaced).collect(),
        }
    }
}

/// The annotation of a record in whose texts this was found; `None` if none was read.
pub(super) fn annotation(notes: &[Note]) -> Option<Annotation<'_>> {
    Annotation::of_record(notes.iter().map(|note| TextOfRecord {
        field: note.field.as_deref(),
        verdict: &note.verdict,
        edits: &note.edits,
        replaced: &note.replaced,
    }))
}
