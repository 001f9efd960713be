//! What the engine asks of a language model, resolved at compile time.

use super::{Asked, Bigram, Second, State, TrigramModel};

/// A model of clean text: how probable a word is after those before it.
///
/// A lattice knows which words may follow each other before it reads any reading: it asks for all pairs of a sentence at
/// once ([`Self::query`], [`Self::look_up`]), and a reading is then scored from pair to pair ([`Self::cost`]). A model
/// may send for what it will need when it is asked ([`Self::query`], [`Self::prefetch`]).
pub trait LanguageModel {
    /// What is remembered of the words so far.
    type State: Copy;
    /// What is known of a word after another, whatever stands before both.
    type Pair: Copy;
    /// A pair that is asked for.
    type Query: Copy;
    /// A word that is asked for after others.
    type Word: Copy;

    /// The state after one word and nothing known before it.
    fn start(&self, word: u32) -> Self::State;
    /// log P(word | state), natural, and the state after it.
    fn score(&self, state: Self::State, word: u32) -> (f32, Self::State);
    /// log P(word), natural, whatever stands before it.
    fn unigram(&self, word: u32) -> f32;

    /// A word after others.
    fn word(&self, id: u32) -> Self::Word;
    /// Asks for a word after another.
    fn query(&self, first: u32, second: u32) -> Self::Query;
    /// Asks for each of some words after another.
    fn queries(&self, first: u32, seconds: &[Self::Word], queries: &mut Vec<Self::Query>);
    /// What is known of many pairs, in order; what stood in `pairs` is lost.
    fn look_up(&self, queries: &[Self::Query], pairs: &mut Vec<Self::Pair>);
    /// −log P(second word of a pair | state), in steps of a code ([`quantize`](crate::quantize)), for a state whose last
    /// word is the first of the pair; and whether the model has seen the words of the state and this one together.
    fn cost(&self, state: Self::State, pair: &Self::Pair) -> (u32, bool);
    /// Sends for what [`Self::cost`] will read of a state and each of some pairs.
    fn prefetch(&self, state: Self::State, pairs: &[Self::Pair]);
    /// The same of pairs that follow each other.
    fn prefetch_chain(&self, pairs: &[Self::Pair]) {
        pairs.windows(2).for_each(|two| self.prefetch(Self::state(&two[0]), &two[1..]));
    }

    /// The id of a word; one that the model does not know is that of all such words.
    fn id(word: Self::Word) -> u32;
    /// The state after both words of a pair.
    fn state(pair: &Self::Pair) -> Self::State;
    /// States with equal names predict the same distribution.
    fn name(state: Self::State) -> u32;
}

impl LanguageModel for TrigramModel<'_> {
    type State = State;
    type Pair = Bigram;
    type Query = Asked;
    type Word = Second;

    #[inline]
    fn start(&self, word: u32) -> State {
        self.after(word)
    }

    #[inline]
    fn score(&self, state: State, word: u32) -> (f32, State) {
        TrigramModel::score(self, state, word)
    }

    #[inline]
    fn unigram(&self, word: u32) -> f32 {
        TrigramModel::unigram(self, word)
    }

    #[inline]
    fn word(&self, id: u32) -> Second {
        self.second(id)
    }

    #[inline]
    fn query(&self, first: u32, second: u32) -> Asked {
        self.ask(first, second)
    }

    #[inline]
    fn queries(&self, first: u32, seconds: &[Second], queries: &mut Vec<Asked>) {
        self.ask_each(first, seconds, queries);
    }

    #[inline]
    fn look_up(&self, queries: &[Asked], pairs: &mut Vec<Bigram>) {
        self.bigrams(queries, pairs);
    }

    #[inline]
    fn cost(&self, state: State, pair: &Bigram) -> (u32, bool) {
        self.steps(state, pair)
    }

    #[inline]
    fn prefetch(&self, state: State, pairs: &[Bigram]) {
        match pairs {
            [pair] => self.fetch_trigram(state, pair.state().word()),
            _ => self.fetch_trigrams(state, pairs),
        }
    }

    #[inline]
    fn id(word: Second) -> u32 {
        word.word()
    }

    #[inline]
    fn state(pair: &Bigram) -> State {
        pair.state()
    }

    #[inline]
    fn name(state: State) -> u32 {
        state.name()
    }
}
