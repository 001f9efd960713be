//! The model as it is queried: tables in one run of bytes, used where they lie.
//!
//! What a query costs is its touches of memory that no cache holds. The bigrams of a first word lie together, those of
//! most words in a page or less, and are found there by the hash of the second: the readings of a word ask for the
//! same few pages. All that is known of a bigram stands where it is found, in a line of the cache: its
//! probability, its backoff, where its trigrams are, and a few bits of which words those end with. A
//! [`State`] carries all that, so that a trigram that was never seen, as most were not, costs no touch at
//! all, and one that was is a search among the few words seen after that bigram. Bigrams are known
//! before any reading is: [`Context::bigrams`] looks up those of a whole sentence, which wait for memory together.

use super::storage::Tables;
use crate::bytes::u32_at;
use crate::quantum;
use crate::text::vocabulary::UNKNOWN;

/// A word that the model has never seen is rarer than the class of all such words, by this many steps of a code.
const UNKNOWN_WORD: u16 = 175;
/// Bigrams of a line of the cache.
const BUCKET: usize = 4;
/// Bytes of a line, column by column so that its keys are compared at once: the second word of each bigram, its first
/// trigram, the sieve of their last words, their number, its probability, its backoff.
const LINE: usize = 64;
const FIRST_AT: usize = 8;
const SIEVE_AT: usize = 24;
const COUNT_AT: usize = 40;
const CODE_AT: usize = 48;
const BACKOFF_AT: usize = 52;
/// The key of a place that holds no bigram.
const EMPTY_KEY: u16 = u16::MAX;
/// The first line of a word that begins no bigram.
const NO_LINE: u32 = u32::MAX;
/// Bytes of a word: its first line, their number, its probability, its backoff.
const WORD: usize = 8;
const UNIGRAM_AT: usize = 6;
const BACKOFF_OF: usize = 7;
/// A slot that holds no trigram.
const EMPTY_SLOT: [u8; 3] = [0xff; 3];
const EMPTY_WORD: u32 = 0xffff;
/// Trigrams of a bigram that are looked through, not hashed.
const FEW: usize = 4;
/// The layout begins with three lengths; the lines of bigrams follow.
const HEADER: usize = LINE;

/// What the model remembers of the words so far: the last one or two.
#[derive(Clone, Copy, Debug)]
pub struct State {
    /// Which bigram the last two words are, or which word the last one is if it knows no more.
    name: u32,
    /// The last word.
    word: u32,
    /// The words seen after the bigram: the first, how many, and a bit for each.
    first: u32,
    sieve: u32,
    count: u16,
    /// Code of the backoff of the bigram.
    backoff: u8,
}

impl PartialEq for State {
    /// All else follows from the name.
    #[inline]
    fn eq(&self, other: &State) -> bool {
        self.name == other.name
    }
}

impl Eq for State {}

impl State {
    /// States that foresee the same have the same name.
    #[inline]
    pub(crate) fn name(self) -> u32 {
        self.name
    }

    /// The last word.
    #[inline]
    pub fn word(self) -> u32 {
        self.word
    }
}

/// A word after another: what the model knows of the two, whatever stands before them.
#[derive(Clone, Copy, Debug)]
pub struct Bigram {
    /// The state after both.
    state: State,
    /// Code of log P(second | first).
    code: u16,
}

impl Bigram {
    /// The state after both words.
    #[inline]
    pub fn state(&self) -> State {
        self.state
    }
}

/// A bigram that is asked for, and the line in which it is looked for first.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    first: u32,
    second: u32,
    line: u32,
}

/// A trigram model over borrowed bytes.
#[derive(Clone, Copy, Debug)]
pub struct Context<'b> {
    words: &'b [[u8; WORD]],
    lines: &'b [[u8; LINE]],
    /// A row for each bigram: the third words of its trigrams, each with its probability.
    trigrams: &'b [[u8; 3]],
}

/// Lines for so many bigrams of a first word: a third of their places stays empty, so that what is not there is soon known.
fn lines(bigrams: usize) -> usize {
    if bigrams < BUCKET { bigrams.min(1) } else { (2 * bigrams).div_ceil(5) }
}

/// Writes tables in the layout that [`Context`] reads.
pub fn lay_out(tables: &Tables) -> Vec<u8> {
    let slots_in_all = tables.trigrams_of.iter().map(|&trigrams| slots(trigrams as usize)).sum();
    let lines_in_all = tables.bigrams_of.iter().map(|&bigrams| lines(bigrams as usize)).sum();
    let mut out = Vec::new();
    for length in [tables.words.len(), lines_in_all, slots_in_all] {
        out.extend((length as u32).to_le_bytes());
    }
    out.resize(HEADER, 0);
    let mut words = Vec::with_capacity(WORD * tables.words.len());
    let mut all_lines = vec![[0xff; LINE]; lines_in_all];
    let mut trigrams = Vec::with_capacity(slots_in_all);
    let (mut bigram, mut trigram, mut first_line) = (0, 0, 0);
    for (first, &count) in tables.bigrams_of.iter().enumerate() {
        let own = lines(count as usize);
        // Where there is no bigram, no line is looked at: the next would be another word's.
        let start = if own == 0 { NO_LINE } else { first_line as u32 };
        words.extend(start.to_le_bytes());
        // A word has at most as many bigrams as there are words, and those are numbered in 16 bits.
        words.extend((own as u16).to_le_bytes());
        words.extend([tables.unigram[first], tables.unigram_backoff[first]]);
        let own_lines = &mut all_lines[first_line..first_line + own];
        first_line += own;
        for _ in 0..count {
            let (second, thirds) = (tables.bigram_word[bigram], tables.trigrams_of[bigram] as usize);
            let mut at = scale(hash(u32::from(second)), own as u32) as usize;
            let place = loop {
                match place_in(&own_lines[at], u32::from(EMPTY_KEY)) {
                    Some(place) => break place,
                    None => at = (at + 1) % own,
                }
            };
            let last_words = &tables.trigram_word[trigram..trigram + thirds];
            let sieve = last_words.iter().fold(0, |sieve, &third| sieve | sieve_bit(u32::from(third)));
            let line = &mut own_lines[at];
            line[2 * place..][..2].copy_from_slice(&second.to_le_bytes());
            for (column, number) in [(FIRST_AT, trigrams.len() as u32), (SIEVE_AT, sieve)] {
                line[column + 4 * place..][..4].copy_from_slice(&number.to_le_bytes());
            }
            line[COUNT_AT + 2 * place..][..2].copy_from_slice(&(thirds as u16).to_le_bytes());
            line[CODE_AT + place] = tables.bigram[bigram];
            line[BACKOFF_AT + place] = tables.bigram_backoff[bigram];
            trigrams.extend(row(last_words, &tables.trigram[trigram..trigram + thirds]));
            trigram += thirds;
            bigram += 1;
        }
    }
    out.extend(all_lines.as_flattened());
    out.extend(words);
    out.extend(trigrams.as_flattened());
    out
}

impl<'b> Context<'b> {
    /// A view of what [`lay_out`] wrote; `None` if the lengths do not add up.
    ///
    /// A query is fastest where the bytes begin on a line of the cache.
    pub fn from_bytes(bytes: &'b [u8]) -> Option<Self> {
        let (words, lines, slots) =
            (u32_at(bytes, 0)? as usize, u32_at(bytes, 1)? as usize, u32_at(bytes, 2)? as usize);
        let mut rest = bytes.get(HEADER..)?;
        let mut take = |length: usize| {
            let (taken, after) = rest.split_at_checked(length)?;
            rest = after;
            Some(taken)
        };
        let context = Context {
            lines: take(LINE.checked_mul(lines)?)?.as_chunks().0,
            words: take(WORD * words)?.as_chunks().0,
            trigrams: take(3 * slots)?.as_chunks().0,
        };
        // The last of the 16-bit numbers would look like an empty place.
        (rest.is_empty() && (1..=0xffff).contains(&words)).then_some(context)
    }

    /// How many words the model knows; larger ids are unknown to it.
    pub fn words(&self) -> usize {
        self.words.len()
    }

    /// The state after one word and nothing known before it.
    #[inline]
    pub fn after(&self, word: u32) -> State {
        let word = self.known(word);
        State { name: !word, word, first: 0, sieve: 0, count: 0, backoff: 0 }
    }

    #[inline]
    fn known(&self, word: u32) -> u32 {
        if (word as usize) < self.words.len() { word } else { UNKNOWN }
    }

    /// log P(word), natural, whatever stands before it.
    #[inline]
    pub fn unigram(&self, word: u32) -> f32 {
        let word = self.known(word);
        quantum::decode_sum(u32::from(self.words[word as usize][UNIGRAM_AT]) + u32::from(surprise(word)))
    }

    /// log P(words), natural, whatever stands before them.
    pub fn phrase(&self, words: &[u32]) -> f32 {
        let Some((&first, rest)) = words.split_first() else { return 0.0 };
        let mut log = self.unigram(first);
        let mut state = self.after(first);
        for &word in rest {
            let (next, after) = self.score(state, word);
            log += next;
            state = after;
        }
        log
    }

    /// log P(word | state), natural, and the state after it.
    #[inline]
    pub fn score(&self, state: State, word: u32) -> (f32, State) {
        let bigram = self.bigram(state.word, word);
        (self.follow(state, &bigram).0, bigram.state)
    }

    /// log P(second word of a bigram | state), natural, for a state whose last word is the first of the bigram;
    /// and whether the text that the model was trained on shows it there: the state's two words and this
    /// one stood together often enough to be kept.
    #[inline]
    pub fn follow(&self, state: State, bigram: &Bigram) -> (f32, bool) {
        let (steps, is_seen) = self.steps(state, bigram);
        (quantum::decode_sum(steps), is_seen)
    }

    /// As [`Self::follow`], the logarithm in steps of a code, downwards from 0: their sums are exact.
    #[inline]
    pub(crate) fn steps(&self, state: State, bigram: &Bigram) -> (u32, bool) {
        let word = bigram.state.word;
        match self.trigram(state, word) {
            Some(code) => (u32::from(code) + u32::from(surprise(word)), true),
            None => (u32::from(state.backoff) + u32::from(bigram.code), false),
        }
    }

    /// What is known of a word after another.
    #[inline]
    pub fn bigram(&self, first: u32, second: u32) -> Bigram {
        self.find(&self.ask(first, second))
    }

    /// A bigram to be asked for.
    #[inline]
    pub fn ask(&self, first: u32, second: u32) -> Asked {
        let (first, second) = (self.known(first), self.known(second));
        Asked { first, second, line: line_of(self.lines_of(first), second) }
    }

    /// The bigrams of a word and each of some after it, to be asked for.
    #[inline]
    pub fn ask_each(&self, first: u32, seconds: &[u32], asked: &mut Vec<Asked>) {
        let first = self.known(first);
        let lines = self.lines_of(first);
        asked.extend(seconds.iter().map(|&second| {
            let second = self.known(second);
            Asked { first, second, line: line_of(lines, second) }
        }));
    }

    /// What is known of many bigrams, in order; what stood in `found` is lost.
    ///
    /// All are fetched before the first is looked at, so that they wait for memory together.
    pub fn bigrams(&self, asked: &[Asked], found: &mut Vec<Bigram>) {
        const TOGETHER: usize = 32;
        found.clear();
        found.reserve(asked.len());
        for some in asked.chunks(TOGETHER) {
            // Nothing waits for these: the loop is short enough for all of them to be under way at once.
            let first_byte = |asked: &Asked| self.lines.get(asked.line as usize).map_or(0, |line| line[0]);
            std::hint::black_box(some.iter().fold(0, |fetched, asked| fetched ^ first_byte(asked)));
            let from = found.len();
            found.extend(some.iter().map(|asked| self.find(asked)));
            // Most rows of trigrams are short: what is looked for is near where they begin.
            let first_slot = |bigram: &Bigram| self.trigrams.get(bigram.state.first as usize).map_or(0, |slot| slot[0]);
            std::hint::black_box(found[from..].iter().fold(0, |fetched, bigram| fetched ^ first_slot(bigram)));
        }
    }

    /// The lines of the bigrams of a first word: the first of them, and how many there are.
    #[inline]
    fn lines_of(&self, first: u32) -> (u32, u32) {
        let word = u64::from_le_bytes(self.words[first as usize]);
        (word as u32, (word >> 32) as u32 & 0xffff)
    }

    /// The bigram of two words, in the line of its hash or, if that is full, after it.
    #[inline(always)]
    fn find(&self, asked: &Asked) -> Bigram {
        if let Some(line) = self.lines.get(asked.line as usize) {
            if let Some(place) = place_in(line, asked.second) {
                return bigram_at(line, asked.line, place, asked.second);
            }
            if is_full(line) {
                return self.find_beyond(asked);
            }
        }
        self.unseen(asked)
    }

    /// The bigram of two words in the lines after that of its hash, which is full.
    #[cold]
    fn find_beyond(&self, asked: &Asked) -> Bigram {
        let (start, count) = self.lines_of(asked.first);
        let mut at = asked.line;
        for _ in 1..count {
            at = if at + 1 == start.saturating_add(count) { start } else { at + 1 };
            let Some(line) = self.lines.get(at as usize) else { break };
            if let Some(place) = place_in(line, asked.second) {
                return bigram_at(line, at, place, asked.second);
            }
            if !is_full(line) {
                break;
            }
        }
        self.unseen(asked)
    }

    /// A bigram that the model has not seen.
    #[inline]
    fn unseen(&self, asked: &Asked) -> Bigram {
        let [first, second] = [asked.first, asked.second].map(|word| &self.words[word as usize]);
        let code = u16::from(first[BACKOFF_OF]) + u16::from(second[UNIGRAM_AT]);
        Bigram { state: self.after(asked.second), code: code + surprise(asked.second) }
    }

    /// The code of the probability of a word after the two of a state.
    #[inline]
    fn trigram(&self, state: State, word: u32) -> Option<u8> {
        if state.sieve & sieve_bit(word) == 0 {
            return None;
        }
        let from = state.first as usize;
        search(self.trigrams.get(from..from + slots(usize::from(state.count)))?, word)
    }
}

/// What it adds to the code of a word that the model has not seen it.
#[inline]
fn surprise(word: u32) -> u16 {
    if word == UNKNOWN { UNKNOWN_WORD } else { 0 }
}

/// A number of four bytes in a line.
#[inline]
fn number(line: &[u8; LINE], at: usize) -> u32 {
    u32::from_le_bytes(std::array::from_fn(|n| line[at + n]))
}

/// The line, of those of a first word, in which the bigram with this second word is looked for first.
#[inline]
fn line_of((start, count): (u32, u32), second: u32) -> u32 {
    start.saturating_add(scale(hash(second), count))
}

/// The second words of the bigrams of a line, one beside the other.
#[inline]
fn keys(line: &[u8; LINE]) -> u64 {
    u64::from_le_bytes(std::array::from_fn(|n| line[n]))
}

/// The place of the bigram of a line that ends with this word.
#[inline]
fn place_in(line: &[u8; LINE], second: u32) -> Option<usize> {
    const ONES: u64 = u64::MAX / 0xffff;
    // All four keys are compared at once: the lowest that is the same is the lowest whose high bit is set here.
    let differences = keys(line) ^ (u64::from(second) * ONES);
    let same = differences.wrapping_sub(ONES) & !differences & (ONES << 15);
    (same != 0).then(|| same.trailing_zeros() as usize / 16 % BUCKET)
}

/// Whether no place of a line is empty: they are taken from the first on.
#[inline]
fn is_full(line: &[u8; LINE]) -> bool {
    keys(line) >> (16 * (BUCKET - 1)) != u64::from(EMPTY_KEY)
}

/// The bigram that stands at a place of a line.
#[inline]
fn bigram_at(line: &[u8; LINE], at: u32, place: usize, second: u32) -> Bigram {
    let state = State {
        name: BUCKET as u32 * at + place as u32,
        word: second,
        first: number(line, FIRST_AT + 4 * place),
        sieve: number(line, SIEVE_AT + 4 * place),
        count: u16::from_le_bytes([line[COUNT_AT + 2 * place], line[COUNT_AT + 2 * place + 1]]),
        backoff: line[BACKOFF_AT + place],
    };
    Bigram { state, code: u16::from(line[CODE_AT + place]) + surprise(second) }
}

/// A word mixed.
#[inline]
fn hash(word: u32) -> u32 {
    (word ^ word >> 15).wrapping_mul(0x9E37_79B1)
}

/// A hash as one of so many places; its high bits are the best.
#[inline]
fn scale(hash: u32, places: u32) -> u32 {
    ((u64::from(hash) * u64::from(places)) >> 32) as u32
}

/// The bit of the sieve of a bigram that stands for a word after it.
#[inline]
fn sieve_bit(third: u32) -> u32 {
    1 << (third.wrapping_mul(0x9E37_79B1) >> 27)
}

/// The slot of a row of so many in which a third word is looked for first.
#[inline]
fn slot_of(third: u32, slots: usize) -> usize {
    let mixed = third.wrapping_mul(0x9E37_79B1) & 0xff_ffff;
    ((u64::from(mixed) * slots as u64) >> 24) as usize
}

/// Slots of a row of so many trigrams: few are looked through, of many a third stays empty.
#[inline]
fn slots(trigrams: usize) -> usize {
    if trigrams <= FEW { trigrams } else { trigrams + trigrams.div_ceil(2) }
}

/// The third words of the trigrams of a bigram as a row of slots, each word with its code.
fn row(words: &[u16], codes: &[u8]) -> Vec<[u8; 3]> {
    let mut row = vec![EMPTY_SLOT; slots(words.len())];
    for (word, &code) in words.iter().zip(codes) {
        let [low, high] = word.to_le_bytes();
        let mut at = if words.len() <= FEW { 0 } else { slot_of(u32::from(*word), row.len()) };
        while row[at] != EMPTY_SLOT {
            at = (at + 1) % row.len();
        }
        row[at] = [low, high, code];
    }
    row
}

/// The code that stands with a word in a row.
#[inline]
fn search(row: &[[u8; 3]], word: u32) -> Option<u8> {
    let mut at = if row.len() <= FEW { 0 } else { slot_of(word, row.len()) };
    // Rows built here are either short or have empty slots; damaged bytes must not loop for ever.
    for _ in 0..row.len() {
        let [low, high, code] = row[at];
        let there = u32::from(u16::from_le_bytes([low, high]));
        if there == word {
            return Some(code);
        }
        if there == EMPTY_WORD {
            return None;
        }
        at = if at + 1 == row.len() { 0 } else { at + 1 };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backs_off_as_the_tables_say() {
        let tables = Tables {
            words: ["<unknown>", "<edge>", "the", "white", "house"].map(String::from).to_vec(),
            unigram: vec![40, 20, 30, 90, 80],
            unigram_backoff: vec![0, 5, 6, 7, 8],
            bigrams_of: vec![0, 1, 1, 1, 0],
            bigram_word: vec![2, 3, 4],
            bigram: vec![10, 11, 12],
            bigram_backoff: vec![1, 2, 3],
            trigrams_of: vec![0, 1, 0],
            trigram_word: vec![4],
            trigram: vec![4],
        };
        let bytes = lay_out(&tables);
        let context = Context::from_bytes(&bytes).unwrap();
        let (log, the) = context.score(context.after(1), 2);
        assert_eq!(log, quantum::decode(10));
        let (log, white) = context.score(the, 3);
        // No trigram after "<edge> the": its backoff, then the bigram.
        assert_eq!(log, quantum::decode(1) + quantum::decode(11));
        let (log, _) = context.score(white, 4);
        assert_eq!(log, quantum::decode(4));
        let (log, _) = context.score(white, 2);
        assert!((log - quantum::decode(2 + 7 + 30)).abs() < 1e-6);
        // Nothing follows an unknown word, though the line of the next word's bigram is where its own would be.
        let (log, _) = context.score(context.after(0), 2);
        assert_eq!(log, quantum::decode(30));
        for length in 0..bytes.len() {
            assert!(Context::from_bytes(&bytes[..length]).is_none());
        }
    }
}
