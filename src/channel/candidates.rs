//! Candidates: what a channel says stood at places of a text, in an arena of that text.
//!
//! A candidate owns all that is asked of it later. Confidence, document and edits read candidates, and never the tables
//! of the channel that proposed them.

use std::ops::{Index, Range};
use std::sync::Arc;

/// The number of a candidate in its arena: the identity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CandidateId(u32);

/// The number of a name in the arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NameId(u32);

/// What may have stood at some words of a text.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    /// Bytes of the view that it would replace.
    pub(crate) span: Range<usize>,
    /// The process whose work it undoes: a spinner.
    pub(crate) channel: NameId,
    /// log P(what stands there | this candidate), natural, at a substitution rate that is the habit of the process.
    pub(crate) log_probability: f32,
    /// P(the candidate is replaced at all) at that habit, between 0 and 1.
    pub(crate) rate: f32,
    /// log P(what stands there | the candidate was replaced), natural.
    pub(crate) log_share: f32,
    /// P(the first word that stands there is replaced) where clean text has it.
    pub(crate) standing_rate: f32,
    /// What it costs without its neighbours, in steps of a code: less is likelier.
    pub(crate) cost: u8,
    /// Why it is proposed.
    pub(crate) provenance: Provenance,
    words: Range<u32>,
    wording: Range<u32>,
}

/// Where a candidate comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Provenance {
    /// The dictionary file.
    pub(crate) file: NameId,
    /// Its line.
    pub(crate) line: u32,
    /// How often the pair was observed; 0 if a group alone allows it.
    pub(crate) observed: u32,
    /// What makes the same change elsewhere has the same key.
    pub(crate) key: ChangeKey,
}

/// Which rewrite of a channel it is, and which part of it. Only to be compared: equal keys make equal changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ChangeKey {
    pub(super) rewrite: (u8, u32),
    pub(super) part: (u8, u8),
}

/// The candidates of a text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Candidates {
    all: Vec<Candidate>,
    /// The ids of their words, one candidate after the other.
    words: Vec<u32>,
    /// Their wordings, one after the other.
    wordings: String,
    /// Processes and files, each once; the edits of a text share them.
    names: Vec<Arc<str>>,
}

/// What a channel knows of a candidate beside its words.
pub(crate) struct Facts {
    pub(crate) log_probability: f32,
    pub(crate) rate: f32,
    pub(crate) log_share: f32,
    pub(crate) standing_rate: f32,
    pub(crate) cost: u8,
}

impl Candidates {
    /// Adds a candidate: what is known of it, the ids of its words, and how they are written.
    pub(crate) fn push(
        &mut self,
        span: Range<usize>,
        channel: NameId,
        facts: Facts,
        provenance: Provenance,
        words: impl Iterator<Item = u32>,
        wording: &str,
    ) -> CandidateId {
        // A text is read in pieces of far less than 4 GiB.
        let (first, start) = (self.words.len() as u32, self.wordings.len() as u32);
        self.words.extend(words);
        self.wordings.push_str(wording);
        let Facts { log_probability, rate, log_share, standing_rate, cost } = facts;
        self.all.push(Candidate {
            span,
            channel,
            log_probability,
            rate,
            log_share,
            standing_rate,
            cost,
            provenance,
            words: first..self.words.len() as u32,
            wording: start..self.wordings.len() as u32,
        });
        CandidateId(self.all.len() as u32 - 1)
    }

    /// The ids of the words of a candidate; it has one at least.
    #[inline]
    pub(crate) fn words(&self, id: CandidateId) -> &[u32] {
        let Range { start, end } = self[id].words;
        &self.words[start as usize..end as usize]
    }

    /// The first of those words, and the last.
    pub(crate) fn ends(&self, id: CandidateId) -> Option<(u32, u32)> {
        let words = self.words(id);
        Some((*words.first()?, *words.last()?))
    }

    /// How a candidate is written.
    pub(crate) fn wording(&self, id: CandidateId) -> &str {
        let Range { start, end } = self[id].wording;
        &self.wordings[start as usize..end as usize]
    }

    /// The number of a name.
    pub(crate) fn named(&mut self, name: &str) -> NameId {
        let known = self.names.iter().position(|known| **known == *name);
        let number = known.unwrap_or_else(|| {
            self.names.push(Arc::from(name));
            self.names.len() - 1
        });
        NameId(number as u32)
    }

    /// The name of a number.
    pub(crate) fn name(&self, id: NameId) -> &Arc<str> {
        &self.names[id.0 as usize]
    }
}

impl Index<CandidateId> for Candidates {
    type Output = Candidate;

    #[inline]
    fn index(&self, id: CandidateId) -> &Candidate {
        &self.all[id.0 as usize]
    }
}

#[cfg(test)]
impl Candidates {
    /// A candidate of which nothing is known but its words and its key.
    pub(crate) fn push_test(&mut self, number: u32, words: &[u32]) -> CandidateId {
        let name = self.named("test");
        let facts = Facts { log_probability: 0.0, rate: 0.5, log_share: 0.0, standing_rate: 0.5, cost: 0 };
        let key = ChangeKey { rewrite: (0, number), part: (0, 1) };
        let provenance = Provenance { file: name, line: 1, observed: 0, key };
        self.push(0..0, name, facts, provenance, words.iter().copied(), "")
    }
}
