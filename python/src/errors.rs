//! The exceptions: one kind for options, one for edits; both are `ValueError`s that say what is at fault.

use ::unspin::BuildError;
use pyo3::create_exception;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

create_exception!(unspin, OptionError, PyValueError, "An option of `Unspin` that cannot be met.");
create_exception!(
    unspin,
    DictionaryError,
    OptionError,
    "A dictionary that cannot be used: `path`, `line` (from 1; 0 is the file as a whole) and `reason` say where and why."
);
create_exception!(
    unspin,
    EditError,
    PyValueError,
    "Edits that do not fit a text; `index` is the edit at fault, from 0."
);

/// The exception of options that cannot be met.
pub fn option(py: Python<'_>, error: BuildError) -> PyErr {
    match error {
        BuildError::Dictionary(error) => dictionary(py, &error),
        error => OptionError::new_err(error.to_string()),
    }
}

/// The exception of a dictionary.
pub fn dictionary(py: Python<'_>, error: &::unspin::DictionaryError) -> PyErr {
    let raised = DictionaryError::new_err(error.to_string());
    let value = raised.value(py);
    let set = value
        .setattr("path", error.path().to_string_lossy())
        .and_then(|()| value.setattr("line", error.line()))
        .and_then(|()| value.setattr("reason", error.reason()));
    set.err().unwrap_or(raised)
}

/// The exception of an edit.
pub fn edit(py: Python<'_>, index: usize, reason: String) -> PyErr {
    let raised = EditError::new_err(reason);
    let set = raised.value(py).setattr("index", index);
    set.err().unwrap_or(raised)
}
