//! The readings of sentences: graphs whose arcs carry context scores, with forward and backward sums.
//!
//! Weights are ratios to the reading that changes nothing. A reading's weight is
//!
//! ```text
//! Π over its arcs  (P_context(arc) / P_context(same words unchanged))^λ · channel(arc)
//! ```
//!
//! so the sum over all readings is the likelihood ratio of "spun" to "clean" for the sentence, sums
//! stay within reach of an `f64`, and no logarithm is taken after the graph is built. The channel
//! of an unchanged word is 1 − r·rate, that of a rewrite r·rate·share, with r the substitution rate
//! of the document relative to the spinner's habit. λ tempers the context model, whose errors at
//! neighbouring words are not independent.
//!
//! All sentences of a text lie one after the other in the same few arrays: a text is read without
//! an allocation for each sentence or word.

use std::ops::Range;

use crate::context::Context;
use crate::dictionary::Dictionary;

use super::weave::Weaver;

/// A way to read the words `from..to` of a text.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// First word.
    pub from: u32,
    /// One past the last word.
    pub to: u32,
    /// Layer and number of the dictionary's rewrite; `None` for the word as it stands.
    pub rewrite: Option<(u8, u32)>,
    pub(super) rate: f32,
    pub(super) share: f32,
}

impl Edge {
    /// The channel probability at the substitution rate `r` of the document.
    #[inline]
    fn channel(&self, r: f32) -> f32 {
        let rate = (self.rate * r).min(0.97);
        if self.rewrite.is_some() { rate * self.share } else { 1.0 - rate }
    }
}

/// A step from node to node of a sentence by one of its edges.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arc {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) edge: u32,
    /// Context score relative to the unchanged words, tempered.
    pub(super) weight: f32,
}

/// Where the readings of one sentence lie.
#[derive(Clone, Debug)]
pub(super) struct Sentence {
    pub(super) edges: Range<usize>,
    pub(super) arcs: Range<usize>,
    pub(super) nodes: usize,
    pub(super) last: usize,
}

/// The readings of sentences under one spinner.
#[derive(Clone, Debug, Default)]
pub struct Lattices {
    pub(super) edges: Vec<Edge>,
    pub(super) arcs: Vec<Arc>,
    pub(super) sentences: Vec<Sentence>,
}

/// The readings of one sentence.
#[derive(Clone, Copy, Debug)]
pub struct Lattice<'l> {
    edges: &'l [Edge],
    arcs: &'l [Arc],
    nodes: usize,
    last: usize,
}

/// A word as the lattice reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its id.
    pub id: u32,
    /// Whether it must stand as it is.
    pub frozen: bool,
    /// Whether it begins with a capital.
    pub capitalised: bool,
    /// Whether something other than white space parts it from the word before: no phrase crosses that.
    pub parted: bool,
}

/// What building a lattice needs to know.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'r, 'b> {
    /// The context model.
    pub context: &'r Context<'b>,
    /// Layers of dictionaries, the first to answer wins.
    pub dictionaries: &'r [Dictionary],
    /// For each layer, the number of the spinner whose entries are read, if it has any.
    pub spinner: &'r [Option<u8>],
}

impl Lattices {
    /// Builds the readings of sentences, given as ranges of `words` without their closing edges.
    pub fn build(reader: Reader, words: &[Word], sentences: &[Range<usize>]) -> Lattices {
        let total: usize = sentences.iter().map(ExactSizeIterator::len).sum();
        let mut lattices = Lattices {
            edges: Vec::with_capacity(3 * total),
            arcs: Vec::with_capacity(8 * total),
            sentences: Vec::with_capacity(sentences.len()),
        };
        let mut weaver = Weaver::new(reader);
        for sentence in sentences {
            weaver.weave(&mut lattices, words, sentence.clone());
        }
        lattices
    }

    /// What there is one of for each edge, by the sentence.
    pub(super) fn split<'v, T>(&self, mut of_edges: &'v mut [T]) -> impl Iterator<Item = &'v mut [T]> {
        self.sentences.iter().map(move |s| {
            let (own, rest) = std::mem::take(&mut of_edges).split_at_mut(s.edges.len());
            of_edges = rest;
            own
        })
    }

    /// The readings of each sentence.
    pub fn iter(&self) -> impl Iterator<Item = Lattice<'_>> {
        self.sentences.iter().map(|s| Lattice {
            edges: &self.edges[s.edges.clone()],
            arcs: &self.arcs[s.arcs.clone()],
            nodes: s.nodes,
            last: s.last,
        })
    }
}

/// Sums over the readings of a sentence; its room is used again for the next.
#[derive(Clone, Debug)]
pub struct Sums {
    forward: Vec<f64>,
    backward: Vec<f64>,
    channel: Vec<f64>,
}

impl Sums {
    /// With room for the largest of these sentences.
    pub(super) fn for_all(lattices: &Lattices) -> Sums {
        let most = |of: fn(&Sentence) -> usize| lattices.sentences.iter().map(of).max().unwrap_or(0);
        let (nodes, edges) = (most(|s| s.nodes), most(|s| s.edges.len()));
        Sums {
            forward: Vec::with_capacity(nodes),
            backward: Vec::with_capacity(nodes),
            channel: Vec::with_capacity(edges),
        }
    }

    /// Sums over all readings at substitution rate `r`: returns the log likelihood ratio of spun to
    /// clean, and adds to `posterior` the probability of each edge.
    pub fn of(&mut self, lattice: Lattice, r: f32, posterior: &mut [f32]) -> f64 {
        let Sums { forward, backward, channel } = self;
        forward.clear();
        forward.resize(lattice.nodes, 0.0);
        backward.clear();
        backward.resize(lattice.nodes, 0.0);
        channel.clear();
        channel.extend(lattice.edges.iter().map(|edge| f64::from(edge.channel(r))));
        forward[0] = 1.0;
        backward[lattice.last] = 1.0;
        for arc in lattice.arcs {
            let weight = f64::from(arc.weight) * channel[arc.edge as usize];
            forward[arc.to as usize] += forward[arc.from as usize] * weight;
        }
        let total = forward[lattice.last];
        if !(total.is_finite() && total > 0.0) {
            return 0.0;
        }
        let share = 1.0 / total;
        for arc in lattice.arcs.iter().rev() {
            let onward = backward[arc.to as usize] * f64::from(arc.weight) * channel[arc.edge as usize];
            backward[arc.from as usize] += onward;
            posterior[arc.edge as usize] += (forward[arc.from as usize] * onward * share) as f32;
        }
        total.ln()
    }
}

impl<'l> Lattice<'l> {
    /// Adds to the statistics from which the rate of the document is estimated: how many edits are
    /// expected, and how many are at r = 1 among the words left as they stand, by the probability of each edge.
    pub fn expect(&self, posteriors: &[f32], r: f32, edits: &mut f64, exposed: &mut f64) {
        for (edge, &p) in self.edges.iter().zip(posteriors) {
            if edge.rewrite.is_some() {
                *edits += f64::from(p);
            } else {
                *exposed += f64::from(p * edge.rate / (1.0 - (edge.rate * r).min(0.97)));
            }
        }
    }

    /// The edges of the lattice.
    pub fn edges(&self) -> &'l [Edge] {
        self.edges
    }
}
