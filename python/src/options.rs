//! The options of `Unspin`, and what a pickle keeps of them: the text of dictionaries, not their paths, so that a worker on
//! another machine restores as the one that sent them does. A language model is the exception: its name and its hash.

use std::path::{Path, PathBuf};

use ::unspin::dictionary::Source;
use ::unspin::{Builder, Channel, confidence::Weights};
use pyo3::prelude::*;
use serde::{Deserialize, Serialize};

use crate::errors;
use crate::errors::OptionError;
use crate::models::Model;

/// What was asked for; `None` is the default of the crate.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Options {
    /// Layers of dictionaries, each of some files.
    pub layers: Vec<Vec<File>>,
    pub builtin: bool,
    pub protect: Vec<String>,
    pub only: Option<Vec<String>>,
    pub without: Vec<String>,
    pub min_confidence: Option<f32>,
    pub min_spun: Option<f32>,
    pub channels: Option<Vec<String>>,
    /// The text of a file of weights.
    pub weights: Option<String>,
    /// The language model, if it is not the embedded one.
    pub model: Option<Model>,
}

/// A file of a dictionary.
#[derive(Clone, Serialize, Deserialize)]
pub struct File {
    pub spinner: String,
    pub name: PathBuf,
    pub text: String,
}

/// Reads a dictionary: a file, or a folder of files, as a spinner named after it.
pub fn dictionary(py: Python<'_>, path: &Path) -> PyResult<Vec<File>> {
    // A folder may be called `folks.v2`; `.` and `..` have no name.
    let stem = if path.is_dir() { path.file_name() } else { path.file_stem() };
    let spinner = stem.map_or_else(|| "user".to_string(), |name| name.to_string_lossy().into_owned());
    let sources = Source::read(&spinner, path).map_err(|error| errors::dictionary(py, &error))?;
    let file = |source: Source| {
        let text = std::fs::read_to_string(&source.path)?;
        Ok(File { spinner: source.spinner, name: source.path, text })
    };
    sources.into_iter().map(file).collect()
}

impl Options {
    /// Builds what was asked for.
    pub fn build(&mut self, py: Python<'_>) -> PyResult<::unspin::Unspin> {
        let model = self.model.as_ref().map(|model| model.builder(py)).transpose()?;
        let mut builder = model.unwrap_or_default().builtin(self.builtin).protect(&self.protect);
        for layer in &self.layers {
            let parse = |file: &File| Source::parse(&file.spinner, &file.name, &file.text);
            let sources = layer.iter().map(parse).collect::<Result<_, _>>();
            builder = builder.sources(sources.map_err(|error| errors::dictionary(py, &error))?);
        }
        if let Some(only) = &self.only {
            builder = builder.only(only);
        }
        builder = self.without.iter().fold(builder, |builder, spinner| builder.without(spinner));
        builder = self.weights.as_deref().map(weights).transpose()?.into_iter().fold(builder, Builder::weights);
        builder = self.min_confidence.into_iter().fold(builder, Builder::min_confidence);
        builder = self.min_spun.into_iter().fold(builder, Builder::min_spun);
        if let Some(names) = &self.channels {
            builder = builder.channels(names.iter().map(|name| channel(name)).collect::<PyResult<Vec<_>>>()?);
        }
        let unspin = builder.build().map_err(|error| errors::option(py, error))?;
        self.model.as_mut().map(|model| model.check(unspin.version())).transpose()?;
        Ok(unspin)
    }

    /// What differs from the default, as keyword arguments.
    pub fn shown(&self) -> String {
        let mut shown = Vec::new();
        let mut show = |name: &str, value: String| shown.push(format!("{name}={value}"));
        let names = |layer: &Vec<File>| layer.iter().map(|file| file.name.clone()).collect::<Vec<_>>();
        if !self.layers.is_empty() {
            show("dictionaries", format!("{:?}", self.layers.iter().flat_map(names).collect::<Vec<_>>()));
        }
        if !self.builtin {
            show("builtin", "False".into());
        }
        for (name, values) in
            [("protect", Some(&self.protect)), ("only", self.only.as_ref()), ("without", Some(&self.without))]
        {
            if let Some(values) = values.filter(|values| name == "only" || !values.is_empty()) {
                show(name, format!("{values:?}"));
            }
        }
        self.min_confidence.into_iter().for_each(|value| show("min_confidence", value.to_string()));
        self.min_spun.into_iter().for_each(|value| show("min_spun", value.to_string()));
        self.channels.iter().for_each(|channels| show("channels", format!("{channels:?}")));
        self.weights.iter().for_each(|_| show("weights", "...".into()));
        self.model.iter().for_each(|model| show("model", format!("{:?}", model.asked)));
        shown.join(", ")
    }
}

/// A channel by its name.
fn channel(name: &str) -> PyResult<Channel> {
    Channel::ALL.into_iter().find(|channel| channel.name() == name).ok_or_else(|| {
        let known = Channel::ALL.map(Channel::name).join(", ");
        OptionError::new_err(format!("no channel is called `{name}`; known are {known}"))
    })
}

fn weights(text: &str) -> PyResult<Weights> {
    Weights::from_text(text).ok_or_else(|| OptionError::new_err("the weights are not those of this version's features"))
}
