//! The stages of a restoration: damage is mended first, recognised text read next, spinning last, each on what the one
//! before it made; all become edits of the source.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::channel::ocr::OcrEdit;
use crate::channel::{Channel, repair_ocr};
use crate::document::Verdict;
use crate::edits::{Edit, apply, compose};
use crate::engine::Engine;
use crate::mend::{Composed, Mended, Mender};
use crate::restoration::Restoration;

/// What the channels of a restorer need.
#[derive(Clone, Debug)]
pub(crate) struct Stages {
    mender: Option<Mender<'static>>,
    is_ocr: bool,
    is_spun: bool,
}

impl Stages {
    pub(crate) fn new(channels: &[Channel]) -> Stages {
        let has = |channel| channels.contains(&channel);
        let is_mended = has(Channel::Characters) || has(Channel::Words);
        let mender = || Mender::default().characters(has(Channel::Characters)).words(has(Channel::Words));
        Stages { mender: is_mended.then(mender), is_ocr: has(Channel::Ocr), is_spun: has(Channel::Spun) }
    }

    fn mend(&self, text: &str) -> Option<Mended> {
        self.mender.as_ref()?.mend(text)
    }

    /// Restores a text.
    pub(crate) fn restore<'t>(&self, engine: &Engine, text: &'t str) -> Restoration<&'t str> {
        let Some(mended) = self.mend(text) else { return self.read(engine, text) };
        let (verdict, edits) = self.read(engine, mended.view()).into_parts();
        let replacements: Vec<(Range<usize>, &str)> =
            edits.iter().map(|edit| (edit.span.clone(), edit.replacement.as_str())).collect();
        let composed = mended.compose(&replacements);
        let edits = composed.into_iter().filter_map(|composed| edit(text, composed, &edits)).collect();
        Restoration::new(text, on_source(&mended, &verdict), together(edits))
    }

    /// Reads a mended text: what a machine misread, then what a spinner wrote.
    fn read<'t>(&self, engine: &Engine, text: &'t str) -> Restoration<&'t str> {
        let misread = self.misread(engine, text);
        // The edits were made from this text.
        let Some(current) = (!misread.is_empty()).then(|| apply(text, &misread).ok()).flatten() else {
            return self.spun(engine, text);
        };
        let (verdict, more) = self.spun(engine, &current).into_parts();
        let verdict = with_misread(&verdict, &misread);
        Restoration::new(text, verdict, together(compose::compose(text, &misread, &current, &more)))
    }

    /// Reads what a spinner wrote.
    fn spun<'t>(&self, engine: &Engine, text: &'t str) -> Restoration<&'t str> {
        if self.is_spun { engine.restore(text) } else { untouched(engine, text) }
    }

    /// The edits that undo what a machine misread.
    fn misread(&self, engine: &Engine, text: &str) -> Vec<Edit> {
        if !self.is_ocr {
            return Vec::new();
        }
        let channel: Arc<str> = Arc::from(Channel::Ocr.name());
        let edit = |edit: OcrEdit| Edit::new(edit.span, edit.replacement, edit.confidence, channel.clone());
        repair_ocr(text, engine.min_confidence).edits.into_iter().map(edit).collect()
    }

    /// The verdict on a text.
    pub(crate) fn detect(&self, engine: &Engine, text: &str) -> Verdict {
        match self.mend(text) {
            Some(mended) => on_source(&mended, &self.judge(engine, mended.view())),
            None => self.judge(engine, text),
        }
    }

    /// The verdict on a mended text.
    fn judge(&self, engine: &Engine, text: &str) -> Verdict {
        let spun = |text: &str| if self.is_spun { engine.detect(text) } else { engine.clean() };
        let misread = self.misread(engine, text);
        match apply(text, &misread) {
            Ok(current) if !misread.is_empty() => with_misread(&spun(&current), &misread),
            _ => spun(text),
        }
    }
}

/// A verdict on repaired text as one on the text before.
fn with_misread(verdict: &Verdict, misread: &[Edit]) -> Verdict {
    let back = |at: usize, is_end: bool| {
        let (mut shift, mut place) = (0isize, None);
        for edit in misread {
            let start = edit.span.start.saturating_add_signed(shift);
            let end = start + edit.replacement.len();
            if at < start || at == start && is_end {
                break;
            }
            if at < end || at == end && is_end {
                place = Some(if is_end { edit.span.end } else { edit.span.start });
                break;
            }
            shift += edit.replacement.len() as isize - edit.span.len() as isize;
        }
        place.unwrap_or_else(|| at.saturating_add_signed(-shift))
    };
    let placed = verdict.placed(|span| back(span.start, false)..back(span.end, true));
    placed.damaged([(Channel::Ocr.name().to_string(), misread.len() as u32)].into())
}

fn untouched<'t>(engine: &Engine, text: &'t str) -> Restoration<&'t str> {
    Restoration::new(text, engine.clean(), Vec::new())
}

/// A verdict on the view as one on the source, with the damage that was found.
fn on_source(mended: &Mended, verdict: &Verdict) -> Verdict {
    let damage = mended.damage().map(|(damage, count)| (damage.name().to_string(), count));
    let damage = damage.chain(verdict.damage().clone()).collect();
    verdict.placed(|span| mended.to_source(span)).damaged(damage)
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
fn together(mut edits: Vec<Edit>) -> Vec<Edit> {
    let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
    edits.iter().filter_map(|edit| edit.group).for_each(|group| *counts.entry(group).or_default() += 1);
    for edit in &mut edits {
        if edit.group.is_some_and(|group| counts.get(&group) != Some(&edit.group_size)) {
            (edit.group, edit.group_size) = (None, 1);
        }
    }
    edits
}
