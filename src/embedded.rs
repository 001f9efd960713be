//! The tables of this program, embedded or given, and the words a restorer knows.

use std::collections::HashMap;
use std::sync::Arc;

use unspin_core::bytes::Bytes;
use unspin_core::dictionary::Dictionary;
use unspin_core::language_model::TrigramModel;
use unspin_core::meaning::names::Names;
use unspin_core::telltales::Telltales;
use unspin_core::text::vocabulary::{NUMBER, UNKNOWN, Vocabulary};
use unspin_core::text::{Kind, Token, fold_page_into};

#[cfg(feature = "embedded")]
mod in_program;
#[cfg(not(feature = "embedded"))]
mod installed;

#[cfg(feature = "embedded")]
pub use in_program::VERSION;
#[cfg(feature = "embedded")]
use in_program::tables;
#[cfg(not(feature = "embedded"))]
use installed::tables;
#[cfg(not(feature = "embedded"))]
pub use installed::{InstallError, install};

/// The weights of the confidence of what a second reader read, as they are written.
pub(crate) static READER_WEIGHTS: &str = include_str!("../dictionaries/context/confidence-reader.tsv");

/// The tables of this program, used where they lie.
struct Tables {
    vocabulary: &'static [u8],
    context: &'static [u8],
    dictionary: &'static [u8],
    names: &'static [u8],
    telltales: &'static str,
    weights: &'static str,
    versions: Versions,
}

/// What names the version of each part.
pub(crate) struct Versions {
    pub(crate) model: &'static str,
    pub(crate) dictionaries: &'static str,
    pub(crate) weights: &'static str,
}

pub(crate) fn vocabulary() -> Option<Vocabulary<'static>> {
    Vocabulary::from_bytes(tables()?.vocabulary)
}

pub(crate) fn context() -> Option<TrigramModel<'static>> {
    TrigramModel::from_bytes(tables()?.context)
}

pub(crate) fn dictionary() -> Option<Dictionary> {
    Dictionary::from_bytes(Bytes::Static(tables()?.dictionary))
}

pub(crate) fn telltales() -> Option<Telltales> {
    Telltales::from_text(tables()?.telltales)
}

pub(crate) fn names() -> Option<Names> {
    Names::from_bytes(Bytes::Static(tables()?.names))
}

/// The weights of the confidence, as they are written.
pub(crate) fn weights() -> Option<&'static str> {
    Some(tables()?.weights)
}

pub(crate) fn versions() -> Option<Versions> {
    Some(tables()?.versions)
}

/// The embedded vocabulary, and the words that only a user's dictionaries know.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    embedded: Vocabulary<'static>,
    more: Arc<More>,
}

/// Words that are not embedded: their ids, and by id.
#[derive(Clone, Debug, Default)]
struct More {
    ids: HashMap<Arc<str>, u32>,
    words: Vec<Arc<str>>,
}

impl Words {
    pub(crate) fn new(embedded: Vocabulary<'static>) -> Self {
        Words { embedded, more: Arc::default() }
    }

    /// How many words have an id.
    pub(crate) fn len(&self) -> u32 {
        // The compiler of dictionaries gives ids of 24 bits.
        (self.embedded.len() + self.more.words.len()) as u32
    }

    /// Adds words that a dictionary was the first to know, in the order of their ids.
    pub(crate) fn extend(&mut self, words: Vec<Arc<str>>) {
        let first = self.len();
        let more = Arc::make_mut(&mut self.more);
        for (id, word) in (first..).zip(words) {
            more.words.push(word.clone());
            more.ids.insert(word, id);
        }
    }

    pub(crate) fn get(&self, word: &str) -> Option<u32> {
        self.embedded.get(word).or_else(|| self.more.ids.get(word).copied())
    }

    pub(crate) fn word(&self, id: u32) -> Option<&str> {
        let number = (id as usize).checked_sub(self.embedded.len());
        match number {
            None => self.embedded.word(id),
            Some(number) => self.more.words.get(number).map(AsRef::as_ref),
        }
    }

    pub(crate) fn ids(&self, text: &str, tokens: &[Token]) -> Vec<u32> {
        let mut ids = self.embedded.page_ids(text, tokens);
        if self.more.words.is_empty() {
            return ids;
        }
        let mut folded = String::new();
        for (token, id) in tokens.iter().zip(&mut ids) {
            if token.kind == Kind::Word && matches!(*id, UNKNOWN | NUMBER) {
                folded.clear();
                fold_page_into(&text[token.start..token.end], &mut folded);
                *id = self.more.ids.get(folded.as_str()).copied().unwrap_or(*id);
            }
        }
        ids
    }
}
