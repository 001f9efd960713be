//! The one JSON of an edit and of a verdict: in the library, in `--annotate` and in `--detect`.
//!
//! `docs/json.md` describes it, `docs/schema.json` is its schema. A [`Verdict`] is what serde makes of its fields.

use std::borrow::Cow;
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
    pub(crate) spun: f32,
    pub(crate) spinner: Option<&'a str>,
    /// The kinds of damage that were found, and in how many places each.
    #[serde(skip_serializing_if = "has_none")]
    pub(crate) damage: Cow<'a, BTreeMap<String, u32>>,
    pub(crate) edits: Vec<EditView<'a>>,
    pub(crate) version: &'a str,
}

fn has_none(damage: &BTreeMap<String, u32>) -> bool {
    damage.is_empty()
}

/// A text of a record, and what was found in it.
#[cfg(feature = "dump")]
pub(crate) struct TextOfRecord<'a> {
    /// Its field, where the record has several texts.
    pub(crate) field: Option<&'a str>,
    pub(crate) verdict: &'a Verdict,
    pub(crate) edits: &'a [Edit],
    /// What each edit replaces.
    pub(crate) replaced: &'a [Box<str>],
}

impl<'a> Annotation<'a> {
    /// The annotation of a text on which this was said, and in which these edits were made.
    pub fn new(source: &'a str, verdict: &'a Verdict, edits: &'a [Edit]) -> Self {
        Annotation {
            spun: verdict.spun(),
            spinner: verdict.spinner(),
            edits: edits.iter().map(|edit| EditView::new(edit, edit.replaced(source))).collect(),
            damage: Cow::Borrowed(verdict.damage()),
            version: verdict.version(),
        }
    }

    /// One annotation of all texts of a record: the verdict is that of the text likeliest spun, edits name their fields,
    /// and groups are numbered through. `None` if there is no text.
    #[cfg(feature = "dump")]
    pub(crate) fn of_record(texts: impl IntoIterator<Item = TextOfRecord<'a>>) -> Option<Self> {
        let mut texts = texts.into_iter();
        let first = texts.next()?;
        let mut all = Annotation {
            spun: first.verdict.spun(),
            spinner: first.verdict.spinner(),
            damage: Cow::Borrowed(first.verdict.damage()),
            edits: first.views(0).collect(),
            version: first.verdict.version(),
        };
        for text in texts {
            if text.verdict.spun() > all.spun {
                (all.spun, all.spinner) = (text.verdict.spun(), text.verdict.spinner());
            }
            for (kind, count) in text.verdict.damage() {
                *all.damage.to_mut().entry(kind.clone()).or_default() += count;
            }
            let next = all.edits.iter().filter_map(|edit| edit.group).max().map_or(0, |group| group + 1);
            all.edits.extend(text.views(next));
        }
        Some(all)
    }
}

#[cfg(feature = "dump")]
impl<'a> TextOfRecord<'a> {
    /// The edits, their groups numbered from `first` on.
    fn views(&self, first: u32) -> impl Iterator<Item = EditView<'a>> + use<'a> {
        let (field, edits, replaced) = (self.field, self.edits, self.replaced);
        edits.iter().zip(replaced).map(move |(edit, from)| EditView {
            field,
            group: edit.group.map(|group| group + first),
            ..EditView::new(edit, Some(from))
        })
    }
}

/// The verdict on a record of a file: a line of `--detect`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(not(feature = "dump"), allow(dead_code))]
pub(crate) struct Detection<'a> {
    pub(crate) file: &'a str,
    pub(crate) record: u64,
    /// The field that holds the text, where a record has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) field: Option<&'a str>,
    #[serde(flatten)]
    pub(crate) verdict: &'a Verdict,
}

/// An edit as JSON.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct EditView<'a> {
    /// The field that holds the text, where a record has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) field: Option<&'a str>,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// What is replaced, where the source is at hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) from: Option<&'a str>,
    pub(crate) to: &'a str,
    pub(crate) confidence: f32,
    pub(crate) channel: &'a str,
    pub(crate) entry: Option<&'a Entry>,
    /// Edits with the same number are made together or not at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) group: Option<u32>,
    /// How many edits the group has, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) group_size: Option<u32>,
    /// Other wordings of the same span, the likeliest first.
    #[serde(skip_serializing_if = "<[Alternative]>::is_empty")]
    pub(crate) alternatives: &'a [Alternative],
}

impl<'a> EditView<'a> {
    fn new(edit: &'a Edit, from: Option<&'a str>) -> Self {
        EditView {
            field: None,
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
