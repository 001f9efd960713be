//! The language model of a restorer: the embedded one, or one from a file.

use std::path::Path;
use std::sync::Arc;
use std::{fmt, io};

use unspin_core::language_model::storage::{StorageError, checksum, unpack};
use unspin_core::language_model::{TrigramModel, lay_out};

use crate::embedded::{self, Words};

/// Why a model cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelError {
    /// The file.
    pub path: String,
    /// What is wrong with it.
    pub reason: String,
}

impl ModelError {
    fn new(path: &Path, reason: impl fmt::Display) -> ModelError {
        ModelError { path: path.display().to_string(), reason: reason.to_string() }
    }
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.reason)
    }
}

impl std::error::Error for ModelError {}

/// A model that was read from a file, laid out for queries.
pub(crate) struct LoadedModel {
    words: Vec<String>,
    layout: Vec<u8>,
    /// Where the layout begins: on a line of the cache.
    start: usize,
    hash: u64,
}

impl fmt::Debug for LoadedModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoadedModel").field("words", &self.words.len()).field("bytes", &self.layout.len()).finish()
    }
}

impl LoadedModel {
    /// Reads a model file whole, and checks it.
    pub(crate) fn read(path: &Path) -> Result<LoadedModel, ModelError> {
        /// Bytes of a line of the cache.
        const LINE: usize = 64;
        let bytes = std::fs::read(path).map_err(|error: io::Error| ModelError::new(path, error))?;
        let tables = unpack(&bytes).map_err(|error: StorageError| ModelError::new(path, error))?;
        let laid_out = lay_out(&tables);
        let mut layout: Vec<u8> = Vec::with_capacity(laid_out.len() + LINE);
        let start = layout.as_ptr().align_offset(LINE).min(LINE);
        layout.resize(start, 0);
        layout.extend(laid_out);
        let model = LoadedModel { words: tables.words, layout, start, hash: checksum(&bytes) };
        model.view().ok_or_else(|| ModelError::new(path, "no room for so many words"))?;
        Ok(model)
    }

    /// Names the file.
    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }

    fn view(&self) -> Option<TrigramModel<'_>> {
        TrigramModel::from_bytes(self.layout.get(self.start..)?)
    }
}

/// The model of a restorer, and how its words are numbered.
#[derive(Clone, Debug)]
pub(crate) enum Model {
    /// Part of the program; its numbers are the ids of the first words.
    Embedded(TrigramModel<'static>),
    /// From a file, with its number of each word id.
    Loaded(Arc<LoadedModel>, Arc<[u16]>),
}

impl Model {
    /// The embedded model, or one from a file: words that it is the first to know get ids.
    pub(crate) fn new(loaded: Option<Arc<LoadedModel>>, words: &mut Words) -> Option<Model> {
        let Some(loaded) = loaded else { return embedded::context().map(Model::Embedded) };
        let new = loaded.words.iter().filter(|word| words.get(word).is_none());
        words.extend(new.map(|word| Arc::from(word.as_str())).collect());
        let mut ids = vec![0; words.len() as usize];
        for (own, word) in loaded.words.iter().enumerate() {
            if let Some(id) = words.get(word) {
                // A model has fewer words than 16 bits number.
                ids[id as usize] = own as u16;
            }
        }
        Some(Model::Loaded(loaded, ids.into()))
    }

    /// The model, for queries.
    pub(crate) fn view(&self) -> TrigramModel<'_> {
        match self {
            Model::Embedded(model) => *model,
            // The layout was checked when it was read.
            Model::Loaded(loaded, ids) => match loaded.view() {
                Some(model) => model.with_ids(ids),
                None => unreachable!("a model that was read"),
            },
        }
    }
}
