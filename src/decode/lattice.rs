//! The readings of sentences: graphs whose arcs carry context scores.
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

/// A way to read some words of a text.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// First word.
    pub(super) from: u32,
    /// Number of the dictionary's rewrite, and its layer: none for the word as it stands.
    pub(super) number: u32,
    pub(super) layer: u8,
    /// How many words it reads.
    pub(super) words: u8,
    /// Codes of the rate, in 255ths, and of the share.
    pub(super) rate_code: u8,
    pub(super) share_code: u8,
}

/// Words that are read together at most; longer sentences are cut. Arcs have numbers of 16 bits, and no word has 200.
const MAX_WORDS: usize = 256;
/// The layer of a word as it stands.
pub(super) const NO_LAYER: u8 = u8::MAX;

impl Edge {
    /// First word.
    pub fn from(&self) -> usize {
        self.from as usize
    }

    /// One past the last word.
    pub fn to(&self) -> usize {
        self.from as usize + usize::from(self.words)
    }

    /// Layer and number of the dictionary's rewrite; `None` for the word as it stands.
    pub fn rewrite(&self) -> Option<(u8, u32)> {
        self.is_rewrite().then_some((self.layer, self.number))
    }

    /// Whether it reads other words than there are.
    #[inline]
    pub(super) fn is_rewrite(&self) -> bool {
        self.layer != NO_LAYER
    }
}

/// A step from node to node of a sentence by one of its edges.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arc {
    pub(super) from: u16,
    pub(super) to: u16,
    pub(super) edge: u16,
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
    pub(super) edges: &'l [Edge],
    pub(super) arcs: &'l [Arc],
    pub(super) nodes: usize,
    pub(super) last: usize,
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

/// Sentences, those cut that have too many words.
pub(super) fn parts(sentences: &[Range<usize>]) -> Vec<Range<usize>> {
    let part = |sentence: &Range<usize>| {
        let end = sentence.end;
        sentence.clone().step_by(MAX_WORDS).map(move |start| start..end.min(start + MAX_WORDS))
    };
    sentences.iter().flat_map(part).collect()
}

/// How many words there are in sentences.
pub(crate) fn words_in(sentences: &[Range<usize>]) -> usize {
    sentences.iter().map(ExactSizeIterator::len).sum()
}

impl Lattices {
    /// Room for the readings of some sentences.
    pub(super) fn with_room(sentences: &[Range<usize>]) -> Lattices {
        let words = words_in(sentences);
        Lattices {
            edges: Vec::with_capacity(3 * words),
            arcs: Vec::with_capacity(4 * words),
            sentences: Vec::with_capacity(sentences.len()),
        }
    }

    /// Adds the readings of sentences, given as ranges of `words` without their closing edges, none of them longer than
    /// [`parts`] makes it.
    pub(super) fn extend(&mut self, weaver: &mut Weaver, words: &[Word], sentences: &[Range<usize>]) {
        sentences.iter().for_each(|sentence| weaver.weave(self, words, sentence.clone()));
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

impl<'l> Lattice<'l> {
    /// The edges of the lattice.
    pub fn edges(&self) -> &'l [Edge] {
        self.edges
    }
}
