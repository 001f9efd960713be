//! ForwardBackward over the readings of sentences at a substitution rate, forward and backward.

use unspin_core::quantize;

use super::graph::{Edge, Lattice, MAX_RATE};

/// ForwardBackward over the readings of a sentence; its room is used again for the next.
#[derive(Clone, Debug)]
pub(crate) struct ForwardBackward {
    forward: Vec<f64>,
    backward: Vec<f64>,
    channel: Vec<f64>,
    /// For each code of a rate, how often the spinner of this text replaces such a word.
    rates: [f32; 256],
    /// habit / (1 − rate) by code: expected exposures, at r = 1, for each word that was left.
    exposures: [f32; 256],
}

impl ForwardBackward {
    /// At r = 1, with room for most sentences.
    pub(crate) fn new() -> ForwardBackward {
        const USUAL: usize = 128;
        let mut new = ForwardBackward {
            forward: Vec::with_capacity(USUAL),
            backward: Vec::with_capacity(USUAL),
            channel: Vec::with_capacity(USUAL),
            rates: [0.0; 256],
            exposures: [0.0; 256],
        };
        new.set_rate(1.0);
        new
    }

    /// Sets the substitution rate `r` of the document, relative to the spinner's habit.
    pub(crate) fn set_rate(&mut self, r: f32) {
        for (code, (rate, exposure)) in self.rates.iter_mut().zip(&mut self.exposures).enumerate() {
            let habit = code as f32 / 255.0;
            *rate = (habit * r).min(MAX_RATE);
            *exposure = habit / (1.0 - *rate);
        }
    }

    /// ForwardBackward over all readings: returns the log likelihood ratio of spun to clean, natural, and adds to
    /// `posterior` the probability of each edge.
    pub(crate) fn of(&mut self, lattice: Lattice, posterior: &mut [f32]) -> f64 {
        let ForwardBackward { forward, backward, channel, rates, .. } = self;
        forward.clear();
        forward.resize(lattice.nodes, 0.0);
        backward.clear();
        backward.resize(lattice.nodes, 0.0);
        let shares = quantize::probabilities();
        let weigh = |edge: &Edge| {
            let rate = rates[usize::from(edge.rate_code)];
            f64::from(if edge.is_rewrite() { rate * shares[usize::from(edge.share_code)] } else { 1.0 - rate })
        };
        channel.clear();
        channel.extend(lattice.edges.iter().map(weigh));
        forward[0] = 1.0;
        backward[lattice.last] = 1.0;
        for arc in lattice.arcs {
            let weight = f64::from(arc.weight) * channel[usize::from(arc.edge)];
            forward[usize::from(arc.to)] += forward[usize::from(arc.from)] * weight;
        }
        let total = forward[lattice.last];
        if !(total.is_finite() && total > 0.0) {
            return 0.0;
        }
        let share = 1.0 / total;
        for arc in lattice.arcs.iter().rev() {
            let onward = backward[usize::from(arc.to)] * f64::from(arc.weight) * channel[usize::from(arc.edge)];
            backward[usize::from(arc.from)] += onward;
            posterior[usize::from(arc.edge)] += (forward[usize::from(arc.from)] * onward * share) as f32;
        }
        total.ln()
    }

    /// Adds to the statistics from which the rate of the document is estimated: how many edits are
    /// expected, and how many are at r = 1 among the words left as they stand, by the probability of each edge.
    pub(crate) fn expect(&self, lattice: Lattice, posteriors: &[f32], edits: &mut f64, exposed: &mut f64) {
        for (edge, &p) in lattice.edges.iter().zip(posteriors) {
            if edge.is_rewrite() {
                *edits += f64::from(p);
            } else {
                *exposed += f64::from(p * self.exposures[usize::from(edge.rate_code)]);
            }
        }
    }
}
