//! Python's `str`, read in place, and offsets in code points, as Python counts.

use std::ops::Range;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::PyString;

/// The text of a `str`.
///
/// # Errors
///
/// `TypeError` for what is no `str`, `UnicodeEncodeError` for a `str` that no UTF-8 has: one with a lone surrogate.
pub fn text(value: &Bound<'_, PyAny>) -> PyResult<PyBackedStr> {
    let string = value.cast::<PyString>().map_err(|_| wrong_type("a text", value))?;
    PyBackedStr::try_from(string.clone())
}

/// The text of a `str` that is one of many.
pub fn text_of_many(number: usize, value: &Bound<'_, PyAny>) -> PyResult<PyBackedStr> {
    let string = value.cast::<PyString>().map_err(|_| wrong_type(&format!("text {number}"), value))?;
    PyBackedStr::try_from(string.clone()).map_err(|error| {
        let py = value.py();
        let raised = PyValueError::new_err(format!("text {number}: {}", error.value(py)));
        raised.set_cause(py, Some(error));
        raised
    })
}

fn wrong_type(what: &str, value: &Bound<'_, PyAny>) -> PyErr {
    let kind = value.get_type().name().map_or_else(|_| "another type".to_string(), |name| name.to_string());
    PyTypeError::new_err(format!("{what} must be a str, not {kind}"))
}

/// Spans of bytes as spans of code points: one pass where they are in order, as edits are.
pub fn in_chars(text: &str, spans: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    if text.is_ascii() {
        return spans.collect();
    }
    let (mut at, mut counted) = (0, 0);
    let mut count_to = |to: usize| {
        if to < at {
            (at, counted) = (0, 0);
        }
        counted += text.get(at..to).map_or(0, |between| between.chars().count());
        at = to;
        counted
    };
    spans.map(|span| count_to(span.start)..count_to(span.end)).collect()
}

/// A probability as the shortest decimal that means it: 0.95, where the nearest of 64 bits is 0.949999988079071.
pub fn decimal(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(f64::from(value))
}
