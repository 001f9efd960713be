//! Building the readings of a sentence: candidates from the dictionaries, arcs scored by the context.
//!
//! Which words may follow each other is settled before any reading is: all candidates of the sentence are
//! found, then all bigrams they can make are looked up at once, in a grid for each place between two words. A
//! reading then costs a step in a grid, and a search only where the context has seen three such words.

use std::ops::Range;
use std::sync::LazyLock;

use unspin_core::dictionary::Match;
use unspin_core::dictionary::compile::{CONTEXT_WEIGHT, MAX_PHRASE};
use unspin_core::dictionary::tables::{Record, Start};
use unspin_core::language_model::{Asked, Bigram, Second, State, TrigramModel};
use unspin_core::quantize;
use unspin_core::text::vocabulary::EDGE;

use super::beam::{Beam, MAX_NODES, Node};
use super::graph::{Arc, Edge, Lattices, MAX_RATE, NO_LAYER, Sentence, Word};
use super::layers::{Layer, Layers, PhraseChannel};

/// Rewrites considered at a word.
const MAX_EDGES: usize = 5;
/// Those that cost this much more than the best there are not considered, in steps of a code: 3 nats.
const WORSE: u8 = (3.0 * quantize::STEPS_PER_NAT) as u8;
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

/// No edge reaches further than this many words, so that as many places hold all waiting nodes.
const SPAN: usize = (MAX_PHRASE + 1).next_power_of_two();

/// The logarithms of what all rates leave, by code.
static LOG_LEFT: LazyLock<[f32; 256]> =
    LazyLock::new(|| std::array::from_fn(|code| (1.0 - (code as f32 / 255.0).min(MAX_RATE)).ln()));

/// No bigram.
const NONE: u32 = u32::MAX;
/// All readings end in the one state after the edge.
const END: u32 = 0;

/// What the arcs of an edge need to know.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    edge: Edge,
    /// One past its last word, in the sentence.
    to: u32,
    /// Natural logarithm of the channel at r = 1, for pruning.
    log_channel: f32,
    /// The column of its first word in the grid where it begins, the row of its last in the one where it ends.
    column: u32,
    row: u32,
    /// The bigrams within it, in the found ones, and how many: one more where the closing edge follows.
    inside: u32,
    more: u32,
    /// Cost of the words it stands for, as they are, and the most that a reading may gain.
    most_cost: u32,
}

impl Candidate {
    #[inline]
    fn inside(&self) -> Range<usize> {
        self.inside as usize..(self.inside + self.more) as usize
    }
}

/// A place before a word: the candidates that begin there, and the bigrams of each word that may end there
/// and each that may begin.
#[derive(Clone, Copy, Debug)]
struct Place {
    candidates: (u32, u32),
    /// Where its grid begins, in the found bigrams, and how many columns it has.
    grid: u32,
    columns: u32,
}

impl Place {
    #[inline]
    fn candidates(&self) -> Range<usize> {
        self.candidates.0 as usize..self.candidates.1 as usize
    }

    /// Where the bigrams of a last word and each first word begin, in the found ones.
    #[inline]
    fn row(&self, last: u32) -> usize {
        (self.grid + last * self.columns) as usize
    }

    /// The bigrams of a last word and each first word.
    #[inline]
    fn bigrams<'f>(&self, found: &'f [Bigram], last: u32) -> &'f [Bigram] {
        let row = self.row(last);
        &found[row..row + self.columns as usize]
    }
}

/// Builds lattices one after the other in the same room.
pub(crate) struct LatticeBuilder<'r, 'b> {
    reader: PhraseChannel<'r, 'b>,
    ids: Vec<u32>,
    candidates: Vec<Candidate>,
    layers: Layers<'r>,
    /// How phrases begin that begin with each word, for each layer.
    starts: Vec<Option<Start>>,
    /// The best rewrites at a word.
    choices: Vec<Choice<'r>>,
    /// The different words that end before a word, for as many places as an edge can reach, and those that begin there.
    lasts: [Vec<u32>; SPAN],
    firsts: Vec<Second>,
    places: Vec<Place>,
    asked: Vec<Asked>,
    found: Vec<Bigram>,
    /// Cost of the unchanged words up to each place.
    totals: Vec<u32>,
    gain_weights: &'static [(f32, f32); GAINS],
    log_left: &'static [f32; 256],
    /// Nodes wait at their position until every arc into it is drawn.
    waiting: [Beam; SPAN],
    nodes: Vec<Node>,
}

impl<'r, 'b> LatticeBuilder<'r, 'b> {
    pub(crate) fn new(reader: PhraseChannel<'r, 'b>) -> Self {
        // What most sentences need: room that grows is copied each time.
        LatticeBuilder {
            reader,
            ids: Vec::with_capacity(USUAL_WORDS),
            candidates: Vec::with_capacity(4 * USUAL_WORDS),
            layers: Layers::of(reader),
            starts: Vec::with_capacity(USUAL_WORDS),
            choices: Vec::with_capacity(MAX_EDGES),
            lasts: std::array::from_fn(|_| Vec::with_capacity(2 * MAX_EDGES)),
            firsts: Vec::with_capacity(2 * MAX_EDGES),
            places: Vec::with_capacity(USUAL_WORDS),
            asked: Vec::with_capacity(8 * USUAL_WORDS),
            found: Vec::with_capacity(8 * USUAL_WORDS),
            totals: Vec::with_capacity(USUAL_WORDS + 1),
            gain_weights: &GAIN_WEIGHTS,
            log_left: &LOG_LEFT,
            waiting: std::array::from_fn(|_| Beam::new()),
            nodes: Vec::with_capacity(4 * MAX_NODES),
        }
    }

    /// Adds the readings of a sentence.
    /// Adds the readings of sentences, given as ranges of `words` without their closing edges, none of them longer than
    /// [`parts`](super::parts) makes it.
    pub(crate) fn extend(&mut self, lattices: &mut Lattices, words: &[Word], sentences: &[Range<usize>]) {
        sentences.iter().for_each(|sentence| self.weave(lattices, words, sentence.clone()));
    }

    /// Adds the readings of a sentence.
    fn weave(&mut self, lattices: &mut Lattices, words: &[Word], sentence: Range<usize>) {
        let start = sentence.start;
        let words = &words[sentence];
        self.ids.clear();
        self.ids.extend(words.iter().map(|w| w.id));
        self.find_starts();
        let (first_edge, first_arc) = (lattices.edges.len(), lattices.arcs.len());
        self.lay_places(words, start);
        lattices.edges.extend(self.candidates.iter().map(|candidate| candidate.edge));
        self.reader.context.bigrams(&self.asked, &mut self.found);
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

    /// Finds how phrases begin at every word, so that what is asked of them next is under way.
    fn find_starts(&mut self) {
        self.starts.clear();
        let layers = self.layers.as_slice();
        for at in 0..self.ids.len() {
            let phrase = &self.ids[at..];
            layers.iter().for_each(|layer| self.starts.push(layer.tables.start(phrase)));
        }
    }

    /// Finds every candidate of the sentence, and asks for every bigram that two of them make.
    fn lay_places(&mut self, words: &[Word], start: usize) {
        let context = self.reader.context;
        self.lasts.iter_mut().for_each(Vec::clear);
        self.lasts[0].push(EDGE);
        self.places.clear();
        self.candidates.clear();
        self.asked.clear();
        for at in 0..words.len() {
            let first = self.candidates.len() as u32;
            self.firsts.clear();
            self.find_candidates(words, at, start);
            let grid = self.asked.len() as u32;
            let (asked, firsts, lasts) = (&mut self.asked, &self.firsts, &mut self.lasts[at % SPAN]);
            lasts.iter().for_each(|&last| context.ask_each(last, firsts, asked));
            lasts.clear();
            let candidates = (first, self.candidates.len() as u32);
            self.places.push(Place { candidates, grid, columns: self.firsts.len() as u32 });
        }
    }

    /// Sends for the trigrams of the words as they stand, and of those within a rewrite.
    fn fetch_trigrams(&self) {
        let context = self.reader.context;
        let (mut state, mut row) = (context.after(EDGE), 0);
        for place in &self.places {
            let standing = &self.candidates[place.candidates.0 as usize];
            let bigram = &self.found[place.row(row) + standing.column as usize];
            context.fetch_trigram(state, bigram.state().word());
            (state, row) = (bigram.state(), standing.row);
        }
        for candidate in self.candidates.iter().filter(|candidate| candidate.more > 0) {
            context.fetch_chain(&self.found[candidate.inside()]);
        }
    }

    /// Scores the words as they stand, the closing edge counted with the last.
    fn walk_unchanged(&mut self) {
        let context = self.reader.context;
        let (mut state, mut row, mut total) = (context.after(EDGE), 0, 0);
        self.totals.clear();
        self.totals.push(0);
        for place in &self.places {
            let standing = &self.candidates[place.candidates.0 as usize];
            let (cost, last) = steps(context, &self.found, place.row(row), state, standing);
            total += cost;
            self.totals.push(total);
            (state, row) = (self.found[last].state(), standing.row);
        }
        let start = self.candidates.first().map_or(0, |candidate| candidate.edge.from());
        for candidate in &mut self.candidates {
            let before = self.totals[candidate.edge.from() - start];
            candidate.most_cost = self.totals[candidate.to as usize] - before + MOST_GAIN;
        }
    }

    /// Draws the arcs, nodes in order of position; returns how many nodes there are, and the number of the one in which
    /// every reading ends. Arcs to a node whose readings were given up lead nowhere, and add nothing to any sum.
    fn draw_arcs(&mut self, arcs: &mut Vec<Arc>) -> (usize, usize) {
        let context = self.reader.context;
        let LatticeBuilder { candidates, places, found, gain_weights, waiting, nodes, .. } = self;
        let found = found.as_slice();
        waiting[0].push(Node { number: 0, row: 0, bigram: NONE, name: END, best: 0.0 });
        let mut numbered = 1;
        let end = places.len() as u32;
        for (at, place) in places.iter().enumerate() {
            waiting[at % SPAN].take(nodes);
            let candidates = &candidates[place.candidates()];
            for node in nodes.iter() {
                let state = found.get(node.bigram as usize).map_or_else(|| context.after(EDGE), Bigram::state);
                let row = place.row(node.row);
                for (candidate, edge) in candidates.iter().zip(place.candidates.0..) {
                    let (cost, last) = steps(context, found, row, state, candidate);
                    let gain = candidate.most_cost.saturating_sub(cost).min(2 * MOST_GAIN);
                    let (log_weight, weight) = gain_weights[gain as usize];
                    let best = node.best + log_weight + candidate.log_channel;
                    let there = &mut waiting[candidate.to as usize % SPAN];
                    if !there.admits(candidate.row, best) {
                        continue;
                    }
                    let name = if candidate.to == end { END } else { found[last].state().name() };
                    let to = match there.find(name) {
                        Some(node) => {
                            node.best = node.best.max(best);
                            node.number
                        }
                        None => {
                            let number = numbered;
                            numbered += 1;
                            there.push(Node { number, row: candidate.row, bigram: last as u32, name, best });
                            if let Some(next) = places.get(candidate.to as usize) {
                                context.fetch_trigrams(found[last].state(), next.bigrams(found, candidate.row));
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

    /// Collects the edges that begin at a word: the word as it stands, then its best rewrites.
    fn find_candidates(&mut self, words: &[Word], at: usize, start: usize) {
        let position = (start + at) as u32;
        let is_frozen = words[at].frozen;
        let rate = if is_frozen { 0 } else { self.layers.rate_code(words[at].id) };
        let standing = Edge { from: position, number: 0, layer: NO_LAYER, words: 1, rate_code: rate, share_code: 0 };
        self.add(standing, at + 1, words.len(), self.log_left[usize::from(rate)], std::iter::once(words[at].id));
        if is_frozen {
            return;
        }
        self.find_choices(words, at);
        for n in 0..self.choices.len() {
            let choice = self.choices[n];
            let layer = &self.layers.as_slice()[usize::from(choice.layer)];
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
        let LatticeBuilder { ids, layers, starts, choices, .. } = self;
        choices.clear();
        let is_whole = |to: usize| !words[at + 1..to].iter().any(|w| w.frozen || w.parted);
        let phrase = &ids[at..ids.len().min(at + MAX_PHRASE)];
        let layers = layers.as_slice();
        let starts = &starts[at * layers.len()..][..layers.len()];
        for (layer, (Layer { spinner, tables, .. }, start)) in layers.iter().zip(starts).enumerate() {
            let Some(start) = start else { continue };
            tables.matches(start, phrase, |found: Match| {
                if !is_whole(at + found.words) {
                    return;
                }
                for (number, record) in tables.rewrites(found, *spinner) {
                    let cost = record.cost();
                    let is_full = choices.len() == MAX_EDGES && choices[MAX_EDGES - 1].cost <= cost;
                    if is_full || choices.first().is_some_and(|best| cost > best.cost.saturating_add(WORSE)) {
                        break;
                    }
                    let choice =
                        Choice { cost, layer: layer as u8, number: number as u32, words: found.words as u8, record };
                    choices.truncate(MAX_EDGES - 1);
                    match choices.iter().position(|other| other.cost > cost) {
                        Some(place) => choices.insert(place, choice),
                        None => choices.push(choice),
                    }
                }
            });
        }
    }

    /// Adds the candidate of an edge that reads the words up to `to` as these.
    #[inline]
    fn add(&mut self, edge: Edge, to: usize, end: usize, log_channel: f32, mut reads: impl Iterator<Item = u32>) {
        let LatticeBuilder { reader: PhraseChannel { context, .. }, candidates, lasts, firsts, asked, .. } = self;
        let Some(first) = reads.next() else { return };
        let (column, inside) = (place_of(firsts, context.second(first), |other| other.word()), asked.len());
        let last = reads.fold(first, |before, word| {
            asked.push(context.ask(before, word));
            word
        });
        let row = if to == end {
            asked.push(context.ask(last, EDGE));
            0
        } else {
            place_of(&mut lasts[to % SPAN], last, |other| other)
        };
        let more = (asked.len() - inside) as u32;
        candidates.push(Candidate {
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

/// A rewrite that may be among the best at a word.
#[derive(Clone, Copy, Debug)]
struct Choice<'r> {
    /// What it costs without its neighbours.
    cost: u8,
    /// Which of the layers that speak of the spinner.
    layer: u8,
    number: u32,
    words: u8,
    record: Record<'r>,
}

/// −log P_context of the words of a candidate after those of a node, in steps of the context's codes, and the
/// last bigram of both, in the found ones. `row` is where those of the node begin.
#[inline(always)]
fn steps(context: &TrigramModel, found: &[Bigram], row: usize, state: State, candidate: &Candidate) -> (u32, usize) {
    let last = row + candidate.column as usize;
    let cost = context.steps(state, &found[last]).0;
    if candidate.more == 0 { (cost, last) } else { more_steps(context, found, cost, last, candidate) }
}

/// The same of a candidate of more words than one.
#[inline(never)]
fn more_steps(
    context: &TrigramModel,
    found: &[Bigram],
    mut cost: u32,
    mut last: usize,
    candidate: &Candidate,
) -> (u32, usize) {
    for next in candidate.inside() {
        cost += context.steps(found[last].state(), &found[next]).0;
        last = next;
    }
    (cost, last)
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
