//! The class `Unspin`: what callers make once and ask.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};

use crate::batch::{Job, Results};
use crate::json;
use crate::models::Model;
use crate::options::{self, File, Options};
use crate::restoration::{Found, Restoration};
use crate::verdict::Verdict;

/// Bytes of text that may be read but not yet handed out, by default.
const BUDGET: usize = 8 << 20;

/// Detects spun text and restores its wording. Made once, used from any thread; ready in milliseconds, since its tables
/// lie in the module itself, unless a model is asked for.
///
/// dictionaries: paths of dictionaries (a file of entries or a folder of such files) beside the embedded ones
/// sources: dictionaries from memory, as (spinner, file name, text); the ending of the name says what the text holds
/// builtin: whether the embedded dictionaries are used
/// protect: phrases that are never touched, whatever their case
/// only: asks about no other spinners than these
/// without: does not ask about these spinners
/// min_confidence: makes only edits of at least this confidence (default 0.65)
/// min_spun: takes a text for spun from this P(spun) on (default 0.5)
/// channels: undoes these ways of changing a text and no others: "characters", "words", "ocr", "spun"
/// weights: the path of a file of weights of the confidence, in place of the embedded ones
/// model: a language model in place of the embedded one: "large", of the package `unspin-model-large`, or the path of a file;
///     read once a process, in seconds
///
/// Raises `OptionError` for an option that cannot be met, `DictionaryError` for a dictionary that cannot be used.
#[pyclass(frozen, module = "unspin")]
pub struct Unspin {
    unspin: Arc<::unspin::Unspin>,
    options: Options,
}

impl Unspin {
    fn build(py: Python<'_>, mut options: Options) -> PyResult<Unspin> {
        let unspin = Arc::new(options.build(py)?);
        Ok(Unspin { unspin, options })
    }

    fn results(&self, job: Job, texts: &Bound<'_, PyAny>, threads: Option<usize>, budget: usize) -> PyResult<Results> {
        if texts.is_instance_of::<PyString>() {
            return Err(PyTypeError::new_err("texts is one str; give a list or an iterator of them"));
        }
        Results::new(texts.py(), self.unspin.clone(), job, texts.try_iter()?, threads, budget)
    }
}

#[pymethods]
impl Unspin {
    #[new]
    #[pyo3(signature = (*, dictionaries = Vec::new(), sources = Vec::new(), builtin = true, protect = Vec::new(), only = None,
        without = Vec::new(), min_confidence = None, min_spun = None, channels = None, weights = None, model = None),
        text_signature = "(*, dictionaries=(), sources=(), builtin=True, protect=(), only=None, without=(), min_confidence=None, min_spun=None, channels=None, weights=None, model=None)")]
    // A keyword argument each, as Python has them.
    #[allow(clippy::too_many_arguments)]
    fn new(
        py: Python<'_>,
        dictionaries: Vec<PathBuf>,
        sources: Vec<(String, String, String)>,
        builtin: bool,
        protect: Vec<String>,
        only: Option<Vec<String>>,
        without: Vec<String>,
        min_confidence: Option<f32>,
        min_spun: Option<f32>,
        channels: Option<Vec<String>>,
        weights: Option<PathBuf>,
        model: Option<PathBuf>,
    ) -> PyResult<Unspin> {
        let layers = dictionaries.iter().map(|path| options::dictionary(py, path));
        let mut layers = layers.collect::<PyResult<Vec<_>>>()?;
        if !sources.is_empty() {
            let file = |(spinner, name, text): (String, String, String)| File { spinner, name: name.into(), text };
            layers.push(sources.into_iter().map(file).collect());
        }
        let weights = weights.map(std::fs::read_to_string).transpose()?;
        let model = model.map(Model::new).transpose()?;
        let options =
            Options { layers, builtin, protect, only, without, min_confidence, min_spun, channels, weights, model };
        Unspin::build(py, options)
    }

    /// Restores a text: finds what was spun or damaged, and what it was made from.
    ///
    /// Raises `UnicodeEncodeError` for a text with a lone surrogate.
    #[pyo3(signature = (text, /))]
    fn restore(&self, py: Python<'_>, text: &Bound<'_, PyAny>) -> PyResult<Restoration> {
        let text = crate::text::text(text)?;
        let found = py.detach(|| Found::new(&self.unspin, text));
        Ok(found.into_python(py))
    }

    /// The verdict alone: whether a text was spun, by what, and the strongest evidence.
    #[pyo3(signature = (text, /))]
    fn detect(&self, py: Python<'_>, text: &Bound<'_, PyAny>) -> PyResult<Verdict> {
        let text = crate::text::text(text)?;
        Ok(py.detach(|| Verdict::of(&text, self.unspin.detect(&text))))
    }

    /// Restores many texts on all cores, or on so many threads; the answers stand in the same order.
    #[pyo3(signature = (texts, /, *, threads = None))]
    fn restore_many(&self, texts: &Bound<'_, PyAny>, threads: Option<usize>) -> PyResult<Vec<Py<PyAny>>> {
        self.results(Job::Restore, texts, threads, BUDGET)?.collect(texts.py())
    }

    /// Restores what an iterator gives, lazily and in order, with at most `budget` bytes of text in flight: the texts that
    /// come next are read and restored while those before are in use.
    #[pyo3(signature = (texts, /, *, threads = None, budget = BUDGET), text_signature = "($self, texts, /, *, threads=None, budget=8388608)")]
    fn restore_iter(&self, texts: &Bound<'_, PyAny>, threads: Option<usize>, budget: usize) -> PyResult<Results> {
        self.results(Job::Restore, texts, threads, budget)
    }

    /// The verdicts on many texts, on all cores, or on so many threads; they stand in the same order.
    #[pyo3(signature = (texts, /, *, threads = None))]
    fn detect_many(&self, texts: &Bound<'_, PyAny>, threads: Option<usize>) -> PyResult<Vec<Py<PyAny>>> {
        self.results(Job::Detect, texts, threads, BUDGET)?.collect(texts.py())
    }

    /// The names of the spinners that are known.
    #[getter]
    fn spinners(&self) -> Vec<&str> {
        self.unspin.spinners().collect()
    }

    /// Edits below this confidence are not made.
    #[getter]
    fn min_confidence(&self) -> f64 {
        crate::text::decimal(self.unspin.min_confidence())
    }

    /// Texts below this P(spun) count as clean.
    #[getter]
    fn min_spun(&self) -> f64 {
        crate::text::decimal(self.unspin.min_spun())
    }

    /// What this restorer was made of: crate, then the first half of a hash of model, dictionaries and weights.
    #[getter]
    fn version(&self) -> &str {
        self.unspin.version()
    }

    fn __repr__(&self) -> String {
        format!("Unspin({})", self.options.shown())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        Ok((py.import("unspin._native")?.getattr("_unspin")?, (json::string(&self.options)?,).into_pyobject(py)?))
    }
}

/// An `Unspin` from what a pickle keeps.
#[pyfunction]
pub fn _unspin(py: Python<'_>, json: &str) -> PyResult<Unspin> {
    Unspin::build(py, json::from_string("options", json)?)
}
