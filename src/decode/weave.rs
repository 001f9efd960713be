//! Building the readings of a sentence: candidates from the dictionaries, arcs scored by the context.

use std::ops::Range;

use crate::context::{Question, State};
use crate::dictionary::Match;
use crate::dictionary::compile::MAX_PHRASE;
use crate::text::vocabulary::EDGE;

use super::lattice::{Arc, Edge, Lattices, Reader, Sentence, Word};

/// Exponent of the context scores.
const CONTEXT_WEIGHT: f32 = 0.8;
/// Readings this many nats behind the best at a word are given up.
const BEAM: f32 = 7.0;
/// Readings kept at a word.
const MAX_NODES: usize = 6;
/// Rewrites considered at a word.
const MAX_EDGES: usize = 6;
/// No word is replaced more often than this.
const MAX_RATE: f32 = 0.97;

/// No edge reaches further than this many words, so that as many places hold all waiting nodes.
const SPAN: usize = (MAX_PHRASE + 1).next_power_of_two();

#[derive(Clone, Copy, Debug)]
struct Node {
    number: u32,
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
}

/// A candidate after a node, while its words are scored.
#[derive(Clone, Copy, Debug)]
struct Pair {
    log: f32,
    state: State,
    /// Those of its words that are left, in the pool.
    words: (u32, u32),
}

/// A word of the sentence as it stands.
#[derive(Clone, Copy, Debug)]
struct Step {
    state: State,
    /// log P_context up to this word.
    total: f32,
}

/// Builds lattices one after the other in the same room.
pub(super) struct Weaver<'r, 'b> {
    reader: Reader<'r, 'b>,
    /// Nodes wait at their position until every arc into it is drawn.
    waiting: [Vec<Node>; SPAN],
    nodes: Vec<Node>,
    /// By number, whether the readings that come to a node go on.
    is_read: Vec<bool>,
    candidates: Vec<Candidate>,
    pool: Vec<u32>,
    pairs: Vec<Pair>,
    asked: Vec<(u32, Question)>,
    ids: Vec<u32>,
    /// The reading that changes nothing, before each word and at the end.
    unchanged: Vec<Step>,
}

impl<'r, 'b> Weaver<'r, 'b> {
    pub(super) fn new(reader: Reader<'r, 'b>) -> Self {
        Weaver {
            reader,
            waiting: Default::default(),
            nodes: Vec::new(),
            is_read: Vec::new(),
            candidates: Vec::new(),
            pool: Vec::new(),
            pairs: Vec::new(),
            asked: Vec::new(),
            ids: Vec::new(),
            unchanged: Vec::new(),
        }
    }

    /// Adds the readings of a sentence.
    pub(super) fn weave(&mut self, lattices: &mut Lattices, words: &[Word], sentence: Range<usize>) {
        let start = sentence.start;
        let words = &words[sentence];
        let context = self.reader.context;
        self.ids.clear();
        self.ids.extend(words.iter().map(|w| w.id));
        self.walk_unchanged();
        let (first_edge, first_arc) = (lattices.edges.len(), lattices.arcs.len());
        self.waiting.iter_mut().for_each(Vec::clear);
        self.waiting[0].push(Node { number: 0, state: context.after(EDGE), best: 0.0 });
        self.is_read.clear();
        self.is_read.push(false);
        for at in 0..words.len() {
            self.find_candidates(words, at, start);
            std::mem::swap(&mut self.nodes, &mut self.waiting[at % SPAN]);
            self.waiting[at % SPAN].clear();
            prune(&mut self.nodes);
            let edge_number = (lattices.edges.len() - first_edge) as u32;
            lattices.edges.extend(self.candidates.iter().map(|c| c.edge));
            self.score_pairs(at);
            let mut pairs = self.pairs.iter();
            for &Node { number, best, .. } in &self.nodes {
                self.is_read[number as usize] = true;
                for ((candidate, edge), pair) in self.candidates.iter().zip(edge_number..).zip(&mut pairs) {
                    let to = candidate.edge.to as usize - start;
                    let ratio = CONTEXT_WEIGHT * (pair.log - (self.unchanged[to].total - self.unchanged[at].total));
                    let best = best + ratio + candidate.log_channel;
                    let list = &mut self.waiting[to % SPAN];
                    let to = match list.iter_mut().find(|n| n.state == pair.state) {
                        Some(node) => {
                            node.best = node.best.max(best);
                            node.number
                        }
                        None => {
                            let number = self.is_read.len() as u32;
                            self.is_read.push(false);
                            list.push(Node { number, state: pair.state, best });
                            number
                        }
                    };
                    lattices.arcs.push(Arc { from: number, to, edge, weight: ratio });
                }
            }
        }
        // Every reading ends in the one state after the edge.
        let last = self.waiting[words.len() % SPAN].first().map_or(0, |node| node.number as usize);
        self.is_read[last] = true;
        // What leads to a reading that was given up leads nowhere.
        let mut kept = first_arc;
        for n in first_arc..lattices.arcs.len() {
            let arc = lattices.arcs[n];
            if self.is_read[arc.to as usize] {
                lattices.arcs[kept] = Arc { weight: arc.weight.exp(), ..arc };
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

    /// Scores every candidate after every node. All ask for their first word, then all are answered,
    /// then for their second: memory is waited for once a round, not once a query.
    fn score_pairs(&mut self, at: usize) {
        let context = self.reader.context;
        let (here, after) = (self.unchanged[at], self.unchanged[at + 1]);
        let Weaver { nodes, candidates, pool, pairs, asked, .. } = self;
        pairs.clear();
        for node in nodes.iter() {
            pairs.extend(candidates.iter().map(|candidate| {
                if candidate.edge.rewrite.is_none() && node.state == here.state {
                    return Pair { log: after.total - here.total, state: after.state, words: (0, 0) };
                }
                Pair { log: 0.0, state: node.state, words: candidate.words }
            }));
        }
        loop {
            asked.clear();
            for (number, pair) in pairs.iter_mut().enumerate().filter(|(_, pair)| pair.words.0 < pair.words.1) {
                asked.push((number as u32, context.ask(pair.state, pool[pair.words.0 as usize])));
                pair.words.0 += 1;
            }
            if asked.is_empty() {
                return;
            }
            for &(number, question) in asked.iter() {
                let pair = &mut pairs[number as usize];
                let (score, next) = context.answer(question);
                pair.log += score;
                // A pair that has reached the edge stands in the one state after it.
                pair.state = if next.word() == EDGE { context.after(EDGE) } else { next };
            }
        }
    }

    /// Scores the words as they stand, the closing edge counted with the last.
    fn walk_unchanged(&mut self) {
        let context = self.reader.context;
        let (mut state, mut total) = (context.after(EDGE), 0.0);
        self.unchanged.clear();
        self.unchanged.push(Step { state, total });
        for &word in &self.ids {
            let (score, next) = context.score(state, word);
            total += score;
            state = next;
            self.unchanged.push(Step { state, total });
        }
        if let Some(last) = self.unchanged.last_mut() {
            last.total += context.score(state, EDGE).0;
            last.state = context.after(EDGE);
        }
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
        self.pool.clear();
        self.pool.push(words[at].id);
        if at + 1 == words.len() {
            self.pool.push(EDGE);
        }
        self.candidates.clear();
        self.candidates.push(Candidate {
            edge: Edge { from: position, to: position + 1, rewrite: None, rate, share: 1.0 },
            log_channel: if rate > 0.0 { (1.0 - rate.min(MAX_RATE)).ln() } else { 0.0 },
            words: (0, self.pool.len() as u32),
            worth: 0.0,
        });
        if words[at].frozen {
            return;
        }
        let is_whole = |to: usize| !words[at + 1..to].iter().any(|w| w.frozen || w.parted);
        let Weaver { candidates, pool, ids, .. } = self;
        for (layer, (dictionary, spinner)) in layers() {
            let Some(spinner) = *spinner else { continue };
            dictionary.matches(&ids[at..ids.len().min(at + MAX_PHRASE)], |found: Match| {
                if !is_whole(at + found.words) {
                    return;
                }
                for number in found.numbers() {
                    let Some(rewrite) = dictionary.channel(number) else { continue };
                    if rewrite.spinner != spinner {
                        continue;
                    }
                    let first = pool.len() as u32;
                    pool.extend(rewrite.ids());
                    if at + found.words == words.len() {
                        pool.push(EDGE);
                    }
                    candidates.push(Candidate {
                        edge: Edge {
                            from: position,
                            to: position + found.words as u32,
                            rewrite: Some((layer as u8, number as u32)),
                            rate: rewrite.rate,
                            share: rewrite.share,
                        },
                        log_channel: (rewrite.rate * rewrite.share).max(1e-9).ln(),
                        words: (first, pool.len() as u32),
                        worth: 0.0,
                    });
                }
            });
        }
        if candidates.len() > MAX_EDGES + 1 {
            let log = |ids: &[u32]| ids.iter().map(|&id| CONTEXT_WEIGHT * reader.context.unigram(id)).sum::<f32>();
            for candidate in &mut candidates[1..] {
                let to = candidate.edge.to as usize - start;
                let closing = u32::from(to == words.len());
                let restored = &pool[candidate.words.0 as usize..(candidate.words.1 - closing) as usize];
                let spun = &ids[at..to];
                candidate.worth = candidate.log_channel + log(restored) - log(spun);
            }
            candidates[1..].sort_by(|a, b| b.worth.total_cmp(&a.worth));
            candidates.truncate(MAX_EDGES + 1);
        }
    }
}

/// Gives up readings that are far behind, and all but the best few.
fn prune(nodes: &mut Vec<Node>) {
    nodes.sort_unstable_by(|a, b| b.best.total_cmp(&a.best).then(a.number.cmp(&b.number)));
    let best = nodes.first().map_or(0.0, |node| node.best);
    nodes.retain(|node| node.best >= best - BEAM);
    nodes.truncate(MAX_NODES);
}
