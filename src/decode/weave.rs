//! Building the readings of a sentence: candidates from the dictionaries, arcs scored by the context.
//!
//! Which words may follow each other is settled before any reading is: all candidates of the sentence are
//! found, then all bigrams they can make are looked up at once, in a grid for each place between two words. A
//! reading then costs a step in a grid, and a search only where the context has seen three such words.

use std::ops::Range;
use std::sync::LazyLock;

use crate::context::{Bigram, Context, State};
use crate::dictionary::Match;
use crate::dictionary::compile::{CONTEXT_WEIGHT, MAX_PHRASE};
use crate::quantum;
use crate::text::vocabulary::EDGE;

use super::lattice::{Arc, Edge, Lattices, Reader, Sentence, Word};

/// Readings this many nats behind the best at a word are given up.
const BEAM: f32 = 7.0;
/// Readings kept at a word.
const MAX_NODES: usize = 5;
/// Rewrites considered at a word.
const MAX_EDGES: usize = 4;
/// No word is replaced more often than this.
const MAX_RATE: f32 = 0.97;

/// What a step of the context's codes weighs, in nats.
const NATS_PER_STEP: f32 = CONTEXT_WEIGHT as f32 / quantum::STEPS_PER_NAT;
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
    /// The bigram of its last two words, in the found ones; none at the start.
    bigram: u32,
    /// Best reading so far, as a log ratio; for pruning only.
    best: f32,
}

/// No bigram.
const NONE: u32 = u32::MAX;

/// An edge with what only its arcs need.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    edge: Edge,
    /// Natural logarithm of the channel at r = 1, for pruning.
    log_channel: f32,
    /// Its words, in the pool, and the closing edge if it reaches that.
    words: (u32, u32),
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
        Candidate { edge, log_channel, words, column: 0, row: 0, inside: 0, unchanged: 0 }
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

impl Place {
    /// Where the bigrams of a last word and each first word begin, in the found ones.
    fn row(&self, last: u32) -> usize {
        self.grid + last as usize * self.firsts.len()
    }
}

/// Builds lattices one after the other in the same room.
pub(super) struct Weaver<'r, 'b> {
    reader: Reader<'r, 'b>,
    ids: Vec<u32>,
    candidates: Vec<Candidate>,
    /// The best rewrites at a word.
    best: Vec<Choice>,
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
            best: Vec::with_capacity(MAX_EDGES),
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
        let (mut state, mut row) = (context.after(EDGE), 0);
        self.totals.clear();
        self.totals.push(0);
        for at in 0..self.ids.len() {
            let place = &self.places[at];
            let standing = &mut self.candidates[place.candidates.start];
            let (cost, last) = steps(context, &self.found, place.row(row), state, standing);
            standing.unchanged = cost;
            self.totals.push(self.totals[at] + cost);
            (state, row) = (self.found[last].state(), standing.row);
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
        waiting[0].push(Node { number: 0, row: 0, bigram: NONE, best: 0.0 });
        is_read.clear();
        is_read.push(false);
        let end = ids.len();
        for at in 0..end {
            std::mem::swap(nodes, &mut waiting[at % SPAN]);
            waiting[at % SPAN].clear();
            prune(nodes);
            let place = &places[at];
            for node in nodes.iter() {
                is_read[node.number as usize] = true;
                let state = found.get(node.bigram as usize).map_or_else(|| context.after(EDGE), Bigram::state);
                let row = place.row(node.row);
                for (candidate, edge) in
                    candidates[place.candidates.clone()].iter().zip(place.candidates.start as u32..)
                {
                    let (cost, last) = steps(context, found, row, state, candidate);
                    let gain = (candidate.unchanged as i32 - cost as i32).clamp(LEAST_GAIN, -LEAST_GAIN);
                    let best = node.best + NATS_PER_STEP * gain as f32 + candidate.log_channel;
                    let to = candidate.edge.to as usize - start;
                    let list = &mut waiting[to % SPAN];
                    // All readings end in the one state after the edge.
                    let same =
                        |other: &&mut Node| to == end || found[other.bigram as usize].state() == found[last].state();
                    let to = match list.iter_mut().find(same) {
                        Some(node) => {
                            node.best = node.best.max(best);
                            node.number
                        }
                        None => {
                            let number = is_read.len() as u32;
                            is_read.push(false);
                            list.push(Node { number, row: candidate.row, bigram: last as u32, best });
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
        let Weaver { candidates, pool, ids, best, .. } = self;
        let standing = Edge { from: position, to: position + 1, rewrite: None, rate, share: 1.0 };
        let log_channel = if rate > 0.0 { (1.0 - rate.min(MAX_RATE)).ln() } else { 0.0 };
        let end = (start + words.len()) as u32;
        candidates.push(Candidate::new(standing, log_channel, std::iter::once(words[at].id), end, pool));
        if words[at].frozen {
            return;
        }
        let is_whole = |to: usize| !words[at + 1..to].iter().any(|w| w.frozen || w.parted);
        best.clear();
        for (layer, (dictionary, spinner)) in layers() {
            let Some(spinner) = *spinner else { continue };
            dictionary.matches(&ids[at..ids.len().min(at + MAX_PHRASE)], |found: Match| {
                if !is_whole(at + found.words) {
                    return;
                }
                for (number, cost) in dictionary.rewrites(found, spinner) {
                    if best.len() == MAX_EDGES && best[MAX_EDGES - 1].cost <= cost {
                        break;
                    }
                    best.truncate(MAX_EDGES - 1);
                    let place = best.iter().take_while(|other| other.cost <= cost).count();
                    best.insert(
                        place,
                        Choice { cost, layer: layer as u8, number: number as u32, words: found.words as u32 },
                    );
                }
            });
        }
        for choice in best.iter() {
            let dictionary = &reader.dictionaries[usize::from(choice.layer)];
            let rewrite = dictionary.channel(choice.number as usize).filter(|rewrite| rewrite.ids().len() > 0);
            let Some(rewrite) = rewrite else { continue };
            let edge = Edge {
                from: position,
                to: position + choice.words,
                rewrite: Some((choice.layer, choice.number)),
                rate: rewrite.rate,
                share: rewrite.share,
            };
            let log_channel = (rewrite.rate * rewrite.share).max(1e-9).ln();
            candidates.push(Candidate::new(edge, log_channel, rewrite.ids(), end, pool));
        }
    }
}

/// A rewrite that may be among the best at a word.
#[derive(Clone, Copy, Debug)]
struct Choice {
    /// What it costs without its neighbours.
    cost: u8,
    layer: u8,
    number: u32,
    words: u32,
}

/// −log P_context of the words of a candidate after those of a node, in steps of the context's codes, and the
/// last bigram of both, in the found ones. `row` is where those of the node begin.
#[inline(always)]
fn steps(context: &Context, found: &[Bigram], row: usize, state: State, candidate: &Candidate) -> (u32, usize) {
    let mut last = row + candidate.column as usize;
    let mut cost = context.steps(state, &found[last]).0;
    let inside = candidate.inside as usize;
    for next in inside..inside + (candidate.words.1 - candidate.words.0) as usize - 1 {
        cost += context.steps(found[last].state(), &found[next]).0;
        last = next;
    }
    (cost, last)
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
    let best = nodes.iter().map(|node| node.best).fold(f32::MIN, f32::max);
    nodes.retain(|node| node.best >= best - BEAM);
    if nodes.len() > MAX_NODES {
        nodes.sort_unstable_by(|a, b| b.best.total_cmp(&a.best).then(a.number.cmp(&b.number)));
        nodes.truncate(MAX_NODES);
    }
}
