//! Verbs that agree with their subjects: "was" and "were" for "had been" are one change, whose form the subject decides.

use unspin_core::text::Token;

use super::agreement;
use super::params::SAME_PLACE;
use crate::channel::{Candidates, Word};
use crate::document::Finding;
use crate::embedded::Words;

/// Gives each finite verb the form that agrees with its subject. A form that does not agree gives its posterior to its
/// partner, if that was found too, and is given up.
pub(crate) fn verbs(
    text: &str,
    tokens: &[Token],
    words: &[Word],
    candidates: &Candidates,
    known: &Words,
    findings: &mut Vec<Finding>,
) {
    let forms: Vec<(u32, &str)> = agreement::FORMS.iter().filter_map(|form| Some((known.get(form)?, *form))).collect();
    let mut is_kept = vec![true; findings.len()];
    for at in 0..findings.len() {
        let finding = findings[at];
        let ids = candidates.words(finding.candidate);
        let form = ids.first().and_then(|first| forms.iter().find(|(id, _)| id == first));
        let Some((_, form)) = form.filter(|(id, _)| words[finding.from].id != *id) else { continue };
        if agreement::agrees(text, tokens, finding.from, form) != Some(false) {
            continue;
        }
        is_kept[at] = false;
        let other = agreement::partner(form).and_then(|partner| known.get(partner));
        let near = at.saturating_sub(SAME_PLACE)..findings.len().min(at + SAME_PLACE);
        let partner = near.filter(|&other| is_kept[other]).find(|&number| {
            let found = &findings[number];
            (found.from, found.to) == (finding.from, finding.to) && {
                let others = candidates.words(found.candidate);
                others.first().copied() == other && others.get(1..) == ids.get(1..)
            }
        });
        if let Some(partner) = partner {
            findings[partner].posterior = (findings[partner].posterior + finding.posterior).min(1.0);
        }
    }
    let mut kept = is_kept.into_iter();
    findings.retain(|_| kept.next().unwrap_or(true));
}
