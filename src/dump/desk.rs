//! Where a worker does a block: looks at texts, counts, collects what is to be written.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::json;

use super::pieces::{self, Found};
use super::stream::Block;
use super::tally::{Article, Tally};
use super::view::View;
use super::{Cleaner, Codec, Fault};
use crate::Verdict;

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
}

/// What a worker made of a block.
#[derive(Default)]
pub(super) struct Done {
    pub(super) bytes: Vec<u8>,
    pub(super) tally: Tally,
    pub(super) faults: Vec<Fault>,
}

impl<'c> Desk<'c> {
    pub(super) fn new(cleaner: &'c Cleaner<'c>, file: &'c str) -> Self {
        Desk { cleaner, file, out: Vec::new(), ends: Vec::new(), tally: Tally::default(), faults: Vec::new() }
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
        drop(block);
        let mut bytes = Vec::new();
        if format.is_packed_singly() && codec != Codec::Plain {
            let mut from = 0;
            self.ends.push(self.out.len());
            for to in std::mem::take(&mut self.ends) {
                if to > from {
                    codec.add(&self.out[from..to], &mut bytes)?;
                }
                from = to;
            }
        } else if codec == Codec::Plain {
            bytes = self.out;
        } else if !self.out.is_empty() {
            codec.add(&self.out, &mut bytes)?;
        }
        Ok(Done { bytes, tally: self.tally, faults: self.faults })
    }

    /// Whether the output is verdicts instead of records.
    pub(super) fn is_verdicts(&self) -> bool {
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
        self.faults.push(Fault { file: self.file.to_string(), record, reason: reason.into() });
    }

    /// Looks at the text of a record: counts it, and answers the edits to be made and the verdict.
    /// `None` if the engine failed on it.
    pub(super) fn look(&mut self, record: u64, view: &View<'_>) -> Option<Found> {
        let (text, cleaner) = (view.text(), self.cleaner);
        // One text that the engine cannot take must not cost the others of a night's run.
        let found = catch_unwind(AssertUnwindSafe(|| {
            if self.is_verdicts() {
                Found { verdict: pieces::detect(cleaner.unspin, text), edits: Vec::new() }
            } else {
                pieces::restore(cleaner.unspin, text)
            }
        }));
        let Ok(mut found) = found else {
            self.fault(record, "the engine failed on this text");
            return None;
        };
        crate::edits::retain(&mut found.edits, |edit| view.has_room(edit));
        let made = if cleaner.detect { &[][..] } else { &found.edits };
        let verdict = (found.verdict.spun(), found.verdict.spinner());
        self.tally.count(text, verdict.0, verdict.1, made);
        let article = || Article::new(self.file, record, text, verdict, made);
        self.tally.keep(cleaner.articles, article, made.len());
        if self.is_verdicts() {
            self.verdict_line(record, &found.verdict);
        }
        Some(found)
    }

    fn verdict_line(&mut self, record: u64, verdict: &Verdict) {
        let evidence: Vec<_> = verdict
            .evidence()
            .iter()
            .map(|e| json!({"start": e.span().start, "end": e.span().end, "found": e.found(), "original": e.original(), "weight": e.weight()}))
            .collect();
        let line = json!({
            "file": self.file,
            "record": record,
            "spun": verdict.spun(),
            "spinner": verdict.spinner(),
            "evidence": evidence,
            "version": verdict.version(),
        });
        self.out.extend_from_slice(line.to_string().as_bytes());
        self.out.push(b'\n');
        self.end();
    }
}
