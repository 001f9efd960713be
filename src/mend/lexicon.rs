//! Which words there are, and how likely they stand together: the vocabulary and the language model of the engine.

use unspin_core::language_model::{State, TrigramModel};
use unspin_core::text::fold_into;
use unspin_core::text::vocabulary::{EDGE, FIRST_WORD, UNKNOWN, Vocabulary};

/// Bytes of words that are folded without an allocation.
const SHORT: usize = 32;

/// The words that the language model knows, and their order.
#[derive(Clone, Copy, Debug)]
pub struct Lexicon<'k> {
    vocabulary: Vocabulary<'k>,
    model: TrigramModel<'k>,
}

impl<'k> Lexicon<'k> {
    /// A lexicon over the vocabulary and the model of an engine.
    pub fn new(vocabulary: Vocabulary<'k>, model: TrigramModel<'k>) -> Self {
        Lexicon { vocabulary, model }
    }

    /// The id of a word in any case, if the model knows it.
    pub(crate) fn id(&self, word: &str) -> Option<u32> {
        if word.bytes().all(|b| b.is_ascii_lowercase()) {
            return self.id_of_folded(word);
        }
        // Nearly every word is short and of ASCII: it is folded where it costs nothing.
        let mut short = [0u8; SHORT];
        if let Some(short) = short.get_mut(..word.len()).filter(|_| word.is_ascii()) {
            short.copy_from_slice(word.as_bytes());
            short.make_ascii_lowercase();
            return self.id_of_folded(std::str::from_utf8(short).ok()?);
        }
        let mut folded = String::new();
        fold_into(word, &mut folded);
        self.id_of_folded(&folded)
    }

    fn id_of_folded(&self, word: &str) -> Option<u32> {
        let id = self.vocabulary.get(if word == "an" { "a" } else { word })?;
        (id >= FIRST_WORD && (id as usize) < self.model.words()).then_some(id)
    }

    /// The id of a word, that of an unknown word if it is none.
    pub(crate) fn id_or_unknown(&self, word: &str) -> u32 {
        self.id(word).unwrap_or(UNKNOWN)
    }

    /// Whether a word, in any case, is known.
    pub(crate) fn knows(&self, word: &str) -> bool {
        self.id(word).is_some()
    }

    /// log P(word), natural; `None` if it is unknown.
    pub(crate) fn log(&self, word: &str) -> Option<f32> {
        self.id(word).map(|id| self.model.unigram(id))
    }

    /// The state at the start of a text.
    pub(crate) fn start(&self) -> State {
        self.model.after(EDGE)
    }

    /// log P(word | state), natural, and the state after it.
    pub(crate) fn score(&self, state: State, id: u32) -> (f32, State) {
        self.model.score(state, id)
    }
}
