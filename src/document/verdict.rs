//! Whether a text was spun: the probability, the spinner, the evidence.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Whether a text was spun. A risk marker for a reader to weigh, never a claim about who wrote it.
///
/// ```
/// let verdict = unspin::Unspin::new().detect("The White Home stated that Chinese language officers had been there.");
/// assert!(verdict.is_spun() && verdict.spinner() == Some("folks"));
/// let weights: Vec<f32> = verdict.evidence().iter().map(|evidence| evidence.weight()).collect();
/// assert!(weights.is_sorted_by(|a, b| a >= b) && weights[0] > 0.0);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    spun: f32,
    /// Set where the text counts as spun.
    spinner: Option<String>,
    evidence: Vec<Evidence>,
    /// The kinds of damage that were found, and in how many places each.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    damage: BTreeMap<String, u32>,
    version: Arc<str>,
}

/// A phrase that speaks for a spinner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    start: usize,
    end: usize,
    found: String,
    original: String,
    weight: f32,
}

impl Verdict {
    pub(crate) fn clean(version: &Arc<str>) -> Verdict {
        Verdict::new(0.0, None, Vec::new(), version)
    }

    pub(crate) fn new(spun: f32, spinner: Option<String>, evidence: Vec<Evidence>, version: &Arc<str>) -> Verdict {
        Verdict { spun, spinner, evidence, damage: BTreeMap::new(), version: version.clone() }
    }

    /// The same, its evidence at other places: those of the file that the text was read from.
    pub(crate) fn placed(&self, place: impl Fn(Range<usize>) -> Range<usize>) -> Verdict {
        let mut verdict = self.clone();
        for evidence in &mut verdict.evidence {
            let Range { start, end } = place(evidence.span());
            (evidence.start, evidence.end) = (start, end);
        }
        verdict
    }

    /// The same of a damaged text.
    pub(crate) fn damaged(mut self, damage: BTreeMap<String, u32>) -> Verdict {
        self.damage = damage;
        self
    }

    /// The kinds of damage that were found, by the names of [`Damage`](crate::mend::Damage), and in how many places each.
    pub fn damage(&self) -> &BTreeMap<String, u32> {
        &self.damage
    }

    /// P(spun), between 0 and 1. Text that the prefilter lets go counts as 0.
    pub fn spun(&self) -> f32 {
        self.spun
    }

    /// Whether the text counts as spun: whether [`Self::spun`] is at least
    /// [`Unspin::min_spun`](crate::Unspin::min_spun).
    pub fn is_spun(&self) -> bool {
        self.spinner.is_some()
    }

    /// The likeliest spinner, if the text counts as spun.
    pub fn spinner(&self) -> Option<&str> {
        self.spinner.as_deref()
    }

    /// The phrases that speak loudest, at most ten, the strongest first.
    pub fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }

    /// What says so: [`Unspin::version`](crate::Unspin::version) of the restorer.
    pub fn version(&self) -> &str {
        &self.version
    }
}

impl Evidence {
    pub(crate) fn new(text: &str, span: Range<usize>, original: &str, weight: f32) -> Evidence {
        let found = text.get(span.clone()).unwrap_or_default().to_string();
        Evidence { start: span.start, end: span.end, found, original: original.to_string(), weight }
    }

    /// Where it stands, in bytes of the text.
    pub fn span(&self) -> Range<usize> {
        self.start..self.end
    }

    /// What stands there.
    pub fn found(&self) -> &str {
        &self.found
    }

    /// What a spinner would have made it from.
    pub fn original(&self) -> &str {
        &self.original
    }

    /// Log likelihood ratio, natural: how much likelier these words are here if the spinner made them from the
    /// original than if clean text has them, the words around as they stand. Above 0, without a cap.
    pub fn weight(&self) -> f32 {
        self.weight
    }
}
