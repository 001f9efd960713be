//! Whether a text was spun: the probability, the spinner, the evidence.

use std::ops::Range;

use serde::Serialize;

use crate::embedded::VERSION;

/// Whether a text was spun. A risk marker for a reader to weigh, never a claim about who wrote it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    spun: f32,
    spinner: Option<String>,
    evidence: Vec<Evidence>,
    version: &'static str,
}

/// A phrase that speaks for a spinner.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evidence {
    span: Range<usize>,
    found: String,
    original: String,
    weight: f32,
}

impl Verdict {
    pub(crate) fn clean() -> Verdict {
        Verdict { spun: 0.0, spinner: None, evidence: Vec::new(), version: VERSION }
    }

    pub(crate) fn new(spun: f32, spinner: Option<String>, evidence: Vec<Evidence>) -> Verdict {
        Verdict { spun, spinner, evidence, version: VERSION }
    }

    /// P(spun), between 0 and 1. Text that the screen lets go counts as 0.
    pub fn spun(&self) -> f32 {
        self.spun
    }

    /// Whether spun is likelier than clean.
    pub fn is_spun(&self) -> bool {
        self.spun >= 0.5
    }

    /// The likeliest spinner, if spun is likelier than clean.
    pub fn spinner(&self) -> Option<&str> {
        self.spinner.as_deref()
    }

    /// The phrases that speak loudest, at most ten, the strongest first.
    pub fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }

    /// Which crate, dictionaries and model say so.
    pub fn version(&self) -> &'static str {
        self.version
    }
}

impl Evidence {
    pub(crate) fn new(text: &str, span: Range<usize>, original: &str, posterior: f32) -> Evidence {
        let found = text.get(span.clone()).unwrap_or_default().to_string();
        let posterior = f64::from(posterior).min(1.0 - 1e-6);
        Evidence { span, found, original: original.to_string(), weight: (posterior / (1.0 - posterior)).ln() as f32 }
    }

    /// Where it stands, in bytes of the text.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// What stands there.
    pub fn found(&self) -> &str {
        &self.found
    }

    /// What a spinner would have made it from.
    pub fn original(&self) -> &str {
        &self.original
    }

    /// Log odds that it was made from that, natural.
    pub fn weight(&self) -> f32 {
        self.weight
    }
}
