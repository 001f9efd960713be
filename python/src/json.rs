//! The documented JSON as Python's own objects, by way of Python's own module `json`: a dict here and a line of
//! `unspin clean --annotate` say the same to the last digit.

use std::ops::Range;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// As a string of JSON.
pub fn string(value: &impl Serialize) -> PyResult<String> {
    serde_json::to_string(value).map_err(|error| PyValueError::new_err(error.to_string()))
}

/// As Python's objects.
pub fn object<'py>(py: Python<'py>, value: &impl Serialize) -> PyResult<Bound<'py, PyAny>> {
    py.import("json")?.call_method1("loads", (string(value)?,))
}

/// From a string of JSON.
pub fn from_string<T: DeserializeOwned>(what: &str, json: &str) -> PyResult<T> {
    serde_json::from_str(json).map_err(|error| PyValueError::new_err(format!("{what}: {error}")))
}

/// From Python's objects.
pub fn from_object<T: DeserializeOwned>(what: &str, value: &Bound<'_, PyAny>) -> PyResult<T> {
    let json = value.py().import("json")?.call_method1("dumps", (value,))?;
    from_string(what, json.extract()?)
}

/// What offsets in a dict count: `"bytes"` of UTF-8 or `"chars"`, which are code points.
#[derive(Clone, Copy, PartialEq)]
pub enum Offsets {
    Bytes,
    Chars,
}

impl<'py> FromPyObject<'_, 'py> for Offsets {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match value.extract::<&str>()? {
            "bytes" => Ok(Offsets::Bytes),
            "chars" => Ok(Offsets::Chars),
            other => Err(PyValueError::new_err(format!("offsets are \"bytes\" or \"chars\", not {other:?}"))),
        }
    }
}

/// Another span in a dict of the documented JSON.
pub fn set_span(dict: &Bound<'_, PyAny>, span: &Range<usize>) -> PyResult<()> {
    dict.set_item("start", span.start)?;
    dict.set_item("end", span.end)
}
