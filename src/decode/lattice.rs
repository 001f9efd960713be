//! The readings of a sentence: a graph whose arcs carry context scores, with forward and backward sums.
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

use crate::context::{Context, State};
use crate::dictionary::compile::MAX_PHRASE;
use crate::dictionary::{Dictionary, Match};
use crate::text::vocabulary::EDGE;

/// Exponent of the context scores.
const CONTEXT_WEIGHT: f32 = 0.8;
/// Readings this many nats behind the best at a word are given up.
const BEAM: f64 = 7.0;
/// Readings kept at a word.
const MAX_NODES: usize = 6;
/// Rewrites considered at a word.
const MAX_EDGES: usize = 6;

/// No edge reaches further than this many words, so that as many places hold all waiting nodes.
const SPAN: usize = MAX_PHRASE + 1;

/// A way to read the words `from..to` of a sentence.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// First word.
    pub from: u32,
    /// One past the last word.
    pub to: u32,
    /// Layer and number of the dictionary's rewrite; `None` for the word as it stands.
    pub rewrite: Option<(u8, u32)>,
    rate: f32,
    share: f32,
    /// Natural logarithm of the channel at r = 1, for pruning.
    log_channel: f32,
}

impl Edge {
    /// The channel probability at the substitution rate `r` of the document.
    #[inline]
    fn channel(&self, r: f32) -> f32 {
        let rate = (self.rate * r).min(0.97);
        if self.rewrite.is_some() { rate * self.share } else { 1.0 - rate }
    }
}

#[derive(Clone, Copy, Debug)]
struct Arc {
    from: u32,
    to: u32,
    edge: u32,
    /// Context score relative to the unchanged words, tempered.
    weight: f32,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    state: State,
    /// Best reading so far, as a log ratio; for pruning only.
    best: f64,
}

/// The readings of one sentence under one spinner.
#[derive(Clone, Debug, Default)]
pub struct Lattice {
    edges: Vec<Edge>,
    arcs: Vec<Arc>,
    nodes: usize,
    last: usize,
}

/// A word as the lattice reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its id.
    pub id: u32,
    /// Whether it must stand as it is.
    pub frozen: bool,
    /// Whether it begins with a capital.
    pub capitalised: bool,
    /// Whether something other than white space parts it from the word before: no phrase crosses that.
    pub parted: bool,
}

/// What building a lattice needs to know.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'r, 'b> {
    /// The context model.
    pub context: &'r Context<'b>,
    /// Layers of dictionaries, the first to answer wins.
    pub dictionaries: &'r [Dictionary],
    /// For each layer, the number of the spinner whose entries are read, if it has any.
    pub spinner: &'r [Option<u8>],
}

impl Lattice {
    /// Builds the readings of a sentence.
    ///
    /// `words` come without the closing edge.
    pub fn build(reader: Reader, words: &[Word]) -> Lattice {
        let ids: Vec<u32> = words.iter().map(|w| w.id).collect();
        let (marks, words) = (words, &ids[..]);
        let mut lattice = Lattice::default();
        let baseline = baseline(reader.context, words);
        let mut edges_at: Vec<(u32, u32)> = Vec::with_capacity(words.len());
        for from in 0..words.len() {
            let first = lattice.edges.len() as u32;
            lattice.push_edges(reader, words, marks, from);
            edges_at.push((first, lattice.edges.len() as u32));
        }
        // Nodes wait at their position until every arc into it is drawn.
        let mut waiting: [Vec<(u32, Node)>; SPAN] = Default::default();
        waiting[0].push((0, Node { state: reader.context.after(EDGE), best: 0.0 }));
        lattice.nodes = 1;
        for at in 0..words.len() {
            let mut nodes = std::mem::take(&mut waiting[at % SPAN]);
            prune(&mut nodes);
            for &(node, Node { state, best }) in &nodes {
                for edge_number in edges_at[at].0..edges_at[at].1 {
                    let edge = lattice.edges[edge_number as usize];
                    let (mut log, mut next) = (0.0, state);
                    reader.for_each_word(&edge, words, |word| {
                        let (score, after) = reader.context.score(next, word);
                        log += score;
                        next = after;
                    });
                    if edge.to as usize == words.len() {
                        log += reader.context.score(next, EDGE).0;
                        next = reader.context.after(EDGE);
                    }
                    let ratio = CONTEXT_WEIGHT * (log - (baseline[edge.to as usize] - baseline[at]));
                    let best = best + f64::from(ratio) + f64::from(edge.log_channel);
                    let list = &mut waiting[edge.to as usize % SPAN];
                    let to = match list.iter_mut().find(|(_, n)| n.state == next) {
                        Some((to, n)) => {
                            n.best = n.best.max(best);
                            *to
                        }
                        None => {
                            let to = lattice.nodes as u32;
                            lattice.nodes += 1;
                            list.push((to, Node { state: next, best }));
                            to
                        }
                    };
                    lattice.arcs.push(Arc { from: node, to, edge: edge_number, weight: ratio.exp() });
                }
            }
            // The place and its room are used again by the words further on.
            nodes.clear();
            waiting[at % SPAN] = nodes;
        }
        // Every reading ends in the one state after the edge.
        lattice.last = waiting[words.len() % SPAN].first().map_or(0, |(node, _)| *node as usize);
        lattice
    }

    fn push_edges(&mut self, reader: Reader, words: &[u32], marks: &[Word], from: usize) {
        let is_whole =
            |to: usize| !marks[from..to].iter().any(|m| m.frozen) && !marks[from + 1..to].iter().any(|m| m.parted);
        let rate = if marks[from].frozen {
            0.0
        } else {
            reader
                .dictionaries
                .iter()
                .zip(reader.spinner)
                .filter_map(|(d, z)| z.map(|z| d.rate(z, words[from])))
                .fold(0.0, f32::max)
        };
        let at = from as u32;
        let log_channel = if rate > 0.0 { (1.0 - rate.min(0.97)).ln() } else { 0.0 };
        self.edges.push(Edge { from: at, to: at + 1, rewrite: None, rate, share: 1.0, log_channel });
        let first = self.edges.len();
        for (layer, (dictionary, spinner)) in reader.dictionaries.iter().zip(reader.spinner).enumerate() {
            let Some(spinner) = *spinner else { continue };
            dictionary.matches(&words[from..words.len().min(from + MAX_PHRASE)], |found: Match| {
                if !is_whole(from + found.words) {
                    return;
                }
                for number in found.numbers() {
                    let Some(rewrite) = dictionary.channel(number) else { continue };
                    if rewrite.spinner == spinner {
                        self.edges.push(Edge {
                            from: at,
                            to: at + found.words as u32,
                            rewrite: Some((layer as u8, number as u32)),
                            rate: rewrite.rate,
                            share: rewrite.share,
                            log_channel: (rewrite.rate * rewrite.share).max(1e-9).ln(),
                        });
                    }
                }
            });
        }
        if self.edges.len() - first > MAX_EDGES {
            // Without its neighbours, a reading is worth its channel times how common its words are.
            let worth = |edge: &Edge| {
                let mut log = edge.log_channel;
                reader.for_each_word(edge, words, |word| log += CONTEXT_WEIGHT * reader.context.unigram(word));
                let words_replaced = words[edge.from as usize..edge.to as usize].iter();
                log - words_replaced.map(|&word| CONTEXT_WEIGHT * reader.context.unigram(word)).sum::<f32>()
            };
            let mut ranked: Vec<(f32, Edge)> = self.edges.drain(first..).map(|edge| (worth(&edge), edge)).collect();
            ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
            self.edges.extend(ranked.into_iter().take(MAX_EDGES).map(|(_, edge)| edge));
        }
    }

    /// The edges of the lattice; [`Self::sum`] speaks of them by position.
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// Sums over all readings at substitution rate `r`: the log likelihood ratio of spun to clean,
    /// and, into `posterior`, the probability of each edge.
    pub fn sum(&self, r: f32, posterior: &mut Vec<f32>) -> f64 {
        posterior.clear();
        posterior.resize(self.edges.len(), 0.0);
        let mut forward = vec![0f64; self.nodes];
        let mut backward = vec![0f64; self.nodes];
        forward[0] = 1.0;
        backward[self.last] = 1.0;
        let channel: Vec<f32> = self.edges.iter().map(|edge| edge.channel(r)).collect();
        let weights: Vec<f64> = self.arcs.iter().map(|a| f64::from(a.weight * channel[a.edge as usize])).collect();
        for (arc, weight) in self.arcs.iter().zip(&weights) {
            forward[arc.to as usize] += forward[arc.from as usize] * weight;
        }
        let total = forward[self.last];
        if !(total.is_finite() && total > 0.0) {
            return 0.0;
        }
        for (arc, weight) in self.arcs.iter().zip(&weights).rev() {
            let onward = backward[arc.to as usize] * weight;
            backward[arc.from as usize] += onward;
            posterior[arc.edge as usize] += (forward[arc.from as usize] * onward / total) as f32;
        }
        total.ln()
    }

    /// Adds to the statistics from which the rate of the document is estimated: how many edits are
    /// expected, and how many are at r = 1 among the words left as they stand.
    pub fn expect(&self, posterior: &[f32], r: f32, edits: &mut f64, exposed: &mut f64) {
        for (edge, &p) in self.edges.iter().zip(posterior) {
            if edge.rewrite.is_some() {
                *edits += f64::from(p);
            } else {
                *exposed += f64::from(p * edge.rate / (1.0 - (edge.rate * r).min(0.97)));
            }
        }
    }
}

impl Reader<'_, '_> {
    fn for_each_word(&self, edge: &Edge, words: &[u32], mut act: impl FnMut(u32)) {
        match edge.rewrite {
            None => act(words[edge.from as usize]),
            Some((layer, number)) => {
                if let Some(channel) = self.dictionaries[layer as usize].channel(number as usize) {
                    channel.ids().for_each(act);
                }
            }
        }
    }
}

/// log P_context of the unchanged words up to each position, the closing edge counted at the end.
fn baseline(context: &Context, words: &[u32]) -> Vec<f32> {
    let mut state = context.after(EDGE);
    let mut total = 0.0;
    let mut out = vec![0.0];
    for &word in words {
        let (score, next) = context.score(state, word);
        total += score;
        state = next;
        out.push(total);
    }
    if let Some(last) = out.last_mut() {
        *last += context.score(state, EDGE).0;
    }
    out
}

/// Gives up readings that are far behind, and all but the best few.
fn prune(nodes: &mut Vec<(u32, Node)>) {
    nodes.sort_by(|a, b| b.1.best.total_cmp(&a.1.best).then(a.0.cmp(&b.0)));
    let best = nodes.first().map_or(0.0, |(_, n)| n.best);
    nodes.retain(|(_, n)| n.best >= best - BEAM);
    nodes.truncate(MAX_NODES);
}
