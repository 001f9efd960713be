//! Writes a compiled dictionary: keys, records, pools and indexes, as [`super::Dictionary`] reads them.

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;

use super::first_word_index::{openings, starts};
use super::keys::key_of;
use super::language::{Language, Phrase};
use super::record::{Fields, Ids, SIZE, TEXT_END, rate_code};
use super::tables::{MAX_REWRITES, value_of};
use super::weigh::{Spinner, Weighed};
use crate::bytes::join_sections;
use crate::language_model::storage::checksum;

/// What parts the names of files: no path has it.
pub(super) const FILE_END: char = '\0';

/// Writes spinners and the files that their entries come from, each with the number of lines before it.
/// Answers the bytes, and a hash of all but the names of the files.
///
/// # Errors
///
/// What the tables have no room for.
pub(super) fn write(
    spinners: &[Spinner],
    files: &[(u32, String)],
    total_words: usize,
    language: &Language,
) -> Result<(Vec<u8>, u64), String> {
    let mut rewrites: Vec<(&[u32], Weighed)> = Vec::new();
    let mut rates = vec![0u8; total_words * spinners.len()];
    for (number, (spinner, of_spinner)) in spinners.iter().zip(rates.chunks_mut(total_words.max(1))).enumerate() {
        let number = u8::try_from(number).map_err(|_| "too many spinners")?;
        let weights = spinner.weigh(number, language);
        weights.rates.iter().for_each(|(&id, &rate)| of_spinner[id as usize] = rate_code(rate));
        rewrites.extend(weights.rewrites);
    }
    rewrites.sort_unstable_by(|(key_a, a), (key_b, b)| {
        let best_first = || b.worth.total_cmp(&a.worth).then_with(|| a.text.cmp(b.text));
        key_a.cmp(key_b).then(a.spinner.cmp(&b.spinner)).then_with(best_first)
    });
    let keeps = || spinners.iter().flat_map(|spinner| spinner.keeps.iter().map(Phrase::as_slice));
    let mut kept: Vec<&[u32]> = keeps().collect();
    kept.sort_unstable();
    kept.dedup();
    let mut tables = Writer::default();
    tables.add_all(&rewrites, &kept)?;
    let automaton = tables.automaton()?;
    let keys = || tables.keys.iter().map(|key| &tables.key_bytes[key.bytes.clone()]);
    let starts = starts(&automaton, keys(), total_words)?;
    let openings = openings(keys());
    let names: String = spinners.iter().map(|s| format!("{}\t{}\n", s.is_counted(), s.name)).collect();
    let file_names: String = files.iter().map(|(start, path)| format!("{start}\t{path}{FILE_END}")).collect();
    // A phrase has few words.
    let counted =
        |keep: &[u32]| -> Vec<u32> { std::iter::once(keep.len() as u32).chain(keep.iter().copied()).collect() };
    let kept: Vec<u8> = keeps().flat_map(counted).flat_map(u32::to_le_bytes).collect();
    let sections: [&[u8]; 10] = [
        names.as_bytes(),
        &automaton,
        &tables.records,
        &tables.ids.bytes,
        &tables.texts.bytes,
        &rates,
        &starts,
        &openings,
        &kept,
        file_names.as_bytes(),
    ];
    let content = sections[..9].iter().fold(0, |hash: u64, section| hash.rotate_left(7) ^ checksum(section));
    Ok((join_sections(&sections)?, content))
}

/// The tables so far.
#[derive(Default)]
struct Writer<'e> {
    records: Vec<u8>,
    /// How many records there are.
    count: u32,
    ids: Pool<&'e [u32]>,
    texts: Pool<&'e str>,
    /// The keys of the automaton, one after the other.
    key_bytes: Vec<u8>,
    keys: Vec<Key>,
}

/// A key of the automaton.
struct Key {
    bytes: Range<usize>,
    value: u64,
}

impl<'e> Writer<'e> {
    /// Adds the phrases of rewrites that are in the order of their keys, and those that are kept, in order too: a
    /// phrase that is kept has no rewrite.
    fn add_all(&mut self, rewrites: &[(&'e [u32], Weighed<'e>)], kept: &[&[u32]]) -> Result<(), String> {
        let mut kept = kept.iter().copied().peekable();
        for of_phrase in rewrites.chunk_by(|a, b| a.0 == b.0) {
            let phrase = of_phrase[0].0;
            while let Some(keep) = kept.next_if(|keep| *keep < phrase) {
                self.add(keep, &[])?;
            }
            let is_kept = kept.next_if(|keep| *keep == phrase).is_some();
            self.add(phrase, if is_kept { &[] } else { of_phrase })?;
        }
        kept.try_for_each(|keep| self.add(keep, &[]))
    }

    /// Adds a phrase with the best of its rewrites.
    fn add(&mut self, phrase: &[u32], rewrites: &[(&'e [u32], Weighed<'e>)]) -> Result<(), String> {
        let first = self.count;
        for of_spinner in rewrites.chunk_by(|a, b| a.1.spinner == b.1.spinner) {
            for (_, rewrite) in &of_spinner[..of_spinner.len().min(MAX_REWRITES)] {
                let record = self.record(rewrite)?;
                self.records.extend(record);
                self.count = self.count.checked_add(1).ok_or("more rewrites than 32 bits number")?;
            }
        }
        let start = self.key_bytes.len();
        for &id in phrase {
            let (bytes, length) = key_of(id);
            self.key_bytes.extend(&bytes[..length]);
        }
        self.keys.push(Key { bytes: start..self.key_bytes.len(), value: value_of(first, self.count - first)? });
        Ok(())
    }

    fn record(&mut self, rewrite: &Weighed<'e>) -> Result<[u8; SIZE], String> {
        let ids = match *rewrite.ids {
            // Most originals are one word: it stands in the record itself.
            [id] => Ids::One(id),
            ref ids => {
                let put = |bytes: &mut Vec<u8>| bytes.extend(ids.iter().flat_map(|id| id.to_le_bytes()));
                let count = u8::try_from(ids.len()).map_err(|_| "a phrase of too many words")?;
                Ids::Many { at: self.ids.place(rewrite.ids, put)? / 4, count }
            }
        };
        let put = |bytes: &mut Vec<u8>| bytes.extend(rewrite.text.bytes().chain([TEXT_END]));
        let fields = Fields {
            text_at: self.texts.place(rewrite.text, put)?,
            ids,
            in_step: rewrite.text.split(' ').count() == rewrite.ids.len(),
            observed: rewrite.observed,
            spinner: rewrite.spinner,
            share: rewrite.share,
            rate: rewrite.rate,
            worth: rewrite.worth,
            line: rewrite.from.0,
        };
        Ok(fields.to_bytes())
    }

    /// The automaton of the keys.
    fn automaton(&self) -> Result<Vec<u8>, String> {
        let mut builder = fst::raw::Builder::memory();
        for key in &self.keys {
            builder.insert(&self.key_bytes[key.bytes.clone()], key.value).map_err(|e| e.to_string())?;
        }
        builder.into_inner().map_err(|e| e.to_string())
    }
}

/// Bytes stored once for each of what they stand for.
#[derive(Default)]
struct Pool<K> {
    bytes: Vec<u8>,
    at: HashMap<K, u32>,
}

impl<K: Hash + Eq> Pool<K> {
    /// Where the bytes of this are; `put` adds them if they are not there yet.
    fn place(&mut self, of: K, put: impl FnOnce(&mut Vec<u8>)) -> Result<u32, String> {
        let next = u32::try_from(self.bytes.len()).map_err(|_| "more than 4 GiB of originals")?;
        let at = *self.at.entry(of).or_insert(next);
        if at == next {
            put(&mut self.bytes);
        }
        Ok(at)
    }
}
