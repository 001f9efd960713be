//! A text under one spinner: its substitution rate, its evidence, and what was found in it.

use std::ops::Range;

use unspin_core::language_model::LanguageModel;
use unspin_core::text::Token;

use super::finding::Finding;
use super::params::{ENOUGH_WORDS, LEAST_SHARE, PRIOR_EDITS, RATE_RANGE, ROUNDS};
use crate::channel::{Candidates, Change, ChangeKey, PhraseChannel, Word};
use crate::lattice::{ForwardBackward, LatticeBuilder, Lattices, NoisyChannel, Pruning, parts, words_in};

/// The sentences of a text, read for one spinner.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    lattices: Lattices,
    /// The probability of each edge of the lattices.
    posteriors: Vec<f32>,
    rate: f32,
    evidence: f64,
}

impl Document {
    /// Reads sentences, given as ranges of `words`, and estimates the substitution rate; `None` if those from which it
    /// is estimated speak against the spinner, and there are others.
    pub(crate) fn read<M: LanguageModel>(
        noisy: &NoisyChannel<M>,
        words: &[Word],
        sentences: &[Range<usize>],
    ) -> Option<Document> {
        let parts = parts(sentences);
        let (sample, others) = one_in(words_in(&parts) / ENOUGH_WORDS, &parts);
        let mut lattices = Lattices::with_room(&parts);
        let mut builder = LatticeBuilder::new(noisy, Pruning::ENGINE);
        let mut forward_backward = ForwardBackward::new();
        builder.extend(&mut lattices, words, &sample);
        let (rate, evidence) = estimate(&lattices, &mut forward_backward);
        if evidence < 0.0 && !others.is_empty() {
            return None;
        }
        builder.extend(&mut lattices, words, &others);
        Some(Document::at_rate(lattices, forward_backward, rate))
    }

    /// Reads sentences at a known substitution rate.
    pub(crate) fn read_at<M: LanguageModel>(
        noisy: &NoisyChannel<M>,
        words: &[Word],
        sentences: &[Range<usize>],
        rate: f32,
    ) -> Document {
        let parts = parts(sentences);
        let mut lattices = Lattices::with_room(&parts);
        LatticeBuilder::new(noisy, Pruning::ENGINE).extend(&mut lattices, words, &parts);
        Document::at_rate(lattices, ForwardBackward::new(), rate)
    }

    /// Sums over all readings at a substitution rate.
    fn at_rate(lattices: Lattices, mut forward_backward: ForwardBackward, rate: f32) -> Document {
        let mut posteriors = vec![0.0; lattices.edges.len()];
        forward_backward.set_rate(rate);
        let own = lattices.split(&mut posteriors);
        let evidence =
            lattices.iter().zip(own).map(|(lattice, posteriors)| forward_backward.of(lattice, posteriors)).sum();
        Document { lattices, posteriors, rate, evidence }
    }

    /// log P(text | this spinner) − log P(text | clean), natural.
    pub(crate) fn evidence(&self) -> f64 {
        self.evidence
    }

    /// Substitution rate relative to the spinner's habit.
    pub(crate) fn rate(&self) -> f32 {
        self.rate
    }

    /// Calls `act` with the words that are changed at each place where something may be, and how likely that is, over
    /// all that begins and ends there.
    pub(super) fn for_each_change(&self, mut act: impl FnMut(Range<usize>, f32)) {
        let rewrites = self.lattices.edges.iter().zip(&self.posteriors).filter(|(edge, _)| edge.is_rewrite());
        let mut places: Vec<(usize, usize, f32)> =
            rewrites.filter(|(_, p)| **p > 0.0).map(|(edge, &p)| (edge.from(), edge.to(), p)).collect();
        places.sort_by_key(|&(from, to, _)| (from, to));
        for same in places.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            act(same[0].0..same[0].1, same.iter().map(|(_, _, p)| p).sum());
        }
    }

    /// Every change whose posterior is at least `least`, in order of position, with its candidate. `words` are those of
    /// the tokens of the text.
    pub(crate) fn findings(
        &self,
        channel: &PhraseChannel,
        words: &[Word],
        tokens: &[Token],
        least: f32,
        candidates: &mut Candidates,
    ) -> Vec<Finding> {
        let mut out = Vec::new();
        let mut changes: Vec<(Change, ChangeKey, f32)> = Vec::with_capacity(32);
        let mut posteriors = self.posteriors.as_slice();
        for lattice in self.lattices.iter() {
            let (own, rest) = posteriors.split_at(lattice.edges().len());
            posteriors = rest;
            changes.clear();
            for (edge, &p) in lattice.edges().iter().zip(own) {
                let Some(rewrite) = edge.rewrite().filter(|_| p >= LEAST_SHARE * least) else { continue };
                channel.changes(rewrite, edge.from()..edge.to(), words, |change, key| changes.push((change, key, p)));
            }
            // The same change by several rewrites, "entrance" → "front" and "in entrance of" → "in front of", is one.
            changes.sort_by(|a, b| a.0.cmp(&b.0).then(b.2.total_cmp(&a.2)));
            for same in changes.chunk_by(|a, b| a.0 == b.0) {
                let posterior = same.iter().map(|(_, _, p)| p).sum::<f32>().min(1.0);
                if posterior < least {
                    continue;
                }
                let (Change { from, to, .. }, key, _) = same[0];
                let (from, to) = (from as usize, to as usize);
                let span = tokens[from].start..tokens[to - 1].end;
                let candidate = channel.candidate(key, words[from], span, candidates);
                out.extend(candidate.map(|candidate| Finding { from, to, candidate, posterior }));
            }
        }
        out.sort_by_key(|f| (f.from, f.to));
        out
    }
}

/// One in so many of some sentences, from all over the text, and the others.
fn one_in(stride: usize, sentences: &[Range<usize>]) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    let numbered = sentences.iter().cloned().enumerate();
    let (own, others): (Vec<_>, Vec<_>) = numbered.partition(|(n, _)| n.is_multiple_of(stride.max(1)));
    let only = |numbered: Vec<(usize, Range<usize>)>| numbered.into_iter().map(|(_, sentence)| sentence).collect();
    (only(own), only(others))
}

/// The substitution rate under which the readings are likeliest, relative to the spinner's habit: by expectation and
/// maximisation (Dempster, Laird and Rubin 1977), from the habit on; and the evidence at the last but one.
fn estimate(lattices: &Lattices, forward_backward: &mut ForwardBackward) -> (f32, f64) {
    let mut posteriors = Vec::new();
    let (mut rate, mut evidence) = (1.0, 0.0);
    for _ in 0..ROUNDS {
        forward_backward.set_rate(rate);
        evidence = 0.0;
        let (mut edits, mut exposed) = (PRIOR_EDITS, PRIOR_EDITS);
        for lattice in lattices.iter() {
            posteriors.clear();
            posteriors.resize(lattice.edges().len(), 0.0);
            evidence += forward_backward.of(lattice, &mut posteriors);
            forward_backward.expect(lattice, &posteriors, &mut edits, &mut exposed);
        }
        rate = (edits / exposed).clamp(*RATE_RANGE.start(), *RATE_RANGE.end()) as f32;
    }
    (rate, evidence)
}
