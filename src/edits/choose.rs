//! Which findings become edits: those that are sure, names alike in the whole text, without overlap.

use std::collections::BTreeSet;

use crate::document::Finding;
use crate::lattice::Word;

/// A change of a name that is sure elsewhere in the text is made at this share of the confidence asked for.
const NAME_SHARE: f32 = 0.5;

/// Below this confidence a finding is of no use to [`agree`].
pub(crate) fn least(finding: &Finding, words: &[Word], min_confidence: f32) -> f32 {
    if words[finding.from].capitalised { NAME_SHARE * min_confidence } else { min_confidence }
}

/// The findings that are sure enough. A name restored once is restored everywhere: the same change of a
/// capitalised phrase is sure at every place of the text where it is likely enough to be among `likely`.
pub(crate) fn agree(likely: Vec<Finding>, words: &[Word], min_confidence: f32) -> Vec<Finding> {
    let is_sure = |finding: &Finding| finding.posterior >= min_confidence;
    let is_name = |finding: &Finding| words[finding.from].capitalised;
    let change = |finding: &Finding| (finding.rewrite, finding.part);
    let names: BTreeSet<_> = likely.iter().filter(|f| is_sure(f) && is_name(f)).map(change).collect();
    let agreed = likely.into_iter().filter_map(|finding| {
        if is_sure(&finding) {
            return Some(finding);
        }
        (is_name(&finding) && names.contains(&change(&finding)))
            .then_some(Finding { posterior: min_confidence, ..finding })
    });
    agreed.collect()
}

/// The likelier of findings that overlap; findings come and go in order of position.
pub(crate) fn without_overlap(findings: Vec<Finding>) -> Vec<Finding> {
    let mut chosen: Vec<Finding> = Vec::with_capacity(findings.len());
    let mut rest = findings.as_slice();
    while let Some(first) = rest.first() {
        // Findings that overlap, or that others in between join, stand together and are settled together.
        let mut end = first.to;
        let joined = |finding: &&Finding| {
            let is_joined = finding.from < end;
            end = end.max(finding.to);
            is_joined
        };
        let (cluster, after) = rest.split_at(1 + rest[1..].iter().take_while(joined).count());
        rest = after;
        if let [alone] = *cluster {
            chosen.push(alone);
            continue;
        }
        let mut cluster = cluster.to_vec();
        cluster.sort_by(|a, b| b.posterior.total_cmp(&a.posterior).then(a.from.cmp(&b.from)));
        let settled = chosen.len();
        for finding in cluster {
            if chosen[settled..].iter().all(|other| other.to <= finding.from || finding.to <= other.from) {
                chosen.push(finding);
            }
        }
        chosen[settled..].sort_by_key(|f| f.from);
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(from: usize, to: usize, rewrite: u32, posterior: f32) -> Finding {
        Finding { from, to, rewrite: (0, rewrite), part: (0, 1), posterior }
    }

    #[test]
    fn names_are_restored_alike() {
        let word = |capitalised| Word { id: 9, frozen: false, capitalised, parted: false };
        let words = [word(true), word(true), word(true), word(false), word(false)];
        let likely = vec![
            finding(0, 1, 1, 0.9),
            finding(1, 2, 1, 0.4),
            finding(2, 3, 2, 0.4),
            finding(3, 4, 3, 0.9),
            finding(4, 5, 3, 0.4),
        ];
        let agreed = agree(likely, &words, 0.65);
        let made: Vec<_> = agreed.iter().map(|f| (f.from, f.posterior)).collect();
        // The name at 1 follows the one at 0; no other of its kind was sure, or it is no name.
        assert_eq!(made, [(0, 0.9), (1, 0.65), (3, 0.9)]);
    }

    #[test]
    fn the_likelier_of_two_stands() {
        let findings = vec![finding(0, 3, 1, 0.7), finding(2, 4, 2, 0.9), finding(4, 5, 3, 0.7)];
        let chosen: Vec<_> = without_overlap(findings).iter().map(|f| f.from).collect();
        assert_eq!(chosen, [2, 4]);
    }
}
