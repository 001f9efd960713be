//! A worker: restores a block of records, counts, and collects what is to be written.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::note::Note;
use super::source_map::{Rewrite, SourceMap};
use super::split_text::{self, Found, char_floor};
use super::stats::{Article, Stats};
use super::stream::{Block, Part};
use super::{Cleaner, Codec, Fault, Seen};
use crate::json::Detection;
use crate::{Edit, Verdict};

/// Records of a block that are named one by one; a block may hold more than 100,000 that cannot be read.
const MAX_NAMED: usize = 1_000;
/// The longest reason that is kept, in bytes: some quote what they found.
const MAX_REASON: usize = 400;

/// The working side of a format: restores the records of a block.
pub(super) trait Process: Sync {
    /// Restores the records of a block.
    fn process(&self, block: &Block, worker: &mut Worker<'_>);

    /// Whether each record is compressed by itself.
    fn is_packed_singly(&self) -> bool {
        false
    }
}

/// What is made of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
    /// The record, its text restored.
    Restore,
    /// The record, its text unchanged: it is annotated only.
    Mark,
    /// A line with the verdict, in place of the record.
    Judge,
}

/// A worker, for one block.
pub(super) struct Worker<'c> {
    pub(super) cleaner: &'c Cleaner<'c>,
    task: Task,
    file: &'c str,
    out: Vec<u8>,
    /// Where records end in `out`, if they are compressed one by one.
    ends: Vec<usize>,
    stats: Stats,
    faults: Vec<Fault>,
    /// How many records beyond those named could not be read, and the last of them.
    unnamed: (u64, u64),
    held: Vec<Held>,
    links: Vec<Link>,
    /// Which of the fields holds the text at hand, in formats that have fields.
    field: Option<usize>,
    /// What was found in the texts of the record at hand, where records are annotated.
    notes: Vec<Note>,
}

/// A record that is finished by the writer, since it depends on records before it.
pub(super) struct Held {
    /// Where it goes in the bytes of its block, once it is compressed.
    pub(super) at: usize,
    /// The record, not compressed.
    pub(super) record: Vec<u8>,
}

/// The digest of a payload before and after its restoration.
pub(super) type Link = (String, String);

/// What a worker made of a block.
#[derive(Default)]
pub(super) struct Done {
    pub(super) bytes: Vec<u8>,
    /// If the bytes are a part of a record, to be compressed by the writer.
    pub(super) part: Option<Part>,
    pub(super) held: Vec<Held>,
    pub(super) links: Vec<Link>,
    pub(super) stats: Stats,
    pub(super) faults: Vec<Fault>,
}

impl<'c> Worker<'c> {
    pub(super) fn new(cleaner: &'c Cleaner<'c>, file: &'c str) -> Self {
        Worker {
            cleaner,
            task: match (cleaner.asked.detect, cleaner.asked.annotate) {
                (false, _) => Task::Restore,
                (true, true) => Task::Mark,
                (true, false) => Task::Judge,
            },
            file,
            out: Vec::new(),
            ends: Vec::new(),
            stats: Stats::default(),
            faults: Vec::new(),
            unnamed: (0, 0),
            held: Vec::new(),
            links: Vec::new(),
            field: None,
            notes: Vec::new(),
        }
    }

    /// Turns to a field: the next text is that of it.
    pub(super) fn turn_to(&mut self, field: usize) {
        self.field = Some(field);
    }

    /// The field that holds the text at hand.
    fn field(&self) -> Option<&'c str> {
        self.cleaner.asked.fields.get(self.field?).map(String::as_str)
    }

    /// The same, where there are several to tell apart.
    fn told_field(&self) -> Option<&'c str> {
        self.field().filter(|_| self.cleaner.asked.has_several())
    }

    /// What was found in the texts of the record at hand, if records are annotated.
    pub(super) fn notes(&mut self) -> Vec<Note> {
        std::mem::take(&mut self.notes)
    }

    /// Restores a block from end to end.
    pub(super) fn work(mut self, mut block: Block, processor: &dyn Process, codec: Codec) -> std::io::Result<Done> {
        self.stats.bytes += block.bytes.len() as u64;
        for (record, reason) in &block.faults {
            self.fault(*record, reason.clone());
        }
        if block.verbatim {
            self.stats.records += u64::from(!block.faults.is_empty());
            if !self.is_verdicts() {
                // Part of a giant: not copied.
                self.out = std::mem::take(&mut block.bytes);
            }
        } else if !block.bytes.is_empty() {
            processor.process(&block, &mut self);
        }
        let part = block.part;
        drop(block);
        self.finish(part, processor.is_packed_singly(), codec)
    }

    /// Compresses what was made of the records.
    pub(super) fn finish(mut self, part: Option<Part>, is_packed_singly: bool, codec: Codec) -> std::io::Result<Done> {
        self.name_the_rest();
        let mut held = std::mem::take(&mut self.held);
        let mut bytes = Vec::new();
        if codec == Codec::Plain || part.is_some() {
            bytes = self.out;
        } else if is_packed_singly {
            let (mut from, mut next) = (0, 0);
            self.ends.push(self.out.len());
            for to in std::mem::take(&mut self.ends) {
                if to > from {
                    codec.add(&self.out[from..to], &mut bytes)?;
                }
                from = to;
                // What is held stands between two records.
                while let Some(record) = held.get_mut(next).filter(|record| record.at <= to) {
                    record.at = bytes.len();
                    next += 1;
                }
            }
        } else if !self.out.is_empty() {
            codec.add(&self.out, &mut bytes)?;
        }
        Ok(Done { bytes, part, held, links: self.links, stats: self.stats, faults: self.faults })
    }

    /// Whether the output is something else instead of records.
    pub(super) fn is_verdicts(&self) -> bool {
        self.cleaner.presenter.is_some() || self.is_judged()
    }

    /// Whether texts are judged only.
    pub(super) fn is_judged(&self) -> bool {
        self.task == Task::Judge
    }

    /// Adds bytes of records to the output.
    pub(super) fn put(&mut self, bytes: &[u8]) {
        if !self.is_verdicts() {
            self.out.extend_from_slice(bytes);
        }
    }

    /// Marks the end of a record.
    pub(super) fn end(&mut self) {
        self.ends.push(self.out.len());
    }

    /// Leaves a record to the writer.
    pub(super) fn hold(&mut self, record: Vec<u8>) {
        if !self.is_verdicts() {
            self.end();
            self.held.push(Held { at: self.out.len(), record });
        }
    }

    /// Notes that a payload has a new digest.
    pub(super) fn link(&mut self, link: Link) {
        self.links.push(link);
    }

    /// Tries to restore a record: if that fails after its text was looked at, it is not counted as restored.
    pub(super) fn attempt<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, String>) -> Result<T, String> {
        let (before, noted) = (std::mem::take(&mut self.stats), self.notes.len());
        let result = work(self);
        let tried = std::mem::replace(&mut self.stats, before);
        match &result {
            Ok(_) => self.stats.merge(tried, self.cleaner.articles),
            Err(_) => {
                self.stats.faults += tried.faults;
                self.notes.truncate(noted);
            }
        }
        result
    }

    /// Looks at a record in several stretches or fields, which are counted as one record.
    pub(super) fn as_one<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::take(&mut self.stats);
        let result = work(self);
        let mut seen = std::mem::replace(&mut self.stats, before);
        seen.join_texts();
        self.stats.merge(seen, self.cleaner.articles);
        result
    }

    /// Counts a record.
    pub(super) fn record(&mut self) {
        self.stats.records += 1;
        self.notes.clear();
    }

    /// Counts bytes of a record that did not come in a block.
    #[cfg(feature = "parquet")]
    pub(super) fn seen(&mut self, bytes: usize) {
        self.stats.bytes += bytes as u64;
    }

    /// Notes that a record could not be read.
    pub(super) fn fault(&mut self, record: u64, reason: impl Into<String>) {
        self.stats.faults += 1;
        if self.faults.len() > MAX_NAMED {
            self.unnamed = (self.unnamed.0 + 1, record);
            return;
        }
        let mut reason = reason.into();
        if reason.len() > MAX_REASON {
            reason.truncate(char_floor(reason.as_bytes(), MAX_REASON));
            reason.push('\u{2026}');
        }
        self.faults.push(Fault { file: self.file.to_string(), record, reason });
    }

    /// Says how many faults are not named.
    fn name_the_rest(&mut self) {
        if let (count @ 1.., last) = self.unnamed
            && let Some(named) = self.faults.last_mut()
        {
            named.reason = format!("{}; and {count} more up to record {last}", named.reason);
        }
    }

    /// Looks at the text of a record: counts it, and answers the edits to be made and the verdict.
    /// `None` if it was not read, or the engine failed on it.
    fn look(&mut self, record: u64, map: &SourceMap<'_>) -> Option<Found> {
        if let Some(reason) = map.refusal() {
            self.fault(record, reason);
            return None;
        }
        self.look_at(record, map, 0..map.text().len())
    }

    /// The same of a stretch of the text.
    fn look_at(&mut self, record: u64, map: &SourceMap<'_>, stretch: Range<usize>) -> Option<Found> {
        let (text, cleaner) = (&map.text()[stretch.clone()], self.cleaner);
        self.stats.met(self.field);
        // One text that the engine cannot take must not cost the others of a night's run.
        let seen = Seen { file: self.file, record, field: self.field(), text };
        let given = match cleaner.reviewer.map_or(Ok(None), |reviewer| reviewer.given(seen)) {
            Ok(given) => given,
            Err(reason) => {
                self.fault(record, reason);
                return None;
            }
        };
        let found = catch_unwind(AssertUnwindSafe(|| match given {
            Some(edits) => Found { verdict: Verdict::clean(&Arc::from(cleaner.unspin.version())), edits },
            None if self.is_judged() => Found { verdict: split_text::detect(cleaner.unspin, text), edits: Vec::new() },
            None => split_text::restore(cleaner.unspin, text),
        }));
        let Ok(mut found) = found else {
            self.fault(record, "the engine failed on this text");
            return None;
        };
        for edit in &mut found.edits {
            edit.span = edit.span.start + stretch.start..edit.span.end + stretch.start;
        }
        let seen = Seen { text: map.text(), ..seen };
        let is_admitted = |edit: &Edit| cleaner.reviewer.is_none_or(|reviewer| reviewer.admits(seen, edit));
        crate::edits::retain(&mut found.edits, |edit| map.has_room(edit) && is_admitted(edit));
        if cleaner.asked.annotate {
            self.notes.push(Note::new(self.told_field(), seen.text, &found));
        }
        let seen = Seen { field: self.told_field(), ..seen };
        let made = if self.task == Task::Restore { &found.edits[..] } else { &[] };
        let verdict = (found.verdict.spun(), found.verdict.spinner());
        self.stats.count(seen.text, verdict.1, made);
        if stretch.start == 0 {
            let article = || Article::new(seen, verdict, made);
            self.stats.keep(cleaner.articles, article, made.len());
        }
        self.stats.doubts.keep(cleaner.articles, seen, made);
        if let Some(presenter) = cleaner.presenter {
            presenter.present(seen, &found.verdict, &found.edits, &mut self.out);
            self.end();
        } else if self.is_judged() {
            self.verdict_line(record, &found.verdict, map);
        }
        Some(found)
    }

    /// The bytes in which a text stands, with its edits made; `None` if they stay as they are. `escape` spells
    /// text as its source must.
    pub(super) fn restored(
        &mut self,
        record: u64,
        raw: &[u8],
        map: &SourceMap<'_>,
        escape: impl Fn(&str, &mut Vec<u8>),
    ) -> Option<Vec<u8>> {
        let stretches = split_text::stretches(map.text());
        // Who reviews or shows a text has edits of the whole of it, and so has its annotation.
        let cleaner = self.cleaner;
        let is_whole = cleaner.asked.annotate || cleaner.reviewer.is_some() || cleaner.presenter.is_some();
        if self.task != Task::Restore || is_whole || stretches.len() == 1 || map.refusal().is_some() {
            let found = self.look(record, map)?;
            return self.rewritten(raw, map, &found, escape);
        }
        // Edits need more memory than the text they are about: those of a stretch are made before the next is read.
        self.as_one(|worker| {
            let mut rewrite: Option<Rewrite<'_>> = None;
            for (start, end) in stretches {
                if let Some(found) = worker.look_at(record, map, start..end).filter(|found| !found.edits.is_empty()) {
                    rewrite.get_or_insert_with(|| Rewrite::new(map, raw)).make(&found.edits, &escape);
                }
            }
            rewrite.map(Rewrite::finish)
        })
    }

    /// The same, of a text that was looked at.
    fn rewritten(
        &self,
        raw: &[u8],
        map: &SourceMap<'_>,
        found: &Found,
        escape: impl Fn(&str, &mut Vec<u8>),
    ) -> Option<Vec<u8>> {
        (self.task == Task::Restore && !found.edits.is_empty()).then(|| map.apply(raw, &found.edits, escape))
    }

    /// Restores a block that is one record. If that cannot be read, it is named and stays.
    pub(super) fn whole(
        &mut self,
        block: &Block,
        restored: impl FnOnce(&[u8], &mut Self) -> Result<Option<Vec<u8>>, String>,
    ) {
        self.record();
        let new = restored(&block.bytes, self).unwrap_or_else(|reason| {
            self.fault(block.first, reason);
            None
        });
        self.put(new.as_deref().unwrap_or(&block.bytes));
    }

    fn verdict_line(&mut self, record: u64, verdict: &Verdict, map: &SourceMap<'_>) {
        let verdict = &verdict.placed(|span| map.place(span));
        let line = Detection { file: self.file, record, field: self.told_field(), verdict };
        // Strings and numbers: writing them to a buffer does not fail.
        let _ = serde_json::to_writer(&mut self.out, &line);
        self.out.push(b'\n');
        self.end();
    }
}
