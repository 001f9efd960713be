//! A trigram model as plain tables: what counts come to, and what is laid out.

/// A trigram model unpacked: plain tables, words by id.
///
/// Probabilities are codes of the model's quantiser (natural log, 12.5 steps a nat). The children
/// of a unigram are bigrams, those of a bigram trigrams, each sorted by word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tables {
    /// The word of each id; the first are the classes of [`crate::text::vocabulary`].
    pub words: Vec<String>,
    /// log P(word), by id.
    pub unigram: Vec<u8>,
    /// log backoff weight of the context (word), by id.
    pub unigram_backoff: Vec<u8>,
    /// How many bigrams begin with each word.
    pub bigrams_of: Vec<u32>,
    /// The second words of the bigrams.
    pub bigram_word: Vec<u16>,
    /// log P(second | first).
    pub bigram: Vec<u8>,
    /// log backoff weight of the context (first, second).
    pub bigram_backoff: Vec<u8>,
    /// How many trigrams begin with each bigram.
    pub trigrams_of: Vec<u32>,
    /// The third words of the trigrams.
    pub trigram_word: Vec<u16>,
    /// log P(third | first, second).
    pub trigram: Vec<u8>,
}
