//! The options of [`Unspin`].

mod measuring;

use std::path::Path;
use std::sync::Arc;

use unspin_core::bytes::Bytes;
use unspin_core::dictionary::compile::{Language, MAX_PHRASE, compile};
use unspin_core::dictionary::general::UNKNOWN;
use unspin_core::dictionary::source::{Item, Source};
use unspin_core::dictionary::{Dictionary, DictionaryError};
use unspin_core::language_model::TrigramModel;
use unspin_core::second_reader::SecondReader;
use unspin_core::telltales::{self, Telltales};
use unspin_core::text::{Token, page_tokens};

use crate::build_error::{BuildError, MAX_LAYERS};
use crate::channel::Channel;
use crate::confidence::Weights;
use crate::document::params::Habits;
use crate::embedded::{self, Words};
use crate::engine::{Engine, Hypothesis};
use crate::facade::Unspin;
use crate::model::{LoadedModel, Model, ModelError};
use crate::prefilter::Prefilter;
use crate::protect::{Protected, words_of};
use crate::second_reading::Second;
use crate::stages::Stages;
use crate::version::Parts;

/// Edits below this confidence are not made, by default: `docs/model.md` has what other thresholds give.
const MIN_CONFIDENCE: f32 = 0.65;
/// A text counts as spun from this P(spun) on, by default: where spun is likelier than clean.
const MIN_SPUN: f32 = 0.5;
/// Options for [`Unspin`].
#[derive(Clone, Debug)]
pub struct Builder {
    layers: Vec<Vec<Source>>,
    is_builtin: bool,
    model: Option<Arc<LoadedModel>>,
    protected: Vec<String>,
    only: Option<Vec<String>>,
    without: Vec<String>,
    weights: Option<Weights>,
    second: Option<Second>,
    min_confidence: f32,
    min_spun: f32,
    channels: Vec<Channel>,
    pairs: Arc<[[u32; 2]]>,
}

#[cfg(feature = "embedded")]
impl Default for Unspin {
    fn default() -> Self {
        Unspin::new()
    }
}

impl Unspin {
    /// The restorer with the embedded dictionaries and model, and default options.
    #[cfg(feature = "embedded")]
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
            model: None,
            protected: Vec::new(),
            only: None,
            without: Vec::new(),
            weights: None,
            second: None,
            min_confidence: MIN_CONFIDENCE,
            min_spun: MIN_SPUN,
            channels: Channel::DEFAULT.to_vec(),
            pairs: Arc::default(),
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
        // A folder may be called `folks.v2`; `.` and `..` have no name.
        let stem = if path.is_dir() { path.file_name() } else { path.file_stem() };
        let name = stem.map_or_else(|| "user".to_string(), |n| n.to_string_lossy().into_owned());
        self.layers.push(Source::read(&name, path)?);
        Ok(self)
    }

    /// Adds dictionaries from memory; spinners are those that the sources name.
    ///
    /// ```
    /// use std::path::Path;
    /// use unspin::{Unspin, dictionary::Source};
    /// let source = Source::parse("mine", Path::new("mine.tsv"), "zeppelins\tairships\t5\n")?;
    /// let unspin = Unspin::builder().sources(vec![source]).build()?;
    /// assert!(unspin.spinners().any(|name| name == "mine"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sources(mut self, sources: Vec<Source>) -> Self {
        self.layers.push(sources);
        self
    }

    /// Whether the embedded dictionaries are used (they are, by default).
    pub fn builtin(mut self, yes: bool) -> Self {
        self.is_builtin = yes;
        self
    }

    /// Reads by the language model of a file, in place of the embedded one: a larger one of the same text, or one of
    /// another kind of text, as `examples/train_context.rs` trains it.
    ///
    /// The file is read whole and checked; its tables then take some ten times its bytes, which clones of the builder and
    /// of what it builds share.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, is no model, or is damaged.
    ///
    /// ```
    /// use unspin::Unspin;
    /// let error = Unspin::builder().model("Cargo.toml").unwrap_err();
    /// assert_eq!(error.to_string(), "Cargo.toml: not a context model");
    /// ```
    pub fn model(mut self, path: impl AsRef<Path>) -> Result<Self, ModelError> {
        self.model = Some(Arc::new(LoadedModel::read(path.as_ref())?));
        Ok(self)
    }

    /// Phrases that are never touched, whatever their case.
    pub fn protect<S: Into<String>>(mut self, phrases: impl IntoIterator<Item = S>) -> Self {
        self.protected.extend(phrases.into_iter().map(Into::into));
        self
    }

    /// Asks about no other spinners than these: text of the others counts as clean.
    ///
    /// ```
    /// use unspin::Unspin;
    /// let unspin = Unspin::builder().only(["folks", "arsenic"]).build()?;
    /// assert_eq!(unspin.spinners().collect::<Vec<_>>(), ["folks", "arsenic"]);
    /// # Ok::<(), unspin::BuildError>(())
    /// ```
    pub fn only<S: Into<String>>(mut self, spinners: impl IntoIterator<Item = S>) -> Self {
        self.only.get_or_insert_default().extend(spinners.into_iter().map(Into::into));
        self
    }

    /// Does not ask about this spinner; may be repeated.
    ///
    /// ```
    /// use unspin::Unspin;
    /// let unspin = Unspin::builder().without("arsenic").build()?;
    /// assert!(unspin.spinners().all(|name| name != "arsenic"));
    /// # Ok::<(), unspin::BuildError>(())
    /// ```
    pub fn without(mut self, spinner: impl Into<String>) -> Self {
        self.without.push(spinner.into());
        self
    }

    /// Makes only edits of at least this confidence, a probability; 0.65 by default.
    pub fn min_confidence(mut self, confidence: f32) -> Self {
        self.min_confidence = confidence;
        self
    }

    /// Undoes these ways of changing a text and no others; [`Channel::DEFAULT`] by default.
    ///
    /// ```
    /// use unspin::{Channel, Unspin};
    /// let unspin = Unspin::builder().channels([Channel::Characters]).build()?;
    /// let restored = unspin.restore("The White Home saidâ€¦ noth\u{ad}ing.");
    /// assert_eq!(restored.text(), "The White Home said… nothing.");
    /// assert_eq!(restored.verdict().damage()["soft-hyphen"], 1);
    /// # Ok::<(), unspin::BuildError>(())
    /// ```
    pub fn channels(mut self, channels: impl IntoIterator<Item = Channel>) -> Self {
        self.channels = channels.into_iter().collect();
        self
    }

    /// Takes a text for spun, and edits it, from this P(spun) on; 0.5 by default.
    pub fn min_spun(mut self, probability: f32) -> Self {
        self.min_spun = probability;
        self
    }

    /// Weights of the confidence, in place of the embedded ones.
    pub fn weights(mut self, weights: Weights) -> Self {
        self.weights = Some(weights);
        self
    }

    /// Lets a second reader read the places in doubt once more, and weighs what it says with all else that is known of them.
    ///
    /// The crate `unspin-reader` has one: a causal language model in a file. Clean text never comes to a reader; spun text
    /// costs what the reader takes for some four thousand changes of a text at most. The weights are fitted for a pretrained
    /// model of 270 million parameters.
    ///
    /// ```
    /// use unspin::{Place, SecondReader, Unspin};
    ///
    /// struct LikesShort;
    ///
    /// impl SecondReader for LikesShort {
    ///     fn version(&self) -> String {
    ///         "short-1".to_string()
    ///     }
    ///     fn read(&self, places: &[Place]) -> Vec<Vec<f32>> {
    ///         places.iter().map(|place| place.wordings.iter().map(|w| -(w.len() as f32)).collect()).collect()
    ///     }
    /// }
    /// let unspin = Unspin::builder().second_reader(LikesShort).build()?;
    /// # Ok::<(), unspin::BuildError>(())
    /// ```
    pub fn second_reader(mut self, reader: impl SecondReader + 'static) -> Self {
        self.second = Some(Second::new(Arc::new(reader)));
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
        if !(0.0..=1.0).contains(&self.min_spun) {
            return Err(BuildError::Spun(self.min_spun));
        }
        if self.layers.len() >= MAX_LAYERS {
            return Err(BuildError::Dictionaries(self.layers.len()));
        }
        let mut words = Words::new(embedded::vocabulary().ok_or(BuildError::Embedded)?);
        let model = Model::new(self.model.clone(), &mut words).ok_or(BuildError::Embedded)?;
        let Layers { words, dictionaries, telltales, hashes } = self.layers(words, &model.view())?;
        let all = hypotheses(&dictionaries, &self.layers, self.is_builtin);
        let asked = self.asked(&all)?;
        let is_all = asked.len() == all.len();
        let telltales = telltales::merge(&telltales);
        let telltales = if is_all { telltales } else { telltales.of(&asked) };
        let version = Parts {
            model: self.model.as_deref().map(LoadedModel::hash),
            dictionaries: hashes,
            is_builtin: self.is_builtin,
            weights: self.weights.as_ref().map(Weights::to_text),
            reader: self.second.as_ref().map(Second::version),
            protected: &self.protected,
            spinners: (!is_all).then(|| asked.iter().map(|&number| all[number].name.as_str()).collect()),
            embedded: embedded::versions().ok_or(BuildError::Embedded)?,
        };
        let engine = Engine {
            version: version.version(),
            hypotheses: asked.iter().map(|&number| all[number].clone()).collect(),
            protected: self.protection(&dictionaries, &words)?,
            words,
            model,
            dictionaries,
            prefilter: Prefilter::new(&telltales).map_err(|e| BuildError::TooLarge(e.to_string()))?,
            names: embedded::names().ok_or(BuildError::Embedded)?,
            weights: self.weights.or_else(|| Weights::from_text(embedded::weights()?)).ok_or(BuildError::Embedded)?,
            second: self.second,
            min_confidence: self.min_confidence,
            min_spun: self.min_spun,
        };
        Ok(Unspin { stages: Stages::new(&self.channels, engine.min_confidence), engine })
    }

    /// Compiles the user's dictionaries, the embedded one after them.
    fn layers(&self, words: Words, context: &TrigramModel) -> Result<Layers, BuildError> {
        let mut out = Layers { words, dictionaries: Vec::new(), telltales: Vec::new(), hashes: Vec::new() };
        for sources in &self.layers {
            let language = Language {
                id: &|word| out.words.get(word),
                first_id: out.words.len(),
                log_probability: &|ids| context.phrase(ids),
            };
            let compiled = compile(sources, &language)?;
            out.words.extend(compiled.words);
            let path = sources.first().map(|source| source.path.clone()).unwrap_or_default();
            let dictionary = Dictionary::from_bytes(Bytes::Shared(Arc::from(compiled.bytes)))
                .ok_or_else(|| DictionaryError::new(&path, 0, "does not compile"))?;
            out.telltales.push(telltales::choose(&dictionary, context, &self.pairs, |id| out.words.word(id)));
            out.dictionaries.push(dictionary);
            out.hashes.push(compiled.hash);
        }
        if self.is_builtin {
            out.dictionaries.push(embedded::dictionary().ok_or(BuildError::Embedded)?);
            out.telltales.push(embedded::telltales().ok_or(BuildError::Embedded)?);
        }
        Ok(out)
    }

    /// The numbers of the spinners that are asked about.
    fn asked(&self, all: &[Hypothesis]) -> Result<Vec<usize>, BuildError> {
        let known = |name: &str| all.iter().any(|hypothesis| hypothesis.name == name);
        if let Some(name) = self.only.iter().flatten().chain(&self.without).find(|name| !known(name)) {
            return Err(BuildError::Spinner(name.clone(), all.iter().map(|h| h.name.clone()).collect()));
        }
        let is_asked =
            |name: &String| self.only.as_ref().is_none_or(|only| only.contains(name)) && !self.without.contains(name);
        Ok((0..all.len()).filter(|&number| is_asked(&all[number].name)).collect())
    }

    /// What is never touched: the user's phrases, and those that any dictionary keeps.
    fn protection(&self, dictionaries: &[Dictionary], words: &Words) -> Result<Protected, BuildError> {
        let mut keeps: Vec<Vec<String>> = Vec::new();
        for dictionary in dictionaries {
            let spelt = |phrase: &[u32]| phrase.iter().filter_map(|&id| words.word(id).map(str::to_string)).collect();
            dictionary.for_each_keep(|phrase| keeps.push(spelt(phrase)));
        }
        for phrase in &self.protected {
            keeps.push(protected_words(phrase)?);
        }
        Protected::new(&keeps).map_err(|e| BuildError::TooLarge(e.to_string()))
    }
}

/// The user's layers of dictionaries and the embedded one.
struct Layers {
    /// All words that have an id.
    words: Words,
    dictionaries: Vec<Dictionary>,
    /// Those of each layer.
    telltales: Vec<Telltales>,
    /// The hashes of the user's layers.
    hashes: Vec<u64>,
}

/// One hypothesis a spinner; the entries of users' layers are read beside those of every embedded spinner.
/// but a layer that counted what is left alone is a spinner of its own, and adds to none but its namesake.
fn hypotheses(dictionaries: &[Dictionary], layers: &[Vec<Source>], is_builtin: bool) -> Vec<Hypothesis> {
    let counts = |source: &Source| source.items.iter().any(|(_, item)| matches!(item, Item::Exposure { .. }));
    let is_own: Vec<bool> = layers.iter().map(|sources| sources.iter().any(counts)).collect();
    let mut out = Vec::new();
    for (layer, dictionary) in dictionaries.iter().enumerate() {
        let is_embedded = is_builtin && layer + 1 == dictionaries.len();
        for (number, name) in dictionary.spinners().iter().enumerate() {
            let mut spinner = vec![None; dictionaries.len()];
            if is_embedded {
                // A user's folder with the name of this spinner adds to it; others add to every spinner.
                for ((other, layer), is_own) in spinner.iter_mut().zip(dictionaries).zip(&is_own) {
                    let namesake = layer.spinners().iter().position(|n| n == name);
                    *other = namesake.or((!is_own).then_some(0)).map(|n| n as u8);
                }
            }
            spinner[layer] = Some(number as u8);
            let mut numbers = dictionaries.iter().zip(&spinner);
            let is_counted = numbers.any(|(layer, number)| number.is_some_and(|number| layer.is_counted(number)));
            let habits = match name.as_str() {
                UNKNOWN => Habits::Common,
                _ if is_counted => Habits::Counted,
                _ => Habits::Listed,
            };
            out.push(Hypothesis { name: name.clone(), spinner, habits });
        }
    }
    out
}

/// The words of a phrase to protect; more than any page has of one name are a mistake.
fn protected_words(phrase: &str) -> Result<Vec<String>, BuildError> {
    let mut found: Vec<Token> = Vec::new();
    page_tokens(phrase, &mut found);
    let words = words_of(phrase, &found);
    if words.is_empty() || words.len() > MAX_PHRASE { Err(BuildError::Protect(phrase.to_string())) } else { Ok(words) }
}
