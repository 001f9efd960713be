//! The options that say what is restored and how: those of the library's builder, the same for every command.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::Args;

use super::status::Refusal;
use super::{journal, places};
use crate::{Builder, Channel, Unspin};

/// What is restored, and how.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "What is restored")]
pub(super) struct Options {
    /// Undo only these: `characters`, `words`, `ocr`, `spun`, with commas between; characters and spun if left out
    #[arg(long, value_name = "CHANNELS", value_delimiter = ',', value_parser = channel_of)]
    only: Vec<Channel>,
    /// Ask about no other spinner than these; with commas between, or repeated
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    spinner: Vec<String>,
    /// Do not ask about these spinners
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    without: Vec<String>,
    /// Make only edits that are at least this probable, 0 to 1; 0.65 if left out
    #[arg(long, value_name = "X")]
    min_confidence: Option<f32>,
    /// Take a text for spun from this probability on, 0 to 1; 0.5 if left out
    #[arg(long, value_name = "X")]
    min_spun: Option<f32>,
    /// A file or folder of further dictionary entries; may be repeated
    #[arg(long, value_name = "PATH")]
    dictionary: Vec<PathBuf>,
    /// A file with a language model, in place of the embedded one: the large one is in the Python package
    /// unspin-model-large (`python -m unspin_model_large` prints its path); `docs/train-context` trains one
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// A file with a causal language model (GGUF) that reads the places in doubt once more, in minutes, not seconds
    #[arg(long, value_name = "FILE")]
    reader: Option<PathBuf>,
    /// A file of phrases that are never touched, one a line, `#` for comments; may be repeated
    #[arg(long, value_name = "FILE")]
    protect: Vec<PathBuf>,
}

fn channel_of(name: &str) -> Result<Channel, String> {
    let known = Channel::ALL.into_iter().find(|channel| channel.name() == name);
    known.ok_or_else(|| format!("one of {}", Channel::ALL.map(Channel::name).join(", ")))
}

impl Options {
    /// The restorer that they ask for.
    ///
    /// # Errors
    ///
    /// An option that cannot be met, or a file that cannot be read.
    pub(super) fn restorer(&self) -> Result<Unspin, Refusal> {
        let mut builder = Unspin::builder();
        for path in &self.dictionary {
            if let Err(error) = File::open(path)
                && error.kind() == ErrorKind::PermissionDenied
            {
                return Err(Refusal::failed(format!("{}: {error}", path.display())));
            }
            builder = builder.dictionary(path).map_err(|e| e.to_string())?;
        }
        if let Some(path) = &self.model {
            builder = builder.model(path).map_err(|e| e.to_string())?;
        }
        if let Some(path) = &self.reader {
            builder = with_reader(builder, path)?;
        }
        for path in &self.protect {
            let phrases = phrases(path)?;
            let lines = phrases.lines().map(str::trim);
            builder = builder.protect(lines.filter(|line| !line.is_empty() && !line.starts_with('#')));
        }
        if !self.only.is_empty() {
            builder = builder.channels(self.only.iter().copied());
        }
        if !self.spinner.is_empty() {
            builder = builder.only(&self.spinner);
        }
        builder = self.without.iter().fold(builder, |builder, name| builder.without(name));
        if let Some(confidence) = self.min_confidence {
            builder = builder.min_confidence(confidence);
        }
        if let Some(spun) = self.min_spun {
            builder = builder.min_spun(spun);
        }
        builder.build().map_err(|e| e.to_string().into())
    }

    /// All files that they name.
    pub(super) fn files(&self) -> impl Iterator<Item = PathBuf> {
        self.dictionary
            .iter()
            .flat_map(|path| places::files_below(path))
            .chain(self.protect.clone())
            .chain(self.model.clone())
            .chain(self.reader.clone())
    }

    /// All that decides over a result, the states of the files among it.
    pub(super) fn state(&self) -> String {
        let state = |paths: &[PathBuf]| paths.iter().flat_map(|path| journal::states(path)).collect::<Vec<_>>();
        let (only, spinner, without) = (&self.only, &self.spinner, &self.without);
        let (dictionary, protect) = (state(&self.dictionary), state(&self.protect));
        let (model, reader) = (state(self.model.as_slice()), state(self.reader.as_slice()));
        format!(
            "{only:?} {spinner:?} {without:?} {:?} {:?} {dictionary:?} {protect:?} {model:?} {reader:?}",
            self.min_confidence, self.min_spun
        )
    }
}

/// A builder with the model of a file for a second reader.
#[cfg(feature = "reader")]
fn with_reader(builder: Builder, path: &Path) -> Result<Builder, Refusal> {
    let reader = unspin_reader::GgufReader::open(path).map_err(|error| error.to_string())?;
    Ok(builder.second_reader(reader))
}

/// This program has no second reader.
#[cfg(not(feature = "reader"))]
fn with_reader(_: Builder, path: &Path) -> Result<Builder, Refusal> {
    let reason = "--reader asks for a program that was built with the feature `reader`";
    Err(Refusal::from(format!("{}: {reason}: cargo install --path . --features full,reader", path.display())))
}

fn phrases(path: &Path) -> Result<String, Refusal> {
    std::fs::read_to_string(path).map_err(|error| {
        let reason = format!("{}: {error}", path.display());
        match error.kind() {
            ErrorKind::PermissionDenied | ErrorKind::Other => Refusal::failed(reason),
            _ => Refusal::from(reason),
        }
    })
}
