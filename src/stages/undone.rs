//! What a channel undid, between the channels before and after it: what is found behind it, as edits of and evidence in
//! the text that it read.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::channel::Corrections;
use crate::document::Verdict;
use crate::edits::{Edit, compose};
use crate::mend::{Composed, Mended};

/// What a channel that reads before others found in a text.
pub(super) trait Undone {
    /// What the channels after it read.
    fn view(&self) -> &str;

    /// The kinds of damage, by name, and in how many places each was found.
    fn damage(&self) -> BTreeMap<String, u32>;

    /// The bytes of the text that bytes of the view stand for.
    fn to_source(&self, span: Range<usize>) -> Range<usize>;

    /// Edits of the view, in order and without overlap, as edits of the text, its own among them.
    fn compose(&self, text: &str, edits: &[Edit]) -> Vec<Edit>;
}

impl Undone for Mended {
    fn view(&self) -> &str {
        self.view()
    }

    fn damage(&self) -> BTreeMap<String, u32> {
        self.damage().map(|(damage, count)| (damage.name().to_string(), count)).collect()
    }

    fn to_source(&self, span: Range<usize>) -> Range<usize> {
        self.to_source(span)
    }

    fn compose(&self, text: &str, edits: &[Edit]) -> Vec<Edit> {
        let replacements: Vec<(Range<usize>, &str)> =
            edits.iter().map(|edit| (edit.span.clone(), edit.replacement.as_str())).collect();
        self.compose(&replacements).into_iter().filter_map(|composed| edit(text, composed, edits)).collect()
    }
}

impl Undone for Corrections {
    fn view(&self) -> &str {
        &self.corrected
    }

    fn damage(&self) -> BTreeMap<String, u32> {
        [(self.channel.name().to_string(), self.all.len() as u32)].into()
    }

    fn to_source(&self, span: Range<usize>) -> Range<usize> {
        source_of(self, span.start, false)..source_of(self, span.end, true)
    }

    fn compose(&self, text: &str, edits: &[Edit]) -> Vec<Edit> {
        let channel: Arc<str> = Arc::from(self.channel.name());
        let own = self.all.iter().map(|correction| {
            Edit::new(correction.span.clone(), correction.replacement.as_str(), correction.confidence, channel.clone())
        });
        compose::compose(text, &own.collect::<Vec<_>>(), &self.corrected, edits)
    }
}

/// The place in the text before corrections of a place after them: that of the whole correction where it lies within one.
fn source_of(corrections: &Corrections, at: usize, is_end: bool) -> usize {
    let (mut shift, mut place) = (0isize, None);
    for correction in &corrections.all {
        let start = correction.span.start.saturating_add_signed(shift);
        let end = start + correction.replacement.len();
        if at < start || at == start && is_end {
            break;
        }
        if at < end || at == end && is_end {
            place = Some(if is_end { correction.span.end } else { correction.span.start });
            break;
        }
        shift += correction.replacement.len() as isize - correction.span.len() as isize;
    }
    place.unwrap_or_else(|| at.saturating_add_signed(-shift))
}

/// A verdict on the view as one on the text, with the damage that was found.
pub(super) fn on_source(found: &impl Undone, verdict: &Verdict) -> Verdict {
    let mut damage = found.damage();
    damage.extend(verdict.damage().clone());
    verdict.placed(|span| found.to_source(span)).damaged(damage)
}

/// An edit of the source: a repair, edits of the view, or both; `None` where nothing changes.
fn edit(source: &str, composed: Composed, edits: &[Edit]) -> Option<Edit> {
    let Composed { span, replacement, edits: numbers, damage } = composed;
    if source.get(span.clone())? == replacement {
        return None;
    }
    let own = &edits[numbers];
    let Some(first) = own.first() else {
        let channel = Arc::from(damage.map_or("", |damage| damage.name()));
        return Some(Edit::new(span, replacement, 1.0, channel));
    };
    let confidence = own.iter().map(|edit| edit.confidence).fold(1.0, f32::min);
    // Edits that became one are no group any more.
    let (group, group_size) = if own.len() == 1 { (first.group, first.group_size) } else { (None, 1) };
    let entry = own.iter().find_map(|edit| edit.entry.clone());
    // What else may have stood there is known of words that nothing else was changed in.
    let is_whole = own.len() == 1 && first.replacement == replacement;
    let alternatives = if is_whole { first.alternatives.clone() } else { Vec::new() };
    let edit = Edit::new(span, replacement, confidence, first.channel.clone());
    Some(Edit { group, group_size, entry, alternatives, ..edit })
}

/// Edits whose groups are whole: one that lost a member to a neighbour is a group no more.
pub(super) fn together(mut edits: Vec<Edit>) -> Vec<Edit> {
    let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
    edits.iter().filter_map(|edit| edit.group).for_each(|group| *counts.entry(group).or_default() += 1);
    for edit in &mut edits {
        if edit.group.is_some_and(|group| counts.get(&group) != Some(&edit.group_size)) {
            (edit.group, edit.group_size) = (None, 1);
        }
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::{Channel, Correction};

    #[test]
    fn places_after_corrections_are_found_before_them() {
        let text = "tlie old harhour";
        let correction = |span: Range<usize>, replacement: &str| Correction {
            span,
            replacement: replacement.to_string(),
            confidence: 0.9,
        };
        let all = vec![correction(0..4, "the"), correction(9..16, "harbour")];
        let found = Corrections { channel: Channel::Ocr, all, corrected: "the old harbour".to_string() };
        for (view, source) in [(0..3, 0..4), (1..2, 0..4), (4..7, 5..8), (4..15, 5..16), (8..9, 9..16)] {
            assert_eq!(found.to_source(view.clone()), source, "{view:?}");
        }
        let edits = [Edit::new(4..7, "new", 0.8, "folks".into())];
        let composed = found.compose(text, &edits);
        assert_eq!(crate::edits::apply(text, &composed).unwrap(), "the new harbour");
        assert_eq!(found.damage()["ocr"], 2);
    }
}
