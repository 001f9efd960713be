//! Which findings become edits: those that are sure, names alike in the whole text, the likeliest of them together.

use std::collections::BTreeSet;

use crate::channel::{Candidates, Word};
use crate::document::Finding;

use super::joint::{self, Candidate};
use super::params::{ALONE_CONFIDENCE, NAME_SHARE};

/// Below this confidence a finding is of no use to [`agree`].
pub(crate) fn least(finding: &Finding, words: &[Word], min_confidence: f32) -> f32 {
    if words[finding.from].capitalised { NAME_SHARE * min_confidence } else { min_confidence }
}

/// The findings that are sure enough, of those that `admits` admits. A name restored once is restored everywhere, whatever
/// entry did it: the same change of capitalised words is sure at every place of the text where it is likely enough to be
/// among `likely`, and as sure as a name by itself must be.
pub(crate) fn agree(
    likely: Vec<Finding>,
    candidates: &Candidates,
    words: &[Word],
    min_confidence: f32,
    admits: impl Fn(&Finding) -> bool,
) -> Vec<Finding> {
    let is_name = |finding: &Finding| words[finding.from].capitalised;
    let change = |finding: &Finding| -> (Vec<u32>, &[u32]) {
        let spun = words[finding.from..finding.to].iter().map(|word| word.id);
        (spun.collect(), candidates.words(finding.candidate))
    };
    let is_sure: Vec<bool> = likely.iter().map(|f| f.posterior >= min_confidence && admits(f)).collect();
    let sure = likely.iter().zip(&is_sure).filter(|(finding, is_sure)| **is_sure && is_name(finding));
    let names: BTreeSet<_> = sure.map(|(finding, _)| change(finding)).collect();
    let agreed = likely.iter().zip(&is_sure).filter_map(|(finding, is_sure)| {
        if *is_sure {
            return Some(*finding);
        }
        let is_bound = is_name(finding)
            && names.contains(&change(finding))
            && admits(&Finding { posterior: finding.posterior.max(ALONE_CONFIDENCE), ..*finding });
        is_bound.then(|| Finding { posterior: finding.posterior.max(min_confidence), ..*finding })
    });
    agreed.collect()
}

/// Of findings that are sure enough, the set that is likeliest together; findings come and go in order of position.
pub(crate) fn together(
    findings: Vec<Finding>,
    candidates: &Candidates,
    words: &[Word],
    min_confidence: f32,
) -> Vec<Finding> {
    /// What a finding at the threshold itself adds: more than nothing.
    const LEAST_WEIGHT: f32 = 1e-3;
    let log_odds = |p: f32| {
        let p = p.clamp(1e-4, 1.0 - 1e-4);
        (p / (1.0 - p)).ln()
    };
    let threshold = log_odds(min_confidence);
    let candidate = |finding: &Finding| {
        let (first, last) = candidates.ends(finding.candidate)?;
        let weight = (log_odds(finding.posterior) - threshold).max(0.0) + LEAST_WEIGHT;
        Some(Candidate { from: finding.from, to: finding.to, weight, first, last })
    };
    let (weighed, findings): (Vec<_>, Vec<_>) =
        findings.into_iter().filter_map(|finding| Some((candidate(&finding)?, finding))).unzip();
    joint::choose(&joint::Words { words }, &weighed).into_iter().map(|number| findings[number]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_restored_alike() {
        let word = |capitalised| Word { id: 9, frozen: false, capitalised, parted: false };
        let words = [word(true), word(true), word(true), word(false), word(false)];
        let mut candidates = Candidates::default();
        let mut finding = |from: usize, to: usize, number: u32, posterior: f32| {
            let candidate = candidates.push_test(number, &[20 + number]);
            Finding { from, to, candidate, posterior }
        };
        let likely = vec![
            finding(0, 1, 1, 0.9),
            finding(1, 2, 1, 0.4),
            finding(2, 3, 2, 0.4),
            finding(3, 4, 3, 0.9),
            finding(4, 5, 3, 0.4),
        ];
        let agreed = agree(likely, &candidates, &words, 0.65, |_| true);
        let made: Vec<_> = agreed.iter().map(|f| (f.from, f.posterior)).collect();
        // The name at 1 follows the one at 0; no other of its kind was sure, or it is no name.
        assert_eq!(made, [(0, 0.9), (1, 0.65), (3, 0.9)]);
    }

    #[test]
    fn the_likelier_of_two_stands_and_no_word_twice() {
        let words: Vec<Word> =
            [10, 11, 12, 13, 14].map(|id| Word { id, frozen: false, capitalised: false, parted: false }).into();
        let chosen = |ends: (u32, u32)| {
            let mut candidates = Candidates::default();
            let findings = [(0, 3, 0.7), (2, 4, 0.9), (4, 5, 0.7)].map(|(from, to, posterior)| {
                let candidate = candidates.push_test(1, &[ends.0, ends.1]);
                Finding { from, to, candidate, posterior }
            });
            let chosen = together(findings.to_vec(), &candidates, &words, 0.65);
            chosen.iter().map(|f| f.from).collect::<Vec<_>>()
        };
        assert_eq!(chosen((20, 21)), [2, 4]);
        // The first two would write what stands beside them.
        assert_eq!(chosen((11, 21)), [0, 4]);
        assert_eq!(chosen((13, 13)), [2]);
    }
}
