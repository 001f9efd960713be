//! From rewrites to candidates: what of a rewrite changes the text, and all that is asked of it later.

use std::ops::Range;

use unspin_core::dictionary::compile::MAX_PHRASE;
use unspin_core::quantize;
use unspin_core::text::vocabulary::POSSESSIVE;

use super::PhraseChannel;
use crate::channel::candidates::{CandidateId, Candidates, ChangeKey, Facts, Provenance};
use crate::channel::word::Word;

/// What a change does: words `from..to` of the text become these words, as bytes of their ids.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Change<'r> {
    pub(crate) from: u32,
    pub(crate) to: u32,
    becomes: &'r [u8],
}

impl<'r> PhraseChannel<'r> {
    /// Cuts a rewrite of the words `place` into its changes, each with the key of its candidate. A rewrite is one change,
    /// without the words that both sides begin or end with; where words stand for words, and each of them is a rewrite by
    /// itself, each is one: "Dwelling Stress" → "House Pressure". Half of anything else would be nonsense: "because to" is
    /// neither "because of" nor "due to".
    pub(crate) fn changes(
        &self,
        key: (u8, u32),
        place: Range<usize>,
        words: &[Word],
        mut found: impl FnMut(Change<'r>, ChangeKey),
    ) {
        let Some(rewrite) = self.rewrite(key) else { return };
        let mut room = [0; MAX_PHRASE];
        let ids = &mut room[..rewrite.ids().len().min(MAX_PHRASE)];
        ids.iter_mut().zip(rewrite.ids()).for_each(|(id, read)| *id = read);
        let spun = &words[place.clone()];
        let mut change = |from: usize, to: usize, first: usize, last: usize| {
            let (from, to) = ((place.start + from) as u32, (place.start + to) as u32);
            let becomes = rewrite.id_bytes(first, last);
            found(Change { from, to, becomes }, ChangeKey { rewrite: key, part: (first as u8, last as u8) });
        };
        if !rewrite.in_step || spun.iter().any(|w| w.id == POSSESSIVE) {
            // Words of the text and ids do not run in step ("people's", "there's"): all or nothing.
            return change(0, spun.len(), 0, ids.len());
        }
        if spun.len() == ids.len() {
            let differ = || (0..ids.len()).filter(|&n| spun[n].id != ids[n]);
            let is_alone = differ().nth(1).is_none();
            if is_alone || differ().all(|n| self.rewrites_word(spun[n].id, ids[n])) {
                differ().for_each(|n| change(n, n + 1, n, n + 1));
                return;
            }
        }
        let shorter = spun.len().min(ids.len());
        let head = (0..shorter - 1).take_while(|&n| spun[n].id == ids[n]).count();
        let tail =
            (0..shorter - 1 - head).take_while(|&n| spun[spun.len() - 1 - n].id == ids[ids.len() - 1 - n]).count();
        change(head, spun.len() - tail, head, ids.len() - tail);
    }

    /// The candidate that makes a change of a word `first` and those behind it, at a span of the text.
    pub(crate) fn candidate(
        &self,
        key: ChangeKey,
        first: Word,
        span: Range<usize>,
        candidates: &mut Candidates,
    ) -> Option<CandidateId> {
        let (layer, number) = key.rewrite;
        let layer = self.layer(layer)?;
        let record = layer.tables.record(number)?;
        let known = layer.tables.channel(record)?;
        let rewrite = layer.dictionary.rewrite(number as usize)?;
        let facts = Facts {
            log_probability: known.log_probability(),
            rate: known.rate(),
            log_share: quantize::decode(known.share_code),
            standing_rate: f32::from(self.rate_code(first.id)) / 255.0,
            cost: record.cost(),
        };
        let (channel, file) = (candidates.named(self.spinner), candidates.named(rewrite.file));
        let provenance = Provenance { file, line: rewrite.line, observed: rewrite.observed, key };
        let words = known.ids().skip(key.part.0.into()).take((key.part.1 - key.part.0).into());
        Some(candidates.push(span, channel, facts, provenance, words, part(rewrite.text, key.part)))
    }
}

/// Words `from..to` of a phrase, by space; all of it where its ids run on.
fn part(phrase: &str, (from, to): (u8, u8)) -> &str {
    let space = |before: u8| phrase.bytes().enumerate().filter(|(_, b)| *b == b' ').nth(usize::from(before) - 1);
    let start = if from == 0 { 0 } else { space(from).map_or(0, |(n, _)| n + 1) };
    let end = if to == 0 { 0 } else { space(to).map_or(phrase.len(), |(n, _)| n) };
    &phrase[start.min(end)..end]
}
