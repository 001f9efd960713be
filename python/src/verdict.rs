//! `Verdict` and `Evidence`.

use std::collections::BTreeMap;
use std::ops::Range;

use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use crate::json::{self, Offsets, set_span};
use crate::text::{decimal, in_chars};

/// Whether a text was spun, by what, and what speaks for it. A risk marker, never a claim about who wrote a text.
#[pyclass(frozen, eq, module = "unspin")]
#[derive(Clone, PartialEq)]
pub struct Verdict {
    pub verdict: ::unspin::Verdict,
    /// Where the evidence stands, in code points.
    pub spans: Vec<Range<usize>>,
}

impl Verdict {
    /// A verdict on a text.
    pub fn of(text: &str, verdict: ::unspin::Verdict) -> Verdict {
        let spans = match verdict.evidence() {
            [] => Vec::new(),
            evidence => in_chars(text, evidence.iter().map(|evidence| evidence.span())),
        };
        Verdict { verdict, spans }
    }
}

#[pymethods]
impl Verdict {
    /// P(spun), between 0 and 1.
    #[getter]
    fn spun(&self) -> f64 {
        decimal(self.verdict.spun())
    }

    /// Whether the text counts as spun: whether `spun` is at least `Unspin.min_spun`.
    #[getter]
    fn is_spun(&self) -> bool {
        self.verdict.is_spun()
    }

    /// The likeliest spinner; `None` where the text counts as clean.
    #[getter]
    fn spinner(&self) -> Option<&str> {
        self.verdict.spinner()
    }

    /// The phrases that speak loudest, at most ten, the strongest first.
    #[getter]
    fn evidence(&self) -> Vec<Evidence> {
        let evidence = self.verdict.evidence().iter().zip(&self.spans);
        evidence.map(|(evidence, span)| Evidence { evidence: evidence.clone(), span: span.clone() }).collect()
    }

    /// The kinds of damage that were found, and in how many places each.
    #[getter]
    fn damage(&self) -> BTreeMap<String, u32> {
        self.verdict.damage().clone()
    }

    /// What says so: crate, then the first half of a hash of model, dictionaries and weights.
    #[getter]
    fn version(&self) -> &str {
        self.verdict.version()
    }

    /// The documented JSON as a dict. Offsets are bytes of the source in UTF-8, or code points with `offsets="chars"`.
    #[pyo3(signature = (*, offsets = Offsets::Bytes), text_signature = "($self, *, offsets='bytes')")]
    pub fn to_dict<'py>(&self, py: Python<'py>, offsets: Offsets) -> PyResult<Bound<'py, PyAny>> {
        let dict = json::object(py, &self.verdict)?;
        if offsets == Offsets::Chars {
            for (evidence, span) in dict.get_item("evidence")?.cast::<PyList>()?.iter().zip(&self.spans) {
                set_span(&evidence, span)?;
            }
        }
        Ok(dict)
    }

    fn __repr__(&self) -> String {
        match self.verdict.spinner() {
            Some(spinner) => format!("Verdict(spun={:.2}, spinner={spinner:?})", self.verdict.spun()),
            None => format!("Verdict(spun={:.2}, spinner=None)", self.verdict.spun()),
        }
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let spans: Vec<(usize, usize)> = self.spans.iter().map(|span| (span.start, span.end)).collect();
        let state = (json::string(&self.verdict)?, spans);
        Ok((py.import("unspin._native")?.getattr("_verdict")?, state.into_pyobject(py)?))
    }
}

/// What a pickle keeps of a verdict.
#[pyfunction]
pub fn _verdict(json: &str, spans: Vec<(usize, usize)>) -> PyResult<Verdict> {
    let spans = spans.into_iter().map(|(start, end)| start..end).collect();
    Ok(Verdict { verdict: json::from_string("a verdict", json)?, spans })
}

/// A phrase that speaks for a spinner.
#[pyclass(frozen, eq, module = "unspin")]
#[derive(Clone, PartialEq)]
pub struct Evidence {
    evidence: ::unspin::Evidence,
    span: Range<usize>,
}

#[pymethods]
impl Evidence {
    /// Where it starts, in code points.
    #[getter]
    fn start(&self) -> usize {
        self.span.start
    }

    /// Where it ends, in code points.
    #[getter]
    fn end(&self) -> usize {
        self.span.end
    }

    /// What stands there.
    #[getter]
    fn found(&self) -> &str {
        self.evidence.found()
    }

    /// What a spinner would have made it from.
    #[getter]
    fn original(&self) -> &str {
        self.evidence.original()
    }

    /// Log likelihood ratio, natural, above 0: how much likelier these words are if the spinner made them.
    #[getter]
    fn weight(&self) -> f64 {
        decimal(self.evidence.weight())
    }

    fn __repr__(&self) -> String {
        format!("Evidence({:?} for {:?}, weight={:.2})", self.found(), self.original(), self.weight())
    }
}
