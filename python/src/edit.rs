//! `Edit` and `Entry`, and `apply`.

use std::ops::Range;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping, PyTuple};

use crate::errors;
use crate::json::{self, Offsets, set_span};
use crate::text::{decimal, in_chars, text};

/// A replacement of a span of the source.
#[pyclass(frozen, eq, module = "unspin")]
#[derive(Clone, PartialEq)]
pub struct Edit {
    edit: ::unspin::Edit,
    /// In code points.
    span: Range<usize>,
    /// What stands in the source.
    replaced: String,
}

impl Edit {
    /// Edits of a source, each with where it stands in code points.
    pub fn of(source: &str, edits: Vec<::unspin::Edit>, spans: &[Range<usize>]) -> Vec<Edit> {
        let edits = edits.into_iter().zip(spans);
        edits
            .map(|(edit, span)| {
                let replaced = edit.replaced(source).unwrap_or_default().to_string();
                Edit { edit, span: span.clone(), replaced }
            })
            .collect()
    }
}

#[pymethods]
impl Edit {
    /// Where the replaced words start, in code points: `source[edit.start:edit.end]` is `edit.replaced`.
    #[getter]
    fn start(&self) -> usize {
        self.span.start
    }

    /// Where the replaced words end, in code points.
    #[getter]
    fn end(&self) -> usize {
        self.span.end
    }

    /// Start and end in bytes of the source in UTF-8, as the documented JSON has them.
    #[getter]
    fn byte_span(&self) -> (usize, usize) {
        (self.edit.span.start, self.edit.span.end)
    }

    /// The words that are replaced.
    #[getter]
    fn replaced(&self) -> &str {
        &self.replaced
    }

    /// What stands there instead.
    #[getter]
    fn replacement(&self) -> &str {
        &self.edit.replacement
    }

    /// P(right), between 0 and 1.
    #[getter]
    fn confidence(&self) -> f64 {
        decimal(self.edit.confidence)
    }

    /// The spinner whose work is undone, or the kind of damage.
    #[getter]
    fn channel(&self) -> &str {
        &self.edit.channel
    }

    /// The dictionary entry that justifies it; `None` for a repair that follows from other edits.
    #[getter]
    fn entry(&self) -> Option<Entry> {
        self.edit.entry.clone().map(|entry| Entry { entry })
    }

    /// Edits with the same number only make sense together: `apply` makes all of them or none. `None` for one that
    /// stands alone.
    #[getter]
    fn group(&self) -> Option<u32> {
        self.edit.group
    }

    /// How many edits the group has; 1 for an edit that stands alone.
    #[getter]
    fn group_size(&self) -> u32 {
        self.edit.group_size
    }

    /// Other wordings of the same words, the likeliest first, at most four; they are not checked as an edit is (meaning,
    /// agreement, names).
    #[getter]
    fn alternatives(&self) -> Vec<Alternative> {
        self.edit.alternatives.iter().map(|alternative| Alternative { alternative: alternative.clone() }).collect()
    }

    /// The documented JSON as a dict. Offsets are bytes of the source in UTF-8, or code points with `offsets="chars"`.
    #[pyo3(signature = (*, offsets = Offsets::Bytes), text_signature = "($self, *, offsets='bytes')")]
    fn to_dict<'py>(&self, py: Python<'py>, offsets: Offsets) -> PyResult<Bound<'py, PyAny>> {
        let dict = json::object(py, &self.edit)?;
        dict.set_item("from", &self.replaced)?;
        if offsets == Offsets::Chars {
            set_span(&dict, &self.span)?;
        }
        Ok(dict)
    }

    /// Reads an edit of `source` from a dict of the documented JSON, with offsets in bytes.
    ///
    /// Raises `EditError` if it does not fit the source.
    #[staticmethod]
    fn from_dict(value: &Bound<'_, PyAny>, source: &Bound<'_, PyAny>) -> PyResult<Edit> {
        let py = value.py();
        let source = text(source)?;
        let edit = read(value)?;
        let found = fitting(py, 0, &edit.edit, &edit.from, &source)?;
        let span = in_chars(&source, std::iter::once(edit.edit.span.clone())).remove(0);
        Ok(Edit { replaced: found.to_string(), span, edit: edit.edit })
    }

    fn __repr__(&self) -> String {
        let Range { start, end } = self.span;
        let (from, to) = (&self.replaced, &self.edit.replacement);
        format!(
            "Edit({start}, {end}, {from:?} -> {to:?}, confidence={:.2}, channel={:?})",
            self.confidence(),
            self.channel()
        )
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let state = (json::string(&self.edit)?, &self.replaced, self.span.start, self.span.end);
        Ok((py.import("unspin._native")?.getattr("_edit")?, state.into_pyobject(py)?))
    }
}

/// What a pickle keeps of an edit.
#[pyfunction]
pub fn _edit(json: &str, replaced: String, start: usize, end: usize) -> PyResult<Edit> {
    Ok(Edit { edit: json::from_string("an edit", json)?, span: start..end, replaced })
}

/// Another wording that may have stood where an edit is made, for whoever reviews it.
#[pyclass(frozen, eq, module = "unspin")]
#[derive(Clone, PartialEq)]
pub struct Alternative {
    alternative: ::unspin::Alternative,
}

#[pymethods]
impl Alternative {
    /// What would stand there instead.
    #[getter]
    fn replacement(&self) -> &str {
        &self.alternative.replacement
    }

    /// P(right), on the scale of `Edit.confidence`.
    #[getter]
    fn probability(&self) -> f64 {
        decimal(self.alternative.probability)
    }

    fn __repr__(&self) -> String {
        format!("Alternative({:?}, probability={:.2})", self.alternative.replacement, self.alternative.probability)
    }
}

/// A dictionary entry, as provenance.
#[pyclass(frozen, eq, module = "unspin")]
#[derive(Clone, PartialEq)]
pub struct Entry {
    entry: ::unspin::Entry,
}

#[pymethods]
impl Entry {
    /// The dictionary file.
    #[getter]
    fn file(&self) -> &str {
        &self.entry.file
    }

    /// Its line.
    #[getter]
    fn line(&self) -> u32 {
        self.entry.line
    }

    /// How often the pair was observed; 0 if a group alone allows it.
    #[getter]
    fn observed(&self) -> u32 {
        self.entry.observed
    }

    fn __repr__(&self) -> String {
        format!("Entry({:?}, line={}, observed={})", self.file(), self.entry.line, self.entry.observed)
    }
}

/// An edit as `apply` takes it.
struct Given {
    edit: ::unspin::Edit,
    /// What it expects to stand there.
    from: Option<String>,
}

/// An edit from a dict of the documented JSON.
fn read(value: &Bound<'_, PyAny>) -> PyResult<Given> {
    let mapping = value.cast::<PyMapping>()?;
    let dict = PyDict::new(value.py());
    // A column of structs has a null where JSON has no key.
    for item in mapping.items()?.iter() {
        let (key, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item.extract()?;
        if !value.is_none() {
            dict.set_item(key, value)?;
        }
    }
    let from = dict.get_item("from")?.and_then(|from| from.extract().ok());
    Ok(Given { edit: json::from_object("an edit", &dict)?, from })
}

/// What stands where an edit goes, if that is what it expects.
fn fitting<'t>(
    py: Python<'_>,
    index: usize,
    edit: &::unspin::Edit,
    from: &Option<String>,
    source: &'t str,
) -> PyResult<&'t str> {
    let Range { start, end } = edit.span;
    let found = source.get(start..end).ok_or_else(|| {
        errors::edit(py, index, format!("edit {index} (bytes {start} to {end}) does not fit the text"))
    })?;
    match from {
        Some(from) if from != found => Err(errors::edit(
            py,
            index,
            format!("edit {index} (bytes {start} to {end}) replaces {from:?}; the text has {found:?}"),
        )),
        _ => Ok(found),
    }
}

/// Applies edits to the text that they were made for. Each is an `Edit` or a dict of the documented JSON, in order.
///
/// Any of them may be left out; a group goes as one: if an edit of a group is not there, the others of it are not made.
/// Raises `EditError` for an edit that overlaps the one before, does not fit the text, or replaces other words than
/// stand there.
#[pyfunction]
#[pyo3(signature = (text, edits, /))]
pub fn apply(text: &Bound<'_, PyAny>, edits: &Bound<'_, PyAny>) -> PyResult<String> {
    let py = text.py();
    let source = crate::text::text(text)?;
    let mut given = Vec::new();
    for (index, edit) in edits.try_iter()?.enumerate() {
        let edit = edit?;
        let edit = match edit.cast::<Edit>() {
            Ok(edit) => {
                let edit = edit.get();
                Given { edit: edit.edit.clone(), from: Some(edit.replaced.clone()) }
            }
            Err(_) => read(&edit)?,
        };
        fitting(py, index, &edit.edit, &edit.from, &source)?;
        given.push(edit.edit);
    }
    ::unspin::apply(&source, &given).map_err(|error| errors::edit(py, error.index, error.to_string()))
}
