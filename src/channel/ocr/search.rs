//! The words that a string may have been: a best-first walk of the lexicon.
//!
//! A step is a fault, and the letters after it that were printed as they were read. Steps are taken in the order of what
//! they cost at least: faults so far, the rarity that every word below has, which the FST gives for nothing because it
//! writes what its words share as early as it can, and what the rest of the string costs at least ([`future`]). Confusions
//! that were counted are tried first; any other letter only if those find nothing.

use std::collections::HashMap;

use super::candidate::{Candidate, MAX_FAULTS, Used};
use super::fragments::Fragments;
use super::mixer::Mixed;
use cases::{CAPITAL, CAPITALS, SMALL, may_be};
use future::Future;
use queue::Queue;
use unspin_core::ocr::confusions::{Confusion, Confusions, Faults, LONGEST, symbol};
use unspin_core::ocr::lexicon::{Known, Lexicon};

/// Longer strings are not looked for.
pub const MAX_LENGTH: usize = 28;
/// Candidates of a string.
pub const MAX_CANDIDATES: usize = 8;
/// A factor of the hash of letters (FNV-1a).
const HASH: u32 = 0x0100_0193;
/// Steps that are taken before a walk gives up: where damage is looked for, and where it is known. Chosen with [`SLACK`], by
/// what overproof2 and mangled text lose with less.
pub const PATIENCE: usize = 600;
pub const PATIENCE_BOLDLY: usize = 1000;
/// And of a walk that has found something, or may put any letter for any other.
const PATIENCE_BRIEFLY: usize = 600;
/// A candidate that costs so many nats more than the best is of no use.
const MARGIN: f32 = 7.0;

/// The space between two words is lost.
const JOINED: f32 = 6.0;

/// What comes may cost less than [`Reach::ahead`] says by so much, in nats: it is an estimate, not a bound.
const SLACK: f32 = 2.5;

/// Moves of a step that cost so much more than its cheapest are made with it, in nats.
const WIDTH: f32 = 3.0;

/// Which operations a walk may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reach {
    /// One counted confusion.
    OneCounted,
    /// Counted confusions.
    Counted,
    /// And two or three words that lost the space between them.
    CountedAndJoined,
    /// And any letter for any other, a letter dropped, added or swapped.
    Any,
}

impl Reach {
    /// What is still to be read costs about so much a letter, in nats: states that are further on come first. With 2.5
    /// walks of counted confusions take less than half the steps, but texts with dropped letters are restored 0.03 less.
    fn ahead(self) -> f32 {
        match self {
            Reach::Counted | Reach::CountedAndJoined => 1.5,
            Reach::OneCounted | Reach::Any => 1.0,
        }
    }
}

/// A fault of a walk, and the way back.
#[derive(Clone, Copy)]
struct Step {
    parent: u32,
    node: u32,
    /// Of the letters printed so far: words that share a node of the FST are told apart by it.
    hash: u32,
    /// Output of the FST in the word that is not done.
    output: u32,
    faults: Faults,
    /// Confusions, and the rarity of words that are done.
    cost: f32,
    /// What the cheapest way on from here costs that was not gone yet.
    least: f32,
    /// The confusion behind the step, by number.
    used: u16,
    printed: [u8; LONGEST],
    /// How many letters were printed.
    length: u8,
    /// How many symbols were taken.
    taken: u8,
    at: u8,
    /// Where the word that is not done begins.
    begin: u8,
    cases: u8,
    words: u8,
    /// How many faults there are, and how many of them no table lists.
    count: u8,
    unlisted: u8,
    /// Whether a letter was printed that was not read.
    is_dropped: bool,
}

/// Searches a lexicon.
#[derive(Clone, Copy, Debug)]
pub struct Search<'l> {
    /// The words.
    pub lexicon: &'l Lexicon,
    /// How rare words with some letters in a row are at least.
    pub fragments: &'l Fragments,
    /// What they are misread as.
    pub confusions: &'l Confusions,
    /// States that are taken before a walk gives up.
    pub patience: usize,
}

/// What walks use one after the other, so that nothing is allocated anew.
#[derive(Default)]
pub struct Scratch {
    steps: Vec<Step>,
    queue: Queue,
    /// What each place was reached at, and by which step.
    seen: HashMap<u64, (f32, u32), Mixed>,
    found: Vec<Found>,
    future: Future,
    /// Whether a walk since this was cleared gave up before it was done.
    pub(super) is_exhausted: bool,
}

impl std::fmt::Debug for Scratch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Scratch of {} steps", self.steps.len())
    }
}

/// A word that was found.
#[derive(Clone, Copy)]
struct Found {
    total: f32,
    /// Its last fault.
    step: u32,
    hash: u32,
    word: Known,
}

/// A walk that is under way.
struct Walk<'s> {
    search: &'s Search<'s>,
    read: Vec<u8>,
    /// Confusions that read what stands at each place, letters that were dropped last; the likeliest first.
    at: Vec<[&'s [Confusion]; LONGEST + 1]>,
    reach: Reach,
    limit: f32,
    scratch: &'s mut Scratch,
}

impl Search<'_> {
    /// The likeliest candidates of a string within a total cost, the likeliest first; the string itself is one if it is
    /// a word.
    pub fn candidates(&self, read: &str, reach: Reach, limit: f32, scratch: &mut Scratch) -> Vec<Candidate> {
        let read: Vec<u8> = read.chars().map(symbol).collect();
        if read.is_empty() || read.len() > MAX_LENGTH {
            return Vec::new();
        }
        let of = |from: usize, length: usize| read.get(from..from + length).map_or(&[][..], |r| self.confusions.of(r));
        let at: Vec<_> = (0..=read.len()).map(|from| std::array::from_fn(|n| of(from, LONGEST - n))).collect();
        scratch.future.look(&read, &at, reach, self.fragments);
        let least = scratch.future.from(0, 0.0);
        if least > limit + SLACK {
            return Vec::new();
        }
        Walk { search: self, read, at, reach, limit, scratch }.run()
    }
}

impl Walk<'_> {
    /// The candidates within the limit.
    fn run(&mut self) -> Vec<Candidate> {
        self.scratch.steps.clear();
        self.scratch.queue.clear(self.most());
        self.scratch.seen.clear();
        self.scratch.found.clear();
        self.create(Step {
            parent: u32::MAX,
            node: self.search.lexicon.root_number(),
            hash: 1,
            output: 0,
            faults: Faults::default(),
            cost: 0.0,
            least: 0.0,
            used: 0,
            printed: [0; LONGEST],
            length: 0,
            taken: 0,
            at: 0,
            begin: 0,
            cases: SMALL | CAPITAL | CAPITALS,
            words: 0,
            count: 0,
            unlisted: 0,
            is_dropped: false,
        });
        let mut taken = 0;
        while let Some(number) = self.scratch.queue.pop() {
            if self.scratch.steps[number as usize].least > self.most() {
                break;
            }
            taken += 1;
            let is_brief = self.reach == Reach::Any || !self.scratch.found.is_empty();
            let most = if is_brief { PATIENCE_BRIEFLY } else { usize::MAX };
            if taken > self.search.patience.min(most) {
                self.scratch.is_exhausted = true;
                break;
            }
            self.expand(number);
        }
        self.scratch.found.iter().map(|found| self.candidate(found.step, found.word)).collect()
    }

    /// Keeps a word that was found if it is among the best.
    fn keep(&mut self, cost: f32, step: u32, word: Known, cases: u8, hash: u32) -> bool {
        let total = cost + word.rarity;
        let found = &mut self.scratch.found;
        if total > self.limit || !may_be(word, cases) || found.iter().any(|f| f.hash == hash && f.total <= total) {
            return false;
        }
        found.retain(|f| f.hash != hash);
        let place = found.partition_point(|f| f.total <= total);
        found.insert(place, Found { total, step, hash, word });
        found.truncate(MAX_CANDIDATES);
        self.limit = self.limit.min(found[0].total + MARGIN);
        if found.len() == MAX_CANDIDATES {
            self.limit = self.limit.min(found[MAX_CANDIDATES - 1].total);
        }
        true
    }

    /// What a step costs at the most that is gone on from: what comes may cost less than it seems.
    fn most(&self) -> f32 {
        self.limit + SLACK
    }

    fn max_faults(&self) -> u8 {
        if self.reach == Reach::OneCounted { 1 } else { MAX_FAULTS as u8 }
    }

    fn candidate(&self, number: u32, last: Known) -> Candidate {
        let steps = &self.scratch.steps;
        let step = steps[number as usize];
        let (mut letters, mut at, mut end) = (Vec::new(), number, self.read.len());
        let (mut used, mut count) = (Used::default(), 0);
        while at != u32::MAX {
            let step = &steps[at as usize];
            letters.extend(self.read[usize::from(step.at)..end].iter().rev());
            letters.extend(step.printed[..usize::from(step.length)].iter().rev());
            end = usize::from(step.at - step.taken);
            if step.used > 0 && count < used.len() {
                used[count] = step.used;
                count += 1;
            }
            at = step.parent;
        }
        letters.reverse();
        let text = String::from_utf8(letters).unwrap_or_default();
        let mut words: Vec<Known> = text
            .split(' ')
            .map(|word| self.search.lexicon.get(word.to_ascii_lowercase().as_bytes()).unwrap_or(last))
            .collect();
        if let Some(word) = words.last_mut() {
            *word = last;
        }
        let rarities: f32 = words[..words.len() - 1].iter().map(|word| word.rarity).sum();
        Candidate { text, words, cost: step.cost - rarities, faults: step.faults, used }
    }
}

impl PartialOrd for Reach {
    fn partial_cmp(&self, other: &Reach) -> Option<std::cmp::Ordering> {
        Some((*self as u8).cmp(&(*other as u8)))
    }
}

mod cases;
mod future;
mod moves;
mod queue;
#[cfg(test)]
mod tests;
