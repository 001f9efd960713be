//! How much of the lattice is kept: fewer readings are faster, and lose a little.

use unspin_core::quantize;

/// The bounds of the search. `docs/performance.md` has what each saves and what it costs in error reduction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pruning {
    /// Beam width in nats: a reading further behind the best at a boundary is given up.
    pub(crate) nats: f32,
    /// Beam width in nats among readings of the same last word, which differ in the word before it alone.
    pub(crate) nats_of_word: f32,
    /// States of the language model kept at a boundary.
    pub(crate) nodes: usize,
    /// Rewrites considered at a word.
    pub(crate) rewrites: usize,
    /// A rewrite that costs this much more than the best at its word is not considered, in steps of a code.
    pub(crate) cost: u8,
}

impl Pruning {
    /// What the engine uses.
    pub(crate) const ENGINE: Pruning =
        Pruning { nats: 5.0, nats_of_word: 2.0, nodes: 4, rewrites: 5, cost: (3.0 * quantize::STEPS_PER_NAT) as u8 };
}
