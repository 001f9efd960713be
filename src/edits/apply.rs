//! Edits as values: serialised, reviewed, applied again to their source.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A replacement of a span of the source. As JSON it reads as `docs/json.md` says.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Edit {
    /// Bytes of the source that are replaced, on character boundaries.
    pub span: Range<usize>,
    /// What stands there instead.
    pub replacement: String,
    /// P(right), between 0 and 1.
    pub confidence: f32,
    /// The spinner whose work is undone; the edits of a text share the name.
    pub spinner: Arc<str>,
    /// The dictionary entry that justifies it; `None` for repairs that follow from other edits.
    pub entry: Option<Entry>,
}

/// A dictionary entry, as provenance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Entry {
    /// The dictionary file; the edits of a text share its name.
    pub file: Arc<str>,
    /// Its line.
    pub line: u32,
    /// How often the pair was observed; 0 if a group alone allows it.
    pub observed: u32,
}

/// Edits that do not fit a text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EditError {
    /// The edit at fault, from 0.
    pub index: usize,
    /// Its span.
    pub span: Range<usize>,
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "edit {} ({}..{}) overlaps the edit before it or does not fit the text",
            self.index, self.span.start, self.span.end
        )
    }
}

impl std::error::Error for EditError {}

/// Applies edits to their source in one pass.
///
/// # Errors
///
/// The first edit that is out of order, overlaps the one before, or is not on character boundaries.
///
/// ```
/// let unspin = unspin::Unspin::new();
/// let source = "The White Home stated that Chinese language officers had been there.";
/// let restored = unspin.restore(source);
/// assert_eq!(unspin::apply(source, restored.edits())?, restored.text());
/// # Ok::<(), unspin::EditError>(())
/// ```
pub fn apply(source: &str, edits: &[Edit]) -> Result<String, EditError> {
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    for (index, edit) in edits.iter().enumerate() {
        let between = (edit.span.start >= at).then(|| source.get(at..edit.span.start)).flatten();
        let fits = source.get(edit.span.clone()).is_some();
        let (Some(between), true) = (between, fits) else {
            return Err(EditError { index, span: edit.span.clone() });
        };
        out.push_str(between);
        out.push_str(&edit.replacement);
        at = edit.span.end;
    }
    out.push_str(&source[at..]);
    Ok(out)
}
