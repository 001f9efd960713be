//! What may stand at each word: the word as it is, and the best rewrites of the phrases that begin there.

use unspin_core::dictionary::Match;
use unspin_core::dictionary::compile::MAX_PHRASE;
use unspin_core::language_model::LanguageModel;
use unspin_core::text::vocabulary::EDGE;

use super::builder::LatticeBuilder;
use super::graph::{Edge, NO_LAYER};
use super::place::{PlacedEdge, RankedRewrite, SPAN};
use crate::channel::{Layer, Word};

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
        self.find_choices(words, at);
        for n in 0..self.choices.len() {
            let choice = self.choices[n];
            let layer = &self.noisy.channel.layers()[usize::from(choice.layer)];
            let rewrite = layer.tables.channel(choice.record).filter(|rewrite| rewrite.ids().len() > 0);
            let Some(rewrite) = rewrite else { continue };
            let edge = Edge {
                from: position,
                number: choice.number,
                layer: layer.number,
                words: choice.words,
                rate_code: rewrite.rate_code,
                share_code: rewrite.share_code,
            };
            self.add(edge, at + usize::from(choice.words), words.len(), rewrite.log_probability(), rewrite.ids());
        }
    }

    /// Finds the best rewrites of the phrases that begin at a word.
    fn find_choices(&mut self, words: &[Word], at: usize) {
        let LatticeBuilder { noisy, ids, starts, choices, pruning, .. } = self;
        let most = pruning.rewrites;
        choices.clear();
        let is_whole = |to: usize| !words[at + 1..to].iter().any(|w| w.frozen || w.parted);
        let phrase = &ids[at..ids.len().min(at + MAX_PHRASE)];
        let layers = noisy.channel.layers();
        let starts = &starts[at * layers.len()..][..layers.len()];
        for (layer, (Layer { spinner, tables, .. }, start)) in layers.iter().zip(starts).enumerate() {
            let Some(start) = start else { continue };
            tables.matches(start, phrase, |found: Match| {
                if !is_whole(at + found.words) {
                    return;
                }
                for (number, record) in tables.rewrites(found, *spinner) {
                    let cost = record.cost();
                    let is_full = choices.len() == most && choices[most - 1].cost <= cost;
                    if is_full || choices.first().is_some_and(|best| cost > best.cost.saturating_add(pruning.cost)) {
                        break;
                    }
                    let choice = RankedRewrite {
                        cost,
                        layer: layer as u8,
                        number: number as u32,
                        words: found.words as u8,
                        record,
                    };
                    choices.truncate(most - 1);
                    match choices.iter().position(|other| other.cost > cost) {
                        Some(place) => choices.insert(place, choice),
                        None => choices.push(choice),
                    }
                }
            });
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
