//! An island of doubt as a lattice: forward and backward over arcs and states of the language model.

use unspin_core::language_model::{State, TrigramModel};
use unspin_core::text::vocabulary::{EDGE, PAUSE};

use super::arcs::Arc;
use super::units::{Gap, Unit};

/// States that are kept at a boundary.
const BEAM: usize = 12;
/// A state this much less probable than the best of its boundary is dropped, in nats.
const BEAM_WIDTH: f64 = 14.0;

/// A state of the language model at a boundary between units.
#[derive(Clone, Copy, Debug)]
struct Node {
    state: State,
    alpha: f64,
}

/// An arc from a node to a node.
#[derive(Clone, Copy, Debug)]
struct Edge {
    arc: u32,
    from: u32,
    to: u32,
    /// log P(words | state).
    log: f32,
}

/// Every reading of the units of an island.
#[derive(Clone, Debug)]
pub struct Lattice {
    edges: Vec<Edge>,
    /// How many nodes there are; the last is the end.
    nodes: usize,
    /// log P of the text as it stands.
    pub as_is: f64,
}

/// The words that a gap is to the language model.
fn gap_word(gap: Gap) -> Option<u32> {
    match gap {
        Gap::Pause => Some(PAUSE),
        Gap::End => Some(EDGE),
        _ => None,
    }
}

/// log P(words of an arc and the gap after it | state), and the state after.
fn score(model: &TrigramModel, mut state: State, arc: &Arc, gap: Gap) -> (f32, State) {
    let mut log = 0.0;
    for &id in arc.ids[..usize::from(arc.words)].iter().chain(gap_word(gap).iter()) {
        let (next, after) = model.score(state, id);
        log += next;
        state = after;
    }
    (log, state)
}

impl Lattice {
    /// Builds the lattice of `range` of units after two of context. `arcs` are those that begin in the range, in the
    /// order of their first units; that of the text as it stands comes first at each. `log` weighs an arc.
    pub fn new(
        model: &TrigramModel,
        units: &[Unit],
        arcs: &[Arc],
        starts: &[u32],
        range: std::ops::Range<usize>,
        log: impl Fn(&Arc) -> f64,
    ) -> Lattice {
        let before = range.start.saturating_sub(2)..range.start;
        let mut state = model.after(EDGE);
        for at in before {
            state = score(model, state, &arcs[starts[at] as usize], units[at].gap).1;
        }
        let mut nodes = vec![Node { state, alpha: 0.0 }];
        // Nodes of each boundary, by number.
        let mut at_boundary: Vec<Vec<u32>> = vec![Vec::new(); range.len() + 1];
        at_boundary[0].push(0);
        let mut edges: Vec<Edge> = Vec::new();
        for at in range.clone() {
            let mut here = std::mem::take(&mut at_boundary[at - range.start]);
            here.sort_by(|&a, &b| nodes[b as usize].alpha.total_cmp(&nodes[a as usize].alpha));
            let best = here.first().map_or(0.0, |&n| nodes[n as usize].alpha);
            here.retain(|&n| nodes[n as usize].alpha > best - BEAM_WIDTH);
            here.truncate(BEAM);
            let own = starts[at] as usize..starts[at + 1] as usize;
            for arc_number in own {
                let arc = &arcs[arc_number];
                let to = arc.to as usize;
                if to > range.end {
                    continue;
                }
                let weight = log(arc);
                for &from in &here {
                    let (log, after) = score(model, nodes[from as usize].state, arc, units[to - 1].gap);
                    let alpha = nodes[from as usize].alpha + weight + f64::from(log);
                    let there = &mut at_boundary[to - range.start];
                    let node = match there.iter().find(|&&n| nodes[n as usize].state == after) {
                        Some(&node) => {
                            let old = &mut nodes[node as usize].alpha;
                            *old = add(*old, alpha);
                            node
                        }
                        None => {
                            nodes.push(Node { state: after, alpha });
                            there.push(nodes.len() as u32 - 1);
                            nodes.len() as u32 - 1
                        }
                    };
                    edges.push(Edge { arc: arc_number as u32, from, to: node, log });
                }
            }
        }
        // All nodes of the last boundary lead to one by a silent edge.
        let end = nodes.len();
        for &node in &at_boundary[range.len()] {
            edges.push(Edge { arc: u32::MAX, from: node, to: end as u32, log: 0.0 });
        }
        let mut as_is = 0.0;
        for at in range {
            let arc = &arcs[starts[at] as usize];
            let (log, after) = score(model, state, arc, units[at].gap);
            as_is += f64::from(log + arc.log);
            state = after;
        }
        Lattice { edges, nodes: end + 1, as_is }
    }

    /// log P of the island over all readings; adds the posterior of each arc that was used to `each`.
    pub fn posteriors(&self, log: impl Fn(u32) -> f64, mut each: impl FnMut(u32, f64)) -> f64 {
        let mut alpha = vec![f64::NEG_INFINITY; self.nodes];
        let mut beta = vec![f64::NEG_INFINITY; self.nodes];
        let weight = |edge: &Edge| f64::from(edge.log) + if edge.arc == u32::MAX { 0.0 } else { log(edge.arc) };
        alpha[0] = 0.0;
        for edge in &self.edges {
            let reached = alpha[edge.from as usize] + weight(edge);
            alpha[edge.to as usize] = add(alpha[edge.to as usize], reached);
        }
        let total = alpha[self.nodes - 1];
        beta[self.nodes - 1] = 0.0;
        for edge in self.edges.iter().rev() {
            let through = weight(edge) + beta[edge.to as usize];
            beta[edge.from as usize] = add(beta[edge.from as usize], through);
            if edge.arc != u32::MAX {
                each(edge.arc, (alpha[edge.from as usize] + through - total).exp());
            }
        }
        total
    }
}

/// log(exp(a) + exp(b)).
fn add(a: f64, b: f64) -> f64 {
    let (more, less) = if a > b { (a, b) } else { (b, a) };
    if less == f64::NEG_INFINITY { more } else { more + (less - more).exp().ln_1p() }
}
