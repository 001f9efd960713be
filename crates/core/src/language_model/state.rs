//! What a query of the model gives and takes: states, bigrams, and bigrams to be looked up.

/// What the model remembers of the words so far: the last one or two.
#[derive(Clone, Copy, Debug)]
pub struct State {
    /// Which bigram the last two words are, or which word the last one is if it knows no more.
    pub(super) name: u32,
    /// The last word.
    pub(super) word: u32,
    /// The row of the trigrams of the bigram: its first slot, a Bloom filter of their last words, how many there are.
    pub(super) first: u32,
    pub(super) bloom: u32,
    pub(super) count: u16,
    /// Code of the backoff of the bigram.
    pub(super) backoff: u8,
}

impl PartialEq for State {
    /// All else follows from the name.
    #[inline]
    fn eq(&self, other: &State) -> bool {
        self.name == other.name
    }
}

impl Eq for State {}

impl State {
    /// States with equal names predict the same distribution.
    #[inline]
    pub fn name(self) -> u32 {
        self.name
    }

    /// The last word.
    #[inline]
    pub fn word(self) -> u32 {
        self.word
    }
}

/// A word after another: what the model knows of the two, whatever stands before them.
#[derive(Clone, Copy, Debug)]
pub struct Bigram {
    /// The state after both.
    pub(super) state: State,
    /// Code of log P(second | first).
    pub(super) code: u16,
}

impl Bigram {
    /// The state after both words.
    #[inline]
    pub fn state(&self) -> State {
        self.state
    }
}

/// A bigram that is asked for, and the line in which it is looked for first.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    pub(super) first: u32,
    pub(super) second: u32,
    pub(super) line: u32,
}

/// A word that is asked for after others.
#[derive(Clone, Copy, Debug)]
pub struct Second {
    pub(super) word: u32,
    pub(super) hash: u32,
}

impl Second {
    /// The word; one that the model does not know is that of all such words.
    #[inline]
    pub fn word(self) -> u32 {
        self.word
    }
}
