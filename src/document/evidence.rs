//! What findings say for the spinner: the log likelihood ratio of each, and the strongest of them.

use unspin_core::dictionary::compile::CONTEXT_WEIGHT;
use unspin_core::language_model::{State, TrigramModel};
use unspin_core::quantize;
use unspin_core::text::vocabulary::EDGE;

use super::estimate::Finding;
use crate::lattice::{Layers, MAX_RATE, PhraseChannel, Word};

/// A finding must be likelier than not to be a witness.
const LEAST_POSTERIOR: f32 = 0.5;
/// Findings whose ratio is looked at: those of the best channel, whatever stands around them.
const ENOUGH: usize = 64;
/// Words after a change of which the context depends on it: those of a trigram.
const AROUND: usize = 2;

/// The findings that say most for the spinner, at most so many, the strongest first, each with its log likelihood
/// ratio: natural, above 0. `rate` is the document's, relative to the habit of the spinner.
pub(crate) fn strongest(
    reader: PhraseChannel,
    words: &[Word],
    findings: &[Finding],
    rate: f32,
    most: usize,
) -> Vec<(Finding, f32)> {
    let layers = Layers::of(reader);
    let mut likely: Vec<Finding> = findings.iter().filter(|f| f.posterior > LEAST_POSTERIOR).copied().collect();
    if likely.len() > ENOUGH {
        likely.select_nth_unstable_by_key(ENOUGH, |f| (layers.cost(f.rewrite), f.from, f.to));
        likely.truncate(ENOUGH);
    }
    let weighed = likely.into_iter().filter_map(|finding| {
        let ratio = log_ratio(reader.context, &layers, words, &finding, rate)?;
        (ratio > 0.0).then_some((finding, ratio))
    });
    let mut weighed: Vec<(Finding, f32)> = weighed.collect();
    weighed.sort_by(|(a, ratio_a), (b, ratio_b)| ratio_b.total_cmp(ratio_a).then((a.from, a.to).cmp(&(b.from, b.to))));
    weighed.truncate(most);
    weighed
}

/// log P(these words | the spinner made this change) − log P(these words | clean): the channel, and what the context
/// says of the original against what stands there, tempered as in the lattice.
fn log_ratio(context: &TrigramModel, layers: &Layers, words: &[Word], finding: &Finding, rate: f32) -> Option<f32> {
    let rewrite = layers.channel(finding.rewrite)?;
    let (first, last) = (usize::from(finding.part.0), usize::from(finding.part.1));
    let original = rewrite.ids().skip(first).take(last - first);
    let word = |back: usize| finding.from.checked_sub(back).map_or(EDGE, |at| words[at].id);
    let before = match word(1) {
        EDGE => context.after(EDGE),
        last => context.bigram(word(2), last).state(),
    };
    let ids = |range: std::ops::Range<usize>| words[range].iter().map(|word| word.id);
    let after = || ids(finding.to..words.len().min(finding.to + AROUND));
    let standing = log_probability(context, before, ids(finding.from..finding.to).chain(after()));
    let restored = log_probability(context, before, original.chain(after()));
    let channel = (rewrite.rate() * rate).min(MAX_RATE).ln() + quantize::decode(rewrite.share_code);
    Some(channel + CONTEXT_WEIGHT as f32 * (restored - standing))
}

/// log P_context of words after a state.
fn log_probability(context: &TrigramModel, mut state: State, words: impl Iterator<Item = u32>) -> f32 {
    words
        .map(|word| {
            let (log_probability, next) = context.score(state, word);
            state = next;
            log_probability
        })
        .sum()
}
