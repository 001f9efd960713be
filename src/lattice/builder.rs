//! Building the readings of a sentence: edges from a channel, arcs scored by a language model.
//!
//! Which words may follow each other is settled before any reading is: all edges of the sentence are
//! found, then all pairs of words they can make are looked up at once, in a grid for each place between two words. A
//! reading then costs a step in a grid, and a search only where the context has seen three such words.

use std::ops::Range;
use std::sync::LazyLock;

use unspin_core::dictionary::compile::CONTEXT_WEIGHT;
use unspin_core::dictionary::tables::Start;
use unspin_core::language_model::LanguageModel;
use unspin_core::quantize;
use unspin_core::text::vocabulary::EDGE;

use super::beam::{Beam, Node};
use super::graph::{Arc, Lattices, MAX_RATE, Sentence};
use super::noisy_channel::NoisyChannel;
use super::place::{Place, PlacedEdge, SPAN};
use super::pruning::Pruning;
use crate::channel::{Proposal, Word};

/// Most sentences have fewer words.
const USUAL_WORDS: usize = 48;

/// What a step of the context's codes weighs, in nats.
const NATS_PER_STEP: f32 = CONTEXT_WEIGHT as f32 / quantize::STEPS_PER_NAT;
/// Gains beyond this many steps, and losses, are as good as boundless, and their exponentials still finite.
const MOST_GAIN: u32 = 1280;
/// How many gains there are, from the greatest loss on.
const GAINS: usize = 2 * MOST_GAIN as usize + 1;
/// What each gain weighs: its logarithm, in nats, for pruning, and the weight.
static GAIN_WEIGHTS: LazyLock<Box<[(f32, f32); GAINS]>> = LazyLock::new(|| {
    let nats = |gain: usize| NATS_PER_STEP * (gain as f32 - MOST_GAIN as f32);
    Box::new(std::array::from_fn(|gain| (nats(gain), nats(gain).exp())))
});

/// The logarithms of what all rates leave, by code.
static LOG_LEFT: LazyLock<[f32; 256]> =
    LazyLock::new(|| std::array::from_fn(|code| (1.0 - (code as f32 / 255.0).min(MAX_RATE)).ln()));

/// No bigram.
const NONE: u32 = u32::MAX;
/// All readings end in the one state after the edge.
const END: u32 = 0;

/// Builds lattices one after the other in the same room.
pub(crate) struct LatticeBuilder<'r, M: LanguageModel> {
    pub(super) noisy: &'r NoisyChannel<'r, M>,
    pub(super) pruning: Pruning,
    pub(super) ids: Vec<u32>,
    pub(super) edges: Vec<PlacedEdge>,
    /// How phrases begin that begin with each word, for each layer.
    pub(super) starts: Vec<Option<Start>>,
    /// The best rewrites at a word.
    pub(super) proposals: Vec<Proposal<'r>>,
    /// The different words that end before a word, for as many places as an edge can reach, and those that begin there.
    pub(super) lasts: [Vec<u32>; SPAN],
    pub(super) firsts: Vec<M::Word>,
    places: Vec<Place>,
    pub(super) asked: Vec<M::Query>,
    found: Vec<M::Pair>,
    /// Cost of the unchanged words up to each place.
    totals: Vec<u32>,
    gain_weights: &'static [(f32, f32); GAINS],
    pub(super) log_left: &'static [f32; 256],
    /// Nodes wait at their position until every arc into it is drawn.
    waiting: [Beam; SPAN],
    nodes: Vec<Node>,
}

impl<'r, M: LanguageModel> LatticeBuilder<'r, M> {
    pub(crate) fn new(noisy: &'r NoisyChannel<'r, M>, pruning: Pruning) -> Self {
        // What most sentences need: room that grows is copied each time.
        LatticeBuilder {
            noisy,
            pruning,
            ids: Vec::with_capacity(USUAL_WORDS),
            edges: Vec::with_capacity(4 * USUAL_WORDS),
            starts: Vec::with_capacity(USUAL_WORDS),
            proposals: Vec::with_capacity(pruning.rewrites),
            lasts: std::array::from_fn(|_| Vec::with_capacity(2 * pruning.rewrites)),
            firsts: Vec::with_capacity(2 * pruning.rewrites),
            places: Vec::with_capacity(USUAL_WORDS),
            asked: Vec::with_capacity(8 * USUAL_WORDS),
            found: Vec::with_capacity(8 * USUAL_WORDS),
            totals: Vec::with_capacity(USUAL_WORDS + 1),
            gain_weights: &GAIN_WEIGHTS,
            log_left: &LOG_LEFT,
            waiting: std::array::from_fn(|_| Beam::new(pruning)),
            nodes: Vec::with_capacity(USUAL_WORDS),
        }
    }

    /// Adds the readings of sentences, given as ranges of `words` without their closing edges, none of them longer than
    /// [`parts`](super::parts) makes it.
    pub(crate) fn extend(&mut self, lattices: &mut Lattices, words: &[Word], sentences: &[Range<usize>]) {
        sentences.iter().for_each(|sentence| self.add_sentence(lattices, words, sentence.clone()));
    }

    /// Adds the readings of a sentence.
    fn add_sentence(&mut self, lattices: &mut Lattices, words: &[Word], sentence: Range<usize>) {
        let start = sentence.start;
        let words = &words[sentence];
        self.ids.clear();
        self.ids.extend(words.iter().map(|w| w.id));
        self.noisy.channel.find_starts(&self.ids, &mut self.starts);
        let (first_edge, first_arc) = (lattices.edges.len(), lattices.arcs.len());
        self.lay_places(words, start);
        lattices.edges.extend(self.edges.iter().map(|placed| placed.edge));
        self.noisy.model.look_up(&self.asked, &mut self.found);
        self.fetch_trigrams();
        self.walk_unchanged();
        let (nodes, last) = self.draw_arcs(&mut lattices.arcs);
        lattices.sentences.push(Sentence {
            edges: first_edge..lattices.edges.len(),
            arcs: first_arc..lattices.arcs.len(),
            nodes,
            last,
        });
    }

    /// Finds every edge of the sentence, and asks for every pair of words that two of them make.
    fn lay_places(&mut self, words: &[Word], start: usize) {
        let model = self.noisy.model;
        self.lasts.iter_mut().for_each(Vec::clear);
        self.lasts[0].push(EDGE);
        self.places.clear();
        self.edges.clear();
        self.asked.clear();
        for at in 0..words.len() {
            let first = self.edges.len() as u32;
            self.firsts.clear();
            self.find_edges(words, at, start);
            let grid = self.asked.len() as u32;
            let (asked, firsts, lasts) = (&mut self.asked, &self.firsts, &mut self.lasts[at % SPAN]);
            lasts.iter().for_each(|&last| model.queries(last, firsts, asked));
            lasts.clear();
            let edges = (first, self.edges.len() as u32);
            self.places.push(Place { edges, grid, columns: self.firsts.len() as u32 });
        }
    }

    /// Sends for the trigrams of the words as they stand, and of those within a rewrite.
    fn fetch_trigrams(&self) {
        let model = self.noisy.model;
        let (mut state, mut row) = (model.start(EDGE), 0);
        for place in &self.places {
            let standing = &self.edges[place.edges.0 as usize];
            let pair = &self.found[place.row(row) + standing.column as usize];
            model.prefetch(state, std::slice::from_ref(pair));
            (state, row) = (M::state(pair), standing.row);
        }
        for placed in self.edges.iter().filter(|placed| placed.more > 0) {
            model.prefetch_chain(&self.found[placed.inside()]);
        }
    }

    /// Scores the words as they stand, the closing edge counted with the last.
    fn walk_unchanged(&mut self) {
        let model = self.noisy.model;
        let (mut state, mut row, mut total) = (model.start(EDGE), 0, 0);
        self.totals.clear();
        self.totals.push(0);
        for place in &self.places {
            let standing = &self.edges[place.edges.0 as usize];
            let (cost, last) = steps(model, &self.found, place.row(row), state, standing);
            total += cost;
            self.totals.push(total);
            (state, row) = (M::state(&self.found[last]), standing.row);
        }
        let start = self.edges.first().map_or(0, |placed| placed.edge.from());
        for placed in &mut self.edges {
            let before = self.totals[placed.edge.from() - start];
            placed.most_cost = self.totals[placed.to as usize] - before + MOST_GAIN;
        }
    }

    /// Draws the arcs, nodes in order of position; returns how many nodes there are, and the number of the one in which
    /// every reading ends. Arcs to a node whose readings were given up lead nowhere, and add nothing to any sum.
    fn draw_arcs(&mut self, arcs: &mut Vec<Arc>) -> (usize, usize) {
        let model = self.noisy.model;
        let LatticeBuilder { edges, places, found, gain_weights, waiting, nodes, .. } = self;
        let found = found.as_slice();
        waiting[0].push(Node { number: 0, row: 0, pair: NONE, name: END, best: 0.0 });
        let mut numbered = 1;
        let end = places.len() as u32;
        for (at, place) in places.iter().enumerate() {
            waiting[at % SPAN].take(nodes);
            let edges = &edges[place.edges()];
            for node in nodes.iter() {
                let state = found.get(node.pair as usize).map_or_else(|| model.start(EDGE), M::state);
                let row = place.row(node.row);
                for (placed, edge) in edges.iter().zip(place.edges.0..) {
                    let (cost, last) = steps(model, found, row, state, placed);
                    let gain = placed.most_cost.saturating_sub(cost).min(2 * MOST_GAIN);
                    let (log_weight, weight) = gain_weights[gain as usize];
                    let best = node.best + log_weight + placed.log_channel;
                    let there = &mut waiting[placed.to as usize % SPAN];
                    if !there.admits(placed.row, best) {
                        continue;
                    }
                    let name = if placed.to == end { END } else { M::name(M::state(&found[last])) };
                    let to = match there.find(name) {
                        Some(node) => {
                            node.best = node.best.max(best);
                            node.number
                        }
                        None => {
                            let number = numbered;
                            numbered += 1;
                            there.push(Node { number, row: placed.row, pair: last as u32, name, best });
                            if let Some(next) = places.get(placed.to as usize) {
                                model.prefetch(M::state(&found[last]), next.pairs(found, placed.row));
                            }
                            number
                        }
                    };
                    arcs.push(Arc { from: node.number, to, edge: edge as u16, weight });
                }
            }
        }
        // Every place but the last was left empty.
        let last_place = &mut waiting[places.len() % SPAN];
        let last = last_place.nodes.first().map_or(0, |node| node.number as usize);
        last_place.clear();
        (numbered as usize, last)
    }
}

/// −log P of the words of an edge after those of a node, in steps of the context's codes, and the
/// last pair of both, in the found ones. `row` is where those of the node begin.
#[inline(always)]
fn steps<M: LanguageModel>(
    model: &M,
    found: &[M::Pair],
    row: usize,
    state: M::State,
    placed: &PlacedEdge,
) -> (u32, usize) {
    let last = row + placed.column as usize;
    let cost = model.cost(state, &found[last]).0;
    if placed.more == 0 { (cost, last) } else { more_steps(model, found, cost, last, placed) }
}

/// The same of an edge of more words than one.
#[inline(never)]
fn more_steps<M: LanguageModel>(
    model: &M,
    found: &[M::Pair],
    mut cost: u32,
    mut last: usize,
    placed: &PlacedEdge,
) -> (u32, usize) {
    for next in placed.inside() {
        cost += model.cost(M::state(&found[last]), &found[next]).0;
        last = next;
    }
    (cost, last)
}
