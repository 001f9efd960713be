//! Edges where they meet: the places between words, and the pairs of words that edges make there.

use std::ops::Range;

use unspin_core::dictionary::compile::MAX_PHRASE;

use super::graph::Edge;

/// No edge reaches further than this many words, so that as many places hold all waiting nodes.
pub(super) const SPAN: usize = (MAX_PHRASE + 1).next_power_of_two();

/// What the arcs of an edge need to know.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlacedEdge {
    pub(super) edge: Edge,
    /// One past its last word, in the sentence.
    pub(super) to: u32,
    /// Natural logarithm of the channel at r = 1, for pruning.
    pub(super) log_channel: f32,
    /// The column of its first word in the grid where it begins, the row of its last in the one where it ends.
    pub(super) column: u32,
    pub(super) row: u32,
    /// The pairs within it, in the found ones, and how many: one more where the closing edge follows.
    pub(super) inside: u32,
    pub(super) more: u32,
    /// Cost of the words it stands for, as they are, and the most that a reading may gain.
    pub(super) most_cost: u32,
}

impl PlacedEdge {
    #[inline]
    pub(super) fn inside(&self) -> Range<usize> {
        self.inside as usize..(self.inside + self.more) as usize
    }
}

/// A place before a word: the edges that begin there, and the pairs of each word that may end there
/// and each that may begin.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) edges: (u32, u32),
    /// Where its grid begins, in the found pairs, and how many columns it has.
    pub(super) grid: u32,
    pub(super) columns: u32,
}

impl Place {
    #[inline]
    pub(super) fn edges(&self) -> Range<usize> {
        self.edges.0 as usize..self.edges.1 as usize
    }

    /// Where the pairs of a last word and each first word begin, in the found ones.
    #[inline]
    pub(super) fn row(&self, last: u32) -> usize {
        (self.grid + last * self.columns) as usize
    }

    /// The pairs of a last word and each first word.
    #[inline]
    pub(super) fn pairs<'f, P>(&self, found: &'f [P], last: u32) -> &'f [P] {
        let row = self.row(last);
        &found[row..row + self.columns as usize]
    }
}
