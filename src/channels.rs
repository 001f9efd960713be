//! The channels of a restorer: damage is mended first, spinning is read on the mended view, and both become edits of
//! the source.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::document::Verdict;
use crate::edits::Edit;
use crate::engine::Engine;
use crate::mend::{Composed, Mended, Mender};
use crate::restoration::Restoration;

/// A way in which a text was changed, to be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Channel {
    /// Characters: invisible and styled ones, ligatures, entities, mojibake, letters of other scripts. Code points alone
    /// decide, so that short texts are mended too. See [`Damage`](crate::mend::Damage).
    Characters,
    /// Words: hyphens of line ends, wrapped lines, letter-spaced, joined and split words, long s, leet. The language
    /// model decides; it costs about as much time as the bytes of clean text do. Off at first.
    Words,
    /// Phrases that a spinner replaced.
    Spun,
}

impl Channel {
    /// All channels.
    pub const ALL: [Channel; 3] = [Channel::Characters, Channel::Words, Channel::Spun];
    /// Those of a restorer that nobody told otherwise.
    pub const DEFAULT: [Channel; 2] = [Channel::Characters, Channel::Spun];

    /// The name, as on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Channel::Characters => "characters",
            Channel::Words => "words",
            Channel::Spun => "spun",
        }
    }
}

/// What the channels of a restorer need.
#[derive(Clone, Debug)]
pub(crate) struct Channels {
    mender: Option<Mender<'static>>,
    is_spun: bool,
}

impl Channels {
    pub(crate) fn new(channels: &[Channel]) -> Channels {
        let has = |channel| channels.contains(&channel);
        let is_mended = has(Channel::Characters) || has(Channel::Words);
        let mender = || Mender::default().characters(has(Channel::Characters)).words(has(Channel::Words));
        Channels { mender: is_mended.then(mender), is_spun: has(Channel::Spun) }
    }

    fn mend(&self, text: &str) -> Option<Mended> {
        self.mender.as_ref()?.mend(text)
    }

    /// Restores a text.
    pub(crate) fn restore<'t>(&self, engine: &Engine, text: &'t str) -> Restoration<&'t str> {
        let Some(mended) = self.mend(text) else {
            return if self.is_spun { engine.restore(text) } else { untouched(engine, text) };
        };
        let read = if self.is_spun { engine.restore(mended.view()) } else { untouched(engine, mended.view()) };
        let (verdict, edits) = read.into_parts();
        let replacements: Vec<(Range<usize>, &str)> =
            edits.iter().map(|edit| (edit.span.clone(), edit.replacement.as_str())).collect();
        let composed = mended.compose(&replacements);
        let edits = composed.into_iter().filter_map(|composed| edit(text, composed, &edits)).collect();
        Restoration::new(text, on_source(&mended, &verdict), together(edits))
    }

    /// The verdict on a text.
    pub(crate) fn detect(&self, engine: &Engine, text: &str) -> Verdict {
        let judge = |text: &str| if self.is_spun { engine.detect(text) } else { engine.clean() };
        match self.mend(text) {
            Some(mended) => on_source(&mended, &judge(mended.view())),
            None => judge(text),
        }
    }
}

fn untouched<'t>(engine: &Engine, text: &'t str) -> Restoration<&'t str> {
    Restoration::new(text, engine.clean(), Vec::new())
}

/// A verdict on the view as one on the source, with the damage that was found.
fn on_source(mended: &Mended, verdict: &Verdict) -> Verdict {
    let damage = mended.damage().map(|(damage, count)| (damage.name().to_string(), count));
    verdict.placed(|span| mended.to_source(span)).damaged(damage.collect())
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
        return Some(Edit {
            span,
            replacement,
            confidence: 1.0,
            spinner: channel,
            group: None,
            group_size: 1,
            entry: None,
        });
    };
    let confidence = own.iter().map(|edit| edit.confidence).fold(1.0, f32::min);
    // Edits that became one are no group any more.
    let (group, group_size) = if own.len() == 1 { (first.group, first.group_size) } else { (None, 1) };
    let entry = own.iter().find_map(|edit| edit.entry.clone());
    Some(Edit { span, replacement, confidence, spinner: first.spinner.clone(), group, group_size, entry })
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
