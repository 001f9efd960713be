//! Language models in place of the embedded one: found by name or path, read once a process, and shared.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use ::unspin::Builder;
use pyo3::exceptions::PyModuleNotFoundError;
use pyo3::prelude::*;
use serde::{Deserialize, Serialize};

use crate::errors::OptionError;

/// A model that has a name, and the package that holds it.
const LARGE: (&str, &str) = ("large", "unspin_model_large");
/// Models that are kept for who asks next, each some 150 MB. What is in use stays where it is.
const KEPT: usize = 2;

/// A model that was asked for, as a pickle keeps it: not its tables, which are too many megabytes for each task of a cluster.
#[derive(Clone, Serialize, Deserialize)]
pub struct Model {
    /// A name or a path.
    pub asked: PathBuf,
    /// The hash of the content, as versions have it; `None` until it was read.
    pub hash: Option<String>,
}

/// A model that was read.
struct Read {
    path: PathBuf,
    /// Bytes of the file, and when it was written: another state is another model.
    state: (u64, Option<SystemTime>),
    /// It has this model, and no other option.
    builder: Builder,
}

/// The last that was asked for stands first.
static READ: Mutex<Vec<Read>> = Mutex::new(Vec::new());

impl Model {
    /// A model by its name, or by the path of a file.
    pub fn new(asked: PathBuf) -> PyResult<Model> {
        // Who unpickles it may work in another folder.
        let asked = if is_name(&asked) { asked } else { std::path::absolute(asked)? };
        Ok(Model { asked, hash: None })
    }

    /// A builder that has the model.
    ///
    /// The caller holds the interpreter, and so does who forks: no fork finds the models locked.
    pub fn builder(&self, py: Python<'_>) -> PyResult<Builder> {
        let path = self.path(py)?;
        let fault = |reason: &dyn std::fmt::Display| OptionError::new_err(format!("{}: {reason}", path.display()));
        let metadata = std::fs::metadata(&path).map_err(|error| fault(&error))?;
        let state = (metadata.len(), metadata.modified().ok());
        if let Some(builder) = kept(&path, state) {
            return Ok(builder);
        }
        let read = py.detach(|| ::unspin::Unspin::builder().model(&path));
        let builder = read.map_err(|error| fault(&error.reason))?;
        // Another thread may have read it meanwhile.
        Ok(kept(&path, state).unwrap_or_else(|| {
            let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
            read.insert(0, Read { path, state, builder: builder.clone() });
            read.truncate(KEPT);
            builder
        }))
    }

    fn path(&self, py: Python<'_>) -> PyResult<PathBuf> {
        if !is_name(&self.asked) {
            return Ok(self.asked.clone());
        }
        let (name, package) = LARGE;
        let module = py.import(package).map_err(|error| match error.is_instance_of::<PyModuleNotFoundError>(py) {
            true => OptionError::new_err(format!(
                "the model `{name}` is a package of its own: `pip install unspin-model-{name}`, or give the path of a model file"
            )),
            false => error,
        })?;
        module.getattr("PATH")?.extract()
    }

    /// Takes the hash from the version of what was built, or holds it against that.
    pub fn check(&mut self, version: &str) -> PyResult<()> {
        let hash = version.split(' ').skip_while(|&word| word != "model").nth(1).unwrap_or_default();
        match &self.hash {
            Some(expected) if expected != hash => Err(OptionError::new_err(format!(
                "{}: here it is the model {hash}; what was pickled had {expected}",
                self.asked.display()
            ))),
            _ => {
                self.hash = Some(hash.to_string());
                Ok(())
            }
        }
    }
}

/// `./large` is a file.
fn is_name(asked: &Path) -> bool {
    asked.as_os_str() == OsStr::new(LARGE.0)
}

fn kept(path: &Path, state: (u64, Option<SystemTime>)) -> Option<Builder> {
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    let place = read.iter().position(|read| read.path == path && read.state == state)?;
    read[..=place].rotate_right(1);
    Some(read[0].builder.clone())
}
