//! The compiled dictionary: phrases found by walking word ids, answers read from tables in place.

use crate::bytes::{Bytes, Section, sections, u32_at};
use crate::quantum;
use crate::text::vocabulary::{FIRST_WORD, POSSESSIVE};

/// Bytes of a word id in the keys of the automaton.
pub(super) const ID_BYTES: usize = 3;
/// Bytes of a rewrite record.
pub(super) const RECORD: usize = 20;
/// The most rewrites of one phrase by one spinner; the least probable fall away.
pub(super) const MAX_REWRITES: usize = 24;

/// A rewrite worth this many nats costs nothing.
const BEST_WORTH: f64 = 8.0;

/// What a rewrite of this worth costs, in steps of a code: worth is its log channel, and how much commoner
/// the original is than the spun phrase.
pub(super) fn cost(worth: f64) -> u8 {
    quantum::encode((worth - BEST_WORTH) as f32)
}

/// A compiled dictionary.
#[derive(Clone)]
pub struct Dictionary {
    spinners: Vec<String>,
    is_counted: Vec<bool>,
    files: Vec<String>,
    automaton: fst::raw::Fst<Section>,
    records: Section,
    ids: Section,
    texts: Section,
    rates: Section,
    starts: Section,
    words: usize,
}

/// Words for which one block of the starts holds a bit each, above the number of starts before it.
const BLOCK_WORDS: usize = 64;
/// Bytes of a block, and of a start: the node of the automaton after the word, and its output so far.
const BLOCK: usize = 12;

/// The blocks and starts of the keys of an automaton: most words of a text begin no phrase, and the
/// first word of a phrase is a jump instead of a walk.
pub(super) fn starts<'k>(automaton: &[u8], keys: impl Iterator<Item = &'k [u8]>, words: usize) -> Vec<u8> {
    let mut bits = vec![0u64; words.div_ceil(BLOCK_WORDS)];
    let mut found: Vec<u8> = Vec::new();
    let Ok(automaton) = fst::raw::Fst::new(automaton) else { return found };
    // Keys are sorted, so that starts come in the order of their words.
    for key in keys {
        let mut id = [0; 4];
        id[4 - ID_BYTES..].copy_from_slice(&key[..ID_BYTES]);
        let id = u32::from_be_bytes(id) as usize;
        let bit = 1 << (id % BLOCK_WORDS);
        if bits[id / BLOCK_WORDS] & bit != 0 {
            continue;
        }
        bits[id / BLOCK_WORDS] |= bit;
        let (mut node, mut output) = (automaton.root(), fst::raw::Output::zero());
        for &byte in &key[..ID_BYTES] {
            let Some(n) = node.find_input(byte) else { break };
            let transition = node.transition(n);
            output = output.cat(transition.out);
            node = automaton.node(transition.addr);
        }
        found.extend((node.addr() as u32).to_le_bytes());
        found.extend(output.value().to_le_bytes());
    }
    let mut out = Vec::with_capacity(bits.len() * BLOCK + found.len());
    let mut before = 0u32;
    for block in bits {
        out.extend(block.to_le_bytes());
        out.extend(before.to_le_bytes());
        before += block.count_ones();
    }
    out.extend(found);
    out
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

/// A phrase of the dictionary that begins at a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// How many words it has.
    pub words: usize,
    first: usize,
    count: usize,
}

impl Match {
    /// A value of the automaton holds the number of the first rewrite above 16 bits of their count.
    fn new(words: usize, value: u64) -> Match {
        Match { words, first: (value >> 16) as usize, count: (value & 0xffff) as usize }
    }

    /// Whether the dictionary says that this phrase is never to be edited.
    pub fn keeps(&self) -> bool {
        self.count == 0
    }

    /// The numbers of its rewrites, for [`Dictionary::rewrite`].
    pub fn numbers(&self) -> std::ops::Range<usize> {
        self.first..self.first + self.count
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
    pub observed: u16,
    /// The file of the entry, and its line.
    pub file: &'b str,
    /// Line of the entry, from 1.
    pub line: u32,
    ids: &'b [u8],
}

/// What the lattice needs of a rewrite, without its text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Channel<'b> {
    /// P(spun | original was replaced).
    pub(crate) share: f32,
    /// P(original is replaced).
    pub(crate) rate: f32,
    /// How often the pair was observed.
    pub(crate) observed: u16,
    ids: &'b [u8],
    text: &'b [u8],
}

impl<'b> Channel<'b> {
    /// The bytes of some of the word ids, to tell wordings apart.
    pub(crate) fn id_bytes(&self, first: usize, last: usize) -> &'b [u8] {
        self.ids.get(4 * first..4 * last).unwrap_or_default()
    }

    /// How many words the original wording has, by space.
    pub(crate) fn text_words(&self) -> usize {
        1 + self.text.iter().filter(|&&b| b == b' ').count()
    }

    /// The word ids of the original wording.
    #[inline]
    pub(crate) fn ids(&self) -> impl ExactSizeIterator<Item = u32> + use<'b> {
        read_ids(self.ids)
    }
}

#[inline]
fn read_ids(bytes: &[u8]) -> impl ExactSizeIterator<Item = u32> + use<'_> {
    bytes.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

impl<'b> Rewrite<'b> {
    /// The word ids of the original wording.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = u32> + use<'b> {
        read_ids(self.ids)
    }
}

impl Dictionary {
    /// The dictionary in compiled bytes; `None` if they are damaged.
    pub(crate) fn from_bytes(bytes: Bytes) -> Option<Self> {
        let [names, files, automaton, records, ids, texts, rates, starts] = sections(&bytes)?;
        let lines = |section: &Section| {
            Some(std::str::from_utf8(section.as_ref()).ok()?.lines().map(str::to_string).collect::<Vec<_>>())
        };
        let mut is_counted = Vec::new();
        let mut spinners = Vec::new();
        for line in lines(&names)? {
            let (counted, name) = line.split_once('\t')?;
            is_counted.push(counted.parse().ok()?);
            spinners.push(name.to_string());
        }
        Some(Dictionary {
            words: rates.as_ref().len() / spinners.len().max(1),
            spinners,
            is_counted,
            files: lines(&files)?,
            automaton: fst::raw::Fst::new(automaton).ok()?,
            records,
            ids,
            texts,
            rates,
            starts,
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
        self.records.as_ref().len() / RECORD
    }

    /// Whether there is no rewrite.
    pub fn is_empty(&self) -> bool {
        self.records.as_ref().is_empty()
    }

    /// Calls `found` with every phrase that begins at the first of `words`, shortest first.
    #[inline]
    pub fn matches(&self, words: &[u32], mut found: impl FnMut(Match)) {
        let Some((address, output)) = words.first().and_then(|&id| self.start(id)) else { return };
        let mut node = self.automaton.node(address as usize);
        let mut output = fst::raw::Output::new(output);
        if node.is_final() {
            found(Match::new(1, output.cat(node.final_output()).value()));
        }
        for (n, &id) in words.iter().enumerate().skip(1) {
            if node.is_empty() || id < FIRST_WORD && id != POSSESSIVE {
                return;
            }
            for byte in &id.to_be_bytes()[4 - ID_BYTES..] {
                let Some(index) = node.find_input(*byte) else {
                    return;
                };
                let transition = node.transition(index);
                output = output.cat(transition.out);
                node = self.automaton.node(transition.addr);
            }
            if node.is_final() {
                let value = output.cat(node.final_output()).value();
                found(Match::new(n + 1, value));
            }
        }
    }

    /// The node of the automaton after a first word, and its output so far.
    #[inline]
    fn start(&self, word: u32) -> Option<(u32, u64)> {
        let (starts, at) = (self.starts.as_ref(), BLOCK * (word as usize / BLOCK_WORDS));
        if word as usize >= self.words {
            return None;
        }
        let block = starts.get(at..at + BLOCK)?;
        let bits = u64::from_le_bytes(*block.first_chunk()?);
        let bit = 1u64 << (word as usize % BLOCK_WORDS);
        if bits & bit == 0 {
            return None;
        }
        let number = u32_at(block, 2)? + (bits & (bit - 1)).count_ones();
        let at = BLOCK * (self.words.div_ceil(BLOCK_WORDS) + number as usize);
        let start = starts.get(at..at + BLOCK)?;
        Some((u32_at(start, 0)?, u64::from_le_bytes(*start.last_chunk()?)))
    }

    /// Calls `act` with the word ids of every phrase and its match.
    pub fn for_each_phrase(&self, mut act: impl FnMut(&[u32], Match)) {
        use fst::Streamer;
        let mut stream = self.automaton.stream();
        let mut ids = Vec::new();
        while let Some((key, value)) = stream.next() {
            ids.clear();
            ids.extend(key.chunks_exact(ID_BYTES).map(|b| u32::from_be_bytes([0, b[0], b[1], b[2]])));
            act(&ids, Match::new(ids.len(), value.value()));
        }
    }

    /// The rewrite of a number below [`Self::len`].
    pub fn rewrite(&self, number: usize) -> Option<Rewrite<'_>> {
        let r = self.records.as_ref().get(RECORD * number..RECORD * (number + 1))?;
        let text_at = u32_at(r, 0)? as usize;
        let ids_at = 4 * u32_at(r, 1)? as usize;
        Some(Rewrite {
            text: std::str::from_utf8(self.texts.as_ref().get(text_at..text_at + usize::from(r[8]))?).ok()?,
            ids: self.ids.as_ref().get(ids_at..ids_at + 4 * usize::from(r[9]))?,
            spinner: r[10],
            log_share: quantum::decode(r[11]),
            rate: f32::from(r[12]) / 255.0,
            file: self.files.get(usize::from(r[13])).map_or("", String::as_str),
            observed: u16::from_le_bytes([r[14], r[15]]),
            line: u32_at(r, 4)? >> 8,
        })
    }

    /// The rewrites of a phrase by a spinner, best first, each with what it costs without its neighbours: see [`cost`].
    #[inline]
    pub(crate) fn rewrites(&self, found: Match, spinner: u8) -> impl Iterator<Item = (usize, u8)> {
        let numbers = found.numbers();
        let records = self.records.as_ref().as_chunks::<RECORD>().0.get(numbers.clone()).unwrap_or_default();
        // Records are in the order of their spinners.
        let of_spinner = numbers.zip(records).skip_while(move |(_, r)| r[10] < spinner);
        of_spinner.take_while(move |(_, r)| r[10] == spinner).map(|(number, r)| (number, r[16]))
    }

    /// The part of a rewrite that the lattice reads for every candidate.
    #[inline]
    pub(crate) fn channel(&self, number: usize) -> Option<Channel<'_>> {
        let r = self.records.as_ref().get(RECORD * number..RECORD * (number + 1))?;
        let text_at = u32_at(r, 0)? as usize;
        let ids_at = 4 * u32_at(r, 1)? as usize;
        Some(Channel {
            share: quantum::probability(r[11]),
            rate: f32::from(r[12]) / 255.0,
            observed: u16::from_le_bytes([r[14], r[15]]),
            ids: self.ids.as_ref().get(ids_at..ids_at + 4 * usize::from(r[9]))?,
            text: self.texts.as_ref().get(text_at..text_at + usize::from(r[8]))?,
        })
    }

    /// How often `spinner` replaces `word`, between 0 and 1; 0 if it does not know it.
    #[inline]
    pub fn rate(&self, spinner: u8, word: u32) -> f32 {
        if word as usize >= self.words {
            return 0.0;
        }
        let at = usize::from(spinner) * self.words + word as usize;
        self.rates.as_ref().get(at).map_or(0.0, |&r| f32::from(r) / 255.0)
    }
}
