//! Where a worker does a block: looks at texts, counts, collects what is to be written.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::pieces::char_floor;
use super::pieces::{self, Found};
use super::stream::{Block, Part};
use super::tally::{Article, Tally};
use super::view::View;
use super::{Cleaner, Codec, Fault, Seen};
use crate::json::Detection;
use crate::{Edit, Verdict};

/// Records of a block that are named one by one; a block may hold more than 100,000 that cannot be read.
const MAX_NAMED: usize = 1_000;
/// The longest reason that is kept, in bytes: some quote what they found.
const MAX_REASON: usize = 400;

/// A format, as a worker sees it.
pub(super) trait Clean: Sync {
    /// Cleans the records of a block.
    fn clean(&self, block: &Block, desk: &mut Desk<'_>);

    /// Whether each record is compressed by itself.
    fn is_packed_singly(&self) -> bool {
        false
    }
}

/// A worker's desk.
pub(super) struct Desk<'c> {
    pub(super) cleaner: &'c Cleaner<'c>,
    file: &'c str,
    out: Vec<u8>,
    /// Where records end in `out`, if they are compressed one by one.
    ends: Vec<usize>,
    tally: Tally,
    faults: Vec<Fault>,
    /// How many records beyond those named could not be read, and the last of them.
    unnamed: (u64, u64),
    held: Vec<Held>,
    links: Vec<Link>,
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
    pub(super) tally: Tally,
    pub(super) faults: Vec<Fault>,
}

impl<'c> Desk<'c> {
    pub(super) fn new(cleaner: &'c Cleaner<'c>, file: &'c str) -> Self {
        Desk {
            cleaner,
            file,
            out: Vec::new(),
            ends: Vec::new(),
            tally: Tally::default(),
            faults: Vec::new(),
            unnamed: (0, 0),
            held: Vec::new(),
            links: Vec::new(),
        }
    }

    /// Cleans a block from end to end.
    pub(super) fn work(mut self, mut block: Block, format: &dyn Clean, codec: Codec) -> std::io::Result<Done> {
        self.tally.bytes += block.bytes.len() as u64;
        for (record, reason) in &block.faults {
            self.fault(*record, reason.clone());
        }
        if block.verbatim {
            self.tally.records += u64::from(!block.faults.is_empty());
            if !self.is_verdicts() {
                // Part of a giant: not copied.
                self.out = std::mem::take(&mut block.bytes);
            }
        } else if !block.bytes.is_empty() {
            format.clean(&block, &mut self);
        }
        let part = block.part;
        drop(block);
        self.name_the_rest();
        let mut held = std::mem::take(&mut self.held);
        let mut bytes = Vec::new();
        if codec == Codec::Plain || part.is_some() {
            bytes = self.out;
        } else if format.is_packed_singly() {
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
        Ok(Done { bytes, part, held, links: self.links, tally: self.tally, faults: self.faults })
    }

    /// Whether the output is something else instead of records.
    pub(super) fn is_verdicts(&self) -> bool {
        self.cleaner.presenter.is_some() || self.is_judged()
    }

    /// Whether texts are judged only.
    pub(super) fn is_judged(&self) -> bool {
        self.cleaner.detect && !self.cleaner.annotate
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
        let before = std::mem::take(&mut self.tally);
        let result = work(self);
        let tried = std::mem::replace(&mut self.tally, before);
        match &result {
            Ok(_) => self.tally.merge(tried, self.cleaner.articles),
            Err(_) => self.tally.faults += tried.faults,
        }
        result
    }

    /// Looks at a record in several stretches, which are counted as one text.
    pub(super) fn as_one<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::take(&mut self.tally);
        let result = work(self);
        let mut seen = std::mem::replace(&mut self.tally, before);
        seen.join_texts();
        self.tally.merge(seen, self.cleaner.articles);
        result
    }

    /// Counts a record.
    pub(super) fn record(&mut self) {
        self.tally.records += 1;
    }

    /// Counts bytes of a record that did not come in a block.
    #[cfg(feature = "parquet")]
    pub(super) fn seen(&mut self, bytes: usize) {
        self.tally.bytes += bytes as u64;
    }

    /// Notes that a record could not be read.
    pub(super) fn fault(&mut self, record: u64, reason: impl Into<String>) {
        self.tally.faults += 1;
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
    pub(super) fn look(&mut self, record: u64, view: &View<'_>) -> Option<Found> {
        if let Some(reason) = view.refusal() {
            self.fault(record, reason);
            return None;
        }
        let (text, cleaner) = (view.text(), self.cleaner);
        self.tally.texts += 1;
        // One text that the engine cannot take must not cost the others of a night's run.
        let seen = Seen { file: self.file, record, text };
        let given = match cleaner.reviewer.map_or(Ok(None), |reviewer| reviewer.given(seen)) {
            Ok(given) => given,
            Err(reason) => {
                self.fault(record, reason);
                return None;
            }
        };
        let found = catch_unwind(AssertUnwindSafe(|| match given {
            Some(edits) => Found { verdict: Verdict::clean(&Arc::from(cleaner.unspin.version())), edits },
            None if self.is_judged() => Found { verdict: pieces::detect(cleaner.unspin, text), edits: Vec::new() },
            None => pieces::restore(cleaner.unspin, text),
        }));
        let Ok(mut found) = found else {
            self.fault(record, "the engine failed on this text");
            return None;
        };
        let is_admitted = |edit: &Edit| cleaner.reviewer.is_none_or(|reviewer| reviewer.admits(seen, edit));
        crate::edits::retain(&mut found.edits, |edit| view.has_room(edit) && is_admitted(edit));
        let made = if cleaner.detect { &[][..] } else { &found.edits };
        let verdict = (found.verdict.spun(), found.verdict.spinner());
        self.tally.count(text, verdict.1, made);
        let article = || Article::new(self.file, record, text, verdict, made);
        self.tally.keep(cleaner.articles, article, made.len());
        self.tally.doubts.keep(cleaner.articles, seen, made);
        if let Some(presenter) = cleaner.presenter {
            presenter.present(seen, &found.verdict, &found.edits, &mut self.out);
            self.end();
        } else if self.is_judged() {
            self.verdict_line(record, &found.verdict, view);
        }
        Some(found)
    }

    fn verdict_line(&mut self, record: u64, verdict: &Verdict, view: &View<'_>) {
        let verdict = &verdict.placed(|span| view.place(span));
        let line = Detection { file: self.file, record, verdict };
        // Strings and numbers: writing them to a buffer does not fail.
        let _ = serde_json::to_writer(&mut self.out, &line);
        self.out.push(b'\n');
        self.end();
    }
}
