//! The constants of the confidence stage: what features are measured over. Units and values, and what measured them.
//!
//! The weights of the features themselves are fitted (`dictionaries/context/confidence.tsv`): a constant that changes here
//! asks for weights that are fitted anew.

/// Findings whose trees are evaluated together: as many 32-bit numbers as two instructions compare.
pub(crate) const TOGETHER: usize = 8;
/// Findings whose surroundings are looked up together; a long text must not be held as pairs of words.
pub(super) const BLOCK: usize = 128 * TOGETHER;
/// Words before a change, and after it, that say whether it fits: those of a trigram.
pub(super) const AROUND: usize = 2;
/// Words before a change, and after it, in which others are counted.
pub(super) const NEAR: usize = 12;
/// Words commoner than this, as log probability, are function words.
pub(super) const COMMON: f32 = -6.5;
/// No word is rarer than this, as log probability.
pub(super) const RAREST: f32 = -18.0;
/// A change is no less likely than this by the channel, as log probability.
pub(super) const LEAST_CHANNEL: f32 = -9.2;
/// The language model tells a change from what stands there by no more than this, in nats.
pub(super) const MOST_CONTEXT: f32 = 20.0;
/// A posterior is no nearer to 0 or 1 than this, since none is certain.
pub(super) const LEAST_DOUBT: f32 = 1e-3;
/// Occurrences elsewhere beyond which more say no more: a long text is no better a witness than an article.
pub(super) const ENOUGH: u32 = 8;
