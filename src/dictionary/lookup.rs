//! The compiled dictionary: phrases found by walking word ids, answers read from tables in place.

use crate::bytes::{Bytes, Section, sections, u32_at};
use crate::quantum;
use crate::text::vocabulary::{FIRST_WORD, POSSESSIVE};

/// Bytes of a word id in the keys of the automaton.
pub(super) const ID_BYTES: usize = 3;
/// Bytes of a rewrite record.
pub(super) const RECORD: usize = 20;
/// Set beside the number of ids of a rewrite whose text has as many words, by space.
pub(super) const IN_STEP: u8 = 0x80;
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
    openings: Section,
    words: usize,
}

/// Words for which one block of the starts holds a bit each, above the number of starts before it.
const BLOCK_WORDS: usize = 64;
/// Bytes of a block.
const BLOCK: usize = 12;
/// Bytes of a start: the node of the automaton after the word, its output so far, and the value of the word as a
/// phrase of its own.
const START: usize = 20;
/// The value of a word that is no phrase of its own.
const NO_VALUE: u64 = u64::MAX;

/// The blocks and starts of the keys of an automaton: most words of a text begin no phrase, most others no longer one
/// that goes on as the text does, and the first word of a phrase is a jump instead of a walk.
pub(super) fn starts<'k>(automaton: &[u8], keys: impl Iterator<Item = &'k [u8]>, words: usize) -> Vec<u8> {
    let mut bits = vec![0u64; words.div_ceil(BLOCK_WORDS)];
    let mut found: Vec<u8> = Vec::new();
    let Ok(automaton) = fst::raw::Fst::new(automaton) else { return found };
    // Keys are sorted, so that starts come in the order of their words.
    for key in keys {
        let id = id_of(key) as usize;
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
        let value = if node.is_final() { output.cat(node.final_output()).value() } else { NO_VALUE };
        found.extend((node.addr() as u32).to_le_bytes());
        found.extend(output.value().to_le_bytes());
        found.extend(value.to_le_bytes());
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

/// The id with which the bytes of a key begin.
fn id_of(key: &[u8]) -> u32 {
    key[..ID_BYTES].iter().fold(0, |id, &byte| id << 8 | u32::from(byte))
}

/// A sieve of how all keys of two words and more begin, by up to three words: most words that begin a phrase are
/// followed by none that goes on with it, which is soon known without a walk.
pub(super) fn openings<'k>(keys: impl Iterator<Item = &'k [u8]> + Clone) -> Vec<u8> {
    /// Bits for each of the keys.
    const BITS: usize = 16;
    let longer = keys.filter(|key| key.len() > ID_BYTES);
    let mut sieve = vec![0; (longer.clone().count() * BITS / 8).next_power_of_two()];
    for key in longer {
        let mut ids = key.chunks_exact(ID_BYTES).map(id_of);
        let [first, second] = std::array::from_fn(|_| ids.next().unwrap_or_default());
        let two = opening(first, second);
        let (at, bit) = place(ids.next().map_or(two, |third| opening(two, third)), sieve.len());
        sieve[at] |= bit;
    }
    sieve
}

/// The hash of two words, or of that of two words and a third.
#[inline]
fn opening(before: u32, word: u32) -> u32 {
    (before.rotate_left(15) ^ word).wrapping_mul(0x9E37_79B1)
}

/// Where an opening stands in a sieve of so many bytes, a power of two.
#[inline]
fn place(opening: u32, bytes: usize) -> (usize, u8) {
    ((opening >> 8) as usize & (bytes - 1), 1 << (opening >> 29))
}

/// Where the phrases that begin with a word are in the automaton.
struct Start {
    address: usize,
    output: u64,
    value: u64,
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
    /// Code of P(spun | original was replaced).
    pub(crate) share_code: u8,
    /// P(original is replaced), in 255ths.
    pub(crate) rate_code: u8,
    /// How often the pair was observed.
    pub(crate) observed: u16,
    /// Whether the words of the text, by space, are its ids one by one: not so in "people's".
    pub(crate) in_step: bool,
    ids: &'b [u8],
}

impl<'b> Channel<'b> {
    /// P(spun | original was replaced).
    #[inline]
    pub(crate) fn share(&self) -> f32 {
        quantum::probability(self.share_code)
    }

    /// P(original is replaced).
    #[inline]
    pub(crate) fn rate(&self) -> f32 {
        f32::from(self.rate_code) / 255.0
    }

    /// The bytes of some of the word ids, to tell wordings apart.
    pub(crate) fn id_bytes(&self, first: usize, last: usize) -> &'b [u8] {
        self.ids.get(4 * first..4 * last).unwrap_or_default()
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
        let [names, files, automaton, records, ids, texts, rates, starts, openings] = sections(&bytes)?;
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
        self.records.as_ref().len() / RECORD
    }

    /// Whether there is no rewrite.
    pub fn is_empty(&self) -> bool {
        self.records.as_ref().is_empty()
    }

    /// Calls `found` with every phrase that begins at the first of `words`, shortest first.
    #[inline]
    pub fn matches(&self, words: &[u32], mut found: impl FnMut(Match)) {
        let Some(start) = words.first().and_then(|&id| self.start(id)) else { return };
        if start.value != NO_VALUE {
            found(Match::new(1, start.value));
        }
        if let [first, second, ..] = *words {
            let two = opening(first, second);
            if self.may_open(two) || words.get(2).is_some_and(|&third| self.may_open(opening(two, third))) {
                self.longer_matches(&start, words, found);
            }
        }
    }

    /// Whether a phrase may begin like this.
    #[inline]
    fn may_open(&self, opening: u32) -> bool {
        let sieve = self.openings.as_ref();
        let (at, bit) = place(opening, sieve.len());
        sieve.get(at).is_some_and(|byte| byte & bit != 0)
    }

    /// Calls `found` with the phrases of two words and more.
    fn longer_matches(&self, start: &Start, words: &[u32], mut found: impl FnMut(Match)) {
        let mut node = self.automaton.node(start.address);
        let mut output = fst::raw::Output::new(start.output);
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

    #[inline]
    fn start(&self, word: u32) -> Option<Start> {
        if word as usize >= self.words {
            return None;
        }
        let starts = self.starts.as_ref();
        let at = BLOCK * (word as usize / BLOCK_WORDS);
        let block = starts.get(at..at + BLOCK)?;
        let bits = u64::from_le_bytes(*block.first_chunk()?);
        let bit = 1u64 << (word as usize % BLOCK_WORDS);
        if bits & bit == 0 {
            return None;
        }
        let number = u32_at(block, 2)? + (bits & (bit - 1)).count_ones();
        let at = BLOCK * self.words.div_ceil(BLOCK_WORDS) + START * number as usize;
        let start: &[u8; START] = starts.get(at..at + START)?.first_chunk()?;
        let [output, value] = [4, 12].map(|at| u64::from_le_bytes(std::array::from_fn(|n| start[at + n])));
        Some(Start { address: u32_at(start, 0)? as usize, output, value })
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
        let r = self.record(number)?;
        let text_at = u32_at(r, 0)? as usize;
        Some(Rewrite {
            text: std::str::from_utf8(self.texts.as_ref().get(text_at..text_at + usize::from(r[8]))?).ok()?,
            ids: self.ids_of(r)?,
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
        let r = self.record(number)?;
        Some(Channel {
            share_code: r[11],
            rate_code: r[12],
            observed: u16::from_le_bytes([r[14], r[15]]),
            in_step: r[9] & IN_STEP != 0,
            ids: self.ids_of(r)?,
        })
    }

    #[inline]
    fn record(&self, number: usize) -> Option<&[u8; RECORD]> {
        self.records.as_ref().as_chunks().0.get(number)
    }

    /// The word ids of a record: one that is alone stands in the record, others where it says.
    #[inline]
    fn ids_of<'b>(&'b self, record: &'b [u8; RECORD]) -> Option<&'b [u8]> {
        match usize::from(record[9] & !IN_STEP) {
            1 => Some(&record[4..8]),
            count => {
                let at = 4 * u32_at(record, 1)? as usize;
                self.ids.as_ref().get(at..at + 4 * count)
            }
        }
    }

    /// How often `spinner` replaces `word`, between 0 and 1; 0 if it does not know it.
    #[inline]
    pub fn rate(&self, spinner: u8, word: u32) -> f32 {
        f32::from(self.rate_code(spinner, word)) / 255.0
    }

    /// How often `spinner` replaces `word`, in 255ths.
    #[inline]
    pub(crate) fn rate_code(&self, spinner: u8, word: u32) -> u8 {
        if word as usize >= self.words {
            return 0;
        }
        let at = usize::from(spinner) * self.words + word as usize;
        self.rates.as_ref().get(at).copied().unwrap_or(0)
    }
}
