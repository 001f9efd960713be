//! Columns that a table gains: the texts as they were, and what was found in them.

use super::super::asked::Asked;
use super::super::note::{self, Note};
use super::dialect::Dialect;
use crate::dump::ANNOTATION;
use crate::json::Annotation;

/// What the columns of an annotation are about: those of lists and objects hold JSON.
const PARTS: [&str; 5] = ["spun", "spinner", "damage", "edits", "version"];

/// The columns that a table gains, behind its own.
#[derive(Clone, Debug)]
pub(super) struct Added {
    /// How many of the names are those of texts as they were, one for each field.
    kept: usize,
    names: Vec<String>,
}

impl Added {
    pub(super) fn of(asked: &Asked) -> Added {
        let mut names = asked.kept();
        let kept = names.len();
        if asked.annotate {
            names.extend(PARTS.map(|part| format!("{ANNOTATION}_{part}")));
        }
        Added { kept, names }
    }

    /// All names.
    pub(super) fn all(&self) -> &[String] {
        &self.names
    }

    /// The names, as they follow those of the header.
    pub(super) fn names(&self, dialect: Dialect) -> Result<Vec<u8>, String> {
        let mut out = Vec::new();
        for name in &self.names {
            out.push(dialect.delimiter);
            let spelt = dialect.spelt(name);
            out.extend(spelt.ok_or_else(|| format!("`{}` cannot be the name of a column", name.escape_debug()))?);
        }
        Ok(out)
    }

    /// The cells of a row, as they follow its own; `raw` gives a field as it was written.
    pub(super) fn cells<'r>(&self, dialect: Dialect, raw: impl Fn(usize) -> &'r [u8], notes: &[Note]) -> Vec<u8> {
        let mut out = Vec::new();
        for field in 0..self.kept {
            out.push(dialect.delimiter);
            out.extend_from_slice(raw(field));
        }
        if self.kept < self.names.len() {
            // A row whose text was not read says nothing of it.
            let cells = note::annotation(notes).map_or_else(Default::default, |annotation| self::parts(&annotation));
            for cell in cells {
                out.push(dialect.delimiter);
                out.extend(dialect.spelt(&cell).unwrap_or_default());
            }
        }
        out
    }
}

/// An annotation as cells. JSON has neither tabs nor line ends in its strings.
fn parts(annotation: &Annotation<'_>) -> [String; PARTS.len()] {
    let json = |value: Result<String, serde_json::Error>| value.unwrap_or_default();
    let damage =
        if annotation.damage.is_empty() { String::new() } else { json(serde_json::to_string(&*annotation.damage)) };
    [
        json(serde_json::to_string(&annotation.spun)),
        annotation.spinner.unwrap_or_default().to_string(),
        damage,
        json(serde_json::to_string(&annotation.edits)),
        annotation.version.to_string(),
    ]
}
