//! The compiled dictionary: phrases found by walking word ids, answers read from tables in place.

use crate::bytes::{Bytes, Section, Text, sections};
use crate::quantize;

use super::first_word_index::FirstWordIndex;
use super::keys::ids_in;
use super::record::{Record, SIZE, TEXT_END};
use super::tables::{Match, Tables, read_ids};
use super::write::FILE_END;

/// A compiled dictionary.
#[derive(Clone)]
pub struct Dictionary {
    spinners: Vec<String>,
    is_counted: Vec<bool>,
    /// The files, and the number of lines before each.
    files: Vec<(u32, String)>,
    automaton: fst::raw::Fst<Section>,
    records: Section,
    ids: Section,
    texts: Text,
    rates: Section,
    starts: Section,
    openings: Section,
    /// The phrases that are kept: how many ids, then the ids.
    keeps: Section,
    words: usize,
}

impl std::fmt::Debug for Dictionary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dictionary")
            .field("spinners", &self.spinners)
            .field("phrases", &self.phrases())
            .field("rewrites", &self.len())
            .finish()
    }
}

/// One way to read a spun phrase.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rewrite<'b> {
    /// The original wording.
    pub text: &'b str,
    /// Number of the spinner, see [`Dictionary::spinners`].
    pub spinner: u8,
    /// log P(spun | original was replaced), natural.
    pub log_share: f32,
    /// P(original is replaced), between 0 and 1.
    pub rate: f32,
    /// How often the pair was observed; 0 if only a group allows it.
    pub observed: u32,
    /// The file of the entry, and its line.
    pub file: &'b str,
    /// Line of the entry, from 1.
    pub line: u32,
    ids: &'b [u8],
}

impl<'b> Rewrite<'b> {
    /// The word ids of the original wording.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = u32> + use<'b> {
        read_ids(self.ids)
    }
}

impl Dictionary {
    /// The dictionary in compiled bytes; `None` if they are damaged.
    pub fn from_bytes(bytes: Bytes) -> Option<Self> {
        let [names, automaton, records, ids, texts, rates, starts, openings, keeps, file_names] = sections(&bytes)?;
        let mut is_counted = Vec::new();
        let mut spinners = Vec::new();
        for line in std::str::from_utf8(names.as_ref()).ok()?.lines() {
            let (counted, name) = line.split_once('\t')?;
            is_counted.push(counted.parse().ok()?);
            spinners.push(name.to_string());
        }
        let mut files = Vec::new();
        for file in std::str::from_utf8(file_names.as_ref()).ok()?.split_terminator(FILE_END) {
            let (start, path) = file.split_once('\t')?;
            files.push((start.parse().ok()?, path.to_string()));
        }
        Some(Dictionary {
            words: rates.as_ref().len() / spinners.len().max(1),
            spinners,
            is_counted,
            files,
            automaton: fst::raw::Fst::new(automaton).ok()?,
            records,
            ids,
            texts: Text::of(&texts)?,
            rates,
            starts,
            keeps,
            openings: Some(openings).filter(|sieve| sieve.as_ref().len().is_power_of_two())?,
        })
    }

    /// The dictionary in bytes that are part of the program; `None` if they are damaged.
    pub fn from_static(bytes: &'static [u8]) -> Option<Self> {
        Dictionary::from_bytes(Bytes::Static(bytes))
    }

    /// The names of the spinners whose entries these are, by number.
    pub fn spinners(&self) -> &[String] {
        &self.spinners
    }

    /// Whether what a spinner replaces and leaves alone was counted, and is not only known from groups.
    pub fn is_counted(&self, spinner: u8) -> bool {
        self.is_counted.get(usize::from(spinner)).is_some_and(|&counted| counted)
    }

    /// How many phrases have an entry.
    pub fn phrases(&self) -> usize {
        self.automaton.len()
    }

    /// How many rewrites there are.
    pub fn len(&self) -> usize {
        self.records.as_ref().len() / SIZE
    }

    /// Whether there is no rewrite.
    pub fn is_empty(&self) -> bool {
        self.records.as_ref().is_empty()
    }

    /// Calls `found` with every phrase that begins at the first of `words`, shortest first.
    pub fn matches(&self, words: &[u32], found: impl FnMut(Match)) {
        let tables = self.tables();
        if let Some(start) = tables.start(words) {
            tables.matches(&start, words, found);
        }
    }

    /// The tables, at hand for many questions.
    #[inline]
    pub fn tables(&self) -> Tables<'_> {
        Tables {
            automaton: &self.automaton,
            records: self.records.as_ref().as_chunks().0,
            ids: self.ids.as_ref(),
            rates: self.rates.as_ref(),
            words: self.words,
            first_words: FirstWordIndex::new(self.starts.as_ref(), self.openings.as_ref(), self.words),
        }
    }

    /// Calls `act` with the word ids of every phrase and its match.
    pub fn for_each_phrase(&self, mut act: impl FnMut(&[u32], Match)) {
        use fst::Streamer;
        let mut stream = self.automaton.stream();
        let mut ids = Vec::new();
        while let Some((key, value)) = stream.next() {
            ids.clear();
            ids.extend(ids_in(key));
            act(&ids, Match::new(ids.len(), value.value()));
        }
    }

    /// Calls `act` with the word ids of every phrase that is kept, whatever the spinner.
    pub fn for_each_keep(&self, mut act: impl FnMut(&[u32])) {
        let mut rest = read_ids(self.keeps.as_ref());
        let mut ids = Vec::new();
        while let Some(count) = rest.next() {
            ids.clear();
            ids.extend(rest.by_ref().take(count as usize));
            act(&ids);
        }
    }

    /// The rewrite of a number below [`Self::len`].
    pub fn rewrite(&self, number: usize) -> Option<Rewrite<'_>> {
        let record = Record::new(self.records.as_ref().as_chunks().0.get(number)?);
        let (file, line) = self.place(record.line());
        Some(Rewrite {
            text: self.texts.as_ref().get(record.text_at()..)?.split(char::from(TEXT_END)).next()?,
            ids: record.ids(self.ids.as_ref())?,
            spinner: record.spinner(),
            log_share: quantize::decode(record.share_code()),
            rate: f32::from(record.rate_code()) / 255.0,
            observed: record.observed(),
            file,
            line,
        })
    }

    /// The file of a line that is counted over all files, and the line in it.
    fn place(&self, line: u32) -> (&str, u32) {
        // A file without entries has no line: of several that begin at the same place, the last one has.
        let after = self.files.partition_point(|(start, _)| *start < line);
        let file = after.checked_sub(1).and_then(|number| self.files.get(number));
        file.map_or(("", line), |(start, path)| (path.as_str(), line - start))
    }

    /// How often `spinner` replaces `word`, between 0 and 1; 0 if it does not know it.
    #[inline]
    pub fn rate(&self, spinner: u8, word: u32) -> f32 {
        f32::from(self.tables().rate_code(spinner, word)) / 255.0
    }
}
