//! The edges at each word: the word as it is, and what the channel proposes.

use unspin_core::language_model::LanguageModel;
use unspin_core::text::vocabulary::EDGE;

use super::builder::LatticeBuilder;
use super::graph::{Edge, NO_LAYER};
use super::place::{PlacedEdge, SPAN};
use crate::channel::{Limits, Word};

impl<M: LanguageModel> LatticeBuilder<'_, M> {
    /// Collects the edges that begin at a word: the word as it stands, then its best rewrites.
    pub(super) fn find_edges(&mut self, words: &[Word], at: usize, start: usize) {
        let position = (start + at) as u32;
        let is_frozen = words[at].frozen;
        let rate = if is_frozen { 0 } else { self.noisy.channel.rate_code(words[at].id) };
        let standing = Edge { from: position, number: 0, layer: NO_LAYER, words: 1, rate_code: rate, share_code: 0 };
        self.add(standing, at + 1, words.len(), self.log_left[usize::from(rate)], std::iter::once(words[at].id));
        if is_frozen {
            return;
        }
        let LatticeBuilder { noisy, ids, starts, proposals, pruning, .. } = self;
        let limits = Limits { most: pruning.rewrites, cost: pruning.cost };
        noisy.channel.propose((words, &ids[..], &starts[..]), at, limits, proposals);
        for n in 0..self.proposals.len() {
            let proposal = self.proposals[n];
            let Some((rewrite, (layer, number))) = self.noisy.channel.proposed(&proposal) else { continue };
            let edge = Edge {
                from: position,
                number,
                layer,
                words: proposal.words,
                rate_code: rewrite.rate_code,
                share_code: rewrite.share_code,
            };
            self.add(edge, at + usize::from(proposal.words), words.len(), rewrite.log_probability(), rewrite.ids());
        }
    }

    /// Adds an edge that reads the words up to `to` as these.
    #[inline]
    fn add(&mut self, edge: Edge, to: usize, end: usize, log_channel: f32, mut reads: impl Iterator<Item = u32>) {
        let LatticeBuilder { noisy, edges, lasts, firsts, asked, .. } = self;
        let model = noisy.model;
        let Some(first) = reads.next() else { return };
        let (column, inside) = (place_of(firsts, model.word(first), M::id), asked.len());
        let last = reads.fold(first, |before, word| {
            asked.push(model.query(before, word));
            word
        });
        let row = if to == end {
            asked.push(model.query(last, EDGE));
            0
        } else {
            place_of(&mut lasts[to % SPAN], last, |other| other)
        };
        let more = (asked.len() - inside) as u32;
        edges.push(PlacedEdge {
            edge,
            to: to as u32,
            log_channel,
            column,
            row,
            inside: inside as u32,
            more,
            most_cost: 0,
        });
    }
}

/// Where a word stands among few; it is added if it does not.
#[inline]
fn place_of<W: Copy>(words: &mut Vec<W>, word: W, id: impl Fn(W) -> u32) -> u32 {
    let found = words.iter().position(|&other| id(other) == id(word)).unwrap_or_else(|| {
        words.push(word);
        words.len() - 1
    });
    found as u32
}
