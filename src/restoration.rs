//! [`Restoration`]: a text that was looked at, with its verdict and its edits.

use std::borrow::Cow;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::document::Verdict;
use crate::edits::{Edit, EditError, apply};
use crate::json::Annotation;

/// A text that was looked at: the verdict, the edits, and the text they make.
///
/// `S` is what holds the text: `&str` where it is borrowed, `String` where the restoration owns it, or a record of
/// the caller's own. It goes through serde both ways, as `docs/json.md` describes it.
///
/// ```
/// use unspin::{Restoration, Unspin};
/// let unspin = Unspin::new();
/// let restored = unspin.restore("The White Home stated that Chinese language officers had been there.");
/// assert_eq!(restored.text(), "The White House said that Chinese officials were there.");
/// // Owned, it outlives the text that was given.
/// let owned: Restoration<String> = restored.into_owned();
/// assert!(owned.source().starts_with("The White Home"));
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(serialize = "S: AsRef<str> + Clone", deserialize = "S: AsRef<str> + From<String>"))]
#[serde(into = "Owned", try_from = "Owned")]
pub struct Restoration<S = String> {
    source: S,
    verdict: Verdict,
    edits: Vec<Edit>,
    /// The restored text, made when it is first asked for.
    text: OnceLock<String>,
}

impl<S: PartialEq> PartialEq for Restoration<S> {
    fn eq(&self, other: &Self) -> bool {
        // The text follows from the rest.
        self.source == other.source && self.verdict == other.verdict && self.edits == other.edits
    }
}

impl<S: AsRef<str>> Restoration<S> {
    pub(crate) fn new(source: S, verdict: Verdict, edits: Vec<Edit>) -> Self {
        Restoration { source, verdict, edits, text: OnceLock::new() }
    }

    /// The restored text, made once; the source itself where there is no edit.
    pub fn text(&self) -> &str {
        let source = self.source.as_ref();
        if self.edits.is_empty() {
            return source;
        }
        // The edits were made from this source, in order and on its character boundaries.
        self.text.get_or_init(|| apply(source, &self.edits).unwrap_or_else(|_| source.to_string()))
    }

    /// The restored text, taken out.
    pub fn into_text(self) -> String {
        self.text();
        self.text.into_inner().unwrap_or_else(|| self.source.as_ref().to_string())
    }

    /// The same with a text of its own.
    pub fn into_owned(self) -> Restoration<String> {
        Restoration {
            source: self.source.as_ref().to_string(),
            verdict: self.verdict,
            edits: self.edits,
            text: self.text,
        }
    }

    /// Verdict and edits as one JSON object, each edit with the words that it replaces: see `docs/json.md`.
    pub fn annotation(&self) -> Annotation<'_> {
        Annotation::new(self.source.as_ref(), &self.verdict, &self.edits)
    }
}

impl<S> Restoration<S> {
    /// What was given.
    pub fn source(&self) -> &S {
        &self.source
    }

    /// What was given, taken out.
    pub fn into_source(self) -> S {
        self.source
    }

    /// What was changed, in order of position, without overlap; spans are bytes of the source.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// Whether the text was spun, and by what.
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// What was found, taken out: the verdict and the edits.
    pub fn into_parts(self) -> (Verdict, Vec<Edit>) {
        (self.verdict, self.edits)
    }

    /// All but the source.
    #[cfg(feature = "batch")]
    pub(crate) fn into_found(self) -> Found {
        Found { verdict: self.verdict, edits: self.edits, text: self.text }
    }
}

/// What was found in a text, and the text it makes.
#[cfg(feature = "batch")]
pub(crate) struct Found {
    verdict: Verdict,
    edits: Vec<Edit>,
    text: OnceLock<String>,
}

#[cfg(feature = "batch")]
impl Found {
    /// The same beside what holds the text.
    pub(crate) fn of<S>(self, source: S) -> Restoration<S> {
        Restoration { source, verdict: self.verdict, edits: self.edits, text: self.text }
    }
}

impl<'t> From<Restoration<&'t str>> for Cow<'t, str> {
    /// The restored text; borrowed where there is no edit.
    fn from(restoration: Restoration<&'t str>) -> Self {
        match restoration.edits.is_empty() {
            true => Cow::Borrowed(restoration.source),
            false => Cow::Owned(restoration.into_text()),
        }
    }
}

/// A restoration as JSON.
#[derive(Serialize, Deserialize)]
struct Owned {
    source: String,
    /// Follows from source and edits; written for readers, not read.
    #[serde(default)]
    text: String,
    #[serde(flatten)]
    verdict: Verdict,
    edits: Vec<Edit>,
}

impl<S: AsRef<str>> From<Restoration<S>> for Owned {
    fn from(restoration: Restoration<S>) -> Self {
        let text = restoration.text().to_string();
        let source = restoration.source.as_ref().to_string();
        Owned { source, text, verdict: restoration.verdict, edits: restoration.edits }
    }
}

impl<S: AsRef<str> + From<String>> TryFrom<Owned> for Restoration<S> {
    type Error = EditError;

    fn try_from(owned: Owned) -> Result<Self, EditError> {
        let text = apply(&owned.source, &owned.edits)?;
        let restoration = Restoration::new(S::from(owned.source), owned.verdict, owned.edits);
        Ok(Restoration { text: OnceLock::from(text), ..restoration })
    }
}
