//! What may stand at a word: the best rewrites of the phrases that begin there.

use unspin_core::dictionary::Match;
use unspin_core::dictionary::compile::MAX_PHRASE;
use unspin_core::dictionary::tables::{Channel as Rewrite, Record, Start};

use super::layers::{Layer, PhraseChannel};
use crate::channel::word::Word;

/// A rewrite that may be among the best at a word.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Proposal<'r> {
    /// What it costs without its neighbours, in steps of a code.
    cost: u8,
    /// Its number, and which of the layers that speak of the spinner.
    number: u32,
    layer: u8,
    /// How many words it replaces.
    pub(crate) words: u8,
    record: Record<'r>,
}

/// How many rewrites are proposed at a word.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The most.
    pub(crate) most: usize,
    /// One that costs this much more than the best is not, in steps of a code.
    pub(crate) cost: u8,
}

impl<'r> PhraseChannel<'r> {
    /// Finds how phrases begin at every word of a sentence, for each layer, so that what is asked of them next is under way.
    pub(crate) fn find_starts(&self, ids: &[u32], starts: &mut Vec<Option<Start>>) {
        starts.clear();
        for at in 0..ids.len() {
            let phrase = &ids[at..];
            self.layers().iter().for_each(|layer| starts.push(layer.tables.start(phrase)));
        }
    }

    /// Finds the best rewrites of the phrases that begin at a word of a sentence with these ids and starts, best first.
    pub(crate) fn propose(
        &self,
        (words, ids, starts): (&[Word], &[u32], &[Option<Start>]),
        at: usize,
        limits: Limits,
        proposals: &mut Vec<Proposal<'r>>,
    ) {
        let most = limits.most;
        proposals.clear();
        let is_whole = |to: usize| !words[at + 1..to].iter().any(|w| w.frozen || w.parted);
        let phrase = &ids[at..ids.len().min(at + MAX_PHRASE)];
        let layers = self.layers();
        let starts = &starts[at * layers.len()..][..layers.len()];
        for (layer, (Layer { spinner, tables, .. }, start)) in layers.iter().zip(starts).enumerate() {
            let Some(start) = start else { continue };
            tables.matches(start, phrase, |found: Match| {
                if !is_whole(at + found.words) {
                    return;
                }
                for (number, record) in tables.rewrites(found, *spinner) {
                    let cost = record.cost();
                    let is_full = proposals.len() == most && proposals[most - 1].cost <= cost;
                    if is_full || proposals.first().is_some_and(|best| cost > best.cost.saturating_add(limits.cost)) {
                        break;
                    }
                    let (layer, number, words) = (layer as u8, number as u32, found.words as u8);
                    let proposal = Proposal { cost, number, layer, words, record };
                    proposals.truncate(most - 1);
                    match proposals.iter().position(|other| other.cost > cost) {
                        Some(place) => proposals.insert(place, proposal),
                        None => proposals.push(proposal),
                    }
                }
            });
        }
    }

    /// What is known of a proposal, and its layer and number; `None` if its record is damaged.
    #[inline]
    pub(crate) fn proposed(&self, proposal: &Proposal<'r>) -> Option<(Rewrite<'r>, (u8, u32))> {
        let layer = self.layers().get(usize::from(proposal.layer))?;
        let rewrite = layer.tables.channel(proposal.record).filter(|rewrite| rewrite.ids().len() > 0)?;
        Some((rewrite, (layer.number, proposal.number)))
    }
}
