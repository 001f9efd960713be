//! What findings say for the spinner: the log likelihood ratio of each, and the strongest of them.

use unspin_core::dictionary::compile::CONTEXT_WEIGHT;
use unspin_core::language_model::LanguageModel;
use unspin_core::text::vocabulary::EDGE;

use super::finding::Finding;
use super::params::{AROUND, LEAST_WITNESS, MOST_WITNESSES};
use crate::channel::{Candidates, Word};
use crate::lattice::MAX_RATE;

/// The findings that say most for the spinner, at most so many, the strongest first, each with its log likelihood
/// ratio: natural, above 0. `rate` is the document's, relative to the habit of the spinner.
pub(crate) fn strongest<M: LanguageModel>(
    model: &M,
    candidates: &Candidates,
    words: &[Word],
    findings: &[Finding],
    rate: f32,
    most: usize,
) -> Vec<(Finding, f32)> {
    let mut likely: Vec<Finding> = findings.iter().filter(|f| f.posterior > LEAST_WITNESS).copied().collect();
    if likely.len() > MOST_WITNESSES {
        likely.select_nth_unstable_by_key(MOST_WITNESSES, |f| (candidates[f.candidate].cost, f.from, f.to));
        likely.truncate(MOST_WITNESSES);
    }
    let weighed = likely.into_iter().filter_map(|finding| {
        let ratio = log_ratio(model, candidates, words, &finding, rate);
        (ratio > 0.0).then_some((finding, ratio))
    });
    let mut weighed: Vec<(Finding, f32)> = weighed.collect();
    weighed.sort_by(|(a, ratio_a), (b, ratio_b)| ratio_b.total_cmp(ratio_a).then((a.from, a.to).cmp(&(b.from, b.to))));
    weighed.truncate(most);
    weighed
}

/// log P(these words | the spinner made this change) − log P(these words | clean): the channel, and what the context
/// says of the original against what stands there, tempered as in the lattice.
fn log_ratio<M: LanguageModel>(
    model: &M,
    candidates: &Candidates,
    words: &[Word],
    finding: &Finding,
    rate: f32,
) -> f32 {
    let candidate = &candidates[finding.candidate];
    let original = candidates.words(finding.candidate).iter().copied();
    let word = |back: usize| finding.from.checked_sub(back).map_or(EDGE, |at| words[at].id);
    let before = match word(1) {
        EDGE => model.start(EDGE),
        last => model.score(model.start(word(2)), last).1,
    };
    let ids = |range: std::ops::Range<usize>| words[range].iter().map(|word| word.id);
    let after = || ids(finding.to..words.len().min(finding.to + AROUND));
    let standing = log_probability(model, before, ids(finding.from..finding.to).chain(after()));
    let restored = log_probability(model, before, original.chain(after()));
    let channel = (candidate.rate * rate).min(MAX_RATE).ln() + candidate.log_share;
    channel + CONTEXT_WEIGHT as f32 * (restored - standing)
}

/// log P_context of words after a state.
fn log_probability<M: LanguageModel>(model: &M, mut state: M::State, words: impl Iterator<Item = u32>) -> f32 {
    words
        .map(|word| {
            let (log_probability, next) = model.score(state, word);
            state = next;
            log_probability
        })
        .sum()
}
