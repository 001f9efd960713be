//! The one JSON of an edit and of a verdict: in the library, in `--annotate` and in `--detect`.
//!
//! `docs/json.md` describes it, `docs/schema.json` is its schema. A [`Verdict`] is what serde makes of its fields.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::document::Verdict;
use crate::edits::{Alternative, Edit, Entry};

/// A verdict and edits as one JSON object: what `--annotate` adds to a record.
///
/// ```
/// let unspin = unspin::Unspin::new();
/// let restored = unspin.restore("The White Home stated that Chinese language officers had been there.");
/// let json = serde_json::to_value(restored.annotation())?;
/// assert_eq!((&json["edits"][0]["from"], &json["edits"][0]["to"]), (&"Home".into(), &"House".into()));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct Annotation<'a> {
    spun: f32,
    spinner: Option<&'a str>,
    /// The kinds of damage that were found, and in how many places each.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    damage: &'a BTreeMap<String, u32>,
    edits: Vec<EditView<'a>>,
    version: &'a str,
}

impl<'a> Annotation<'a> {
    /// The annotation of a text on which this was said, and in which these edits were made.
    pub fn new(source: &'a str, verdict: &'a Verdict, edits: &'a [Edit]) -> Self {
        Annotation {
            spun: verdict.spun(),
            spinner: verdict.spinner(),
            edits: edits.iter().map(|edit| EditView::new(edit, edit.replaced(source))).collect(),
            damage: verdict.damage(),
            version: verdict.version(),
        }
    }
}

/// The verdict on a record of a file: a line of `--detect`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(not(feature = "dump"), allow(dead_code))]
pub(crate) struct Detection<'a> {
    pub(crate) file: &'a str,
    pub(crate) record: u64,
    #[serde(flatten)]
    pub(crate) verdict: &'a Verdict,
}

/// An edit as JSON.
#[derive(Clone, Debug, Serialize)]
struct EditView<'a> {
    start: usize,
    end: usize,
    /// What is replaced, where the source is at hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a str>,
    to: &'a str,
    confidence: f32,
    channel: &'a str,
    entry: Option<&'a Entry>,
    /// Edits with the same number are made together or not at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<u32>,
    /// How many edits the group has, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    group_size: Option<u32>,
    /// Other wordings of the same span, the likeliest first.
    #[serde(skip_serializing_if = "<[Alternative]>::is_empty")]
    alternatives: &'a [Alternative],
}

impl<'a> EditView<'a> {
    fn new(edit: &'a Edit, from: Option<&'a str>) -> Self {
        EditView {
            start: edit.span.start,
            end: edit.span.end,
            from,
            to: &edit.replacement,
            confidence: edit.confidence,
            channel: &edit.channel,
            entry: edit.entry.as_ref(),
            group: edit.group,
            group_size: edit.group.map(|_| edit.group_size),
            alternatives: &edit.alternatives,
        }
    }
}

impl Serialize for Edit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        EditView::new(self, None).serialize(serializer)
    }
}

/// An edit read from JSON; what it replaces stands in the source.
#[derive(Deserialize)]
struct EditFields {
    start: usize,
    end: usize,
    to: String,
    confidence: f32,
    channel: String,
    #[serde(default)]
    entry: Option<Entry>,
    #[serde(default)]
    group: Option<u32>,
    #[serde(default)]
    group_size: Option<u32>,
    #[serde(default)]
    alternatives: Vec<Alternative>,
}

impl<'de> Deserialize<'de> for Edit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = EditFields::deserialize(deserializer)?;
        let edit = Edit::new(fields.start..fields.end, fields.to, fields.confidence, fields.channel.into());
        Ok(Edit {
            entry: fields.entry,
            group: fields.group,
            group_size: fields.group_size.unwrap_or(1),
            alternatives: fields.alternatives,
            ..edit
        })
    }
}
