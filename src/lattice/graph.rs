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

/// A way to read some words of a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge {
    /// First word.
    pub(crate) from: u32,
    /// Number of the dictionary's rewrite, and its layer: none for the word as it stands.
    pub(crate) number: u32,
    pub(crate) layer: u8,
    /// How many words it reads.
    pub(crate) words: u8,
    /// Codes of the rate, in 255ths, and of the share.
    pub(crate) rate_code: u8,
    pub(crate) share_code: u8,
}

/// Words that are read together at most; longer sentences are cut. Arcs have numbers of 16 bits, and no word has 200.
const MAX_WORDS: usize = 256;
/// No word is replaced more often than this.
pub(crate) const MAX_RATE: f32 = 0.97;

/// The layer of a word as it stands.
pub(crate) const NO_LAYER: u8 = u8::MAX;

impl Edge {
    /// First word.
    pub(crate) fn from(&self) -> usize {
        self.from as usize
    }

    /// One past the last word.
    pub(crate) fn to(&self) -> usize {
        self.from as usize + usize::from(self.words)
    }

    /// Layer and number of the dictionary's rewrite; `None` for the word as it stands.
    pub(crate) fn rewrite(&self) -> Option<(u8, u32)> {
        self.is_rewrite().then_some((self.layer, self.number))
    }

    /// Whether it reads other words than there are.
    #[inline]
    pub(crate) fn is_rewrite(&self) -> bool {
        self.layer != NO_LAYER
    }
}

/// A step from node to node of a sentence by one of its edges.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arc {
    pub(crate) from: u16,
    pub(crate) to: u16,
    pub(crate) edge: u16,
    /// Score of the language model relative to the unchanged words, tempered.
    pub(crate) weight: f32,
}

/// Where the readings of one sentence lie.
#[derive(Clone, Debug)]
pub(crate) struct Sentence {
    pub(crate) edges: Range<usize>,
    pub(crate) arcs: Range<usize>,
    pub(crate) nodes: usize,
    pub(crate) last: usize,
}

/// The readings of sentences under one spinner.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lattices {
    pub(crate) edges: Vec<Edge>,
    pub(crate) arcs: Vec<Arc>,
    pub(crate) sentences: Vec<Sentence>,
}

/// The readings of one sentence.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lattice<'l> {
    pub(crate) edges: &'l [Edge],
    pub(crate) arcs: &'l [Arc],
    pub(crate) nodes: usize,
    pub(crate) last: usize,
}

/// Sentences, those cut that have too many words.
pub(crate) fn parts(sentences: &[Range<usize>]) -> Vec<Range<usize>> {
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
    pub(crate) fn with_room(sentences: &[Range<usize>]) -> Lattices {
        let words = words_in(sentences);
        Lattices {
            edges: Vec::with_capacity(3 * words),
            arcs: Vec::with_capacity(4 * words),
            sentences: Vec::with_capacity(sentences.len()),
        }
    }

    /// What there is one of for each edge, by the sentence.
    pub(crate) fn split<'v, T>(&self, mut of_edges: &'v mut [T]) -> impl Iterator<Item = &'v mut [T]> {
        self.sentences.iter().map(move |s| {
            let (own, rest) = std::mem::take(&mut of_edges).split_at_mut(s.edges.len());
            of_edges = rest;
            own
        })
    }

    /// The readings of each sentence.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Lattice<'_>> {
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
    pub(crate) fn edges(&self) -> &'l [Edge] {
        self.edges
    }
}
