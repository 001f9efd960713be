//! The knowledge that is embedded in the crate, and the words a restorer knows.

use std::collections::HashMap;
use std::sync::Arc;

use crate::confidence::Weights;
use unspin_core::bytes::Bytes;
use unspin_core::dictionary::Dictionary;
use unspin_core::language_model::TrigramModel;
use unspin_core::meaning::names::Names;
use unspin_core::telltales::Telltales;
use unspin_core::text::vocabulary::{NUMBER, UNKNOWN, Vocabulary};
use unspin_core::text::{Kind, Token, fold_into};

static VOCABULARY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/vocabulary.bin"));
static CONTEXT: &OnLine<[u8]> = &OnLine(*include_bytes!(concat!(env!("OUT_DIR"), "/context.bin")));
static DICTIONARY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/dictionary.bin"));
static NAMES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/names.bin"));
static TELLTALES: &str = include_str!(concat!(env!("OUT_DIR"), "/telltales.tsv"));

static WEIGHTS: &str = include_str!("../dictionaries/context/confidence.tsv");

/// Bytes that begin on a line of the cache.
#[repr(C, align(64))]
struct OnLine<T: ?Sized>(T);

/// Which crate, dictionaries and model a result comes from: version, and a hash of the knowledge.
pub const VERSION: &str = concat!("unspin ", env!("CARGO_PKG_VERSION"), " knowledge ", env!("UNSPIN_KNOWLEDGE"));

pub(crate) fn vocabulary() -> Option<Vocabulary<'static>> {
    Vocabulary::from_bytes(VOCABULARY)
}

pub(crate) fn context() -> Option<TrigramModel<'static>> {
    TrigramModel::from_bytes(&CONTEXT.0)
}

pub(crate) fn dictionary() -> Option<Dictionary> {
    Dictionary::from_bytes(Bytes::Static(DICTIONARY))
}

pub(crate) fn telltales() -> Option<Telltales> {
    Telltales::from_text(TELLTALES)
}

pub(crate) fn names() -> Option<Names> {
    Names::from_bytes(Bytes::Static(NAMES))
}

pub(crate) fn weights() -> Option<Weights> {
    Weights::from_text(WEIGHTS)
}

/// The embedded vocabulary, and the words that only a user's dictionaries know.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    embedded: Vocabulary<'static>,
    more: Arc<HashMap<String, u32>>,
}

impl Words {
    pub(crate) fn new(embedded: Vocabulary<'static>) -> Self {
        Words { embedded, more: Arc::default() }
    }

    pub(crate) fn len(&self) -> u32 {
        (self.embedded.len() + self.more.len()) as u32
    }

    pub(crate) fn extend(&mut self, words: Vec<String>) {
        let mut more = HashMap::clone(&self.more);
        for word in words {
            let id = (self.embedded.len() + more.len()) as u32;
            more.entry(word).or_insert(id);
        }
        self.more = Arc::new(more);
    }

    pub(crate) fn get(&self, word: &str) -> Option<u32> {
        self.embedded.get(word).or_else(|| self.more.get(word).copied())
    }

    pub(crate) fn word(&self, id: u32) -> Option<&str> {
        self.embedded
            .word(id)
            .or_else(|| self.more.iter().find(|(_, other)| **other == id).map(|(word, _)| word.as_str()))
    }

    pub(crate) fn ids(&self, text: &str, tokens: &[Token]) -> Vec<u32> {
        let mut ids = self.embedded.ids(text, tokens);
        if self.more.is_empty() {
            return ids;
        }
        let mut folded = String::new();
        for (token, id) in tokens.iter().zip(&mut ids) {
            if token.kind == Kind::Word && matches!(*id, UNKNOWN | NUMBER) {
                folded.clear();
                fold_into(&text[token.start..token.end], &mut folded);
                *id = self.more.get(folded.as_str()).copied().unwrap_or(*id);
            }
        }
        ids
    }
}
