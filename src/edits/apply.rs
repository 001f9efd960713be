//! Edits as values: serialised, reviewed, applied again to their source.

use std::collections::{BTreeMap, BTreeSet};
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
    /// The channel whose work is undone: a spinner, or a kind of damage. The edits of a text share the name.
    pub channel: Arc<str>,
    /// Edits with the same number only make sense together, as an article and the noun behind it do: [`apply`] makes all
    /// of them or none, and they share a confidence. `None` for an edit that stands alone. Numbers are those of one text.
    pub group: Option<u32>,
    /// How many edits the group has; 1 for an edit that stands alone.
    pub group_size: u32,
    /// The dictionary entry that justifies it; `None` for repairs that follow from other edits.
    pub entry: Option<Entry>,
    /// Other wordings that may have stood at the same span, the likeliest first, at most [`Edit::MAX_ALTERNATIVES`]. What
    /// stands in the source is not among them, nor the replacement itself.
    pub alternatives: Vec<Alternative>,
}

/// Another wording that may have stood where an edit is made, for whoever reviews it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Alternative {
    /// What would stand there instead.
    #[serde(rename = "to")]
    pub replacement: String,
    /// P(right), between 0 and 1, on the scale of [`Edit::confidence`].
    pub probability: f32,
}

impl Edit {
    /// The most alternatives that an edit names.
    pub const MAX_ALTERNATIVES: usize = 4;

    /// An edit that stands alone, without an entry or alternatives.
    pub(crate) fn new(span: Range<usize>, replacement: impl Into<String>, confidence: f32, channel: Arc<str>) -> Edit {
        Edit {
            span,
            replacement: replacement.into(),
            confidence,
            channel,
            group: None,
            group_size: 1,
            entry: None,
            alternatives: Vec::new(),
        }
    }

    /// What the edit replaces: its span of the source that it was made for; `None` if it does not fit the source.
    ///
    /// ```
    /// let source = "The White Home stated that Chinese language officers had been there.";
    /// let restored = unspin::Unspin::new().restore(source);
    /// assert_eq!(restored.edits()[0].replaced(source), Some("Home"));
    /// ```
    pub fn replaced<'s>(&self, source: &'s str) -> Option<&'s str> {
        source.get(self.span.clone())
    }
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

/// Keeps the edits that `is_kept` keeps, and of each group all or none.
#[cfg_attr(not(feature = "dump"), allow(dead_code))]
pub(crate) fn retain(edits: &mut Vec<Edit>, is_kept: impl Fn(&Edit) -> bool) {
    edits.retain(is_kept);
    let torn = torn(edits);
    if !torn.is_empty() {
        edits.retain(|edit| edit.group.is_none_or(|group| !torn.contains(&group)));
    }
}

/// The groups of which some edits are not there.
fn torn(edits: &[Edit]) -> BTreeSet<u32> {
    let mut counts: BTreeMap<u32, (u32, u32)> = BTreeMap::new();
    for edit in edits {
        if let Some(group) = edit.group {
            let (count, size) = counts.entry(group).or_default();
            *count += 1;
            *size = edit.group_size.max(*size);
        }
    }
    counts.into_iter().filter(|(_, (count, size))| count < size).map(|(group, _)| group).collect()
}

/// Applies edits to their source in one pass.
///
/// Any of them may be left out. A group goes as one: if an edit of a group is not there, the others of the group are not
/// made either, since half of it would read worse than what stands.
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
    let torn = torn(edits);
    for (index, edit) in edits.iter().enumerate() {
        let between = (edit.span.start >= at).then(|| source.get(at..edit.span.start)).flatten();
        let fits = source.get(edit.span.clone()).is_some();
        let (Some(between), true) = (between, fits) else {
            return Err(EditError { index, span: edit.span.clone() });
        };
        out.push_str(between);
        if edit.group.is_some_and(|group| torn.contains(&group)) {
            out.push_str(&source[edit.span.clone()]);
        } else {
            out.push_str(&edit.replacement);
        }
        at = edit.span.end;
    }
    out.push_str(&source[at..]);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_goes_as_one() {
        let edit = |span: Range<usize>, replacement: &str, group: Option<u32>| Edit {
            group,
            group_size: if group.is_some() { 2 } else { 1 },
            ..Edit::new(span, replacement, 0.9, "x".into())
        };
        let source = "a individual met an firm";
        let edits = [edit(2..12, "person", None), edit(17..19, "a", Some(3)), edit(20..24, "company", Some(3))];
        assert_eq!(apply(source, &edits).unwrap(), "a person met a company");
        assert_eq!(apply(source, &edits[..2]).unwrap(), "a person met an firm");
        assert_eq!(apply(source, &edits[1..]).unwrap(), "a individual met a company");
        let mut kept = edits.to_vec();
        retain(&mut kept, |edit| edit.span.start != 20);
        assert_eq!(kept, edits[..1]);
        // What a program that knows no groups hands back.
        let json = r#"{"start":0,"end":1,"to":"the","confidence":0.5,"channel":"x","entry":null}"#;
        assert_eq!(serde_json::from_str::<Edit>(json).unwrap().group_size, 1);
        let json = serde_json::to_string(&edits[1]).unwrap();
        assert_eq!(serde_json::from_str::<Edit>(&json).unwrap(), edits[1]);
    }
}
