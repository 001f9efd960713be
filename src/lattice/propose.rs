//! The edges at each word: the word as it is, and what the channel proposes.

use unspin_core::language_model::LanguageModel;
use unspin_core::text::vocabulary::{EDGE, PAUSE};

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
            if repeats_sibling(&self.ids, at, at + usize::from(proposal.words), rewrite.ids()) {
                continue;
            }
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

/// Whether a word made of those at `at..to` would stand twice in a list: nobody writes "big, big or small".
#[inline]
fn repeats_sibling(ids: &[u32], at: usize, to: usize, mut words: impl ExactSizeIterator<Item = u32>) -> bool {
    /// Items of a list that are looked at before the word and after it.
    const ITEMS: usize = 8;
    let is_listed = |before: &[u32]| before.last() == Some(&PAUSE) || ids.get(to) == Some(&PAUSE);
    if words.len() != 1 || !is_listed(&ids[..at]) {
        return false;
    }
    let word = words.next();
    let before = ids[..at].rchunks_exact(2).take_while(|pair| pair[1] == PAUSE).map(|pair| pair[0]);
    let after = ids[to..].chunks_exact(2).take_while(|pair| pair[0] == PAUSE).map(|pair| pair[1]);
    before.take(ITEMS).chain(after.take(ITEMS)).any(|sibling| Some(sibling) == word)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_list_says_a_word_twice() {
        let (big, huge, vast) = (10, 11, 12);
        let list = [big, PAUSE, huge, PAUSE, vast];
        let repeats = |at: usize, word: u32| repeats_sibling(&list, at, at + 1, [word].into_iter());
        assert!(repeats(2, big) && repeats(4, big) && repeats(0, vast) && !repeats(2, 13));
        // What stands beside a word without a pause is no item.
        assert!(!repeats_sibling(&[big, huge], 1, 2, [big].into_iter()));
        assert!(!repeats_sibling(&list, 2, 3, [big, huge].into_iter()));
        assert!(!repeats_sibling(&[], 0, 0, [big].into_iter()));
    }
}
