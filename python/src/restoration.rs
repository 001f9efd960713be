//! `Restoration`: a text that was looked at, with its verdict and its edits.

use std::ops::Range;

use ::unspin::Annotation;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyList, PyString, PyTuple};
use serde::Serialize;

use crate::edit::Edit;
use crate::json::{self, Offsets, set_span};
use crate::text::in_chars;
use crate::verdict::Verdict;

/// What was found in a text, made on any thread; it becomes a [`Restoration`] where Python is.
pub struct Found {
    source: PyBackedStr,
    /// The restored text; `None` where it is the source.
    text: Option<String>,
    edits: Vec<::unspin::Edit>,
    spans: Vec<Range<usize>>,
    verdict: Verdict,
}

impl Found {
    /// Restores a text.
    pub fn new(unspin: &::unspin::Unspin, source: PyBackedStr) -> Found {
        let restored = unspin.restore(&source);
        let text = (!restored.edits().is_empty()).then(|| restored.text().to_string());
        let (verdict, edits) = restored.into_parts();
        Found::of(source, text, verdict, edits)
    }

    fn of(source: PyBackedStr, text: Option<String>, verdict: ::unspin::Verdict, edits: Vec<::unspin::Edit>) -> Found {
        let spans = match &edits[..] {
            [] => Vec::new(),
            edits => in_chars(&source, edits.iter().map(|edit| edit.span.clone())),
        };
        let verdict = Verdict::of(&source, verdict);
        Found { source, text, edits, spans, verdict }
    }

    /// The same as Python sees it.
    pub fn into_python(self, py: Python<'_>) -> Restoration {
        let Found { source, text, edits, spans, verdict } = self;
        let text = match text {
            Some(text) => PyString::new(py, &text).unbind(),
            None => source.as_py_str().clone_ref(py),
        };
        Restoration { source, text, edits, spans, verdict, objects: PyOnceLock::new() }
    }
}

/// A text that was looked at: the verdict, the edits, and the text they make.
#[pyclass(frozen, module = "unspin")]
pub struct Restoration {
    source: PyBackedStr,
    text: Py<PyString>,
    edits: Vec<::unspin::Edit>,
    spans: Vec<Range<usize>>,
    verdict: Verdict,
    /// The edits as Python sees them, made when they are first asked for.
    objects: PyOnceLock<Py<PyTuple>>,
}

#[pymethods]
impl Restoration {
    /// What was given.
    #[getter]
    fn source(&self, py: Python<'_>) -> Py<PyString> {
        self.source.as_py_str().clone_ref(py)
    }

    /// The restored text; the very object that was given where there is no edit.
    #[getter]
    fn text(&self, py: Python<'_>) -> Py<PyString> {
        self.text.clone_ref(py)
    }

    /// Whether there are edits.
    #[getter]
    fn changed(&self) -> bool {
        !self.edits.is_empty()
    }

    /// What was changed, in order of position, without overlap.
    #[getter]
    fn edits(&self, py: Python<'_>) -> PyResult<Py<PyTuple>> {
        let edits = self.objects.get_or_try_init(py, || {
            PyTuple::new(py, Edit::of(&self.source, self.edits.clone(), &self.spans)).map(Bound::unbind)
        })?;
        Ok(edits.clone_ref(py))
    }

    /// Whether the text was spun, and by what.
    #[getter]
    fn verdict(&self) -> Verdict {
        self.verdict.clone()
    }

    /// Verdict and edits as one dict: what `--annotate` adds to a record. Offsets are bytes of the source in UTF-8, or
    /// code points with `offsets="chars"`.
    #[pyo3(signature = (*, offsets = Offsets::Bytes), text_signature = "($self, *, offsets='bytes')")]
    fn annotation<'py>(&self, py: Python<'py>, offsets: Offsets) -> PyResult<Bound<'py, PyAny>> {
        let dict = json::object(py, &Annotation::new(&self.source, &self.verdict.verdict, &self.edits))?;
        self.place(&dict, offsets)?;
        Ok(dict)
    }

    /// The whole as a dict of the documented JSON. Offsets are bytes of the source in UTF-8, or code points with
    /// `offsets="chars"`.
    #[pyo3(signature = (*, offsets = Offsets::Bytes), text_signature = "($self, *, offsets='bytes')")]
    fn to_dict<'py>(&self, py: Python<'py>, offsets: Offsets) -> PyResult<Bound<'py, PyAny>> {
        let dict = self.verdict.to_dict(py, offsets)?;
        dict.set_item("source", self.source.as_py_str())?;
        dict.set_item("text", &self.text)?;
        let annotation = self.annotation(py, offsets)?;
        dict.set_item("edits", annotation.get_item("edits")?)?;
        Ok(dict)
    }

    /// Reads a restoration from a dict of the documented JSON, with offsets in bytes.
    ///
    /// Raises `ValueError` where edits do not fit the source.
    #[staticmethod]
    fn from_dict(value: &Bound<'_, PyAny>) -> PyResult<Restoration> {
        read(value.py(), json::from_object("a restoration", value)?)
    }

    fn __str__(&self, py: Python<'_>) -> Py<PyString> {
        self.text(py)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Restoration>().is_ok_and(|other| {
            let other = other.get();
            *self.source == *other.source && self.edits == other.edits && self.verdict == other.verdict
        })
    }

    fn __repr__(&self) -> String {
        let spun = self.verdict.verdict.spun();
        format!("Restoration({} edits, spun={spun:.2}, {} bytes)", self.edits.len(), self.source.len())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let state = State { source: &self.source, verdict: &self.verdict.verdict, edits: &self.edits };
        Ok((py.import("unspin._native")?.getattr("_restoration")?, (json::string(&state)?,).into_pyobject(py)?))
    }
}

impl Restoration {
    /// Gives the edits in a dict their offsets.
    fn place(&self, dict: &Bound<'_, PyAny>, offsets: Offsets) -> PyResult<()> {
        if offsets == Offsets::Chars {
            for (edit, span) in dict.get_item("edits")?.cast::<PyList>()?.iter().zip(&self.spans) {
                set_span(&edit, span)?;
            }
        }
        Ok(())
    }
}

/// What a pickle keeps of a restoration.
#[derive(Serialize)]
struct State<'a> {
    source: &'a str,
    #[serde(flatten)]
    verdict: &'a ::unspin::Verdict,
    edits: &'a [::unspin::Edit],
}

/// A restoration from what a pickle keeps.
#[pyfunction]
pub fn _restoration(py: Python<'_>, json: &str) -> PyResult<Restoration> {
    read(py, json::from_string("a restoration", json)?)
}

fn read(py: Python<'_>, restoration: ::unspin::Restoration<String>) -> PyResult<Restoration> {
    let source = PyBackedStr::try_from(PyString::new(py, restoration.source()))?;
    let text = (!restoration.edits().is_empty()).then(|| restoration.text().to_string());
    let (verdict, edits) = restoration.into_parts();
    Ok(Found::of(source, text, verdict, edits).into_python(py))
}
