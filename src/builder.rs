//! The options of [`Unspin`].

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use unspin_core::bytes::Bytes;
use unspin_core::dictionary::compile::{Language, MAX_PHRASE, compile};
use unspin_core::dictionary::source::Source;
use unspin_core::dictionary::{Dictionary, DictionaryError};
use unspin_core::telltales;
use unspin_core::text::vocabulary::EDGE;
use unspin_core::text::{Token, tokens};

use crate::confidence::Weights;
use crate::embedded::{self, Words};
use crate::engine::{Engine, Hypothesis};
use crate::facade::Unspin;
use crate::prefilter::Prefilter;
use crate::protect::Protected;

/// Edits below this confidence are not made, by default.
const MIN_CONFIDENCE: f32 = 0.65;

/// Options for [`Unspin`].
#[derive(Clone, Debug)]
pub struct Builder {
    layers: Vec<Vec<Source>>,
    is_builtin: bool,
    protected: Vec<String>,
    weights: Option<Weights>,
    min_confidence: f32,
}

/// Options that cannot be met.
#[derive(Clone, Debug, PartialEq)]
pub enum BuildError {
    /// A dictionary that cannot be used.
    Dictionary(DictionaryError),
    /// A phrase to protect that has no words, or too many.
    Protect(String),
    /// A confidence that is not between 0 and 1.
    Confidence(f32),
    /// Dictionaries, or phrases to protect, that are too large for the tables that find them.
    Screen(String),
    /// The embedded tables do not read; the crate was built wrongly.
    Embedded,
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dictionary(e) => e.fmt(f),
            Self::Protect(phrase) => write!(f, "cannot protect `{phrase}`: give 1 to {MAX_PHRASE} words"),
            Self::Confidence(c) => write!(f, "confidence {c} is not between 0 and 1"),
            Self::Screen(reason) => write!(f, "the dictionaries are too large: {reason}"),
            Self::Embedded => write!(f, "the embedded tables are damaged"),
        }
    }
}

impl std::error::Error for BuildError {}

impl From<DictionaryError> for BuildError {
    fn from(error: DictionaryError) -> Self {
        BuildError::Dictionary(error)
    }
}

impl Default for Unspin {
    fn default() -> Self {
        Unspin::new()
    }
}

impl Unspin {
    /// The restorer with the embedded dictionaries and model, and default options.
    pub fn new() -> Unspin {
        // The embedded tables are checked by the build that embeds them.
        Unspin::builder().build().unwrap_or_else(|_| unreachable!("embedded tables"))
    }

    /// Options: dictionaries, protected phrases, thresholds.
    ///
    /// ```
    /// let unspin = unspin::Unspin::builder().protect(["Home Depot"]).min_confidence(0.9).build()?;
    /// # Ok::<(), unspin::BuildError>(())
    /// ```
    pub fn builder() -> Builder {
        Builder::default()
    }
}

impl Default for Builder {
    fn default() -> Self {
        Builder {
            layers: Vec::new(),
            is_builtin: true,
            protected: Vec::new(),
            weights: None,
            min_confidence: MIN_CONFIDENCE,
        }
    }
}

impl Builder {
    /// Adds a dictionary: a file of entries, or a folder of such files.
    ///
    /// Its entries are read beside those of every spinner, and by themselves as a spinner named
    /// after the file or folder.
    ///
    /// # Errors
    ///
    /// The first file or line that is not of the entry format.
    pub fn dictionary(mut self, path: impl AsRef<Path>) -> Result<Self, DictionaryError> {
        let path = path.as_ref();
        let name = path.file_stem().map_or_else(|| "user".to_string(), |n| n.to_string_lossy().into_owned());
        self.layers.push(Source::read(&name, path)?);
        Ok(self)
    }

    /// Adds parsed dictionaries; spinners are those that the sources name.
    pub fn sources(mut self, sources: Vec<Source>) -> Self {
        self.layers.push(sources);
        self
    }

    /// Whether the embedded dictionaries are used (they are, by default).
    pub fn builtin(mut self, yes: bool) -> Self {
        self.is_builtin = yes;
        self
    }

    /// Phrases that are never touched, whatever their case.
    pub fn protect<S: Into<String>>(mut self, phrases: impl IntoIterator<Item = S>) -> Self {
        self.protected.extend(phrases.into_iter().map(Into::into));
        self
    }

    /// Makes only edits of at least this confidence, a probability.
    pub fn min_confidence(mut self, confidence: f32) -> Self {
        self.min_confidence = confidence;
        self
    }

    /// Weights of the confidence, in place of the embedded ones.
    pub fn weights(mut self, weights: Weights) -> Self {
        self.weights = Some(weights);
        self
    }

    /// Builds the restorer.
    ///
    /// # Errors
    ///
    /// An option that cannot be met; see [`BuildError`].
    pub fn build(self) -> Result<Unspin, BuildError> {
        if !(0.0..=1.0).contains(&self.min_confidence) {
            return Err(BuildError::Confidence(self.min_confidence));
        }
        let mut words = Words::new(embedded::vocabulary().ok_or(BuildError::Embedded)?);
        let context = embedded::context().ok_or(BuildError::Embedded)?;
        let (mut dictionaries, mut all_telltales, mut keeps) = (Vec::new(), Vec::new(), Vec::new());
        for sources in &self.layers {
            let language = Language {
                id: &|word| words.get(word),
                first_id: words.len(),
                log_probability: &|ids| context.phrase(ids),
            };
            let compiled = compile(sources, &language)?;
            words.extend(compiled.words);
            let dictionary = Dictionary::from_bytes(Bytes::Shared(Arc::from(compiled.bytes)))
                .ok_or_else(|| DictionaryError::new(&PathBuf::new(), 0, "does not compile"))?;
            all_telltales.push(telltales::choose(&dictionary, &context, &[], |id| words.word(id)));
            dictionary.for_each_phrase(|phrase, found| {
                if found.keeps() {
                    keeps.push(phrase.to_vec());
                }
            });
            dictionaries.push(dictionary);
        }
        if self.is_builtin {
            dictionaries.push(embedded::dictionary().ok_or(BuildError::Embedded)?);
            all_telltales.push(embedded::telltales().ok_or(BuildError::Embedded)?);
        }
        for phrase in &self.protected {
            keeps.push(protected_ids(phrase, &words)?);
        }
        let prefilter =
            Prefilter::new(&telltales::merge(&all_telltales)).map_err(|e| BuildError::Screen(e.to_string()))?;
        let engine = Engine {
            hypotheses: hypotheses(&dictionaries, self.is_builtin),
            words,
            context,
            dictionaries,
            prefilter,
            protected: Protected::new(&keeps).map_err(|e| BuildError::Screen(e.to_string()))?,
            names: embedded::names().ok_or(BuildError::Embedded)?,
            weights: self.weights.or_else(embedded::weights).ok_or(BuildError::Embedded)?,
            min_confidence: self.min_confidence,
            min_spun: 0.5,
        };
        Ok(Unspin { engine })
    }
}

/// One hypothesis a spinner; the entries of users' layers are read beside those of every embedded spinner.
fn hypotheses(dictionaries: &[Dictionary], is_builtin: bool) -> Vec<Hypothesis> {
    let mut out = Vec::new();
    for (layer, dictionary) in dictionaries.iter().enumerate() {
        let is_embedded = is_builtin && layer + 1 == dictionaries.len();
        for (number, name) in dictionary.spinners().iter().enumerate() {
            let mut spinner = vec![None; dictionaries.len()];
            if is_embedded {
                // A user's folder with the name of this spinner adds to it; others add to every spinner.
                for (other, layer) in spinner.iter_mut().zip(dictionaries).take(layer) {
                    *other = layer.spinners().iter().position(|n| n == name).or(Some(0)).map(|n| n as u8);
                }
            }
            spinner[layer] = Some(number as u8);
            let mut layers = dictionaries.iter().zip(&spinner);
            let is_counted = layers.any(|(layer, number)| number.is_some_and(|number| layer.is_counted(number)));
            out.push(Hypothesis { name: name.clone(), spinner, is_counted });
        }
    }
    out
}

fn protected_ids(phrase: &str, words: &Words) -> Result<Vec<u32>, BuildError> {
    let mut found: Vec<Token> = Vec::new();
    tokens(phrase, &mut found);
    let mut ids = words.ids(phrase, &found);
    ids.retain(|&id| id != EDGE);
    if ids.is_empty() || ids.len() > MAX_PHRASE { Err(BuildError::Protect(phrase.to_string())) } else { Ok(ids) }
}
