//! All that a restorer knows, as one value: compiled from the reviewed text of `dictionaries/`, packed for a host that
//! fetches it, laid out for the engine.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::bytes::{Bytes, join_sections, sections};
use crate::dictionary::general::General;
use crate::dictionary::source::Source;
use crate::dictionary::{Dictionary, compile};
use crate::language_model::storage::{StorageError, checksum, unpack};
use crate::language_model::{Tables, TrigramModel, lay_out};
use crate::meaning::names::Names;
use crate::telltales;
use crate::text::vocabulary;

/// The spinners, in the order in which the dictionary numbers them; each has a folder of its name.
pub const SPINNERS: [&str; 10] =
    ["folks", "newshounds", "arsenic", "tortured", "actually", "facts", "pioneers", "unlit", "herbal", "gas"];

/// What a packed file begins with; the last is the version of the format.
const MAGIC: &[u8; 8] = b"UNSPINK\x01";
/// The sections of a packed file.
const SECTIONS: usize = 7;

/// All that a restorer knows, as small as it is without compression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Knowledge {
    /// The file of the context model.
    pub model: Vec<u8>,
    /// The words that only the dictionary knows, in the order of their ids, which follow those of the model.
    pub words: Vec<String>,
    /// The compiled dictionary.
    pub dictionary: Vec<u8>,
    /// The names that clean text knows.
    pub names: Vec<u8>,
    /// The phrases of the prefilter.
    pub telltales: String,
    /// The weights of the confidence.
    pub weights: String,
    /// What names a version of these.
    pub version: KnowledgeVersion,
}

/// The first half of a hash of each part, in hexadecimal: enough to name a version, and short enough to be read out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnowledgeVersion {
    /// Of the context model.
    pub model: String,
    /// Of the dictionaries and the names.
    pub dictionaries: String,
    /// Of the weights of the confidence.
    pub weights: String,
}

/// The tables of the words and of the model, as the engine uses them in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The bytes of the [`vocabulary::Vocabulary`] of all words.
    pub vocabulary: Vec<u8>,
    /// The bytes of the [`TrigramModel`].
    pub context: Vec<u8>,
}

/// Why packed knowledge could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KnowledgeError {
    /// It does not begin as such a file of this version does.
    NotKnowledge,
    /// It ends early, or a part of it does not read; which.
    Damaged(&'static str),
    /// Its model cannot be read.
    Model(StorageError),
}

impl fmt::Display for KnowledgeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotKnowledge => write!(f, "not the tables of this version of unspin"),
            Self::Damaged(part) => write!(f, "the tables are damaged: {part}"),
            Self::Model(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for KnowledgeError {}

impl Knowledge {
    /// Compiles a folder of dictionaries with a context model, and lays out what the compiler needed laid out.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or does not compile.
    pub fn compile(folder: &Path, model: &Path) -> Result<(Knowledge, Layout), Box<dyn std::error::Error>> {
        let read = |path: &Path| std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()));
        let packed = read(model)?;
        let tables = unpack(&packed).map_err(|error| format!("{}: {error}", model.display()))?;
        let context = lay_out(&tables);
        let language_model = TrigramModel::from_bytes(&context).ok_or("context model")?;
        let names_path = folder.join("context/names.tsv");
        let names = Names::build(&String::from_utf8(read(&names_path)?)?)
            .map_err(|error| format!("{}: {error}", names_path.display()))?;
        let weights = String::from_utf8(read(&folder.join("context/confidence.tsv"))?)?;

        let mut sources = Vec::new();
        for spinner in SPINNERS {
            sources.extend(Source::read(spinner, &folder.join(spinner))?);
        }
        sources.extend(General::of_sources(&sources).sources());
        let mut words = tables.words.clone();
        let table = vocabulary::build(&words)?;
        let known = vocabulary::Vocabulary::from_bytes(&table).ok_or("vocabulary")?;
        let language = compile::Language {
            id: &|word| known.get(word),
            first_id: words.len() as u32,
            log_probability: &|ids| language_model.phrase(ids),
        };
        let compiled = compile::compile(&sources, &language)?;
        words.extend(compiled.words.iter().map(ToString::to_string));
        let dictionary =
            Dictionary::from_bytes(Bytes::Shared(Arc::from(compiled.bytes.as_slice()))).ok_or("dictionary")?;
        let telltales = telltales::choose(&dictionary, &language_model, &frequent_bigrams(&tables), |id| {
            words.get(id as usize).map(String::as_str)
        });
        let version = KnowledgeVersion {
            model: short(checksum(&packed)),
            dictionaries: short(compiled.hash ^ checksum(&names).rotate_left(2)),
            weights: short(checksum(weights.as_bytes())),
        };
        let layout = Layout { vocabulary: vocabulary::build(&words)?, context };
        let words = words.split_off(tables.words.len());
        let (dictionary, telltales) = (compiled.bytes, telltales.to_text());
        Ok((Knowledge { model: packed, words, dictionary, names, telltales, weights, version }, layout))
    }

    /// Puts another model of the same words in place of this one.
    pub fn set_model(&mut self, file: Vec<u8>) {
        self.version.model = short(checksum(&file));
        self.model = file;
    }

    /// All in one file, to be compressed by whoever sends it.
    ///
    /// # Errors
    ///
    /// A part of more than 4 GiB.
    pub fn pack(&self) -> Result<Vec<u8>, String> {
        let KnowledgeVersion { model, dictionaries, weights } = &self.version;
        let version = [model.as_str(), dictionaries, weights].join("\n");
        let words = self.words.join("\n");
        let parts: [&[u8]; SECTIONS] = [
            version.as_bytes(),
            &self.model,
            words.as_bytes(),
            &self.dictionary,
            &self.names,
            self.telltales.as_bytes(),
            self.weights.as_bytes(),
        ];
        let body = join_sections(&parts)?;
        Ok([MAGIC.as_slice(), &checksum(&body).to_le_bytes(), &body].concat())
    }

    /// What [`Self::pack`] wrote.
    ///
    /// # Errors
    ///
    /// Bytes that are not such a file, whole and undamaged.
    pub fn unpack(bytes: &[u8]) -> Result<Knowledge, KnowledgeError> {
        let rest = bytes.strip_prefix(MAGIC.as_slice()).ok_or(KnowledgeError::NotKnowledge)?;
        let (sum, body) = rest.split_first_chunk::<8>().ok_or(KnowledgeError::Damaged("head"))?;
        if u64::from_le_bytes(*sum) != checksum(body) {
            return Err(KnowledgeError::Damaged("checksum"));
        }
        let parts = sections::<SECTIONS>(&Bytes::Shared(Arc::from(body))).ok_or(KnowledgeError::Damaged("sections"))?;
        let [version, model, words, dictionary, names, telltales, weights] = parts.each_ref().map(AsRef::as_ref);
        let text = |bytes: &[u8], part| String::from_utf8(bytes.to_vec()).map_err(|_| KnowledgeError::Damaged(part));
        let version = text(version, "version")?;
        let [for_model, for_dictionaries, for_weights] =
            version.split('\n').collect::<Vec<_>>().try_into().map_err(|_| KnowledgeError::Damaged("version"))?;
        let version = KnowledgeVersion {
            model: for_model.to_string(),
            dictionaries: for_dictionaries.to_string(),
            weights: for_weights.to_string(),
        };
        let words = text(words, "words")?.split_terminator('\n').map(String::from).collect();
        let (dictionary, names) = (dictionary.to_vec(), names.to_vec());
        let (telltales, weights) = (text(telltales, "tell-tales")?, text(weights, "weights")?);
        Ok(Knowledge { model: model.to_vec(), words, dictionary, names, telltales, weights, version })
    }

    /// Lays out the words and the model.
    ///
    /// # Errors
    ///
    /// A model that does not read, or words that a vocabulary cannot hold.
    pub fn lay_out(&self) -> Result<Layout, KnowledgeError> {
        let mut tables = unpack(&self.model).map_err(KnowledgeError::Model)?;
        let context = lay_out(&tables);
        tables.words.extend_from_slice(&self.words);
        let vocabulary = vocabulary::build(&tables.words).map_err(|_| KnowledgeError::Damaged("words"))?;
        Ok(Layout { vocabulary, context })
    }
}

/// The first half of a hash, in hexadecimal.
fn short(hash: u64) -> String {
    format!("{:08x}", hash >> 32)
}

/// The commonest word pairs of a model, by its ids, for tell-tales that are names.
pub fn frequent_bigrams(tables: &Tables) -> Vec<[u32; 2]> {
    const COUNT: usize = 100_000;
    let mut pairs = Vec::with_capacity(tables.bigram_word.len());
    let mut at = 0;
    for (first, &count) in tables.bigrams_of.iter().enumerate() {
        for _ in 0..count {
            let cost = u32::from(tables.unigram[first]) + u32::from(tables.bigram[at]);
            pairs.push((cost, [first as u32, u32::from(tables.bigram_word[at])]));
            at += 1;
        }
    }
    pairs.sort_unstable();
    pairs.into_iter().take(COUNT).map(|(_, pair)| pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Knowledge {
        let part = |text: &str| text.to_string();
        Knowledge {
            model: vec![1, 2, 3],
            words: ["zeppelin", "airship"].map(String::from).to_vec(),
            dictionary: vec![4; 9],
            names: vec![],
            telltales: part("a\tb\n"),
            weights: part("w\t1\n"),
            version: KnowledgeVersion { model: part("1"), dictionaries: part("2"), weights: part("3") },
        }
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        let none = Knowledge { words: vec![], ..small() };
        for knowledge in [small(), none] {
            assert_eq!(Knowledge::unpack(&knowledge.pack().unwrap()), Ok(knowledge));
        }
    }

    #[test]
    fn damage_is_found() {
        let good = small().pack().unwrap();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1;
            assert!(Knowledge::unpack(&bad).is_err(), "byte {at}");
            assert!(Knowledge::unpack(&good[..at]).is_err(), "length {at}");
        }
        assert!(matches!(small().lay_out(), Err(KnowledgeError::Model(_))));
    }
}
