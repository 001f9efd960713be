//! Building the readings of a sentence: candidates from the dictionaries, arcs scored by the context.
//!
//! Which words may follow each other is settled before any reading is: all candidates of the sentence are
//! found, then all bigrams they can make are looked up at once, in a grid for each place between two words. A
//! reading then costs a step in a grid, and a search only where the context has seen three such words.

use std::ops::Range;
use std::sync::LazyLock;

use crate::context::{Bigram, Context, State};
use crate::dictionary::Match;
use crate::dictionary::compile::MAX_PHRASE;
use crate::quantum;
use crate::text::vocabulary::EDGE;

use super::lattice::{Arc, Edge, Lattices, Reader, Sentence, Word};

/// Exponent of the context scores.
const CONTEXT_WEIGHT: f32 = 0.8;
/// Readings this many nats behind the best at a word are given up.
const BEAM: f32 = 7.0;
/// Readings kept at a word.
const MAX_NODES: usize = 5;
/// Rewrites considered at a word.
const MAX_EDGES: usize = 4;
/// No word is replaced more often than this.
const MAX_RATE: f32 = 0.97;

/// What a step of the context's codes weighs, in nats.
const NATS_PER_STEP: f32 = CONTEXT_WEIGHT / quantum::STEPS_PER_NAT;
/// Gains beyond this, and losses, are as good as boundless, and their exponentials still finite.
const LEAST_GAIN: i32 = -1280;
/// The exponentials of all gains from the least to its opposite.
static WEIGHTS: LazyLock<Vec<f32>> =
    LazyLock::new(|| (LEAST_GAIN..=-LEAST_GAIN).map(|gain| (NATS_PER_STEP * gain as f32).exp()).collect());

/// No edge reaches further than this many words, so that as many places hold all waiting nodes.
const SPAN: usize = (MAX_PHRASE + 1).next_power_of_two();

#[derive(Clone, Copy, Debug)]
struct Node {
    number: u32,
    /// The row of its last word in the grid of its place.
    row: u32,
    state: State,
    /// Best reading so far, as a log ratio; for pruning only.
    best: f32,
}

/// An edge with what only its arcs need.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    edge: Edge,
    /// Natural logarithm of the channel at r = 1, for pruning.
    log_channel: f32,
    /// Its words, in the pool, and the closing edge if it reaches that.
    words: (u32, u32),
    /// Without its neighbours, a reading is worth its channel times how common its words are.
    worth: f32,
    /// The column of its first word in the grid where it begins, the row of its last in the one where it ends.
    column: u32,
    row: u32,
    /// The bigrams within it, in the found ones.
    inside: u32,
    /// Cost of the words it stands for, as they are.
    unchanged: u32,
}

impl Candidate {
    /// A candidate with these words, which the closing edge follows at the end of the sentence.
    #[inline]
    fn new(edge: Edge, log_channel: f32, restored: impl Iterator<Item = u32>, end: u32, pool: &mut Vec<u32>) -> Self {
        let from = pool.len() as u32;
        pool.extend(restored);
        if edge.to == end {
            pool.push(EDGE);
        }
        let words = (from, pool.len() as u32);
        Candidate { edge, log_channel, words, worth: 0.0, column: 0, row: 0, inside: 0, unchanged: 0 }
    }
}

/// A place before a word: the words that may end and begin there.
#[derive(Clone, Debug, Default)]
struct Place {
    lasts: Vec<u32>,
    firsts: Vec<u32>,
    /// The candidates that begin there.
    candidates: Range<usize>,
    /// The bigrams of each last word and each first word, in the found ones.
    grid: usize,
}

/// Builds lattices one after the other in the same room.
pub(super) struct Weaver<'r, 'b> {
    reader: Reader<'r, 'b>,
    ids: Vec<u32>,
    candidates: Vec<Candidate>,
    pool: Vec<u32>,
    places: Vec<Place>,
    asked: Vec<(u32, u32)>,
    found: Vec<Bigram>,
    /// Cost of the unchanged words up to each place.
    totals: Vec<u32>,
    /// The weight of an arc by its gain over the unchanged words, from [`LEAST_GAIN`] on.
    weights: &'static [f32],
    /// Nodes wait at their position until every arc into it is drawn.
    waiting: [Vec<Node>; SPAN],
    nodes: Vec<Node>,
    /// By number, whether the readings that come to a node go on.
    is_read: Vec<bool>,
}

impl<'r, 'b> Weaver<'r, 'b> {
    pub(super) fn new(reader: Reader<'r, 'b>) -> Self {
        Weaver {
            reader,
            ids: Vec::new(),
            candidates: Vec::new(),
            pool: Vec::new(),
            places: Vec::new(),
            asked: Vec::new(),
            found: Vec::new(),
            totals: Vec::new(),
            weights: &WEIGHTS,
            waiting: Default::default(),
            nodes: Vec::new(),
            is_read: Vec::new(),
        }
    }

    /// Adds the readings of a sentence.
    pub(super) fn weave(&mut self, lattices: &mut Lattices, words: &[Word], sentence: Range<usize>) {
        let start = sentence.start;
        let words = &words[sentence];
        self.ids.clear();
        self.ids.extend(words.iter().map(|w| w.id));
        self.lay_places(words, start);
        self.reader.context.bigrams(&self.asked, &mut self.found);
        self.walk_unchanged(start);
        let (first_edge, first_arc) = (lattices.edges.len(), lattices.arcs.len());
        lattices.edges.extend(self.candidates.iter().map(|c| c.edge));
        let last = self.draw_arcs(lattices, start);
        // What leads to a reading that was given up leads nowhere.
        let mut kept = first_arc;
        for n in first_arc..lattices.arcs.len() {
            let arc = lattices.arcs[n];
            if self.is_read[arc.to as usize] {
                lattices.arcs[kept] = arc;
                kept += 1;
            }
        }
        lattices.arcs.truncate(kept);
        lattices.sentences.push(Sentence {
            edges: first_edge..lattices.edges.len(),
            arcs: first_arc..kept,
            nodes: self.is_read.len(),
            last,
        });
    }

    /// Finds every candidate of the sentence, and asks for every bigram that two of them make.
    fn lay_places(&mut self, words: &[Word], start: usize) {
        self.places.iter_mut().for_each(|place| {
            place.lasts.clear();
            place.firsts.clear();
        });
        self.places.resize_with(self.places.len().max(words.len() + 1), Place::default);
        self.candidates.clear();
        self.pool.clear();
        self.asked.clear();
        self.places[0].lasts.push(EDGE);
        for at in 0..words.len() {
            let first = self.candidates.len();
            self.find_candidates(words, at, start);
            self.places[at].candidates = first..self.candidates.len();
            for candidate in &mut self.candidates[first..] {
                let restored = &self.pool[candidate.words.0 as usize..candidate.words.1 as usize];
                let to = candidate.edge.to as usize - start;
                candidate.column = place_of(&mut self.places[at].firsts, restored[0]);
                if to < words.len() {
                    candidate.row = place_of(&mut self.places[to].lasts, restored[restored.len() - 1]);
                }
                candidate.inside = self.asked.len() as u32;
                self.asked.extend(restored.windows(2).map(|two| (two[0], two[1])));
            }
            let place = &mut self.places[at];
            place.grid = self.asked.len();
            for &last in &place.lasts {
                self.asked.extend(place.firsts.iter().map(|&first| (last, first)));
            }
        }
    }

    /// Scores the words as they stand, the closing edge counted with the last.
    fn walk_unchanged(&mut self, start: usize) {
        let context = self.reader.context;
        let mut state = context.after(EDGE);
        let mut row = 0;
        self.totals.clear();
        self.totals.push(0);
        for at in 0..self.ids.len() {
            let place = &self.places[at];
            let standing = &mut self.candidates[place.candidates.start];
            let step = Step::new(context, &self.found, place, state, row, standing);
            standing.unchanged = step.cost;
            self.totals.push(self.totals[at] + step.cost);
            (state, row) = (step.state, standing.row);
        }
        for candidate in &mut self.candidates {
            if candidate.edge.rewrite.is_some() {
                let (from, to) = (candidate.edge.from as usize - start, candidate.edge.to as usize - start);
                candidate.unchanged = self.totals[to] - self.totals[from];
            }
        }
    }

    /// Draws the arcs, nodes in order of position; returns the number of the node in which every reading ends.
    fn draw_arcs(&mut self, lattices: &mut Lattices, start: usize) -> usize {
        let context = self.reader.context;
        let Weaver { ids, candidates, places, found, weights, waiting, nodes, is_read, .. } = self;
        waiting.iter_mut().for_each(Vec::clear);
        waiting[0].push(Node { number: 0, row: 0, state: context.after(EDGE), best: 0.0 });
        is_read.clear();
        is_read.push(false);
        for at in 0..ids.len() {
            std::mem::swap(nodes, &mut waiting[at % SPAN]);
            waiting[at % SPAN].clear();
            prune(nodes);
            let place = &places[at];
            for node in nodes.iter() {
                is_read[node.number as usize] = true;
                for (candidate, edge) in
                    candidates[place.candidates.clone()].iter().zip(place.candidates.start as u32..)
                {
                    let step = Step::new(context, found, place, node.state, node.row, candidate);
                    let gain = (candidate.unchanged as i32 - step.cost as i32).clamp(LEAST_GAIN, -LEAST_GAIN);
                    let best = node.best + NATS_PER_STEP * gain as f32 + candidate.log_channel;
                    let list = &mut waiting[(candidate.edge.to as usize - start) % SPAN];
                    let to = match list.iter_mut().find(|n| n.state == step.state) {
                        Some(node) => {
                            node.best = node.best.max(best);
                            node.number
                        }
                        None => {
                            let number = is_read.len() as u32;
                            is_read.push(false);
                            list.push(Node { number, row: candidate.row, state: step.state, best });
                            number
                        }
                    };
                    let weight = weights[(gain - LEAST_GAIN) as usize];
                    lattices.arcs.push(Arc { from: node.number, to, edge, weight });
                }
            }
        }
        // Every reading ends in the one state after the edge.
        let last = waiting[ids.len() % SPAN].first().map_or(0, |node| node.number as usize);
        is_read[last] = true;
        last
    }

    /// Collects the edges that begin at a word: the word as it stands, then its best rewrites.
    fn find_candidates(&mut self, words: &[Word], at: usize, start: usize) {
        let reader = self.reader;
        let position = (start + at) as u32;
        let layers = || reader.dictionaries.iter().zip(reader.spinner).enumerate();
        let rate = if words[at].frozen {
            0.0
        } else {
            let rates = layers().filter_map(|(_, (d, spinner))| spinner.map(|z| d.rate(z, words[at].id)));
            rates.fold(0.0, f32::max)
        };
        let Weaver { candidates, pool, ids, .. } = self;
        let first = candidates.len();
        let standing = Edge { from: position, to: position + 1, rewrite: None, rate, share: 1.0 };
        let log_channel = if rate > 0.0 { (1.0 - rate.min(MAX_RATE)).ln() } else { 0.0 };
        let end = (start + words.len()) as u32;
        candidates.push(Candidate::new(standing, log_channel, std::iter::once(words[at].id), end, pool));
        if words[at].frozen {
            return;
        }
        let is_whole = |to: usize| !words[at + 1..to].iter().any(|w| w.frozen || w.parted);
        for (layer, (dictionary, spinner)) in layers() {
            let Some(spinner) = *spinner else { continue };
            dictionary.matches(&ids[at..ids.len().min(at + MAX_PHRASE)], |found: Match| {
                if !is_whole(at + found.words) {
                    return;
                }
                for number in found.numbers() {
                    let Some(rewrite) = dictionary.channel(number) else { continue };
                    if rewrite.spinner != spinner || rewrite.ids().len() == 0 {
                        continue;
                    }
                    let edge = Edge {
                        from: position,
                        to: position + found.words as u32,
                        rewrite: Some((layer as u8, number as u32)),
                        rate: rewrite.rate,
                        share: rewrite.share,
                    };
                    let log_channel = (rewrite.rate * rewrite.share).max(1e-9).ln();
                    candidates.push(Candidate::new(edge, log_channel, rewrite.ids(), end, pool));
                }
            });
        }
        let rewrites = first + 1;
        if candidates.len() > rewrites + MAX_EDGES {
            let log = |ids: &[u32]| ids.iter().map(|&id| CONTEXT_WEIGHT * reader.context.unigram(id)).sum::<f32>();
            for candidate in &mut candidates[rewrites..] {
                let to = candidate.edge.to as usize - start;
                let closing = u32::from(to == words.len());
                let restored = &pool[candidate.words.0 as usize..(candidate.words.1 - closing) as usize];
                let spun = &ids[at..to];
                candidate.worth = candidate.log_channel + log(restored) - log(spun);
            }
            candidates[rewrites..].sort_by(|a, b| b.worth.total_cmp(&a.worth));
            candidates.truncate(rewrites + MAX_EDGES);
        }
    }
}

/// The words of an edge after those of a node.
struct Step {
    /// −log P_context of the words of the edge, in steps of the context's codes.
    cost: u32,
    state: State,
}

impl Step {
    #[inline]
    fn new(context: &Context, found: &[Bigram], place: &Place, state: State, row: u32, candidate: &Candidate) -> Step {
        let first = &found[place.grid + row as usize * place.firsts.len() + candidate.column as usize];
        let mut step = Step { cost: context.steps(state, first).0, state: first.state() };
        let inside = candidate.inside as usize;
        for bigram in &found[inside..inside + (candidate.words.1 - candidate.words.0) as usize - 1] {
            step.cost += context.steps(step.state, bigram).0;
            step.state = bigram.state();
        }
        if step.state.word() == EDGE {
            // All readings end in the one state after the edge.
            step.state = context.after(EDGE);
        }
        step
    }
}

/// Where a word stands among few; it is added if it does not.
fn place_of(words: &mut Vec<u32>, word: u32) -> u32 {
    let found = words.iter().position(|&other| other == word).unwrap_or_else(|| {
        words.push(word);
        words.len() - 1
    });
    found as u32
}

/// Gives up readings that are far behind, and all but the best few.
fn prune(nodes: &mut Vec<Node>) {
    nodes.sort_unstable_by(|a, b| b.best.total_cmp(&a.best).then(a.number.cmp(&b.number)));
    let best = nodes.first().map_or(0.0, |node| node.best);
    nodes.retain(|node| node.best >= best - BEAM);
    nodes.truncate(MAX_NODES);
}
