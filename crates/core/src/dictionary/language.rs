//! What the compiler is told of the language, and where entries come from.

/// The longest phrase, in words.
pub const MAX_PHRASE: usize = 8;

/// Exponent of the context's probabilities where they meet those of a channel: its errors at neighbouring
/// words are not independent.
pub const CONTEXT_WEIGHT: f64 = 0.8;

/// The language of a dictionary: what its words are, and how common.
pub struct Language<'l> {
    /// The ids of words that have one.
    pub id: &'l dyn Fn(&str) -> Option<u32>,
    /// The first id that is free.
    pub first_id: u32,
    /// Natural logarithm of how likely clean text has these words at a place.
    pub log_probability: &'l dyn Fn(&[u32]) -> f32,
}

/// Where an entry came from: its line, counted over all files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place(pub(super) u32);

/// The word ids of a phrase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Phrase {
    ids: [u32; MAX_PHRASE],
    count: u8,
}

impl Phrase {
    /// Adds a word; false if there is no room.
    pub(super) fn push(&mut self, id: u32) -> bool {
        let place = self.ids.get_mut(usize::from(self.count));
        place.map(|place| *place = id).map(|()| self.count += 1).is_some()
    }

    pub(super) fn as_slice(&self) -> &[u32] {
        &self.ids[..usize::from(self.count)]
    }
}
