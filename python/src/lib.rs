//! The Python module `unspin._native`: the facade of `unspin` as Python sees it.
//!
//! | module | owns |
//! | --- | --- |
//! | `unspin` | the class `Unspin` |
//! | `options` | its options, and what a pickle keeps of them |
//! | `models` | language models in place of the embedded one |
//! | `batch` | many texts at once, on threads that know nothing of Python |
//! | `pool` | those threads, in a process that may fork |
//! | `restoration`, `verdict`, `edit` | what is found, with offsets in code points |
//! | `text` | Python's `str`, read in place |
//! | `json` | the documented JSON, as Python's own objects |
//! | `errors` | the exceptions |

mod batch;
mod edit;
mod errors;
mod json;
mod models;
mod options;
mod pool;
mod restoration;
mod text;
mod unspin;
mod verdict;

use pyo3::prelude::*;

/// Detects spun and damaged English text and restores its wording.
#[pymodule]
mod _native {
    #[pymodule_export]
    use crate::batch::Results;
    #[pymodule_export]
    use crate::edit::{_edit, Alternative, Edit, Entry, apply};
    #[pymodule_export]
    use crate::errors::{DictionaryError, EditError, OptionError};
    #[pymodule_export]
    use crate::restoration::{_restoration, Restoration};
    #[pymodule_export]
    use crate::unspin::{_unspin, Unspin};
    #[pymodule_export]
    use crate::verdict::{_verdict, Evidence, Verdict};

    /// What the embedded dictionaries and the model are: crate, then the first half of a hash of each.
    #[pymodule_export]
    const VERSION: &str = ::unspin::VERSION;
}
